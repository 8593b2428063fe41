//! What a store is: reading, committing, and what its owner asks of it besides.

use std::ops::ControlFlow;

use super::{Batch, Direction, Entry, Found, KeyRange, Place, Sequence, Space, StoreError};

/// Reading an ordered map. Implemented by stores and by their snapshots.
pub trait Read {
    /// The entry at a key.
    ///
    /// # Errors
    /// [`StoreError`] when the medium fails or the bytes read back are not those written.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError>;

    /// The entry at a key as [`Read::get`] gives it, with the place for a write of the same key, where the store can say.
    ///
    /// # Errors
    /// As [`Read::get`].
    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        Ok(Found { entry: self.get(space, key)?, place: Place::UNKNOWN })
    }

    /// What [`Read::find`] gives for each key, in the order of the keys. A store that waits for its medium may wait for
    /// all of them together.
    ///
    /// # Errors
    /// As [`Read::get`], when any of the keys cannot be read.
    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        keys.iter().map(|key| self.find(space, key)).collect()
    }

    /// Visits the entries of a range in key order (or backwards) until `visit` breaks.
    /// Costs a descent and then only what is visited.
    ///
    /// # Errors
    /// As [`Read::get`].
    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;
}

/// The seam itself.
pub trait Store: Read + Send {
    /// Applies a batch whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the medium refused; nothing of the batch is visible then.
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError>;

    /// Frees up to about `entries` entries of cleared spaces, where clearing leaves that for later, and tells whether
    /// some are left. Every commit does a little of it by itself.
    fn reclaim(&mut self, entries: usize) -> bool;

    /// The sequence of the last commit.
    fn sequence(&self) -> Sequence;

    /// A view that later commits do not change.
    fn snapshot(&self) -> Box<dyn Read + Send + Sync>;

    /// A store with the same content, and from then on a life of its own; costs next to nothing. None where that cannot
    /// be had.
    fn fork(&self) -> Option<Box<dyn Store>> {
        None
    }

    /// Whether what is committed outlives the process: then what the owner derives has to be committed too.
    fn is_durable(&self) -> bool {
        false
    }

    /// Whether the store has so much in memory that [`Store::checkpoint`] should be called.
    fn checkpoint_due(&self) -> bool {
        false
    }

    /// Begins to move to the disk what is in memory only. What is committed so far is then never handed to the owner
    /// again when the store is opened, so the owner commits before it what it derives from its commits.
    fn checkpoint(&mut self) {}

    /// Ends the store: all commits are durable when this returns, and neither reads nor commits succeed afterwards.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when something could not be made durable.
    fn close(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
