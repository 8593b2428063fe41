//! Statistics by period.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::metric::Statistics;

/// One of the five figures that are kept of every period.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Statistic {
    /// `SampleCount`.
    SampleCount,
    /// `Average`.
    Average,
    /// `Sum`.
    Sum,
    /// `Minimum`.
    Minimum,
    /// `Maximum`.
    Maximum,
}

impl Statistic {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::SampleCount, Self::Average, Self::Sum, Self::Minimum, Self::Maximum];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SampleCount => "SampleCount",
            Self::Average => "Average",
            Self::Sum => "Sum",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
        }
    }

    /// The statistic of a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|statistic| statistic.as_str() == text)
    }

    /// The figure of a period.
    #[must_use]
    pub fn of(self, statistics: &Statistics) -> f64 {
        match self {
            Self::SampleCount => statistics.sample_count,
            Self::Average => statistics.average(),
            Self::Sum => statistics.sum,
            Self::Minimum => statistics.minimum,
            Self::Maximum => statistics.maximum,
        }
    }
}

/// Points gathered in periods that begin at whole multiples of `period` before or after `origin`; periods without any
/// are left out.
#[must_use]
pub fn by_period(
    points: &[(Timestamp, Statistics)],
    origin: Timestamp,
    period: Duration,
) -> BTreeMap<Timestamp, Statistics> {
    let nanos = i64::try_from(period.as_nanos()).unwrap_or(i64::MAX).max(1);
    let mut periods = BTreeMap::new();
    for (start, statistics) in points {
        let number = (start.as_nanos() - origin.as_nanos()).div_euclid(nanos);
        let begins = Timestamp::from_nanos(origin.as_nanos() + number * nanos);
        periods.entry(begins).or_insert(Statistics::EMPTY).add(statistics);
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_gathered_in_periods_around_an_origin() {
        let at = Timestamp::from_seconds;
        let points = [(at(60), 1.0), (at(120), 3.0), (at(300), 5.0)];
        let points = points.map(|(start, value)| (start, Statistics::of(value, 1.0)));
        let periods = by_period(&points, at(0), Duration::from_secs(300));
        assert_eq!(periods.keys().copied().collect::<Vec<_>>(), [at(0), at(300)]);
        let first = &periods[&at(0)];
        let figures = Statistic::ALL.map(|statistic| statistic.of(first));
        assert_eq!(figures, [2.0, 2.0, 4.0, 1.0, 3.0]);
        let shifted = by_period(&points, at(120), Duration::from_secs(120));
        assert_eq!(shifted.keys().copied().collect::<Vec<_>>(), [at(0), at(120), at(240)]);
        for statistic in Statistic::ALL {
            assert_eq!(Statistic::parse(statistic.as_str()), Some(statistic));
        }
    }
}
