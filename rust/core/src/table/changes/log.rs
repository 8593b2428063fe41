//! The committed changes of a table, in order, for readers that follow behind.
//!
//! The log is a space of its own in the store. A write puts its record into the item's own commit, so there is no
//! change without a record and no record without its change, whatever fails. Readers pull: each keeps the sequence it
//! has read up to and decides itself when to read on; what all of them have read is removed. Global indexes are such
//! readers. The table's streams are others, which keep what they show for 24 hours ([`Retention`]).
//!
//! ```text
//! key     [1][8 bytes: sequence, big-endian]
//! value   [8: time][4: key length][4: old length + 1, or 0][1: marks][version][table key][old image][new image]
//! version of a member of a global table alone: [1: length][bytes of the version]
//! cursor  [0][4 bytes: the index's space, big-endian] -> [8: sequence read up to]
//! ```

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::author::Author;
use crate::table::changes::Retention;
use crate::table::replication::Version;
use crate::value::{ItemRef, KeyBytes};

const CURSOR: u8 = 0;
const RECORD: u8 = 1;
const RECORD_KEY_BYTES: usize = 9;
const HEAD_BYTES: usize = 17;

/// Mark of a change that a stream shows.
const SHOWN: u8 = 1;
/// Mark of a change that the service made because an item's time had passed.
const TIME_TO_LIVE: u8 = 2;
/// Mark of a change with a version.
const VERSIONED: u8 = 4;

/// A change of one item: its record, of which the images are parts. Cheap to clone.
#[derive(Clone)]
pub(in crate::table) struct Change {
    record: Entry,
    at: Timestamp,
    marks: u8,
    key_start: usize,
    key_end: usize,
    /// Where the old image ends, if there is one.
    old_end: Option<usize>,
}

impl Change {
    fn decode(record: &Entry) -> Result<Self, StoreError> {
        let corrupted = || StoreError::Corrupted("a record of a table's change log".to_owned());
        let value = record.value();
        let (head, body) = value.split_at_checked(HEAD_BYTES).ok_or_else(corrupted)?;
        let (time, lengths) = head.split_first_chunk::<8>().ok_or_else(corrupted)?;
        let (key, old) = lengths.split_first_chunk::<4>().ok_or_else(corrupted)?;
        let (old, marks) = old.split_first_chunk::<4>().ok_or_else(corrupted)?;
        let (key, old) = (u32::from_be_bytes(*key) as usize, u32::from_be_bytes(*old) as usize);
        let marks = *marks.first().ok_or_else(corrupted)?;
        let version = match body.first() {
            Some(length) if marks & VERSIONED != 0 => 1 + usize::from(*length),
            _ => 0,
        };
        let key_start = HEAD_BYTES + version;
        let change = Self {
            record: record.clone(),
            at: Timestamp::from_nanos(i64::from_be_bytes(*time)),
            marks,
            key_start,
            key_end: key_start + key,
            old_end: old.checked_sub(1).map(|old| key_start + key + old),
        };
        let whole = record.key().len() == RECORD_KEY_BYTES
            && version + key + old.saturating_sub(1) <= body.len()
            && [change.old_image(), change.new_image()]
                .into_iter()
                .flatten()
                .all(|image| !image.as_bytes().is_empty());
        if whole { Ok(change) } else { Err(corrupted()) }
    }

    /// Its place among the table's changes. Numbers rise; some are missing, where a commit failed.
    pub(in crate::table) fn sequence(&self) -> u64 {
        sequence_of(self.record.key()).expect("invariant: the key was checked when it was decoded")
    }

    /// When it was committed.
    pub(in crate::table) fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether a stream shows it.
    pub(in crate::table) fn is_shown(&self) -> bool {
        self.marks & SHOWN != 0
    }

    /// Who made it.
    pub(in crate::table) fn author(&self) -> Author {
        if self.marks & TIME_TO_LIVE == 0 { Author::Caller } else { Author::TimeToLive }
    }

    /// The item's key in its table.
    pub(in crate::table) fn key(&self) -> &[u8] {
        &self.record.value()[self.key_start..self.key_end]
    }

    /// The item's version after it, where the table is one of a global table.
    pub(in crate::table) fn version(&self) -> Option<Version> {
        let has_version = self.marks & VERSIONED != 0;
        has_version.then(|| Version::from_bytes(&self.record.value()[HEAD_BYTES + 1..self.key_start]))
    }

    /// The item before.
    pub(in crate::table) fn old_image(&self) -> Option<ItemRef<'_>> {
        self.old_end.map(|end| ItemRef::trusted(&self.record.value()[self.key_end..end]))
    }

    /// The item after.
    pub(in crate::table) fn new_image(&self) -> Option<ItemRef<'_>> {
        let image = &self.record.value()[self.old_end.unwrap_or(self.key_end)..];
        (!image.is_empty()).then(|| ItemRef::trusted(image))
    }
}

fn record_key(sequence: u64) -> [u8; RECORD_KEY_BYTES] {
    let mut key = [RECORD; RECORD_KEY_BYTES];
    key[1..].copy_from_slice(&sequence.to_be_bytes());
    key
}

