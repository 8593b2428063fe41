//! A store that counts.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::store::{
    Batch, Direction, Entry, Found, KeyRange, Read, Sequence, Space, Store, StoreError, Write,
};

/// What was asked of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// Reads of one key.
    pub gets: u64,
    /// Reads of a range.
    pub scans: u64,
    /// Entries that scans visited.
    pub visited: u64,
    /// Commits.
    pub commits: u64,
    /// Entries that commits put.
    pub puts: u64,
    /// Entries that commits deleted.
    pub deletes: u64,
    /// Whether the last commit or reclaim left something to be freed.
    pub has_dead: bool,
}

/// A store that counts what is asked of it. Snapshots are not counted.
#[derive(Debug)]
pub struct CountingStore<S> {
    inner: S,
    count: Count,
}

/// What a store has counted, for the test that gave the store away.
#[derive(Clone, Debug, Default)]
pub struct Count(Arc<Mutex<Asked>>);

impl Count {
    /// What was asked since the last take.
    #[allow(clippy::must_use_candidate, reason = "a take also begins anew")]
    pub fn take(&self) -> Asked {
        std::mem::take(&mut *self.asked())
    }

    /// Whether the store has something to free.
    #[must_use]
    pub fn has_dead(&self) -> bool {
        self.asked().has_dead
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.0.lock().expect("nobody panics while counting")
    }
}

impl<S: Store> CountingStore<S> {
    /// A store and its count.
    pub fn new(inner: S) -> (Self, Count) {
        let count = Count::default();
        (Self { inner, count: count.clone() }, count)
    }
}

impl<S: Store> Read for CountingStore<S> {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.count.asked().gets += 1;
        self.inner.get(space, key)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.count.asked().gets += 1;
        self.inner.find(space, key)
    }

    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        self.count.asked().gets += keys.len() as u64;
        self.inner.find_each(space, keys)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.count.asked().scans += 1;
        self.inner.scan(space, range, direction, &mut |entry| {
            self.count.asked().visited += 1;
            visit(entry)
        })
    }
}

impl<S: Store> Store for CountingStore<S> {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        let (mut puts, mut deletes) = (0, 0);
        for write in &batch.writes {
            match write {
                Write::Put(..) => puts += 1,
                Write::Delete(..) => deletes += 1,
                Write::Clear(_) => {}
            }
        }
        let done = self.inner.commit(batch);
        let mut asked = self.count.asked();
        asked.commits += 1;
        asked.puts += puts;
        asked.deletes += deletes;
        asked.has_dead = self.inner.reclaim(0);
        done
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        let has_dead = self.inner.reclaim(entries);
        self.count.asked().has_dead = has_dead;
        has_dead
    }

    fn sequence(&self) -> Sequence {
        self.inner.sequence()
    }

    fn is_durable(&self) -> bool {
        self.inner.is_durable()
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        self.inner.snapshot()
    }
}
