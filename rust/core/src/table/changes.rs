//! What a table remembers of its changes, where a setting or a stream asks for it: a log that its global indexes are
//! brought up to date from and its streams are read from, and the states that eventually consistent reads may still see.

mod history;
mod log;
mod propagation;
mod retention;
mod schedule;

use std::time::Duration;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::store::{Entry, Read, Space, Write};
use crate::table::author::Author;
use crate::table::events::STORE_RETRY;
use crate::table::index::Index;
use crate::table::replication::Version;
use crate::value::{ItemRef, Key};

pub(in crate::table) use history::{History, Moment, Replaced};
pub(in crate::table) use log::{Change, ChangeLog, Origin};
pub(in crate::table) use retention::{RETENTION, Retention};
pub(in crate::table) use schedule::Schedule;

/// States that are forgotten in one event; the others are forgotten in further events of the same moment.
const FORGOTTEN_PER_EVENT: usize = 1_024;

/// A table's memory of its changes.
pub(in crate::table) struct Changes {
    /// With a delay of global indexes, or with a stream.
    pub(in crate::table) log: Option<ChangeLog>,
    /// With stale reads.
    pub(in crate::table) history: Option<History>,
    /// Decides which states are seen.
    pub(in crate::table) random: Random,
    /// When the history forgets next.
    forgets_at: Option<Timestamp>,
    /// The store failed; it is not asked again before.
    retry_at: Option<Timestamp>,
    /// When the schedule of all tables has this one.
    scheduled: Option<Timestamp>,
}

/// What a write in the making leaves behind once it is committed.
#[derive(Default)]
pub(in crate::table) struct Trace {
    replaced: Vec<Replaced>,
    logged: bool,
}

impl Changes {
    /// A memory of nothing yet, with a log in a space of its own where indexes are delayed and a seed where reads may
    /// be stale.
    pub(in crate::table) fn new(
        log: Option<(Space, Duration)>,
        history: Option<(u64, Duration)>,
    ) -> Option<Box<Self>> {
        if log.is_none() && history.is_none() {
            return None;
        }
        Some(Box::new(Self {
            log: log.map(|(space, delay)| ChangeLog::new(space, Some(delay))),
            random: Random::new(history.map_or(0, |(seed, _)| seed)),
            history: history.map(|(_, window)| History::new(window)),
            forgets_at: None,
            retry_at: None,
            scheduled: None,
        }))
    }

    /// A memory that has a log for streams alone.
    pub(in crate::table) fn of_stream(space: Space) -> Box<Self> {
        Box::new(Self {
            log: Some(ChangeLog::new(space, None)),
            random: Random::new(0),
            history: None,
            forgets_at: None,
            retry_at: None,
            scheduled: None,
        })
    }

    /// Whether there is nothing to remember.
    pub(in crate::table) fn is_idle(&self) -> bool {
        self.log.is_none() && self.history.is_none()
    }

    /// Prepares for a write of one item: adds its record to the batch `writes` where an index, a stream or another
    /// Region reads the log, and looks up what the batch replaces, from position `first` on. A stream shows no write that leaves its
    /// item equal.
    pub(in crate::table) fn trace(
        &mut self,
        (old, new): (Option<&Entry>, Option<&Entry>),
        (key, author, version): (&Key, Author, Option<&Version>),
        indexes: &[Index],
        (writes, first): (&mut SmallVec<[Write; 2]>, usize),
        (store, now): (&dyn Read, Timestamp),
    ) -> Result<Trace, Error> {
        let mut trace = Trace::default();
        if let Some(history) = &self.history {
            trace.replaced = history.replaced(&writes[first..], store)?;
        }
        if let Some(log) = &mut self.log
            && (old.is_some() || new.is_some() || version.is_some())
        {
            let is_change = (old.is_some() || new.is_some()) && !are_equal(old, new);
            let is_shown = log.retention.is_open() && is_change && author != Author::Copy;
            let is_read = version.is_some() || indexes.iter().any(|index| index.read_up_to().is_some());
            if is_shown || is_read {
                let origin = Origin { author, is_shown, version };
                writes.push(log.record(key.as_bytes(), (old, new), origin, now));
                trace.logged = true;
            }
        }
        Ok(trace)
    }

    /// The state in which an eventually consistent read sees a key that holds `latest`.
    pub(in crate::table) fn see(
        &mut self,
        place: (Space, &[u8]),
        latest: Option<Entry>,
        now: Timestamp,
    ) -> Option<Entry> {
        let Some(history) = &self.history else { return latest };
        history.choose(place, latest, &mut self.random, now)
    }

    /// Keeps what a write left behind, after its commit.
    pub(in crate::table) fn keep(&mut self, trace: &mut Trace, now: Timestamp) {
        if let Some(log) = self.log.as_mut().filter(|_| trace.logged) {
            log.note_committed(now);
        }
        self.remember(std::mem::take(&mut trace.replaced), now);
    }

    /// Forgets an index that is being dropped from the store; gives what is to be dropped with it, which is the whole
    /// log where no other index and no stream reads it.
    pub(in crate::table) fn drop_index(&mut self, index: Space, log_is_read: bool) -> Option<Write> {
        if let Some(history) = &mut self.history {
            history.drop_space(index);
        }
        let log = self.log.as_mut()?;
        if log_is_read {
            return Some(log.forget_cursor(index));
        }
        log.note_oldest(None);
        if log.retention.trims_at().is_some() {
            return Some(log.forget_cursor(index));
        }
        Some(Write::Clear(log.space()))
    }

    fn remember(&mut self, replaced: Vec<Replaced>, now: Timestamp) {
        let Some(history) = &mut self.history else { return };
        if !replaced.is_empty() {
            history.record(replaced, now);
            self.forgets_at.get_or_insert(now + history.window());
        }
    }

    /// Forgets what no read may see any more.
    fn forget(&mut self, now: Timestamp) {
        let Some(history) = self.history.as_mut().filter(|_| self.forgets_at.is_some_and(|at| at <= now))
        else {
            return;
        };
        let more = history.forget(now, FORGOTTEN_PER_EVENT);
        // Once a window is enough: what stays longer is not seen, and there is no more of it than a window makes.
        self.forgets_at =
            if more { Some(now) } else { (!history.is_empty()).then(|| now + history.window()) };
    }

    /// When something happens by itself.
    fn next_event_at(&self) -> Option<Timestamp> {
        let propagation = self.log.as_ref().and_then(ChangeLog::due);
        let trimming = self.log.as_ref().and_then(|log| log.retention.trims_at());
        let next = propagation.into_iter().chain(trimming).chain(self.forgets_at).min();
        next.map(|next| self.retry_at.map_or(next, |retry_at| next.max(retry_at)))
    }

    fn put_off(&mut self, now: Timestamp) {
        self.retry_at = Some(now + STORE_RETRY);
    }
}

/// Whether a write leaves its item as it was.
fn are_equal(old: Option<&Entry>, new: Option<&Entry>) -> bool {
    old.zip(new)
        .is_some_and(|(old, new)| ItemRef::trusted(old.value()).equals(&ItemRef::trusted(new.value())))
}
