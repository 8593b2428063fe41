//! The store in memory: a copy-on-write B-tree for each space.

use std::ops::ControlFlow;

use triomphe::Arc;

use super::btree::Tree;
use super::graveyard::Graveyard;
use super::place::{Found, Place};
use super::{Batch, Direction, Entry, KeyRange, Read, Sequence, Space, Store, StoreError, Write};

/// Entries of cleared spaces that are freed with each write, more than a write can add: memory always goes down
/// while there is something to free.
const RECLAIMED_PER_WRITE: usize = 16;

/// A [`Store`] in memory. Commits cannot fail and a snapshot is one reference count.
///
/// Nodes are shared between the store and its snapshots; a commit copies those on its path that a snapshot also
/// holds, and nothing when there is none.
///
/// ```
/// use dynacore::store::{Batch, Entry, MemoryStore, Read, Sequence, Space, Store, Write};
/// let mut store = MemoryStore::new();
/// let before = store.snapshot();
/// let batch = Batch { writes: [Write::put(Space(1), Entry::new(b"key", b"value"))].into_iter().collect() };
/// assert_eq!(store.commit(batch), Ok(Sequence(1)));
/// assert_eq!(store.get(Space(1), b"key").unwrap().unwrap().value(), b"value");
/// assert!(before.get(Space(1), b"key").unwrap().is_none());
/// ```
#[derive(Default)]
pub struct MemoryStore {
    spaces: Arc<Spaces>,
    sequence: Sequence,
    graveyard: Graveyard,
}

/// The trees in order of their space. A space without entries may be absent.
#[derive(Clone, Default)]
struct Spaces(Vec<(Space, Tree)>);

impl Spaces {
    fn position(&self, space: Space) -> Result<usize, usize> {
        self.0.binary_search_by_key(&space, |(space, _)| *space)
    }

    fn tree(&self, space: Space) -> Option<&Tree> {
        self.position(space).ok().map(|position| &self.0[position].1)
    }

    fn tree_mut(&mut self, space: Space) -> &mut Tree {
        let position = self.position(space).unwrap_or_else(|position| {
            self.0.insert(position, (space, Tree::default()));
            position
        });
        &mut self.0[position].1
    }

    fn take(&mut self, space: Space) -> Option<Tree> {
        self.position(space).ok().map(|position| self.0.remove(position).1)
    }
}

impl MemoryStore {
    /// An empty store at sequence 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of entries in a space.
    #[must_use]
    pub fn count(&self, space: Space) -> u64 {
        self.spaces.tree(space).map_or(0, Tree::len)
    }

    /// The spaces that hold entries, in order.
    pub fn spaces(&self) -> impl Iterator<Item = Space> {
        self.spaces.0.iter().filter(|(_, tree)| tree.len() > 0).map(|(space, _)| *space)
    }
}

impl Read for Spaces {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        Ok(self.tree(space).and_then(|tree| tree.get(key)).cloned())
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        let nowhere = || Found { entry: None, place: Place::UNKNOWN };
        Ok(self.tree(space).map_or_else(nowhere, |tree| tree.find(key)))
    }

    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        match self.tree(space) {
            Some(tree) => Ok(tree.find_each(keys)),
            None => keys.iter().map(|key| self.find(space, key)).collect(),
        }
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        if let Some(tree) = self.tree(space) {
            tree.scan(range, direction, visit);
        }
        Ok(())
    }
}

impl Read for MemoryStore {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.spaces.get(space, key)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.spaces.find(space, key)
    }

    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        self.spaces.find_each(space, keys)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.spaces.scan(space, range, direction, visit)
    }
}

impl Store for MemoryStore {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        let spaces = Arc::make_mut(&mut self.spaces);
        let writes = batch.writes.len();
        for write in batch.writes {
            match write {
                Write::Put(space, entry, place) => spaces.tree_mut(space).put_at(entry, place),
                Write::Delete(space, key) => drop(spaces.tree_mut(space).delete(&key)),
                Write::Clear(space) => {
                    if let Some(root) = spaces.take(space).and_then(Tree::into_root) {
                        self.graveyard.bury(root);
                    }
                }
            }
        }
        if !self.graveyard.is_empty() {
            self.graveyard.reclaim(RECLAIMED_PER_WRITE * writes);
        }
        self.sequence.0 += 1;
        Ok(self.sequence)
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.graveyard.reclaim(entries);
        !self.graveyard.is_empty()
    }

    fn sequence(&self) -> Sequence {
        self.sequence
    }

    fn fork(&self) -> Option<Box<dyn Store>> {
        let (spaces, sequence) = (Arc::clone(&self.spaces), self.sequence);
        Some(Box::new(Self { spaces, sequence, graveyard: Graveyard::default() }))
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        Box::new(Snapshot(Arc::clone(&self.spaces)))
    }
}

/// What a store held at some moment.
struct Snapshot(Arc<Spaces>);

impl Read for Snapshot {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.0.get(space, key)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.scan(space, range, direction, visit)
    }
}

#[cfg(test)]
mod tests;
