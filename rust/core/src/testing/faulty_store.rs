//! A store that fails on purpose.

use std::ops::ControlFlow;

use crate::random::Random;
use crate::store::{Batch, Direction, Entry, Found, KeyRange, Read, Sequence, Space, Store, StoreError};

/// A store whose commits fail when they are told to: with [`StoreError::Failed`] and with nothing applied, as
/// the seam promises. Reads never fail.
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: S,
    fault: Fault,
    commits: u64,
    failures: u64,
}

#[derive(Debug)]
enum Fault {
    Nth(u64),
    Percent(u8, Random),
}

impl<S: Store> FaultyStore<S> {
    /// Fails the `nth` commit (the first is 1) and no other.
    pub fn failing_at(inner: S, nth: u64) -> Self {
        Self { inner, fault: Fault::Nth(nth), commits: 0, failures: 0 }
    }

    /// Fails `percent` of 100 commits, the same ones for the same seed.
    pub fn failing_percent(inner: S, percent: u8, seed: u64) -> Self {
        Self { inner, fault: Fault::Percent(percent, Random::new(seed)), commits: 0, failures: 0 }
    }

    /// How many commits were tried.
    pub fn commits(&self) -> u64 {
        self.commits
    }

    /// How many commits failed.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// The store behind the faults.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: Store> Read for FaultyStore<S> {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.inner.get(space, key)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.inner.find(space, key)
    }

    fn find_each(&self, space: Space, keys: &[&[u8]]) -> Result<Vec<Found>, StoreError> {
        self.inner.find_each(space, keys)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.inner.scan(space, range, direction, visit)
    }
}

impl<S: Store> Store for FaultyStore<S> {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        self.commits += 1;
        let fails = match &mut self.fault {
            Fault::Nth(nth) => self.commits == *nth,
            Fault::Percent(percent, random) => random.chance(*percent),
        };
        if fails {
            self.failures += 1;
            return Err(StoreError::Failed(format!("commit {} was told to fail", self.commits)));
        }
        self.inner.commit(batch)
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.inner.reclaim(entries)
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
