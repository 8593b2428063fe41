//! What a durable store holds about triggers.
//!
//! A mapping is a record, and so is each of its shards: a batch that is settled rewrites the record of its shard alone.
//! All rules are one record, and so are the URLs of functions; each call with a document of its own has one until it is
//! done.

use std::collections::BTreeSet;
use std::ops::{Bound, ControlFlow};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::random::Random;
use crate::store::{Direction, Entry, KeyRange, StoreError, Write};
use crate::table::Tables;
use crate::table::record::{self, CATALOG};
use crate::trigger::event_calls::EventCall;
use crate::trigger::function::FunctionName;
use crate::trigger::mapping::Mapping;
use crate::trigger::rule::Rule;
use crate::trigger::triggers::Triggers;
use crate::value::KeyBytes;

const MAPPING: &str = "trigger/mapping/";
const SHARD: &str = "trigger/shard/";
const CALL: &str = "trigger/call/";
const RULES: &str = "trigger/rules";
const FUNCTIONS: &str = "trigger/functions";
const SEQUENCES: &str = "trigger/sequences";

/// A part of the triggers that has a record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Part {
    Mapping(u64),
    /// Of a mapping, by the shard's number.
    Shard(u64, u64),
    Call(u64),
    Rules,
    Functions,
}

/// What identifiers and numbers are made from.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sequences {
    identifiers: Random,
    last_number: u64,
}

/// How far a shard is settled.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReaderRecord {
    /// All of it was read.
    pub(super) ended: bool,
    pub(super) lanes: Vec<LaneRecord>,
}

/// How far a lane of a shard is settled.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LaneRecord {
    /// Its records up to this number are settled, or in one of the batches.
    pub(super) behind: u64,
    pub(super) batches: Vec<BatchRecord>,
    /// The window whose calls have begun, with the state they handed on.
    pub(super) window: Option<(Timestamp, String)>,
}

/// A batch that is not settled: what failed keeps its bounds, so that it is halved and counted on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchRecord {
    /// The numbers of its first record and its last, where it has any.
    pub(super) range: Option<(u64, u64)>,
    pub(super) failures: u32,
    pub(super) ready_at: Timestamp,
    pub(super) closes_window: Option<bool>,
}

impl Part {
    fn key(&self) -> KeyBytes {
        let key = match self {
            Self::Mapping(number) => format!("{MAPPING}{number:020}"),
            Self::Shard(number, shard) => format!("{SHARD}{number:020}/{shard:020}"),
            Self::Call(number) => format!("{CALL}{number:020}"),
            Self::Rules => RULES.to_owned(),
            Self::Functions => FUNCTIONS.to_owned(),
        };
        KeyBytes::from_slice(key.as_bytes())
    }
}

impl Triggers {
    /// Takes note of a part that a durable store has to be told of.
    pub(super) fn change(&mut self, part: Part) {
        if self.is_durable {
            self.changed.insert(part);
        }
    }

    /// Takes note that a mapping has changed, with all that is known of its shards.
    pub(super) fn change_with_shards(&mut self, number: u64) {
        if !self.is_durable {
            return;
        }
        if let Some(mapping) = self.mappings.get(&number) {
            self.changed.extend(mapping.shards().map(|shard| Part::Shard(number, shard)));
        }
        self.changed.insert(Part::Mapping(number));
    }

    /// The changes that store what has changed since this was asked last.
    pub fn take_changes(&mut self) -> Vec<Write> {
        if self.changed.is_empty() {
            return Vec::new();
        }
        let changed = std::mem::take(&mut self.changed);
        let sequences = Sequences { identifiers: self.random.clone(), last_number: self.last_number };
        let mut writes = vec![record::put(SEQUENCES.as_bytes(), &sequences)];
        writes.extend(changed.into_iter().map(|part| self.write(&part)));
        writes
    }

    fn write(&self, part: &Part) -> Write {
        fn put(key: KeyBytes, record: Option<impl Serialize>) -> Write {
            match record {
                Some(record) => record::put(&key, &record),
                None => Write::Delete(CATALOG, key),
            }
        }
        let key = part.key();
        match part {
            Part::Mapping(number) => put(key, self.mappings.get(number)),
            Part::Shard(number, shard) => {
                put(key, self.mappings.get(number).and_then(|mapping| mapping.reader_record(*shard)))
            }
            Part::Call(number) => put(key, self.calls.get(*number)),
            Part::Rules => put(key, Some(self.rules.all().collect::<Vec<&Rule>>())),
            Part::Functions => put(key, Some(self.urls.iter().collect::<Vec<_>>())),
        }
    }

