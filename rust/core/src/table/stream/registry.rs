//! All streams of the database, also of tables that are gone.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::clock::Timestamp;
use crate::store::Space;
use crate::table::changes::ChangeLog;
use crate::table::stream::Stream;

/// The streams by their ARNs, which is by table and time.
#[derive(Default)]
pub(in crate::table) struct Streams {
    by_arn: BTreeMap<String, Stream>,
    /// The logs of tables that are gone and whose streams can still be read.
    pub(super) orphans: BTreeMap<Space, ChangeLog>,
    /// When a stream is gone, or records of an orphan are too old.
    next: Option<Timestamp>,
}

impl Streams {
    pub(super) fn get(&self, arn: &str) -> Option<&Stream> {
        self.by_arn.get(arn)
    }

    pub(super) fn get_mut(&mut self, arn: &str) -> Option<&mut Stream> {
        self.by_arn.get_mut(arn)
    }

    pub(super) fn insert(&mut self, stream: Stream) {
        self.by_arn.insert(stream.arn.clone(), stream);
    }

    pub(super) fn remove(&mut self, arn: &str) {
        self.by_arn.remove(arn);
    }

    /// Whether a stream shows records of a log.
    pub(in crate::table) fn read(&self, log: Space) -> bool {
        self.by_arn.values().any(|stream| stream.log == log)
    }

    /// Keeps the log of a table that goes, for its streams.
    pub(in crate::table) fn adopt(&mut self, log: ChangeLog) {
        self.orphans.insert(log.space(), log);
        self.plan(None);
    }

    /// Up to `limit` streams behind `start`, of one table or of all, and whether more follow.
    pub(super) fn page(
        &self,
        table: Option<&str>,
        start: Option<&str>,
        limit: usize,
    ) -> (Vec<&Stream>, bool) {
        let lower = start.map_or(Bound::Unbounded, Bound::Excluded);
        let streams = self.by_arn.range::<str, _>((lower, Bound::Unbounded)).map(|(_, stream)| stream);
        let mut streams = streams.filter(|stream| table.is_none_or(|table| stream.table == table));
        let page = streams.by_ref().take(limit).collect();
        (page, streams.next().is_some())
    }

    /// The first stream that is gone by `now`.
    pub(super) fn first_gone(&self, now: Timestamp) -> Option<&Stream> {
        self.by_arn.values().find(|stream| stream.gone_at().is_some_and(|at| at <= now))
    }

    /// When something happens by itself.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.next
    }

    /// Finds out when something happens next, but not before `earliest`.
    pub(super) fn plan(&mut self, earliest: Option<Timestamp>) {
        let gone = self.by_arn.values().filter_map(Stream::gone_at);
        let old = self.orphans.values().filter_map(|log| log.retention.trims_at());
        self.next = gone.chain(old).min().map(|next| earliest.map_or(next, |at| next.max(at)));
    }
}
