//! Statistics of a set of observations, with the values where they are known.

use super::distribution::Distribution;
use super::series::Period;
use super::statistics::Statistics;

/// What was observed in a period.
#[derive(Clone, PartialEq, Debug)]
pub struct Observations {
    /// What is kept of every period.
    pub statistics: Statistics,
    values: Values,
}

/// What is known of the values.
#[derive(Clone, PartialEq, Debug)]
enum Values {
    /// They are what the statistics say: none, or all the same.
    Same,
    /// Each of them, more or less.
    Known(Box<Distribution>),
    /// Nothing: somebody else made the statistics. CloudWatch has no percentiles of them either.
    Unknown,
}

impl Observations {
    /// Of `value`, observed `count` times.
    #[must_use]
    pub fn of(value: f64, count: f64) -> Self {
        Statistics::of(value, count).into()
    }

    /// The values and how often they were observed; none where they are not known.
    #[must_use]
    pub fn distribution(&self) -> Option<Distribution> {
        match &self.values {
            Values::Same => Some(same(&self.statistics)),
            Values::Known(distribution) => Some(Distribution::clone(distribution)),
            Values::Unknown => None,
        }
    }
}

/// The values of statistics that are all the same.
fn same(statistics: &Statistics) -> Distribution {
    let mut distribution = Distribution::default();
    if !statistics.is_empty() {
        distribution.add(statistics.minimum, statistics.sample_count);
    }
    distribution
}

impl From<Statistics> for Observations {
    fn from(statistics: Statistics) -> Self {
        let is_known = statistics.is_empty() || statistics.minimum == statistics.maximum;
        Self { statistics, values: if is_known { Values::Same } else { Values::Unknown } }
    }
}

impl Period for Observations {
    fn add(&mut self, other: &Self) {
        let before = self.statistics;
        self.statistics.add(&other.statistics);
        if matches!((&self.values, &other.values), (Values::Same, Values::Same))
            && self.statistics.minimum >= self.statistics.maximum
        {
            return;
        }
        let mut known = match std::mem::replace(&mut self.values, Values::Unknown) {
            Values::Same => Box::new(same(&before)),
            Values::Known(distribution) => distribution,
            Values::Unknown => return,
        };
        match &other.values {
            Values::Same => known.merge(&same(&other.statistics)),
            Values::Known(distribution) => known.merge(distribution),
            Values::Unknown => return,
        }
        self.values = Values::Known(known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_until_statistics_of_others_come() {
        let mut all = Observations::of(5.0, 2.0);
        all.add(&Observations::of(5.0, 1.0));
        assert_eq!(all.values, Values::Same);
        all.add(&Observations::of(1.0, 1.0));
        let values: Vec<_> = all.distribution().unwrap().values().collect();
        assert_eq!(values, [(1.0, 1.0), (5.0, 3.0)]);
        // Of a set whose least value is its greatest all values are known.
        all.add(&Statistics { sample_count: 2.0, sum: 14.0, minimum: 7.0, maximum: 7.0 }.into());
        assert_eq!(all.distribution().unwrap().count(), 6.0);
        all.add(&Statistics { sample_count: 2.0, sum: 3.0, minimum: 1.0, maximum: 2.0 }.into());
        assert_eq!(all.distribution(), None);
        assert_eq!(all.statistics.sample_count, 8.0);
    }
}
