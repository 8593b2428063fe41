//! The changes of a replicated table, in order, for the other Regions that pull them.
//!
//! ```text
//! key     [8 bytes: sequence, big-endian]
//! value   [8: time][1: length][version][4: key length][table key][item]
//! ```
//!
//! A change that came from another Region stands here without its item: nobody reads it here, but its version is found by
//! it once that is to be removed. A deletion has no item either.

use std::ops::{Bound, ControlFlow};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::replication::version::Version;
use crate::value::{ItemRef, KeyBytes};

const SEQUENCE_BYTES: usize = 8;
const TIME_BYTES: usize = 8;

/// A change made in one Region, perhaps on its way to another. Cheap to clone.
#[derive(Clone)]
pub struct OutgoingChange {
    record: Entry,
    at: Timestamp,
    version: Version,
    key_start: usize,
    key_end: usize,
}

impl OutgoingChange {
    fn decode(record: &Entry) -> Result<Self, StoreError> {
        let corrupted = || StoreError::Corrupted("a record of a table's replication".to_owned());
        let (time, rest) = record.value().split_first_chunk::<TIME_BYTES>().ok_or_else(corrupted)?;
        let (length, rest) = rest.split_first().ok_or_else(corrupted)?;
        let (version, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(corrupted)?;
        let (key, rest) = rest.split_first_chunk::<4>().ok_or_else(corrupted)?;
        let key = u32::from_be_bytes(*key) as usize;
        if key > rest.len() || record.key().len() != SEQUENCE_BYTES {
            return Err(corrupted());
        }
        let key_start = TIME_BYTES + 1 + version.len() + 4;
        Ok(Self {
            record: record.clone(),
            at: Timestamp::from_nanos(i64::from_be_bytes(*time)),
            version: Version::from_bytes(version),
            key_start,
            key_end: key_start + key,
        })
    }

    /// Its number in its Region.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        sequence_of(self.record.key()).expect("invariant: the key was checked when it was decoded")
    }

    /// When it was committed.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The item's version after it.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The item's key in its table.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.record.value()[self.key_start..self.key_end]
    }

    /// The item after it; none where the item is gone.
    #[must_use]
    pub fn image(&self) -> Option<ItemRef<'_>> {
        let image = &self.record.value()[self.key_end..];
        (!image.is_empty()).then(|| ItemRef::trusted(image))
    }
}

fn sequence_of(key: &[u8]) -> Option<u64> {
    key.try_into().ok().map(u64::from_be_bytes)
}

/// See the module.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct ReplicationLog {
    pub(in crate::table) space: Space,
    /// The number of the last record; one that failed to be committed uses its number up.
    pub(in crate::table) last: u64,
}

impl ReplicationLog {
    /// An empty log in a space of its own. Its numbers are those of no log before it: they begin with the nanoseconds
    /// of its time, so that who has read another log of the table's name reads all of this one.
    pub(in crate::table) fn new(space: Space, now: Timestamp) -> Self {
        let mut log = Self { space, last: 0 };
        log.go_on_from(now);
        log
    }

    /// Gives no number any more that was given before a time: there are not as many changes as nanoseconds.
    pub(in crate::table) fn go_on_from(&mut self, now: Timestamp) {
        self.last = self.last.max(now.as_nanos().max(0).cast_unsigned());
    }

    /// How many records there are behind a number; `most`, where there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn count(
        &self,
        store: &dyn Read,
        behind: u64,
        most: u64,
    ) -> Result<u64, StoreError> {
        if behind >= self.last {
            return Ok(0);
        }
        let lower = behind.to_be_bytes();
        let range = KeyRange { lower: Bound::Excluded(&lower), upper: Bound::Unbounded };
        let mut count = 0;
        store.scan(self.space, range, Direction::Forward, &mut |_| {
            count += 1;
            if count < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(count)
    }

    /// Finds the last record there is, after the rest was read from the store: a table's record does not follow every
    /// write, but is written before records are removed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let all = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        store.scan(self.space, all, Direction::Backward, &mut |record| {
            self.last = self.last.max(sequence_of(record.key()).unwrap_or_default());
            ControlFlow::Break(())
        })
    }

    /// The record of a change at `now`, to be committed with it.
    pub(in crate::table) fn record(
        &mut self,
        key: &[u8],
        version: &Version,
        image: Option<&Entry>,
        now: Timestamp,
    ) -> Write {
        self.last += 1;
        let (version, image) = (version.as_bytes(), image.map(Entry::value).unwrap_or_default());
        let length = SEQUENCE_BYTES + TIME_BYTES + 1 + version.len() + 4 + key.len() + image.len();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(&self.last.to_be_bytes());
        bytes.extend_from_slice(&now.as_nanos().to_be_bytes());
        bytes.push(u8::try_from(version.len()).expect("invariant: the name of a Region is short"));
        bytes.extend_from_slice(version);
        let key_length = u32::try_from(key.len()).expect("invariant: keys are far below 4 GiB");
        bytes.extend_from_slice(&key_length.to_be_bytes());
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(image);
        Write::put(self.space, Entry::from_joined(&bytes, SEQUENCE_BYTES))
    }

    /// Up to `count` records behind the number `behind`, in order.
    ///
    /// # Errors
    /// [`StoreError`], also for a record that is not what [`ReplicationLog::record`] made.
    pub(in crate::table) fn read(
        &self,
        store: &dyn Read,
        behind: u64,
        count: usize,
    ) -> Result<Vec<OutgoingChange>, StoreError> {
        let lower = behind.to_be_bytes();
        let range = KeyRange { lower: Bound::Excluded(&lower), upper: Bound::Unbounded };
        let mut changes = Vec::new();
        let mut failure = None;
        store.scan(self.space, range, Direction::Forward, &mut |record| {
            match OutgoingChange::decode(record) {
                Ok(change) => changes.push(change),
                Err(error) => failure = Some(error),
            }
            if changes.len() < count && failure.is_none() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        failure.map_or(Ok(changes), Err)
    }

    /// Removes a record.
    pub(in crate::table) fn trim(&self, sequence: u64) -> Write {
        Write::Delete(self.space, KeyBytes::from_slice(&sequence.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Batch, MemoryStore, Store};
    use crate::value::Encoder;

    #[test]
    fn a_record_gives_back_what_it_was_made_of() {
        let (mut store, mut log) = (MemoryStore::new(), ReplicationLog::new(Space(20), Timestamp::default()));
        let mut item = Encoder::item();
        item.name("v").string("text");
        let item = item.finish_item();
        let entry = Entry::new(b"key", item.as_ref().as_bytes());
        let at = Timestamp::from_seconds(7);
        let version = Version::new(at, "us-east-1");
        let writes = [Some(&entry), None].map(|image| log.record(b"key", &version, image, at));
        store.commit(Batch { writes: writes.into_iter().collect() }).unwrap();
        let changes = log.read(&store, 0, 10).unwrap();
        assert_eq!(changes.len(), 2);
        for (change, number) in changes.iter().zip(1..) {
            assert_eq!((change.sequence(), change.at(), change.key()), (number, at, &b"key"[..]));
            assert_eq!(*change.version(), version);
        }
        assert!(changes[0].image().is_some_and(|image| image.equals(&item.as_ref())));
        assert!(changes[1].image().is_none());
        let cut = Entry::new(&3_u64.to_be_bytes(), &[0; 9]);
        store.commit(Batch { writes: [Write::put(Space(20), cut)].into_iter().collect() }).unwrap();
        assert!(log.read(&store, 0, 10).is_err());
    }
}
