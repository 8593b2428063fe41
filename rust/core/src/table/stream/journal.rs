//! The records of a stream in the store, cut into shards (facts 5.3).
//!
//! A shard takes the changes of a range of keys, which is a partition of the table; so all changes of an item are in one
//! line of shards. When partitions split, their shards are closed and the shards of the new ones name them as parents;
//! and no shard takes records for longer than [`SHARD_LIFE`]. Numbers rise over all shards, also those of the shards
//! themselves: a shard's is lower than those of its records, and higher than those of its parent's.
//!
//! ```text
//! record  [1][8 bytes: number of the shard, big-endian][8: number of the record] -> a change
//! mark    [0][8 bytes: number of the shard] -> [8: number of the last record that was trimmed]
//! ```
//! Marks are only in a store that is durable: what is stored about the stream itself follows neither writes nor trims.

mod shard;

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Direction, Entry, KeyRange, Read, Space, Store, StoreError, Write};
use crate::table::author::Author;
use crate::table::changes::Change;
use crate::value::KeyBytes;

pub(super) use shard::{JournalShard, ShardEnd, ShardName};

/// How long a record can be read, and a shard that was closed, and a stream that was disabled (facts 5.1).
pub(in crate::table) const RETENTION: Duration = Duration::from_secs(24 * 3_600);

/// How long a shard takes records before another one goes on (facts 5.1; AWS publishes no figure).
pub(in crate::table) const SHARD_LIFE: Duration = Duration::from_secs(4 * 3_600);

/// Records that are trimmed in one commit; the others follow in further events of the same moment.
const TRIMMED_PER_EVENT: usize = 256;

const MARK: u8 = 0;
const RECORD: u8 = 1;
const RECORD_KEY_BYTES: usize = 17;

/// Records of one stream. Its space in the store is its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Journal {
    space: Space,
    /// The last number of a record or shard; a record that failed to be committed uses its number up.
    last: u64,
    /// The shards that take records, in the order of their keys.
    open: Vec<JournalShard>,
    closed: BTreeMap<u64, JournalShard>,
    /// How long a shard takes records, if there is an end to it.
    life: Option<Duration>,
    #[serde(skip)]
    next_event: Option<Timestamp>,
}

fn record_key(shard: u64, sequence: u64) -> [u8; RECORD_KEY_BYTES] {
    let mut key = [RECORD; RECORD_KEY_BYTES];
    key[1..9].copy_from_slice(&shard.to_be_bytes());
    key[9..].copy_from_slice(&sequence.to_be_bytes());
    key
}

fn mark_key(shard: u64) -> [u8; 9] {
    let mut key = [MARK; 9];
    key[1..].copy_from_slice(&shard.to_be_bytes());
    key
}

impl Journal {
    /// An empty journal with a shard for each of the partitions that begin at `starts`; its numbers are higher than
    /// `last`.
    pub(in crate::table) fn new(
        space: Space,
        last: u64,
        starts: impl IntoIterator<Item = KeyBytes>,
        life: Option<Duration>,
        now: Timestamp,
    ) -> Self {
        let mut journal =
            Self { space, last, open: Vec::new(), closed: BTreeMap::new(), life, next_event: None };
        for from in starts {
            let shard = journal.opened(from, None, now);
            journal.open.push(shard);
        }
        journal.plan();
        journal
    }

