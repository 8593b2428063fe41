//! Reading one shard: from the stream, through the filters, into lanes.

use std::sync::Arc;
use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{ShardPosition, ShardProgress, StreamRecord, Tables};
use crate::trigger::event::RecordEvent;
use crate::trigger::lane::{Delivery, Lane};
use crate::trigger::options::MappingOptions;
use crate::trigger::record::ReaderRecord;

/// Records of one read at most (facts 5.1).
const READ_MAX: usize = 1_000;
/// Batches that are read ahead for lanes that have something to do while another is held up.
const BATCHES_AHEAD: usize = 10;
/// From a read that failed to the next.
const READ_RETRY: Duration = Duration::from_secs(1);

/// A reader of one shard.
#[derive(Clone)]
pub(super) struct ShardReader {
    /// The number behind which it reads on.
    behind: u64,
    /// The shard is closed and all of it was read.
    ended: bool,
    pub(super) lanes: Vec<Lane>,
    /// The store failed; it is not asked again before.
    retry_at: Option<Timestamp>,
}

/// The stream that is read, and what its records say of where they are from.
pub(super) struct Source<'a> {
    pub(super) tables: &'a Tables,
    pub(super) stream_arn: &'a str,
    pub(super) region: &'a str,
}

impl ShardReader {
    pub(super) fn new(behind: u64, options: &MappingOptions) -> Self {
        Self { behind, ended: false, lanes: lanes(options), retry_at: None }
    }

    /// Of a shard whose records are not asked for.
    pub(super) fn of_nothing() -> Self {
        Self { behind: 0, ended: true, lanes: Vec::new(), retry_at: None }
    }

    /// What a store has to know.
    pub(super) fn record(&self) -> ReaderRecord {
        let ended = self.ended && self.lanes.iter().all(Lane::has_no_queue);
        ReaderRecord { ended, lanes: self.lanes.iter().map(|lane| lane.record(self.behind)).collect() }
    }

    /// As a store says that it was. The records of batches that were made are read again; what was read ahead of them
    /// is read when it is wanted.
    ///
    /// # Errors
    /// `InternalServerError` where the store fails.
    pub(super) fn adopt(
        shard: &ShardProgress,
        record: &ReaderRecord,
        source: &Source<'_>,
        options: &MappingOptions,
    ) -> Result<Self, Error> {
        let behind = record.lanes.iter().map(|lane| lane.behind).min().unwrap_or_default();
        let lanes = record.lanes.iter().map(Lane::adopt).collect();
        let mut reader = Self { behind, ended: record.ended, lanes, retry_at: None };
        let ranges = || record.lanes.iter().flat_map(|lane| &lane.batches).filter_map(|batch| batch.range);
        let first = ranges().map(|(first, _)| first).min();
        let last = ranges().map(|(_, last)| last).max();
        if let Some((first, last)) = first.zip(last) {
            reader.readmit((shard, record), (first, last), source, options)?;
        }
        reader.lanes.iter_mut().for_each(Lane::end_readmission);
        Ok(reader)
    }

    /// Reads the records of batches again, which have numbers from `first` to `last`.
    fn readmit(
        &mut self,
        (shard, record): (&ShardProgress, &ReaderRecord),
        (first, last): (u64, u64),
        source: &Source<'_>,
        options: &MappingOptions,
    ) -> Result<(), Error> {
        let mut behind = shard.first.max(first.saturating_sub(1));
        loop {
            let page = source.tables.read_shard(source.stream_arn, &shard.id(), behind, READ_MAX)?;
            let is_last = page.records.last().is_none_or(|newest| newest.sequence() >= last);
            for read in page.records.into_iter().take_while(|read| read.sequence() <= last) {
                if wanted(&read, source, options) {
                    let lane = lane_of(&read, self.lanes.len());
                    self.lanes[lane].readmit(&record.lanes[lane], Arc::new(Delivery::new(read)));
                }
            }
            match page.next {
                Some(next) if !is_last => behind = next,
                _ => return Ok(()),
            }
        }
    }

    /// Whether some of its lanes have settled what others have yet to read: the lanes stay as they are until then.
    fn is_catching_up(&self) -> bool {
        self.lanes.iter().any(|lane| lane.is_ahead_of(self.behind))
    }

