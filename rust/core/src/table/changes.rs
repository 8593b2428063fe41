//! What a table remembers of its changes, where a setting or a stream asks for it: a log that its global indexes are
//! brought up to date from, the journals of what it streams, and the states that eventually consistent reads may still
//! see.

mod change;
mod history;
mod log;
mod propagation;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::store::{Entry, Read, Space, StoreError, Write};
use crate::table::author::Author;
use crate::table::events::STORE_RETRY;
use crate::table::index::Index;
use crate::table::schedule::Schedule;
use crate::table::stream::{Journal, Stream};
use crate::value::{ItemRef, Key};

pub(in crate::table) use change::Change;
pub(in crate::table) use history::{History, Moment, Replaced};
pub(in crate::table) use log::ChangeLog;

/// States that are forgotten in one event; the others are forgotten in further events of the same moment.
const FORGOTTEN_PER_EVENT: usize = 1_024;

/// A table's memory of its changes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Changes {
    /// With a delay of global indexes.
    pub(in crate::table) log: Option<ChangeLog>,
    /// With stale reads. A database that is opened remembers none.
    #[serde(skip)]
    pub(in crate::table) history: Option<History>,
    /// While one is enabled.
    #[serde(default)]
    pub(in crate::table) stream: Option<Box<Stream>>,
    /// While changes go to Kinesis.
    #[serde(default)]
    pub(in crate::table) kinesis: Option<Box<Journal>>,
    /// Decides which states are seen.
    pub(in crate::table) random: Random,
    /// When the history forgets next.
    #[serde(skip)]
    forgets_at: Option<Timestamp>,
    /// The store failed; it is not asked again before.
    #[serde(skip)]
    retry_at: Option<Timestamp>,
    /// When the schedule of all tables has this one.
    #[serde(skip)]
    scheduled: Option<Timestamp>,
}

/// What a write in the making leaves behind once it is committed.
#[derive(Default)]
pub(in crate::table) struct Trace {
    replaced: Vec<Replaced>,
    logged: bool,
    /// Where in the stream.
    streamed: Option<usize>,
    /// Where in the journal of Kinesis.
    delivered: Option<usize>,
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
        let mut changes = Self::empty();
        changes.log = log.map(|(space, delay)| ChangeLog::new(space, delay));
        changes.random = Random::new(history.map_or(0, |(seed, _)| seed));
        changes.history = history.map(|(_, window)| History::new(window));
        Some(changes)
    }

    /// A memory that nothing asks for yet.
    pub(in crate::table) fn empty() -> Box<Self> {
        Box::new(Self {
            log: None,
            random: Random::new(0),
            history: None,
            stream: None,
            kinesis: None,
            forgets_at: None,
            retry_at: None,
            scheduled: None,
        })
    }

    /// Takes over what the database is set to, after this was read from a store.
    ///
    /// # Errors
    /// [`StoreError`] of the log or the journals.
    pub(in crate::table) fn adopt(
        &mut self,
        store: &dyn Read,
        delay: Duration,
        stale_reads: Duration,
    ) -> Result<(), StoreError> {
        self.history = (!stale_reads.is_zero()).then(|| History::new(stale_reads));
        self.log.as_mut().map_or(Ok(()), |log| log.adopt(store, delay))?;
        self.stream.as_mut().map_or(Ok(()), |stream| stream.adopt(store))?;
        self.kinesis.as_mut().map_or(Ok(()), |journal| journal.adopt(store))
    }

    /// Whether nothing asks for it any more.
    pub(in crate::table) fn is_idle(&self) -> bool {
        self.log.is_none() && self.history.is_none() && self.stream.is_none() && self.kinesis.is_none()
    }

    /// Prepares for a write of one item: adds its records to the batch `writes` where an index reads the log or a
    /// stream shows the change, and looks up what the batch replaces, from position `first` on. A stream shows no write
    /// that leaves its item equal (facts 5.2).
    pub(in crate::table) fn trace(
        &mut self,
        (old, new): (Option<&Entry>, Option<&Entry>),
        (key, author): (&Key, Author),
        indexes: &[Index],
        (writes, first): (&mut SmallVec<[Write; 2]>, usize),
        (store, now): (&dyn Read, Timestamp),
    ) -> Result<Trace, Error> {
        let mut trace = Trace::default();
        if let Some(history) = &self.history {
            trace.replaced = history.replaced(&writes[first..], store)?;
        }
        if let Some(log) = &mut self.log
            && (old.is_some() || new.is_some())
            && indexes.iter().any(|index| index.read_up_to().is_some())
        {
            writes.push(log.record(key.as_bytes(), (old, new), author, now));
            trace.logged = true;
        }
        if (self.stream.is_some() || self.kinesis.is_some()) && is_change(old, new) && author != Author::Copy
        {
            let mut record = |journal: &mut Journal| {
                let (write, position) = journal.record(key.as_bytes(), (old, new), author, now);
                writes.push(write);
                position
            };
            trace.streamed = self.stream.as_mut().map(|stream| record(&mut stream.journal));
            trace.delivered = self.kinesis.as_deref_mut().map(record);
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

    /// Keeps what a write left behind, after its commit; gives whether a stream got a record.
    pub(in crate::table) fn keep(&mut self, trace: &mut Trace, now: Timestamp) -> bool {
        if let Some(log) = self.log.as_mut().filter(|_| trace.logged) {
            log.note_committed(now);
        }
        if let Some((stream, position)) = self.stream.as_mut().zip(trace.streamed) {
            stream.journal.note_committed(position, now);
        }
        if let Some((journal, position)) = self.kinesis.as_mut().zip(trace.delivered) {
            journal.note_committed(position, now);
        }
        self.remember(std::mem::take(&mut trace.replaced), now);
        trace.streamed.is_some()
    }

    /// Forgets an index that is being dropped from the store; gives what is to be dropped with it, which is the whole
    /// log where no other index reads it.
    pub(in crate::table) fn drop_index(&mut self, index: Space, log_is_read: bool) -> Option<Write> {
        if let Some(history) = &mut self.history {
            history.drop_space(index);
        }
        let log = self.log.as_mut()?;
        if log_is_read {
            return Some(log.forget_cursor(index));
        }
        log.note_oldest(None);
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
        let stream = self.stream.as_ref().and_then(|stream| stream.journal.next_event_at());
        let kinesis = self.kinesis.as_ref().and_then(|journal| journal.next_event_at());
        let next = [propagation, stream, kinesis, self.forgets_at].into_iter().flatten().min();
        next.map(|next| self.retry_at.map_or(next, |retry_at| next.max(retry_at)))
    }

    /// Puts the table, whose changes these are, where they want it.
    pub(in crate::table) fn schedule(&mut self, table: &str, schedule: &mut Schedule) {
        let next = self.next_event_at();
        schedule.place(table, &mut self.scheduled, next);
    }

    /// Takes the table out of the schedule.
    pub(in crate::table) fn leave_schedule(&mut self, table: &str, schedule: &mut Schedule) {
        schedule.remove(table, &mut self.scheduled);
    }

    fn put_off(&mut self, now: Timestamp) {
        self.retry_at = Some(now + STORE_RETRY);
    }
}

/// Whether a write leaves its item other than it was. The order of attributes does not count.
fn is_change(old: Option<&Entry>, new: Option<&Entry>) -> bool {
    match (old, new) {
        (None, None) => false,
        (Some(old), Some(new)) => !ItemRef::trusted(old.value()).equals(&ItemRef::trusted(new.value())),
        _ => true,
    }
}
