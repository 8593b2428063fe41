//! A series: one metric over time, in bounded memory.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Timestamp;

use super::statistics::Statistics;

/// For how long minutes are kept as such (facts 11.2).
pub const MINUTES_KEPT: Duration = Duration::from_secs(15 * DAY_SECONDS);
/// For how long they are kept as five minutes each.
const FIVES_KEPT: Duration = Duration::from_secs(63 * DAY_SECONDS);
/// For how long these are kept as hours; after that they are forgotten.
pub const HOURS_KEPT: Duration = Duration::from_secs(455 * DAY_SECONDS);

const DAY_SECONDS: u64 = 86_400;

const MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3_600);

/// What a series keeps of a period.
pub trait Period: Clone {
    /// Takes in the observations of another period.
    fn add(&mut self, other: &Self);
}

impl Period for Statistics {
    fn add(&mut self, other: &Self) {
        self.add(other);
    }
}

type Tier<P> = VecDeque<(Timestamp, P)>;

/// The statistics of one metric. Only periods with observations are kept: minutes, after 15 days five minutes, after
/// 63 days hours, and nothing after 455 days, as CloudWatch does. So there are never more than 45,000 of them.
#[derive(Clone, PartialEq, Debug)]
pub struct Series<P = Statistics> {
    minutes: Tier<P>,
    fives: Tier<P>,
    hours: Tier<P>,
}

impl<P> Default for Series<P> {
    fn default() -> Self {
        Self { minutes: Tier::new(), fives: Tier::new(), hours: Tier::new() }
    }
}

impl<P: Period> Series<P> {
    /// Adds observations to the minute of `time`. They are usually newer than all before; older ones find their
    /// place.
    pub fn add(&mut self, time: Timestamp, statistics: &P) {
        merge(&mut self.minutes, time.floor(MINUTE), statistics);
        let newest = self.minutes.back().map_or(time, |(start, _)| *start);
        age(&mut self.minutes, newest - MINUTES_KEPT, |start, statistics| {
            merge(&mut self.fives, start.floor(FIVE_MINUTES), statistics);
        });
        age(&mut self.fives, newest - FIVES_KEPT, |start, statistics| {
            merge(&mut self.hours, start.floor(HOUR), statistics);
        });
        age(&mut self.hours, newest - HOURS_KEPT, |_, _| {});
    }

    /// The periods that begin in `from..until`, oldest first, each as fine as it is still kept.
    pub fn range(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = (Timestamp, &P)> {
        [&self.hours, &self.fives, &self.minutes].into_iter().flat_map(move |tier| {
            let first = tier.partition_point(|(start, _)| *start < from);
            let inside = tier.range(first..).take_while(move |(start, _)| *start < until);
            inside.map(|(start, statistics)| (*start, statistics))
        })
    }

    /// The newest minute with observations.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.minutes.back().map(|(start, _)| *start)
    }

    /// How many periods are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.minutes.len() + self.fives.len() + self.hours.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Adds statistics to the period that begins at `start`.
fn merge<P: Period>(tier: &mut Tier<P>, start: Timestamp, statistics: &P) {
    if tier.back().is_none_or(|(newest, _)| *newest < start) {
        tier.push_back((start, statistics.clone()));
        return;
    }
    match tier.binary_search_by_key(&start, |(known, _)| *known) {
        Ok(index) => tier[index].1.add(statistics),
        Err(index) => tier.insert(index, (start, statistics.clone())),
    }
}

/// Takes the periods before `oldest` out of a tier.
fn age<P: Period>(tier: &mut Tier<P>, oldest: Timestamp, mut put: impl FnMut(Timestamp, &P)) {
    while tier.front().is_some_and(|(start, _)| *start < oldest)
        && let Some((start, statistics)) = tier.pop_front()
    {
        put(start, &statistics);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(count: i64) -> Timestamp {
        Timestamp::from_seconds(count * 60)
    }

    fn of_one(value: f64) -> Statistics {
        Statistics::of(value, 1.0)
    }

    #[test]
    fn observations_of_a_minute_are_one_period() {
        let mut series = Series::default();
        series.add(minute(1), &of_one(3.0));
        series.add(minute(1) + Duration::from_secs(59), &of_one(5.0));
        series.add(minute(0), &of_one(7.0));
        let periods: Vec<_> = series.range(minute(0), minute(9)).collect();
        assert_eq!(periods[0], (minute(0), &of_one(7.0)));
        let both = Statistics { sample_count: 2.0, sum: 8.0, minimum: 3.0, maximum: 5.0 };
        assert_eq!(periods[1], (minute(1), &both));
        assert_eq!(both.average(), 4.0);
        assert_eq!(series.range(minute(1), minute(1)).count(), 0);
    }

    #[test]
    fn old_minutes_are_rolled_up_and_nothing_is_lost_before_its_time() {
        let mut series = Series::default();
        let days = 500;
        for count in 0..days * 1_440 {
            series.add(minute(count), &of_one(1.0));
        }
        assert!(series.len() < 45_000, "{}", series.len());
        let sum: f64 = series.range(minute(0), minute(i64::MAX / 60)).map(|(_, all)| all.sum).sum();
        let kept = sum / 1_440.0;
        assert!((455.0..455.1).contains(&kept), "{kept} days");
        let newest = series.newest().unwrap();
        let minutes = series.range(newest - MINUTES_KEPT, newest).filter(|(_, all)| all.sum == 1.0).count();
        assert_eq!(minutes, 15 * 1_440);
    }
}