    /// Whether all of the shard was handled, so that its children may begin.
    pub(super) fn is_done(&self) -> bool {
        self.ended && self.lanes.iter().all(Lane::is_empty)
    }

    /// Whether the shard has no more records, now (some) and ever (true).
    pub(super) fn end(&self, shard: &ShardProgress) -> Option<bool> {
        if self.ended {
            return Some(true);
        }
        (!self.is_behind(shard)).then_some(false)
    }

    fn is_behind(&self, shard: &ShardProgress) -> bool {
        shard.is_closed || shard.last > self.behind
    }

    /// When there is something to read or to send.
    pub(super) fn next_event_at(&self, shard: &ShardProgress, options: &MappingOptions) -> Option<Timestamp> {
        let reads = !self.ended && self.wants_records(options) && self.is_behind(shard);
        let reads_at = reads.then(|| self.retry_at.unwrap_or_default());
        let end = self.end(shard);
        let lanes = self.lanes.iter().filter_map(|lane| lane.next_event_at(options, end));
        lanes.chain(reads_at).min()
    }

    fn wants_records(&self, options: &MappingOptions) -> bool {
        if self.lanes.len() != options.parallelization_factor && !self.is_catching_up() {
            return self.lanes.iter().all(Lane::is_empty);
        }
        let waiting: usize = self.lanes.iter().map(Lane::len).sum();
        waiting < READ_MAX + BATCHES_AHEAD * options.batch_size * self.lanes.len()
            && self.lanes.iter().any(|lane| lane.wants_records(options))
    }

    /// Reads while there are records and lanes that want some.
    ///
    /// # Errors
    /// `InternalServerError`. It is tried again a little later.
    pub(super) fn read(
        &mut self,
        shard: &ShardProgress,
        source: &Source<'_>,
        options: &MappingOptions,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.retry_at.is_some_and(|at| at > now) {
            return Ok(());
        }
        while !self.ended && self.wants_records(options) && self.is_behind(shard) {
            if self.lanes.len() != options.parallelization_factor && !self.is_catching_up() {
                self.lanes = lanes(options);
            }
            let outcome = self.read_page(shard, source, options, now);
            self.retry_at = outcome.is_err().then(|| now + READ_RETRY);
            outcome?;
        }
        Ok(())
    }

    fn read_page(
        &mut self,
        shard: &ShardProgress,
        source: &Source<'_>,
        options: &MappingOptions,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (arn, id) = (source.stream_arn, shard.id());
        let page = match source.tables.read_shard(arn, &id, self.behind, READ_MAX) {
            Err(Error::TrimmedDataAccess(_)) => {
                // What was trimmed is gone, as on AWS.
                self.behind = source.tables.shard_position(arn, &id, &ShardPosition::TrimHorizon)?;
                source.tables.read_shard(arn, &id, self.behind, READ_MAX)?
            }
            page => page?,
        };
        match page.next {
            // Numbers that no record has are passed over.
            Some(next) if page.records.is_empty() => self.behind = next.max(shard.last),
            Some(next) => self.behind = next,
            None => self.ended = true,
        }
        for record in page.records {
            if wanted(&record, source, options) {
                let lane = lane_of(&record, self.lanes.len());
                self.lanes[lane].push(Arc::new(Delivery::new(record)), now);
            }
        }
        Ok(())
    }
}

fn lanes(options: &MappingOptions) -> Vec<Lane> {
    (0..options.parallelization_factor).map(|_| Lane::default()).collect()
}

/// Whether a record matches one of the filters.
fn wanted(record: &StreamRecord, source: &Source<'_>, options: &MappingOptions) -> bool {
    if options.filters.is_empty() {
        return true;
    }
    let event = RecordEvent { record, region: source.region, stream_arn: source.stream_arn }.tree();
    options.filters.iter().any(|filter| filter.pattern.matches(&event))
}

/// All records of an item fall to one lane.
fn lane_of(record: &StreamRecord, lanes: usize) -> usize {
    if lanes == 1 {
        return 0;
    }
    let hash = xxh3_64(record.keys.as_ref().as_bytes());
    usize::try_from(hash % lanes as u64).expect("invariant: it is less than the number of lanes")
}
