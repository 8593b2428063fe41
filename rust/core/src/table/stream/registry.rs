//! All streams of the database: those that are enabled by name, and those that have ended.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::store::{Read, StoreError, Write};
use crate::table::kinesis::KinesisStreams;
use crate::table::record::{self, CATALOG, STREAMS};
use crate::table::stream::Stream;

/// The streams by their ARNs, which is by table and time. One that is enabled is with its table.
#[derive(Clone, Default)]
pub(in crate::table) struct Streams {
    arns: BTreeSet<String>,
    /// The Kinesis streams there are, whose records are of another kind.
    pub(in crate::table) kinesis: KinesisStreams,
    ended: BTreeMap<String, Stream>,
    /// When a stream that has ended is gone, or records of one are too old.
    next: Option<Timestamp>,
    /// Whether a store has yet to be told of something.
    has_changed: bool,
}

/// What a durable store holds about the streams that have ended.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndedStreams {
    ended: Vec<Stream>,
}

/// The name of the table in a stream's ARN.
pub(super) fn table_of(arn: &str) -> Option<&str> {
    Some(arn.split_once(":table/")?.1.split_once("/stream/")?.0)
}

impl Streams {
    /// The change that stores what has changed since this was asked last, if anything has.
    pub(in crate::table) fn take_change(&mut self) -> Option<Write> {
        let record = || EndedStreams { ended: self.ended.values().cloned().collect() };
        let write = self.has_changed.then(|| record::put(STREAMS, &record()));
        self.has_changed = false;
        write
    }

    /// Takes over what a store holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where that makes no sense.
    pub(in crate::table) fn restore(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let Some(entry) = store.get(CATALOG, STREAMS)? else { return Ok(()) };
        let record: EndedStreams = record::read(&entry)?;
        for mut stream in record.ended {
            stream.adopt(store)?;
            self.arns.insert(stream.arn.clone());
            self.ended.insert(stream.arn.clone(), stream);
        }
        self.plan(None);
        Ok(())
    }

    pub(super) fn contains(&self, arn: &str) -> bool {
        self.arns.contains(arn)
    }

    /// One that has ended.
    pub(super) fn ended(&self, arn: &str) -> Option<&Stream> {
        self.ended.get(arn)
    }

    pub(super) fn ended_mut(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.ended.values_mut()
    }

    /// Takes note of one that was enabled.
    pub(in crate::table) fn begin(&mut self, arn: String) {
        self.arns.insert(arn);
    }

    /// Keeps one that has ended.
    pub(super) fn end(&mut self, stream: Stream) {
        self.ended.insert(stream.arn.clone(), stream);
        self.has_changed = true;
        self.plan(None);
    }

    pub(super) fn remove(&mut self, arn: &str) {
        self.has_changed = true;
        self.ended.remove(arn);
        self.arns.remove(arn);
    }

    /// Up to `limit` ARNs behind `start`, of those that begin with `prefix`, and whether more follow.
    pub(super) fn page(&self, prefix: &str, start: Option<&str>, limit: usize) -> (Vec<&str>, bool) {
        let lower = match start {
            Some(start) if start >= prefix => Bound::Excluded(start),
            _ => Bound::Included(prefix),
        };
        let arns = self.arns.range::<str, _>((lower, Bound::Unbounded)).map(String::as_str);
        let mut arns = arns.take_while(|arn| arn.starts_with(prefix));
        let page = arns.by_ref().take(limit).collect();
        (page, arns.next().is_some())
    }

    /// The first stream that is gone by `now`.
    pub(super) fn first_gone(&self, now: Timestamp) -> Option<&Stream> {
        self.ended.values().find(|stream| stream.gone_at().is_some_and(|at| at <= now))
    }

    /// When something happens by itself.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.next
    }

    /// Finds out when something happens next, but not before `earliest`.
    pub(super) fn plan(&mut self, earliest: Option<Timestamp>) {
        let events =
            self.ended.values().flat_map(|stream| [stream.gone_at(), stream.journal.next_event_at()]);
        self.next = events.flatten().min().map(|next| earliest.map_or(next, |at| next.max(at)));
    }
}
