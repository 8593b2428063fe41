//! An event source mapping: a stream, a function, and how one is read for the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{ShardProgress, Tables};
use crate::trigger::failure::{Origin, document};
use crate::trigger::function::FunctionName;
use crate::trigger::invocation::{Batch, Content};
use crate::trigger::lane::{GivenUp, Lane, Step};
use crate::trigger::options::{MappingOptions, StartingPosition};
use crate::trigger::outcome::Outcome;
use crate::trigger::record::{ReaderRecord, shared_text};
use crate::trigger::shard_reader::{ShardReader, Source};

/// What became of a mapping's last call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum LastResult {
    NothingProcessed,
    Processed,
    Failed,
}

/// What a mapping is doing until a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Transition {
    Creating,
    Enabling,
    Disabling,
    Updating,
}

impl Transition {
    fn name(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Enabling => "Enabling",
            Self::Disabling => "Disabling",
            Self::Updating => "Updating",
        }
    }
}

/// A mapping.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// `UUID`.
    pub uuid: String,
    /// The function that is called.
    pub function: FunctionName,
    /// `EventSourceArn`.
    #[serde(with = "shared_text")]
    pub stream_arn: Arc<str>,
    /// `StartingPosition`.
    pub start: StartingPosition,
    /// How it reads and calls.
    pub options: MappingOptions,
    /// `LastModified`.
    pub modified: Timestamp,
    result: LastResult,
    pub(super) is_enabled: bool,
    pub(super) transition: (Transition, Timestamp),
    /// By the numbers of their shards; stored by themselves.
    #[serde(skip)]
    readers: BTreeMap<u64, ShardReader>,
    /// Whether shards that are met from now on began while the mapping was there, so that all of them is read.
    has_begun: bool,
}

/// A lane of a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// `ShardId`.
    pub(super) shard: String,
    pub(super) number: u64,
    pub(super) lane: usize,
}

/// What a mapping wants done.
pub(super) enum Wish {
    Call {
        place: Place,
        content: Content,
    },
    /// A destination is to be told.
    Tell {
        /// The number of the shard and its `ShardId`.
        shard: (u64, String),
        given_up: GivenUp,
    },
}

impl Mapping {
    pub(super) fn new(
        uuid: String,
        (function, stream_arn): (FunctionName, String),
        (start, options): (StartingPosition, MappingOptions),
        (is_enabled, now, until): (bool, Timestamp, Timestamp),
    ) -> Self {
        Self {
            uuid,
            function,
            stream_arn: stream_arn.into(),
            start,
            options,
            modified: now,
            result: LastResult::NothingProcessed,
            is_enabled,
            transition: (Transition::Creating, until),
            readers: BTreeMap::new(),
            has_begun: false,
        }
    }

