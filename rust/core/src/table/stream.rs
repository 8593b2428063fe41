//! A table's streams: its changes in order, seen through a view, for 24 hours (facts 5).
//!
//! Each stream has a journal of its own, whose shards follow the table's partitions. While it is enabled, it is with its
//! table and every write puts a record into its journal, in the item's own commit. One that has ended outlives that, and
//! its table ([`Streams`]).

mod journal;
mod lifecycle;
mod reader;
mod record;
mod registry;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::{Read, Space, StoreError};
use crate::table::schema::KeySchema;

use journal::{JournalShard, RETENTION, ShardName};

pub(in crate::table) use journal::Journal;
pub use reader::{ShardPosition, StreamPage};
pub use record::{StreamImage, StreamRecord};
pub(in crate::table) use registry::Streams;

/// What a stream's records carry beside the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StreamView {
    /// Nothing.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

impl StreamView {
    /// `StreamViewType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    fn shows_new(self) -> bool {
        matches!(self, Self::NewImage | Self::NewAndOldImages)
    }

    fn shows_old(self) -> bool {
        matches!(self, Self::OldImage | Self::NewAndOldImages)
    }
}

/// What UpdateTable does to a table's stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StreamChange {
    /// Begins one.
    Enable(StreamView),
    /// Ends the one there is.
    Disable,
}

/// The latest stream of a table, as the table tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatestStream {
    /// `LatestStreamArn`.
    pub arn: String,
    /// `LatestStreamLabel`.
    pub label: String,
    /// Its view while it is enabled.
    pub view: Option<StreamView>,
    /// The last number of it, once it has ended; that of the next one is higher.
    pub(in crate::table) last: u64,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// When it was disabled.
    at: Timestamp,
    /// When it becomes `DISABLED`.
    settled: Timestamp,
}

/// A part of a stream whose records have an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shard {
    /// `ShardId`.
    pub id: String,
    /// `StartingSequenceNumber`.
    pub start: String,
    /// `EndingSequenceNumber`, of a shard that gets no more records.
    pub end: Option<String>,
    /// The shard that this one continues.
    pub parent: Option<String>,
}

/// How far a shard is, in numbers: for readers inside of the engine, which ask again and again.
#[derive(Clone, Copy, Debug)]
pub struct ShardProgress {
    name: ShardName,
    parent: Option<ShardName>,
    /// The number behind which its first record is.
    pub first: u64,
    /// The last number that it has, or could have.
    pub last: u64,
    /// Whether it gets no more records.
    pub is_closed: bool,
}

impl ShardProgress {
    /// What tells it from the other shards of its stream.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.name.number
    }

    /// The number of the shard that it continues.
    #[must_use]
    pub fn parent(&self) -> Option<u64> {
        self.parent.map(|parent| parent.number)
    }

    /// `ShardId`.
    #[must_use]
    pub fn id(&self) -> String {
        shard_id(self.name)
    }
}

/// A stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    arn: String,
    label: String,
    view: StreamView,
    table: String,
    schema: KeySchema,
    created: Timestamp,
    /// When it becomes `ENABLED`.
    settled: Timestamp,
    pub(in crate::table) journal: Journal,
    end: Option<End>,
}

impl Stream {
    /// Finds in the store what its record does not follow.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        self.journal.adopt(store)
    }

    /// Where its records are in the store.
    pub(in crate::table) fn space(&self) -> Space {
        self.journal.space()
    }

    /// `StreamArn`.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// `StreamLabel`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What its records show.
    #[must_use]
    pub fn view(&self) -> StreamView {
        self.view
    }

    /// `TableName`.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The key of its table.
    #[must_use]
    pub fn schema(&self) -> &KeySchema {
        &self.schema
    }

    /// When it was asked for.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// `StreamStatus`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.end {
            None if now < self.settled => "ENABLING",
            None => "ENABLED",
            Some(end) if now < end.settled => "DISABLING",
            Some(_) => "DISABLED",
        }
    }

    /// Its shards, those first that were opened first.
    #[must_use]
    pub fn shards(&self) -> Vec<Shard> {
        let shards = self.journal.shards().into_iter();
        let described = shards.map(|shard| Shard {
            id: shard_id(shard.name),
            start: sequence_number(shard.name.number),
            end: shard.end.map(|end| sequence_number(end.last)),
            parent: shard.parent.map(shard_id),
        });
        described.collect()
    }

    /// How far its shards are, in the order of [`Stream::shards`].
    pub fn progress(&self) -> impl Iterator<Item = ShardProgress> {
        let last = self.journal.last();
        self.journal.shards().into_iter().map(move |shard| ShardProgress {
            name: shard.name,
            parent: shard.parent,
            first: shard.trimmed,
            last: shard.end.map_or(last, |end| end.last),
            is_closed: shard.end.is_some(),
        })
    }

    /// The shard of this name; none where there is none any more.
    fn shard(&self, id: &str) -> Option<&JournalShard> {
        let number = u64::from_str_radix(id.rsplit_once('-')?.1, 16).ok()?;
        self.journal.shard(number).filter(|shard| shard_id(shard.name) == id)
    }

    /// When nothing of it can be read any more.
    fn gone_at(&self) -> Option<Timestamp> {
        self.end.map(|end| end.at + RETENTION)
    }
}

/// A shard's name in AWS's form: the time in 20 digits, and eight more that tell shards of one moment apart.
fn shard_id(shard: ShardName) -> String {
    format!("shardId-{:020}-{:08x}", shard.opened.as_milliseconds(), shard.number)
}

/// A record's number as callers see it: 21 digits, as AWS's shortest (facts 5.1), so that texts sort as numbers do.
#[must_use]
fn sequence_number(sequence: u64) -> String {
    format!("1{sequence:020}")
}

/// The number that a caller names; none where it is no stream's.
#[must_use]
fn read_sequence_number(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('1').filter(|digits| digits.len() == 20)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_are_of_21_digits_and_sort_as_texts() {
        let numbers = [0, 9, 10, u64::MAX].map(sequence_number);
        assert!(numbers.is_sorted() && numbers.iter().all(|number| number.len() == 21));
        assert_eq!(numbers.map(|number| read_sequence_number(&number).unwrap()), [0, 9, 10, u64::MAX]);
        for wrong in ["", "1", "200000000000000000001", "10000000000000000000x", "1+0000000000000000001"] {
            assert_eq!(read_sequence_number(wrong), None, "{wrong}");
        }
    }
}