fn sequence_of(key: &[u8]) -> Option<u64> {
    key.strip_prefix(&[RECORD])?.try_into().ok().map(u64::from_be_bytes)
}

fn cursor_key(index: Space) -> [u8; 5] {
    let mut key = [CURSOR; 5];
    key[1..].copy_from_slice(&index.0.to_be_bytes());
    key
}

/// A table's log.
pub(in crate::table) struct ChangeLog {
    space: Space,
    /// How far indexes stay behind; none where no index follows the log.
    delay: Option<Duration>,
    pub(in crate::table) retention: Retention,
    /// The number of the last record; one that failed to be committed uses its number up.
    last: u64,
    /// When the oldest record was made that an index has still to read.
    oldest: Option<Timestamp>,
    /// The last record that no other Region needs any more, where there are others.
    pub(in crate::table) replicated: Option<u64>,
}

/// What a record tells beside key and images.
#[derive(Clone, Copy)]
pub(in crate::table) struct Origin<'a> {
    /// Who made the change.
    pub(in crate::table) author: Author,
    /// Whether a stream shows it.
    pub(in crate::table) is_shown: bool,
    /// The item's version after it.
    pub(in crate::table) version: Option<&'a Version>,
}

impl ChangeLog {
    /// An empty log in a space of its own, which indexes follow with a delay, if at all.
    pub(in crate::table) fn new(space: Space, delay: Option<Duration>) -> Self {
        Self { space, delay, retention: Retention::default(), last: 0, oldest: None, replicated: None }
    }

    /// Where it is in the store.
    pub(in crate::table) fn space(&self) -> Space {
        self.space
    }

    /// Whether indexes follow it.
    pub(in crate::table) fn feeds_indexes(&self) -> bool {
        self.delay.is_some()
    }

    /// Whether indexes that follow it are to have read a change made at `at`.
    pub(in crate::table) fn is_due(&self, at: Timestamp, now: Timestamp) -> bool {
        self.delay.is_some_and(|delay| at + delay <= now)
    }

    /// The number of the last record there was.
    pub(in crate::table) fn last(&self) -> u64 {
        self.last
    }

    /// Begins a stream, which shows the records from now on; gives the number that stands before the first of them.
    pub(in crate::table) fn begin_stream(&mut self) -> u64 {
        self.last += 1;
        self.retention.open();
        self.last
    }

    /// Whether a record is removed once the indexes have read it.
    pub(in crate::table) fn drops(&self, sequence: u64) -> bool {
        !self.retention.keeps(sequence) && self.replicated.is_none_or(|replicated| sequence <= replicated)
    }

    /// The record of a change at `now`, to be committed with it.
    pub(in crate::table) fn record(
        &mut self,
        key: &[u8],
        (old, new): (Option<&Entry>, Option<&Entry>),
        Origin { author, is_shown, version }: Origin<'_>,
        now: Timestamp,
    ) -> Write {
        self.last += 1;
        let image = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.value().len());
        let length =
            |bytes: usize| u32::try_from(bytes).expect("invariant: keys and items are far below 4 GiB");
        let extra = version.map_or(0, |version| 1 + version.as_bytes().len());
        let mut bytes =
            Vec::with_capacity(RECORD_KEY_BYTES + HEAD_BYTES + extra + key.len() + image(old) + image(new));
        bytes.extend_from_slice(&record_key(self.last));
        bytes.extend_from_slice(&now.as_nanos().to_be_bytes());
        bytes.extend_from_slice(&length(key.len()).to_be_bytes());
        bytes.extend_from_slice(&old.map_or(0, |old| length(old.value().len()) + 1).to_be_bytes());
        let expires = author == Author::TimeToLive;
        let marks = [(is_shown, SHOWN), (expires, TIME_TO_LIVE), (version.is_some(), VERSIONED)];
        bytes.push(marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark).sum());
        if let Some(version) = version.map(Version::as_bytes) {
            bytes.push(u8::try_from(version.len()).expect("invariant: the name of a Region is short"));
            bytes.extend_from_slice(version);
        }
        bytes.extend_from_slice(key);
        for image in [old, new].into_iter().flatten() {
            bytes.extend_from_slice(image.value());
        }
        Write::Put(self.space, Entry::from_joined(&bytes, RECORD_KEY_BYTES))
    }

    /// Counts on a record made at `now` that was committed.
    pub(in crate::table) fn note_committed(&mut self, now: Timestamp) {
        self.oldest.get_or_insert(now);
        self.retention.note_committed(now);
    }

    /// Takes note of the time of the oldest record that is still to be read.
    pub(in crate::table) fn note_oldest(&mut self, oldest: Option<Timestamp>) {
        self.oldest = oldest;
    }

    /// When the oldest record is to be read.
    pub(in crate::table) fn due(&self) -> Option<Timestamp> {
        self.oldest.zip(self.delay).map(|(oldest, delay)| oldest + delay)
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
        Write::Put(self.space, Entry::new(&cursor_key(index), &sequence.to_be_bytes()))
    }

    /// Forgets how far an index had read that is dropped.
    pub(in crate::table) fn forget_cursor(&self, index: Space) -> Write {
        Write::Delete(self.space, KeyBytes::from_slice(&cursor_key(index)))
    }
}

#[cfg(test)]
mod tests;
