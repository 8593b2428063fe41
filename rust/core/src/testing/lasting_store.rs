//! A store in memory that outlives its engine, as one on disk does.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::{
    Batch, Direction, Entry, Found, KeyRange, MemoryStore, Read, Sequence, Space, Store, StoreError,
};

/// Where a store stays while no engine has it.
#[derive(Clone, Default)]
pub struct StorePlace(Arc<Mutex<Option<MemoryStore>>>);

/// A store that goes back to its place when its engine is dropped, with all that was committed.
pub struct LastingStore {
    inner: Option<MemoryStore>,
    place: StorePlace,
}

impl StorePlace {
    /// The store, which is empty the first time.
    #[must_use]
    pub fn open(&self) -> LastingStore {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        LastingStore { inner: Some(inner.unwrap_or_default()), place: self.clone() }
    }
}

impl Drop for LastingStore {
    fn drop(&mut self) {
        *self.place.0.lock().unwrap_or_else(PoisonError::into_inner) = self.inner.take();
    }
}

impl LastingStore {
    fn inner(&self) -> &MemoryStore {
        self.inner.as_ref().expect("invariant: it is there until the drop")
    }

    fn inner_mut(&mut self) -> &mut MemoryStore {
        self.inner.as_mut().expect("invariant: it is there until the drop")
    }
}

impl Read for LastingStore {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.inner().get(space, key)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.inner().find(space, key)
    }

    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        self.inner().find_each(space, keys)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.inner().scan(space, range, direction, visit)
    }
}

impl Store for LastingStore {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        self.inner_mut().commit(batch)
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.inner_mut().reclaim(entries)
    }

    fn sequence(&self) -> Sequence {
        self.inner().sequence()
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        self.inner().snapshot()
    }

    fn is_durable(&self) -> bool {
        true
    }
}
