//! Meters: what was consumed, minute by minute.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{NANOS_PER_SECOND, Timestamp};
use crate::metric::{HOURS_KEPT, Series, Statistics};

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
    /// How many times something was consumed, the least and the most of them.
    count: u64,
    least: CapacityUnits,
    most: CapacityUnits,
}

impl Minute {
    fn consumed(&self) -> Statistics {
        Statistics {
            sample_count: self.count as f64,
            sum: self.consumed.as_f64(),
            minimum: self.least.as_f64(),
            maximum: self.most.as_f64(),
        }
    }
}

/// Changes of the provisioned value that are kept at most.
const CHANGES_MAX: usize = 20_000;

/// The consumption of one table or index in one direction (read or write), by the minute.
///
/// Only minutes with traffic are kept, and one entry for each minute in which the provisioned value changed, so
/// an idle table costs nothing. The newest [`MINUTES_MAX`] are exact, for the alarms; behind the running minute all of
/// them also go into a [`Series`], which forgets as CloudWatch does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Meter {
    /// The minute the meter began in, in nanoseconds since the epoch.
    first: i64,
    /// Ascending. Not stored: a database that is opened begins its charts anew.
    #[serde(skip)]
    minutes: VecDeque<Minute>,
    /// Minute and value from then on, ascending; never empty.
    provisioned: VecDeque<(i64, u64)>,
    /// `Consumed...CapacityUnits` up to the running minute. Not stored either.
    #[serde(skip)]
    consumed: Series,
    /// `...ThrottleEvents` up to the running minute. Not stored either.
    #[serde(skip)]
    throttled: Series,
}

impl Meter {
    /// A meter of something provisioned with `provisioned` units a second from `now` on.
    #[must_use]
    pub fn new(provisioned: u64, now: Timestamp) -> Self {
        let first = minute_of(now);
        Self {
            first,
            minutes: VecDeque::new(),
            provisioned: VecDeque::from([(first, provisioned)]),
            consumed: Series::default(),
            throttled: Series::default(),
        }
    }

    /// Counts `cost` in the minute of `now`. True where it is the first of its minute.
    pub fn consume(&mut self, cost: CapacityUnits, now: Timestamp) -> bool {
        let minute = self.running(now);
        minute.consumed += cost;
        minute.count += 1;
        minute.least = minute.least.min(cost);
        minute.most = minute.most.max(cost);
        minute.count == 1
    }

    /// Counts no longer what was just counted, at the same time.
    pub fn refund(&mut self, cost: CapacityUnits, now: Timestamp) {
        let minute = self.running(now);
        minute.consumed = minute.consumed - cost;
        minute.count = minute.count.saturating_sub(1);
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
        let oldest = minute.saturating_sub(i64::try_from(HOURS_KEPT.as_nanos()).unwrap_or(i64::MAX));
        // The newest entry at or before the oldest minute still says what that minute had.
        while self.provisioned.len() > CHANGES_MAX
            || self.provisioned.get(1).is_some_and(|(next, _)| *next <= oldest)
        {
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

    /// The minutes since `since` that were used, newest first, up to and without the running one; exact, and no
    /// longer ago than [`MINUTES_MAX`].
    pub fn closed_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, CapacityUnits)> {
        let running = minute_of(now);
        let known = self.minutes.iter().rev().skip_while(move |minute| minute.start >= running);
        known
            .take_while(move |minute| minute.start >= since.as_nanos())
            .map(|minute| (Timestamp::from_nanos(minute.start), minute.consumed))
    }

    /// `Consumed...CapacityUnits` in the periods that begin in `from..until`, as far back as CloudWatch keeps them.
    #[must_use]
    pub fn consumed(&self, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Statistics)> {
        self.history(&self.consumed, from, until, |minute| (minute.count > 0).then(|| minute.consumed()))
    }

    /// `...ThrottleEvents` in the periods that begin in `from..until`; each event is one observation of 1.
    #[must_use]
    pub fn throttled(&self, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Statistics)> {
        self.history(&self.throttled, from, until, |minute| {
            let events = minute.throttle_events;
            (events > 0).then(|| Statistics::of(1.0, events as f64))
        })
    }

    /// `Provisioned...CapacityUnits` in each five minutes that begin in `from..until`: at their end, or now. Those on
    /// demand are not reported.
    #[must_use]
    pub fn provisioned(
        &self,
        from: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Vec<(Timestamp, Statistics)> {
        let period = 5 * MINUTE_NANOS;
        let first = from.as_nanos().max(self.provisioned[0].0.div_euclid(period) * period);
        let first = first.div_euclid(period) * period + if first % period == 0 { 0 } else { period };
        let until = until.as_nanos().min(now.as_nanos() + 1);
        (first..until)
            .step_by(period as usize)
            .map(|start| (start, self.provisioned_in(start + period - MINUTE_NANOS)))
            .filter(|(_, units)| *units > 0)
            .map(|(start, units)| (Timestamp::from_nanos(start), Statistics::of(units as f64, 1.0)))
            .collect()
    }

    /// Whether anything was ever throttled, as far back as is known.
    #[must_use]
    pub fn has_throttled(&self) -> bool {
        !self.throttled.is_empty() || self.minutes.iter().any(|minute| minute.throttle_events > 0)
    }

    fn history(
        &self,
        series: &Series,
        from: Timestamp,
        until: Timestamp,
        running: impl Fn(&Minute) -> Option<Statistics>,
    ) -> Vec<(Timestamp, Statistics)> {
        let newest = self.minutes.back().and_then(|minute| {
            let start = Timestamp::from_nanos(minute.start);
            running(minute).filter(|_| from <= start && start < until).map(|statistics| (start, statistics))
        });
        series.range(from, until).map(|(start, statistics)| (start, *statistics)).chain(newest).collect()
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
            self.begin_minute(now);
        }
        self.minutes.back_mut().expect("invariant: a minute was just made")
    }

    #[cold]
    fn begin_minute(&mut self, now: Timestamp) {
        if let Some(closed) = self.minutes.back() {
            let start = Timestamp::from_nanos(closed.start);
            if closed.count > 0 {
                self.consumed.add(start, &closed.consumed());
            }
            if closed.throttle_events > 0 {
                self.throttled.add(start, &Statistics::of(1.0, closed.throttle_events as f64));
            }
        }
        let start = minute_of(now).max(self.first);
        let oldest = oldest_kept(start);
        while self.minutes.front().is_some_and(|minute| minute.start < oldest) {
            self.minutes.pop_front();
        }
        self.minutes.push_back(Minute {
            start,
            consumed: CapacityUnits::ZERO,
            throttle_events: 0,
            count: 0,
            least: CapacityUnits::from_halves(u64::MAX),
            most: CapacityUnits::ZERO,
        });
    }
}

fn minute_of(time: Timestamp) -> i64 {
    time.floor(MINUTE).as_nanos()
}

fn oldest_kept(newest: i64) -> i64 {
    newest.saturating_sub((MINUTES_MAX as i64 - 1) * MINUTE_NANOS)
}
