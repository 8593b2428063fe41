//! Sweeping away what nobody can ask for any more.

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Direction, KeyRange, Store, StoreError, Write};
use crate::table::past::epoch::Epoch;
use crate::table::past::{Past, record};
use crate::value::KeyBytes;

/// Records looked at in one event, and the time to the next one.
const SWEPT_PER_EVENT: usize = 1_024;
const SWEEP_PAUSE: Duration = Duration::from_millis(5);

/// A sweep comes after each such part of the recovery period: so much more than the period is stored at most.
const SWEEPS_PER_PERIOD: u32 = 8;

/// Which states can be asked for.
struct Wanted {
    /// Epochs that are held, in order.
    held: Vec<Epoch>,
    /// The first second that point-in-time recovery reaches.
    from: Option<i64>,
}

impl Wanted {
    /// Whether a record is needed: it tells the states from the epoch of the item's record before it up to its own.
    fn needs(&self, before: Epoch, own: Epoch) -> bool {
        let first = self.held.partition_point(|held| *held < before);
        self.held.get(first).is_some_and(|held| *held < own)
            || self.from.is_some_and(|from| from.max(before.second) < own.second)
    }
}

impl Past {
    /// When the next step of the sweep is.
    pub(in crate::table) fn next_event_at(&self) -> Option<Timestamp> {
        self.sweep_at
    }

    /// Sweeps from the beginning: something is wanted less than before.
    pub(in crate::table) fn sweep_from(&mut self, at: Timestamp) {
        self.swept_behind = None;
        self.sweep_at = Some(at);
    }

    /// Removes what is not wanted among the next records.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; the step is repeated then.
    pub(in crate::table) fn sweep(&mut self, store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
        if self.sweep_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        let wanted = self.wanted(now);
        let (mut before, mut item) = (Epoch::FIRST, KeyBytes::new());
        if let Some(last) = &self.swept_behind {
            let (prefix, epoch) = record::split(last)?;
            (before, item) = (epoch, KeyBytes::from_slice(prefix));
        }
        let start = self.swept_behind.take().unwrap_or_else(|| KeyBytes::from_slice(&record::HEAD));
        let range = KeyRange { lower: Bound::Excluded(&start), upper: Bound::Unbounded };
        let mut writes: SmallVec<[Write; 2]> = SmallVec::new();
        let (mut seen, mut last, mut failure): (usize, Option<KeyBytes>, Option<StoreError>) =
            (0, None, None);
        store.scan(self.space, range, Direction::Forward, &mut |entry| {
            let (prefix, epoch) = match record::split(entry.key()) {
                Ok(parts) => parts,
                Err(error) => {
                    failure = Some(error);
                    return ControlFlow::Break(());
                }
            };
            if item[..] != *prefix {
                (before, item) = (Epoch::FIRST, KeyBytes::from_slice(prefix));
            }
            if !wanted.needs(before, epoch) {
                writes.push(Write::Delete(self.space, KeyBytes::from_slice(entry.key())));
            }
            (before, seen) = (epoch, seen + 1);
            last = Some(KeyBytes::from_slice(entry.key()));
            if seen < SWEPT_PER_EVENT { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        if !writes.is_empty() {
            store.commit(Batch { writes })?;
        }
        if seen == SWEPT_PER_EVENT {
            (self.swept_behind, self.sweep_at) = (last, Some(now + SWEEP_PAUSE));
        } else {
            self.sweep_at =
                self.recovery.as_ref().map(|recovery| now + recovery.period() / SWEEPS_PER_PERIOD);
        }
        Ok(())
    }

    fn wanted(&self, now: Timestamp) -> Wanted {
        let mut held: Vec<Epoch> = self.holds.values().copied().collect();
        held.sort_unstable();
        let from = self.recovery.as_ref().map(|recovery| recovery.earliest(now).as_whole_seconds());
        Wanted { held, from }
    }
}
