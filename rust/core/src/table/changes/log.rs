//! The committed changes of a table, in order, for readers that follow behind.
//!
//! The log is a space of its own in the store. A write puts its record into the item's own commit, so there is no
//! change without a record and no record without its change, whatever fails. Readers pull: each keeps the sequence it
//! has read up to and decides itself when to read on; what all of them have read is removed. Global indexes are the
//! readers there are; a stream keeps what it shows in a journal of its own.
//!
//! ```text
//! key     [1][8 bytes: sequence, big-endian]
//! value   a change
//! cursor  [0][4 bytes: the index's space, big-endian] -> [8: sequence read up to]
//! ```

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::author::Author;
use crate::table::changes::Change;
use crate::value::KeyBytes;

const CURSOR: u8 = 0;
const RECORD: u8 = 1;
const RECORD_KEY_BYTES: usize = 9;

fn record_key(sequence: u64) -> [u8; RECORD_KEY_BYTES] {
    let mut key = [RECORD; RECORD_KEY_BYTES];
    key[1..].copy_from_slice(&sequence.to_be_bytes());
    key
}

fn sequence_of(key: &[u8]) -> Option<u64> {
    key.strip_prefix(&[RECORD])?.try_into().ok().map(u64::from_be_bytes)
}

fn sequence_in(cursor: &Entry) -> Option<u64> {
    cursor.value().try_into().ok().map(u64::from_be_bytes)
}

fn cursor_key(index: Space) -> [u8; 5] {
    let mut key = [CURSOR; 5];
    key[1..].copy_from_slice(&index.0.to_be_bytes());
    key
}

/// A table's log.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct ChangeLog {
    space: Space,
    /// A setting of the database, not of what it stores.
    #[serde(skip)]
    delay: Duration,
    /// The number of the last record; one that failed to be committed uses its number up.
    last: u64,
    /// When the oldest record was made that an index has still to read.
    #[serde(skip)]
    oldest: Option<Timestamp>,
}

impl ChangeLog {
    /// An empty log in a space of its own, which indexes follow with a delay.
    pub(in crate::table) fn new(space: Space, delay: Duration) -> Self {
        Self { space, delay, last: 0, oldest: None }
    }

    /// Takes over the delay, and finds where the log begins and ends in the store: a table's record does not follow
    /// every write.
    ///
    /// # Errors
    /// [`StoreError`], also for a record that is not what [`ChangeLog::record`] made.
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read, delay: Duration) -> Result<(), StoreError> {
        self.delay = delay;
        let mut last = None;
        let records = KeyRange { lower: Bound::Included(&[RECORD]), upper: Bound::Unbounded };
        store.scan(self.space, records, Direction::Backward, &mut |record| {
            last = sequence_of(record.key());
            ControlFlow::Break(())
        })?;
        let cursors = KeyRange { lower: Bound::Unbounded, upper: Bound::Excluded(&[RECORD]) };
        let mut read = 0;
        store.scan(self.space, cursors, Direction::Forward, &mut |cursor| {
            read = read.max(sequence_in(cursor).unwrap_or(0));
            ControlFlow::Continue(())
        })?;
        self.last = self.last.max(last.unwrap_or(0)).max(read);
        self.oldest = self.read(store, 0, 1)?.first().map(Change::at);
        Ok(())
    }

    /// How far an index has read, where the store knows it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn cursor_of(
        &self,
        store: &dyn Read,
        index: Space,
    ) -> Result<Option<u64>, StoreError> {
        let cursor = store.get(self.space, &cursor_key(index))?;
        Ok(cursor.as_ref().and_then(sequence_in))
    }

    /// Where it is in the store.
    pub(in crate::table) fn space(&self) -> Space {
        self.space
    }

    /// How far indexes stay behind.
    pub(in crate::table) fn delay(&self) -> Duration {
        self.delay
    }

    /// The number of the last record there was.
    pub(in crate::table) fn last(&self) -> u64 {
        self.last
    }

    /// The record of a change at `now`, to be committed with it.
    pub(in crate::table) fn record(
        &mut self,
        key: &[u8],
        images: (Option<&Entry>, Option<&Entry>),
        author: Author,
        now: Timestamp,
    ) -> Write {
        self.last += 1;
        let record = Change::record(&record_key(self.last), key, images, author, now);
        Write::put(self.space, record)
    }

    /// Counts on a record made at `now` that was committed.
    pub(in crate::table) fn note_committed(&mut self, now: Timestamp) {
        self.oldest.get_or_insert(now);
    }

    /// Takes note of the time of the oldest record that is still to be read.
    pub(in crate::table) fn note_oldest(&mut self, oldest: Option<Timestamp>) {
        self.oldest = oldest;
    }

    /// When the oldest record is to be read.
    pub(in crate::table) fn due(&self) -> Option<Timestamp> {
        self.oldest.map(|oldest| oldest + self.delay)
    }

    /// Up to `count` records behind the number `behind`, in order.
    ///
    /// # Errors
    /// [`StoreError`], also for a record that is not what [`ChangeLog::record`] made.
    pub(in crate::table) fn read(
        &self,
        store: &dyn Read,
        behind: u64,
        count: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let lower = record_key(behind);
        let range = KeyRange { lower: Bound::Excluded(&lower), upper: Bound::Unbounded };
        let mut changes = Vec::new();
        let mut failure = None;
        store.scan(self.space, range, Direction::Forward, &mut |record| {
            match Change::decode(record) {
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

    /// Removes a record that every reader has read.
    pub(in crate::table) fn trim(&self, sequence: u64) -> Write {
        Write::Delete(self.space, KeyBytes::from_slice(&record_key(sequence)))
    }

    /// Keeps how far an index has read.
    pub(in crate::table) fn cursor(&self, index: Space, sequence: u64) -> Write {
        Write::put(self.space, Entry::new(&cursor_key(index), &sequence.to_be_bytes()))
    }

    /// Forgets how far an index had read that is dropped.
    pub(in crate::table) fn forget_cursor(&self, index: Space) -> Write {
        Write::Delete(self.space, KeyBytes::from_slice(&cursor_key(index)))
    }
}

#[cfg(test)]
mod tests;