    /// Takes over what the store of the tables holds. Functions are awaited from then on: what names one waits until it
    /// is made known.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where that makes no sense.
    pub fn restore(&mut self, tables: &Tables) -> Result<(), StoreError> {
        let get = |key: &str| tables.store().get(CATALOG, key.as_bytes());
        if let Some(sequences) = get(SEQUENCES)? {
            let Sequences { identifiers, last_number } = record::read(&sequences)?;
            (self.random, self.last_number) = (identifiers, last_number);
        }
        if let Some(functions) = get(FUNCTIONS)? {
            self.urls = record::read::<Vec<(FunctionName, String)>>(&functions)?.into_iter().collect();
        }
        if let Some(rules) = get(RULES)? {
            record::read::<Vec<Rule>>(&rules)?.into_iter().for_each(|rule| self.rules.adopt(rule));
        }
        for entry in records(tables, MAPPING)? {
            let (number, _) = place(&entry, MAPPING)?;
            self.mappings.insert(number, record::read::<Mapping>(&entry)?);
        }
        for entry in records(tables, SHARD)? {
            let (number, shard) = place(&entry, SHARD)?;
            self.restore_shard((number, shard), &record::read(&entry)?, tables)?;
        }
        for entry in records(tables, CALL)? {
            let (number, _) = place(&entry, CALL)?;
            self.calls.insert(number, record::read::<EventCall>(&entry)?);
            self.calls.plan(number);
        }
        self.awaited = self.named_functions();
        Ok(())
    }

    fn restore_shard(
        &mut self,
        (number, shard): (u64, u64),
        record: &ReaderRecord,
        tables: &Tables,
    ) -> Result<(), StoreError> {
        let Some(mapping) = self.mappings.get_mut(&number) else {
            return Err(StoreError::Corrupted(format!("the shard {shard} of a trigger has no trigger")));
        };
        let adopted = mapping.adopt_reader(shard, record, (tables, &self.region));
        if !adopted.map_err(|error| StoreError::Failed(error.message().to_owned()))? {
            self.change(Part::Shard(number, shard));
        }
        Ok(())
    }

    /// All functions that something stored names.
    fn named_functions(&self) -> BTreeSet<FunctionName> {
        let mappings = self.mappings.values().flat_map(|mapping| {
            let destination = mapping.options.on_failure.as_deref().and_then(FunctionName::parse);
            destination.into_iter().chain([mapping.function.clone()])
        });
        let targets = self.rules.all().flat_map(|rule| rule.targets.values());
        let targets = targets.map(|target| target.function.clone());
        let calls = self.calls.all().map(|call| call.function.clone());
        mappings.chain(targets).chain(calls).chain(self.urls.keys().cloned()).collect()
    }
}

/// The records whose keys begin so.
fn records(tables: &Tables, prefix: &str) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::new();
    let range = KeyRange { lower: Bound::Included(prefix.as_bytes()), upper: Bound::Unbounded };
    tables.store().scan(CATALOG, range, Direction::Forward, &mut |entry| {
        if !entry.key().starts_with(prefix.as_bytes()) {
            return ControlFlow::Break(());
        }
        found.push(entry.clone());
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// The number in a record's key, and the one behind it where there is one.
fn place(entry: &Entry, prefix: &str) -> Result<(u64, u64), StoreError> {
    let key = std::str::from_utf8(entry.key()).ok().and_then(|key| key.strip_prefix(prefix));
    let place = key.and_then(|key| {
        let (number, rest) = key.split_once('/').unwrap_or((key, "0"));
        Some((number.parse().ok()?, rest.parse().ok()?))
    });
    place.ok_or_else(|| {
        StoreError::Corrupted(format!("the record {}: no number", String::from_utf8_lossy(entry.key())))
    })
}

/// Text that is shared in memory.
pub(super) mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        text: &Arc<str>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}
