//! Statistics by period.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::metric::{Observations, Period as _, Statistics};

use super::extended_statistic::ExtendedStatistic;

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

/// What is asked of a period: `Stat` of a query.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Stat {
    /// One of the five figures.
    Simple(Statistic),
    /// One that needs the values.
    Extended(ExtendedStatistic),
}

impl Stat {
    /// The statistic of a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let simple = Statistic::parse(text).map(Self::Simple);
        simple.or_else(|| ExtendedStatistic::parse(text).map(Self::Extended))
    }

    /// The name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Simple(statistic) => statistic.as_str(),
            Self::Extended(statistic) => statistic.as_str(),
        }
    }

    /// The figure of a period; none where it cannot be told.
    #[must_use]
    pub fn of(&self, observations: &Observations) -> Option<f64> {
        match self {
            Self::Simple(statistic) => Some(statistic.of(&observations.statistics)),
            Self::Extended(statistic) => statistic.of(observations),
        }
    }
}

/// Points gathered in periods that begin at whole multiples of `period` before or after `origin`; periods without any
/// are left out.
#[must_use]
pub fn by_period(
    points: &[(Timestamp, Observations)],
    origin: Timestamp,
    period: Duration,
) -> BTreeMap<Timestamp, Observations> {
    let mut periods = BTreeMap::new();
    for (start, observations) in points {
        let begins = period_start(*start, origin, period);
        let all = periods.entry(begins).or_insert_with(|| Observations::from(Statistics::EMPTY));
        all.add(observations);
    }
    periods
}

/// The beginning of the period that a time is in.
#[must_use]
pub fn period_start(time: Timestamp, origin: Timestamp, period: Duration) -> Timestamp {
    let nanos = i64::try_from(period.as_nanos()).unwrap_or(i64::MAX).max(1);
    let number = (time.as_nanos() - origin.as_nanos()).div_euclid(nanos);
    Timestamp::from_nanos(origin.as_nanos() + number * nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_gathered_in_periods_around_an_origin() {
        let at = Timestamp::from_seconds;
        let points = [(at(60), 1.0), (at(120), 3.0), (at(300), 5.0)];
        let points = points.map(|(start, value)| (start, Observations::of(value, 1.0)));
        let periods = by_period(&points, at(0), Duration::from_secs(300));
        assert_eq!(periods.keys().copied().collect::<Vec<_>>(), [at(0), at(300)]);
        let first = &periods[&at(0)];
        let figures = Statistic::ALL.map(|statistic| statistic.of(&first.statistics));
        assert_eq!(figures, [2.0, 2.0, 4.0, 1.0, 3.0]);
        let shifted = by_period(&points, at(120), Duration::from_secs(120));
        assert_eq!(shifted.keys().copied().collect::<Vec<_>>(), [at(0), at(120), at(240)]);
        for statistic in Statistic::ALL {
            assert_eq!(Statistic::parse(statistic.as_str()), Some(statistic));
        }
    }
}
