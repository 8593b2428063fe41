//! An event source mapping: a stream, a function, and how one is read for the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{ShardProgress, Tables};
use crate::trigger::failure::{Origin, document};
use crate::trigger::function::FunctionName;
use crate::trigger::invocation::{Batch, Content};
use crate::trigger::lane::{GivenUp, Lane, Step};
use crate::trigger::options::{MappingOptions, StartingPosition};
use crate::trigger::outcome::Outcome;
use crate::trigger::shard_reader::{ShardReader, Source};

/// What a mapping said when it was last called.
const NOTHING_PROCESSED: &str = "No records processed";
const PROCESSED: &str = "OK";
const FAILED: &str = "PROBLEM: Function call failed";

/// A mapping.
#[derive(Clone)]
pub struct Mapping {
    /// `UUID`.
    pub uuid: String,
    /// The function that is called.
    pub function: FunctionName,
    /// `EventSourceArn`.
    pub stream_arn: Arc<str>,
    /// `StartingPosition`.
    pub start: StartingPosition,
    /// How it reads and calls.
    pub options: MappingOptions,
    /// `LastModified`.
    pub modified: Timestamp,
    /// `LastProcessingResult`.
    pub result: &'static str,
    pub(super) is_enabled: bool,
    /// What it is doing until a time: `Creating`, `Enabling`, `Disabling`, `Updating`, `Deleting`.
    pub(super) transition: (&'static str, Timestamp),
    /// By the numbers of their shards.
    readers: BTreeMap<u64, ShardReader>,
    /// Whether shards that are met from now on began while the mapping was there, so that all of them is read.
    has_begun: bool,
}

/// A lane of a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// `ShardId`.
    pub(super) shard: String,
    number: u64,
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
        shard: String,
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
            result: NOTHING_PROCESSED,
            is_enabled,
            transition: ("Creating", until),
            readers: BTreeMap::new(),
            has_begun: false,
        }
    }

    /// `State`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match self.transition {
            (state, until) if now < until => state,
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
        self.transition.0
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

    /// Reads what there is to read.
    ///
    /// # Errors
    /// `InternalServerError` where the store failed; it is tried again.
    pub(super) fn read(&mut self, tables: &Tables, region: &str, now: Timestamp) -> Result<(), Error> {
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
        let is_there = |number: u64| shards.iter().any(|shard| shard.number() == number);
        self.readers.retain(|number, reader| !reader.is_done() || is_there(*number));
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
                    return Some(Wish::Tell { shard: shard.id(), given_up });
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

    /// Goes on after a call; gives what is given up.
    pub(super) fn settle(&mut self, place: &Place, outcome: &Outcome, now: Timestamp) -> Option<GivenUp> {
        self.result = if matches!(outcome, Outcome::Failed) { FAILED } else { PROCESSED };
        let reader = self.readers.get_mut(&place.number)?;
        reader.lanes.get_mut(place.lane)?.settle(&self.options, outcome, now)
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
