//! What happens to tables by itself as time passes.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::Table;
use crate::table::changes::Changes;
use crate::table::tables::Tables;

/// How long a store that failed is left alone, before what it failed to do by itself is tried again.
pub(in crate::table) const STORE_RETRY: Duration = Duration::from_secs(1);

/// Entries of dropped tables and indexes that are freed in one event, and the time to the next one: an engine that
/// has nothing else to do frees four million a second, and one that has never waits for long.
const RECLAIMED_PER_EVENT: usize = 4_096;
const RECLAIM_PAUSE: Duration = Duration::from_millis(1);

impl Tables {
    /// When something happens by itself: a state ends, an index follows its table, the store frees what was dropped.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        let streams = self.streams.next_event_at();
        let events = [
            self.agenda.next(),
            self.past_event_at,
            self.wakeup.time(),
            self.schedule.next(),
            streams,
            self.reclaim_at,
        ];
        events.into_iter().flatten().min()
    }

    /// Lets happen what is due: states end, in the order of the tables' names, then indexes follow their
    /// tables and streams lose what is too old.
    ///
    /// # Errors
    /// `InternalServerError` when the store failed, the first time it did. What it failed to do is as before and is
    /// tried again after [`STORE_RETRY`]; all else happened.
    pub fn tick(&mut self, now: Timestamp) -> Result<(), Error> {
        let mut outcome = self.end_states(now);
        while let Some(name) = self.schedule.first_due(now) {
            outcome = outcome.and(self.follow_changes(&name, now));
        }
        outcome = outcome.and(self.follow_streams(now));
        self.reclaim_if_due(now);
        outcome
    }

    /// Frees a part of what was dropped where that is due: one part, however long nobody asked, as a caller may wait for
    /// it who has nothing to do with it.
    pub(crate) fn reclaim_if_due(&mut self, now: Timestamp) {
        if self.reclaim_at.is_some_and(|at| at <= now) {
            self.reclaim(now);
        }
    }

    /// Puts off what would be freed before `now`, by which the caller catches up.
    pub(crate) fn defer_reclaim(&mut self, now: Timestamp) {
        if self.reclaim_at.is_some_and(|at| at <= now) {
            self.reclaim_at = Some(now + RECLAIM_PAUSE);
        }
    }

    fn follow_changes(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let table =
            self.by_name.get_mut(name).expect("invariant: a table leaves the schedule before it goes");
        let newest = |table: &Table| {
            let stream = table.changes.as_ref().and_then(|changes| changes.stream.as_ref());
            stream.map(|stream| stream.journal.newest_shard())
        };
        let before = newest(table);
        let outcome = table.follow_changes(self.store.as_mut(), now);
        let has_rolled = newest(table) != before;
        if let Some(changes) = &mut table.changes {
            changes.schedule(name, &mut self.schedule);
        }
        if has_rolled {
            self.change(name);
        }
        outcome
    }

    /// Frees a part of what was dropped, and comes back for the rest.
    pub(in crate::table) fn reclaim(&mut self, now: Timestamp) {
        self.reclaim_at = self.store.reclaim(RECLAIMED_PER_EVENT).then(|| now + RECLAIM_PAUSE);
    }

    /// The memory that a new table has of its changes.
    pub(in crate::table) fn new_changes(&mut self) -> Option<Box<Changes>> {
        let (delay, window) = (self.settings.index_propagation, self.settings.stale_reads);
        let log = (!delay.is_zero()).then(|| (self.new_space(), delay));
        let history = (!window.is_zero()).then(|| (self.random.next_u64(), window));
        Changes::new(log, history)
    }
}
