//! Meters: what was consumed, minute by minute.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{NANOS_PER_SECOND, Timestamp};

use super::capacity::CapacityUnits;

/// The period of a data point.
pub const MINUTE: Duration = Duration::from_secs(60);

/// Minutes a meter looks back: a day for charts and a quarter of an hour for the alarms that look at its
/// beginning. Older minutes are forgotten.
pub const MINUTES_MAX: usize = 1_440 + 15;

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;

/// What is known of one minute. A minute without traffic is a point of zeros (facts 3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    /// When the minute began.
    pub start: Timestamp,
    /// `Sum` of `Consumed...CapacityUnits`.
    pub consumed: CapacityUnits,
    /// `Provisioned...CapacityUnits` at the end of the minute (or now, in the running one); zero on demand.
    pub provisioned: u64,
    /// `...ThrottleEvents`.
    pub throttle_events: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Minute {
    /// Nanoseconds since the epoch.
    start: i64,
    consumed: CapacityUnits,
    throttle_events: u64,
}

/// The consumption of one table or index in one direction (read or write), by the minute.
///
/// Only minutes with traffic are kept, and one entry for each minute in which the provisioned value changed, so
/// an idle table costs nothing and a busy one [`MINUTES_MAX`] entries of each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Meter {
    /// The minute the meter began in, in nanoseconds since the epoch.
    first: i64,
    /// Ascending. Not stored: a database that is opened begins its charts anew.
    #[serde(skip)]
    minutes: VecDeque<Minute>,
    /// Minute and value from then on, ascending; never empty.
    provisioned: VecDeque<(i64, u64)>,
}

impl Meter {
    /// A meter of something provisioned with `provisioned` units a second from `now` on.
    #[must_use]
    pub fn new(provisioned: u64, now: Timestamp) -> Self {
        let first = minute_of(now);
        Self { first, minutes: VecDeque::new(), provisioned: VecDeque::from([(first, provisioned)]) }
    }

    /// Counts `cost` in the minute of `now`.
    pub fn consume(&mut self, cost: CapacityUnits, now: Timestamp) {
        self.running(now).consumed += cost;
    }

    /// Counts no longer what was just counted, at the same time.
    pub fn refund(&mut self, cost: CapacityUnits, now: Timestamp) {
        let minute = self.running(now);
        minute.consumed = minute.consumed - cost;
    }

    /// Counts a throttled request in the minute of `now`.
    pub fn throttle(&mut self, now: Timestamp) {
        self.running(now).throttle_events += 1;
    }

    /// From now on `units` a second are provisioned.
    pub fn provision(&mut self, units: u64, now: Timestamp) {
        let minute = minute_of(now);
        let (last, value) =
            self.provisioned.back_mut().expect("invariant: a meter knows a provisioned value");
        if minute <= *last {
            *value = units;
        } else {
            self.provisioned.push_back((minute, units));
        }
        let oldest = oldest_kept(minute);
        // The newest entry at or before the oldest minute still says what that minute had.
        while self.provisioned.get(1).is_some_and(|(next, _)| *next <= oldest) {
            self.provisioned.pop_front();
        }
    }

    /// The point of the minute that holds `time`; none for minutes before the meter began or out of its reach
    /// at `now`, and for minutes that have not begun.
    #[must_use]
    pub fn point(&self, time: Timestamp, now: Timestamp) -> Option<Point> {
        let minute = minute_of(time);
        let newest = minute_of(now);
        if minute < self.first.max(oldest_kept(newest)) || minute > newest {
            return None;
        }
        let found = self.minutes.binary_search_by_key(&minute, |known| known.start).ok();
        let known = found.map(|index| self.minutes[index]);
        Some(Point {
            start: Timestamp::from_nanos(minute),
            consumed: known.map_or(CapacityUnits::ZERO, |known| known.consumed),
            provisioned: self.provisioned_in(minute),
            throttle_events: known.map_or(0, |known| known.throttle_events),
        })
    }

    /// The points of all minutes that begin in `from..until`, oldest first, as far as [`Self::point`] knows
    /// them.
    pub fn series(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> impl Iterator<Item = Point> {
        let newest = minute_of(now);
        let oldest = self.first.max(oldest_kept(newest));
        let from = (minute_of(from - Duration::from_nanos(1)) + MINUTE_NANOS).max(oldest);
        let until = until.as_nanos().min(newest + MINUTE_NANOS);
        (from..until)
            .step_by(MINUTE_NANOS as usize)
            .filter_map(move |minute| self.point(Timestamp::from_nanos(minute), now))
    }

    fn provisioned_in(&self, minute: i64) -> u64 {
        let after = self.provisioned.partition_point(|(since, _)| *since <= minute);
        self.provisioned[after.saturating_sub(1)].1
    }

    /// The entry to count in. A clock that went back counts in the newest minute.
    fn running(&mut self, now: Timestamp) -> &mut Minute {
        // Comparing with the newest minute's end spares a division on nearly every call.
        let begins = match self.minutes.back() {
            Some(newest) => now.as_nanos() >= newest.start + MINUTE_NANOS,
            None => true,
        };
        if begins {
            let start = minute_of(now).max(self.first);
            let oldest = oldest_kept(start);
            while self.minutes.front().is_some_and(|minute| minute.start < oldest) {
                self.minutes.pop_front();
            }
            self.minutes.push_back(Minute { start, consumed: CapacityUnits::ZERO, throttle_events: 0 });
        }
        self.minutes.back_mut().expect("invariant: a minute was just made")
    }
}

fn minute_of(time: Timestamp) -> i64 {
    time.floor(MINUTE).as_nanos()
}

fn oldest_kept(newest: i64) -> i64 {
    newest.saturating_sub((MINUTES_MAX as i64 - 1) * MINUTE_NANOS)
}
