//! Reading streams: which there are, places in a shard, and the records behind them.

use std::ops::ControlFlow;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::refusal::not_found;
use crate::table::stream::journal::JournalShard;
use crate::table::stream::registry::table_of;
use crate::table::stream::{Journal, Stream, StreamRecord, read_sequence_number};
use crate::table::tables::Tables;

/// Bytes of the records in one answer at most; a single record may have more.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// A place in a shard, as GetShardIterator names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShardPosition {
    /// Before the oldest record there is.
    TrimHorizon,
    /// Behind the latest one.
    Latest,
    /// At the record with this number.
    At(String),
    /// Behind it.
    After(String),
    /// At the first record made at this time or later.
    AtTime(Timestamp),
}

/// Records of a shard.
pub struct StreamPage {
    /// In order.
    pub records: Vec<StreamRecord>,
    /// Where to go on; none where the shard is closed and all of it was read.
    pub next: Option<u64>,
}

/// The text is AWS's (node-dynamodb-stream, issue 13).
fn trimmed() -> Error {
    Error::TrimmedDataAccess("The data you are trying to access has been trimmed".to_owned())
}

impl Tables {
    /// A stream.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn stream(&self, arn: &str) -> Result<&Stream, Error> {
        let table = table_of(arn).and_then(|name| self.find(name));
        let enabled = table.and_then(|table| table.changes.as_ref()?.stream.as_deref());
        let stream = enabled.filter(|stream| stream.arn == arn).or_else(|| self.streams.ended(arn));
        stream.ok_or_else(|| {
            Error::ResourceNotFound(format!("Requested resource not found: Stream: {arn} not found"))
        })
    }

    /// Up to `limit` streams behind `start`, of one table or of all, in order, and whether more follow.
    ///
    /// # Errors
    /// `ResourceNotFoundException` for a table that neither is there nor has left a stream.
    pub fn list_streams(
        &self,
        table: Option<&str>,
        start: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<&Stream>, bool), Error> {
        let prefix = table.map_or(String::new(), |name| format!("{}/stream/", self.arn(name)));
        let (arns, more) = self.streams.page(&prefix, start, limit);
        if let Some(name) = table.filter(|name| self.find(name).is_none())
            && self.streams.page(&prefix, None, 1).0.is_empty()
        {
            return Err(not_found(name));
        }
        let streams = arns.into_iter().map(|arn| self.stream(arn)).collect::<Result<_, _>>()?;
        Ok((streams, more))
    }

    /// How many records the streams of all tables have got: where it stays, no stream has news.
    #[must_use]
    pub fn streamed_records(&self) -> u64 {
        self.schedule.records
    }

    fn shard(&self, arn: &str, shard: &str) -> Result<(&Stream, &JournalShard), Error> {
        let stream = self.stream(arn)?;
        let found = stream.shard(shard).ok_or_else(|| {
            // The text is AWS's (node-dynamodb-stream, issue 16).
            Error::ResourceNotFound("Requested resource not found: Shard does not exist".to_owned())
        })?;
        Ok((stream, found))
    }

    /// The number behind which a place in a shard is.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `TrimmedDataAccessException`, `ValidationException` for a number that the shard
    /// does not have, `InternalServerError`.
    pub fn shard_position(&self, arn: &str, shard: &str, position: &ShardPosition) -> Result<u64, Error> {
        let (stream, shard) = self.shard(arn, shard)?;
        let (start, last) = (shard.name.number, shard.end.map_or(stream.journal.last(), |end| end.last));
        let first = shard.trimmed;
        let known = |text: &str| {
            let number = read_sequence_number(text).filter(|number| (start..=last).contains(number));
            number.ok_or_else(|| Error::Validation(format!("Invalid SequenceNumber: {text}")))
        };
        let untrimmed = |number: u64| if number < first { Err(trimmed()) } else { Ok(number) };
        match position {
            ShardPosition::TrimHorizon => Ok(first),
            ShardPosition::Latest => Ok(last),
            ShardPosition::At(text) => match known(text)? {
                // The shard's own first number, which no record has.
                number if number == start => untrimmed(number),
                number => untrimmed(number - 1),
            },
            ShardPosition::After(text) => untrimmed(known(text)?),
            ShardPosition::AtTime(time) => {
                self.position_of_time(&stream.journal, shard.name.number, (first, last), *time)
            }
        }
    }

    /// The largest number in a range behind which no record is older than `time`.
    fn position_of_time(
        &self,
        journal: &Journal,
        shard: u64,
        (first, last): (u64, u64),
        time: Timestamp,
    ) -> Result<u64, Error> {
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut next = None;
            journal.read(self.store.as_ref(), (shard, middle), |change| {
                next = Some((change.sequence(), change.at()));
                ControlFlow::Break(())
            })?;
            match next {
                Some((number, at)) if at < time => low = number,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Up to `limit` records of a shard behind a number, of 1 MB together.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `TrimmedDataAccessException`, `InternalServerError`.
    pub fn read_shard(&self, arn: &str, shard: &str, behind: u64, limit: usize) -> Result<StreamPage, Error> {
        let stream = self.stream(arn)?;
        // A shard that an iterator leads to was there; what is gone of it is trimmed.
        let shard = stream.shard(shard).ok_or_else(trimmed)?;
        if behind < shard.trimmed {
            return Err(trimmed());
        }
        let (mut records, mut position, mut bytes) = (Vec::new(), behind, 0);
        let place = (shard.name.number, behind);
        let more = stream.journal.read(self.store.as_ref(), place, |change| {
            if records.len() == limit {
                return ControlFlow::Break(());
            }
            let sequence = change.sequence();
            let record = StreamRecord::new(change, stream);
            bytes += record.size();
            if bytes > PAGE_BYTES_MAX && !records.is_empty() {
                return ControlFlow::Break(());
            }
            records.push(record);
            position = sequence;
            ControlFlow::Continue(())
        })?;
        let next = (more || shard.end.is_none()).then_some(position);
        Ok(StreamPage { records, next })
    }
}