    /// `State`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match self.transition {
            (transition, until) if now < until => transition.name(),
            _ if self.is_enabled => "Enabled",
            _ => "Disabled",
        }
    }

    /// Whether it was asked to read and call.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// What it was last asked to become: `Creating`, `Enabling`, `Disabling` or `Updating`.
    #[must_use]
    pub fn transition(&self) -> &'static str {
        self.transition.0.name()
    }

    /// `LastProcessingResult`.
    #[must_use]
    pub fn result(&self) -> &'static str {
        match self.result {
            LastResult::NothingProcessed => "No records processed",
            LastResult::Processed => "OK",
            LastResult::Failed => "PROBLEM: Function call failed",
        }
    }

    /// Whether it reads and calls, or will once its transition is over.
    pub(super) fn runs_at(&self) -> Option<Timestamp> {
        self.is_enabled.then_some(self.transition.1)
    }

    /// Takes up places in the stream as it stands. What a mapping that starts with the latest records has to see is
    /// what comes from the moment it was made.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where the stream is gone.
    pub(super) fn begin(&mut self, tables: &Tables) -> Result<(), Error> {
        for shard in tables.stream(&self.stream_arn)?.progress() {
            if self.readers.contains_key(&shard.number()) || !self.may_begin(&shard) {
                continue;
            }
            let is_past = !self.has_begun && self.start == StartingPosition::Latest;
            let reader = if is_past && shard.is_closed {
                ShardReader::of_nothing()
            } else {
                ShardReader::new(if is_past { shard.last } else { shard.first }, &self.options)
            };
            self.readers.insert(shard.number(), reader);
        }
        self.has_begun = true;
        Ok(())
    }

    /// A shard is read once the one that it continues was handled.
    fn may_begin(&self, shard: &ShardProgress) -> bool {
        let is_done = |parent: u64| self.readers.get(&parent).is_none_or(ShardReader::is_done);
        // When a mapping begins with the latest records, all shards there are begin together.
        (!self.has_begun && self.start == StartingPosition::Latest) || shard.parent().is_none_or(is_done)
    }

    /// When it has something to do.
    pub(super) fn next_event_at(&self, tables: &Tables) -> Option<Timestamp> {
        let runs_at = self.runs_at()?;
        let stream = tables.stream(&self.stream_arn).ok()?;
        let next = stream.progress().filter_map(|shard| match self.readers.get(&shard.number()) {
            Some(reader) => reader.next_event_at(&shard, &self.options),
            None => self.may_begin(&shard).then(Timestamp::default),
        });
        next.min().map(|next| next.max(runs_at))
    }

    /// Reads what there is to read; what it forgets, as that was trimmed away, is added to `gone`.
    ///
    /// # Errors
    /// `InternalServerError` where the store failed; it is tried again.
    pub(super) fn read(
        &mut self,
        (tables, region): (&Tables, &str),
        now: Timestamp,
        gone: &mut Vec<u64>,
    ) -> Result<(), Error> {
        if self.begin(tables).is_err() {
            return Ok(());
        }
        let shards: Vec<ShardProgress> = tables.stream(&self.stream_arn)?.progress().collect();
        let arn = Arc::clone(&self.stream_arn);
        let source = Source { tables, stream_arn: &arn, region };
        let mut outcome = Ok(());
        for shard in &shards {
            if let Some(reader) = self.readers.get_mut(&shard.number()) {
                outcome = outcome.and(reader.read(shard, &source, &self.options, now));
            }
        }
        // A reader of a shard that was trimmed away is not needed any more.
        self.readers.retain(|number, reader| {
            let stays = !reader.is_done() || shards.iter().any(|shard| shard.number() == *number);
            if !stays {
                gone.push(*number);
            }
            stays
        });
        outcome
    }

    /// What is to be done next, if anything is.
    pub(super) fn step(&mut self, tables: &Tables, region: &Arc<str>, now: Timestamp) -> Option<Wish> {
        for shard in tables.stream(&self.stream_arn).ok()?.progress() {
            let Some(reader) = self.readers.get_mut(&shard.number()) else { continue };
            let end = reader.end(&shard);
            let stepped = reader
                .lanes
                .iter_mut()
                .enumerate()
                .find_map(|(index, lane)| lane.step(&self.options, end, now).map(|step| (index, step)));
            match stepped {
                None => {}
                Some((_, Step::GiveUp(given_up))) => {
                    return Some(Wish::Tell { shard: (shard.number(), shard.id()), given_up });
                }
                Some((lane, Step::Invoke { records, window })) => {
                    let stream_arn = Arc::clone(&self.stream_arn);
                    let batch = Batch { region: Arc::clone(region), stream_arn, records };
                    let window = window.map(|window| (window, shard.id()));
                    let content = Content::Records { batch, window };
                    let place = Place { shard: shard.id(), number: shard.number(), lane };
                    return Some(Wish::Call { place, content });
                }
            }
        }
        None
    }

    /// Takes note of what became of a call; gives whether that is something else than before.
    pub(super) fn note_result(&mut self, outcome: &Outcome) -> bool {
        let result = match outcome {
            Outcome::Failed => LastResult::Failed,
            Outcome::Returned(_) => LastResult::Processed,
        };
        std::mem::replace(&mut self.result, result) != result
    }

    /// Goes on after a call; gives what is given up.
    pub(super) fn settle(&mut self, place: &Place, outcome: &Outcome, now: Timestamp) -> Option<GivenUp> {
        let reader = self.readers.get_mut(&place.number)?;
        reader.lanes.get_mut(place.lane)?.settle(&self.options, outcome, now)
    }

    /// The numbers of the shards that it reads.
    pub(super) fn shards(&self) -> impl Iterator<Item = u64> {
        self.readers.keys().copied()
    }

    /// What a store has to know of a shard's reader, where there is one.
    pub(super) fn reader_record(&self, shard: u64) -> Option<ReaderRecord> {
        self.readers.get(&shard).map(ShardReader::record)
    }

    /// Goes on with a shard where a store says that it was; `false` where the shard is gone.
    ///
    /// # Errors
    /// [`StoreError`](crate::store::StoreError) where the stream cannot be read.
    pub(super) fn adopt_reader(
        &mut self,
        shard: u64,
        record: &ReaderRecord,
        (tables, region): (&Tables, &str),
    ) -> Result<bool, Error> {
        let Ok(stream) = tables.stream(&self.stream_arn) else { return Ok(false) };
        let Some(there) = stream.progress().find(|there| there.number() == shard) else { return Ok(false) };
        let arn = Arc::clone(&self.stream_arn);
        let source = Source { tables, stream_arn: &arn, region };
        let reader = ShardReader::adopt(&there, record, &source, &self.options)?;
        self.readers.insert(shard, reader);
        Ok(true)
    }

    /// Whether what a function returns means something.
    pub(super) fn wants_answer(&self) -> bool {
        self.options.reports_failures || self.options.tumbling_window.is_some()
    }

    /// The document that a destination gets.
    pub(super) fn describe_failure(
        &self,
        shard: &str,
        given_up: &GivenUp,
        (request_id, function_arn): (&str, &str),
        now: Timestamp,
    ) -> Option<String> {
        let (first, last) = (given_up.records.first()?, given_up.records.last()?);
        let origin = Origin { request_id, function_arn, stream_arn: &self.stream_arn, shard };
        let ends = (first.as_ref(), last.as_ref(), given_up.records.len());
        Some(document(&origin, ends, (given_up.condition, given_up.invocations), now).to_string())
    }

    /// Lets what is under way be sent again, as nobody will say what became of it.
    pub(super) fn recall(&mut self) {
        self.readers.values_mut().flat_map(|reader| &mut reader.lanes).for_each(Lane::recall);
    }

    /// Changes how it reads and calls. What was read already is sent by the new options; another number of calls at a
    /// time waits until the records that were read are done, so that the order of an item's changes stays.
    pub(super) fn change(&mut self, options: MappingOptions) {
        if options.tumbling_window != self.options.tumbling_window {
            let lanes = self.readers.values_mut().flat_map(|reader| &mut reader.lanes);
            lanes.for_each(Lane::forget_window);
        }
        self.options = options;
    }
}
