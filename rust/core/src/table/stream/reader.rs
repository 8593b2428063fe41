//! Reading streams: which there are, places in a shard, and the records behind them.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Read;
use crate::table::catalog::Table;
use crate::table::changes::ChangeLog;
use crate::table::refusal::not_found;
use crate::table::stream::{Stream, StreamRecord, read_sequence_number};
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
        self.streams.get(arn).ok_or_else(|| {
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
        match table {
            Some(name) if self.find(name).is_none() && self.streams.page(table, None, 1).0.is_empty() => {
                Err(not_found(name))
            }
            _ => Ok(self.streams.page(table, start, limit)),
        }
    }

    fn shard(&self, arn: &str, shard: &str) -> Result<(&Stream, &ChangeLog), Error> {
        let stream = self.stream(arn)?;
        if stream.shard_id() != shard {
            // The text is AWS's (node-dynamodb-stream, issue 16).
            return Err(Error::ResourceNotFound(
                "Requested resource not found: Shard does not exist".to_owned(),
            ));
        }
        let of_table = |table: &Table| {
            table
                .changes
                .as_ref()
                .is_some_and(|changes| changes.log.as_ref().is_some_and(|log| log.space() == stream.log))
        };
        let table = self.find(&stream.table).filter(|table| of_table(table));
        let log = match table.and_then(|table| table.changes.as_ref()) {
            Some(changes) => changes.log.as_ref(),
            None => self.streams.orphans.get(&stream.log),
        };
        Ok((stream, log.expect("invariant: a stream's log is its table's or was adopted")))
    }

    /// The number behind which a place in a shard is.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `TrimmedDataAccessException`, `ValidationException` for a number that the shard
    /// does not have, `InternalServerError`.
    pub fn shard_position(&self, arn: &str, shard: &str, position: &ShardPosition) -> Result<u64, Error> {
        let (stream, log) = self.shard(arn, shard)?;
        let last = stream.end.map_or(log.last(), |end| end.last);
        let first = stream.start.max(log.retention.trimmed()).min(last);
        let known = |text: &str| {
            let number = read_sequence_number(text).filter(|number| (stream.start..=last).contains(number));
            number.ok_or_else(|| Error::Validation(format!("Invalid SequenceNumber: {text}")))
        };
        let untrimmed = |number: u64| if number < first { Err(trimmed()) } else { Ok(number) };
        match position {
            ShardPosition::TrimHorizon => Ok(first),
            ShardPosition::Latest => Ok(last),
            ShardPosition::At(text) => match known(text)? {
                // The shard's own first number, which no record has.
                number if number == stream.start => untrimmed(number),
                number => untrimmed(number - 1),
            },
            ShardPosition::After(text) => untrimmed(known(text)?),
            ShardPosition::AtTime(time) => self.position_of_time(log, (first, last), *time),
        }
    }

    /// The largest number in a range behind which no record is older than `time`.
    fn position_of_time(
        &self,
        log: &ChangeLog,
        (first, last): (u64, u64),
        time: Timestamp,
    ) -> Result<u64, Error> {
        let store: &dyn Read = self.store.as_ref();
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = low + (high - low) / 2;
            match log.read(store, middle, 1)?.first() {
                Some(change) if change.sequence() <= last && change.at() < time => low = change.sequence(),
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
        let (stream, log) = self.shard(arn, shard)?;
        if behind < log.retention.trimmed().min(stream.end.map_or(u64::MAX, |end| end.last)) {
            return Err(trimmed());
        }
        let last = stream.end.map_or(u64::MAX, |end| end.last);
        let (mut records, mut position, mut bytes) = (Vec::new(), behind, 0);
        loop {
            let changes = log.read(self.store.as_ref(), position, limit)?;
            let more =
                changes.last().is_some_and(|change| changes.len() == limit && change.sequence() <= last);
            let mut is_full = false;
            for change in changes.into_iter().take_while(|change| change.sequence() <= last) {
                let sequence = change.sequence();
                if change.is_shown() {
                    let record = StreamRecord::new(change, (&stream.arn, stream.view), &stream.schema);
                    bytes += record.size();
                    if bytes > PAGE_BYTES_MAX && !records.is_empty() {
                        is_full = true;
                        break;
                    }
                    records.push(record);
                }
                position = sequence;
            }
            // What the stream does not show is passed over, so that no page is empty before the end.
            if is_full || !more || position >= last || !records.is_empty() {
                let at_end = stream.end.is_some() && !is_full && (!more || position >= last);
                return Ok(StreamPage { records, next: (!at_end).then_some(position) });
            }
        }
    }
}