    /// Finds in the store which records there are, after the rest was read from it: a table's record does not follow
    /// every write.
    ///
    /// # Errors
    /// [`StoreError`], also for a record that is not what [`Journal::record`] made.
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        for shard in self.closed.values_mut().chain(&mut self.open) {
            let number = shard.name.number;
            if let Some(mark) = store.get(self.space, &mark_key(number))? {
                let trimmed = mark.value().try_into().map(u64::from_be_bytes);
                let corrupted = |_| StoreError::Corrupted("a mark of a stream's records".to_owned());
                shard.trimmed = shard.trimmed.max(trimmed.map_err(corrupted)?);
            }
            let (lower, upper) = (record_key(number, shard.trimmed), record_key(number, u64::MAX));
            let range = KeyRange { lower: Bound::Excluded(&lower), upper: Bound::Included(&upper) };
            let mut ends = [None, None];
            for (end, direction) in ends.iter_mut().zip([Direction::Forward, Direction::Backward]) {
                store.scan(self.space, range, direction, &mut |record| {
                    *end = Some(Change::decode(record));
                    ControlFlow::Break(())
                })?;
            }
            let [oldest, newest] = ends;
            shard.oldest = oldest.transpose()?.map(|change| change.at());
            let newest = newest.transpose()?.map_or(0, |change| change.sequence());
            self.last = self.last.max(newest).max(shard.trimmed);
        }
        self.plan();
        Ok(())
    }

    /// Keeps how far a shard is trimmed.
    fn mark(&self, shard: u64, trimmed: u64) -> Write {
        Write::put(self.space, Entry::new(&mark_key(shard), &trimmed.to_be_bytes()))
    }

    /// The shard that was opened last.
    pub(in crate::table) fn newest_shard(&self) -> u64 {
        self.open.iter().map(|shard| shard.name.number).max().unwrap_or(0)
    }

    fn opened(&mut self, from: KeyBytes, parent: Option<ShardName>, now: Timestamp) -> JournalShard {
        self.last += 1;
        let name = ShardName { opened: now, number: self.last };
        JournalShard { name, parent, end: None, from, trimmed: self.last, oldest: None }
    }

    /// Where it is in the store.
    pub(in crate::table) fn space(&self) -> Space {
        self.space
    }

    /// The last number there was.
    pub(in crate::table) fn last(&self) -> u64 {
        self.last
    }

    /// How many shards take records.
    pub(in crate::table) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// A shard that is there.
    pub(super) fn shard(&self, number: u64) -> Option<&JournalShard> {
        self.closed.get(&number).or_else(|| self.open.iter().find(|shard| shard.name.number == number))
    }

    /// All shards that are there, in the order of their numbers.
    pub(super) fn shards(&self) -> Vec<&JournalShard> {
        let mut shards: Vec<&JournalShard> = self.closed.values().chain(&self.open).collect();
        shards.sort_unstable_by_key(|shard| shard.name.number);
        shards
    }

    /// The record of a change at `now`, to be committed with it, and the position of its shard for
    /// [`Journal::note_committed`].
    pub(in crate::table) fn record(
        &mut self,
        key: &[u8],
        images: (Option<&Entry>, Option<&Entry>),
        author: Author,
        now: Timestamp,
    ) -> (Write, usize) {
        self.last += 1;
        let position = self.open.partition_point(|shard| shard.from[..] <= *key).saturating_sub(1);
        let place = record_key(self.open[position].name.number, self.last);
        (Write::put(self.space, Change::record(&place, key, images, author, now)), position)
    }

    /// Counts on a record made at `now` that was committed.
    pub(in crate::table) fn note_committed(&mut self, position: usize, now: Timestamp) {
        if self.open[position].oldest.is_none() {
            self.open[position].oldest = Some(now);
            let old = now + RETENTION;
            self.next_event = Some(self.next_event.map_or(old, |next| next.min(old)));
        }
    }

    /// Goes on with a shard for each of the partitions that begin at `starts`, which are those of before or parts of
    /// them.
    pub(in crate::table) fn follow(&mut self, starts: &[KeyBytes], now: Timestamp) {
        let before = std::mem::take(&mut self.open);
        let end = ShardEnd { last: self.last, at: now };
        let mut rest = starts;
        for (position, shard) in before.iter().enumerate() {
            let next = before.get(position + 1).map(|next| &next.from);
            let count = next.map_or(rest.len(), |next| rest.partition_point(|start| start < next));
            let (parts, behind) = rest.split_at(count);
            rest = behind;
            assert!(parts.first() == Some(&shard.from), "partitions split and never merge");
            if parts.len() == 1 {
                self.open.push(shard.clone());
                continue;
            }
            for from in parts {
                let child = self.opened(from.clone(), Some(shard.name), now);
                self.open.push(child);
            }
            self.closed.insert(shard.name.number, JournalShard { end: Some(end), ..shard.clone() });
        }
        self.plan();
    }

    /// Takes no more records.
    pub(in crate::table) fn close(&mut self, now: Timestamp) {
        let end = ShardEnd { last: self.last, at: now };
        for shard in std::mem::take(&mut self.open) {
            self.closed.insert(shard.name.number, JournalShard { end: Some(end), ..shard });
        }
        self.plan();
    }

    /// Calls `visit` with the records of a shard behind the number `behind`, in order, until it breaks. Gives whether
    /// it did.
    ///
    /// # Errors
    /// [`StoreError`], also for a record that is not what [`Journal::record`] made.
    pub(super) fn read(
        &self,
        store: &dyn Read,
        (shard, behind): (u64, u64),
        mut visit: impl FnMut(Change) -> ControlFlow<()>,
    ) -> Result<bool, StoreError> {
        let (lower, upper) = (record_key(shard, behind), record_key(shard, u64::MAX));
        let range = KeyRange { lower: Bound::Excluded(&lower), upper: Bound::Included(&upper) };
        let mut outcome = Ok(false);
        store.scan(self.space, range, Direction::Forward, &mut |record| {
            let flow = match Change::decode(record) {
                Ok(change) => visit(change),
                Err(error) => {
                    outcome = Err(error);
                    return ControlFlow::Break(());
                }
            };
            if flow.is_break() {
                outcome = Ok(true);
            }
            flow
        })?;
        outcome
    }

    /// When the oldest record was made.
    pub(in crate::table) fn oldest(&self) -> Option<Timestamp> {
        self.closed.values().chain(&self.open).filter_map(|shard| shard.oldest).min()
    }

    /// Calls `visit` with the records of the first open shard, in order, until it breaks.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub(in crate::table) fn read_open(
        &self,
        store: &dyn Read,
        visit: impl FnMut(Change) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let Some(shard) = self.open.first() else { return Ok(()) };
        self.read(store, (shard.name.number, shard.trimmed), visit).map(|_| ())
    }

    /// Removes the first records of the first open shard, which have these numbers.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; nothing was removed then.
    pub(in crate::table) fn remove(&mut self, store: &mut dyn Store, numbers: &[u64]) -> Result<(), Error> {
        let Some((shard, last)) = self.open.first().zip(numbers.last()) else { return Ok(()) };
        let number = shard.name.number;
        let key = |sequence: &u64| KeyBytes::from_slice(&record_key(number, *sequence));
        let mut batch = Batch::default();
        batch.writes.extend(numbers.iter().map(|sequence| Write::Delete(self.space, key(sequence))));
        if store.is_durable() {
            batch.writes.push(self.mark(number, *last));
        }
        store.commit(batch)?;
        let mut oldest = None;
        self.read(store, (number, *last), |change| {
            oldest = Some(change.at());
            ControlFlow::Break(())
        })?;
        let shard = &mut self.open[0];
        (shard.trimmed, shard.oldest) = (shard.trimmed.max(*last), oldest);
        self.plan();
        Ok(())
    }

    /// When something happens by itself: records become too old, shards are closed or gone.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.next_event
    }

    fn plan(&mut self) {
        let shards = self.closed.values().chain(&self.open);
        self.next_event = shards.filter_map(|shard| shard.next_event_at(self.life)).min();
    }

    /// Lets happen what is due, a bounded part of it.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; nothing happened then.
    pub(in crate::table) fn step(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        if self.next_event.is_none_or(|next| next > now) {
            return Ok(());
        }
        self.trim(store, now)?;
        self.roll(now);
        self.drop_gone(store, now)?;
        self.plan();
        Ok(())
    }

    /// Removes records that are too old, a bounded number of them.
    fn trim(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        let mut left = TRIMMED_PER_EVENT;
        let (mut batch, mut ends) = (Batch::default(), Vec::new());
        for shard in self.closed.values().chain(&self.open).filter(|shard| shard.is_old(now)) {
            let (mut trimmed, mut oldest) = (shard.trimmed, None);
            self.read(store, (shard.name.number, shard.trimmed), |change| {
                if change.at() + RETENTION > now || left == 0 {
                    oldest = Some(change.at());
                    return ControlFlow::Break(());
                }
                left -= 1;
                trimmed = change.sequence();
                let key = KeyBytes::from_slice(&record_key(shard.name.number, trimmed));
                batch.writes.push(Write::Delete(self.space, key));
                ControlFlow::Continue(())
            })?;
            ends.push((shard.name.number, trimmed, oldest));
        }
        if store.is_durable() {
            batch.writes.extend(ends.iter().map(|(number, trimmed, _)| self.mark(*number, *trimmed)));
        }
        if !batch.writes.is_empty() {
            store.commit(batch)?;
        }
        for (number, trimmed, oldest) in ends {
            let open = self.open.iter_mut().find(|shard| shard.name.number == number);
            let shard = self.closed.get_mut(&number).or(open).expect("invariant: it was read just now");
            (shard.trimmed, shard.oldest) = (trimmed, oldest);
        }
        Ok(())
    }

    /// Forgets shards that nothing can be read of any more.
    fn drop_gone(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        let gone = self.closed.values().filter(|shard| shard.is_gone(now));
        let mark = |shard: &JournalShard| {
            Write::Delete(self.space, KeyBytes::from_slice(&mark_key(shard.name.number)))
        };
        let writes: smallvec::SmallVec<[Write; 2]> = gone.map(mark).collect();
        if store.is_durable() && !writes.is_empty() {
            store.commit(Batch { writes })?;
        }
        self.closed.retain(|_, shard| !shard.is_gone(now));
        Ok(())
    }

    /// Closes shards that have taken records for long enough, and goes on with others.
    fn roll(&mut self, now: Timestamp) {
        let Some(life) = self.life else { return };
        for position in 0..self.open.len() {
            if self.open[position].name.opened + life > now {
                continue;
            }
            let end = Some(ShardEnd { last: self.last, at: now });
            let (from, parent) = (self.open[position].from.clone(), self.open[position].name);
            let child = self.opened(from, Some(parent), now);
            let shard = std::mem::replace(&mut self.open[position], child);
            self.closed.insert(parent.number, JournalShard { end, ..shard });
        }
    }
}
