//! Statistics of a set of observations.

/// A CloudWatch `StatisticSet`: what is kept of the values that were observed in a period.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Statistics {
    /// `SampleCount`.
    pub sample_count: f64,
    /// `Sum`.
    pub sum: f64,
    /// `Minimum`.
    pub minimum: f64,
    /// `Maximum`.
    pub maximum: f64,
}

impl Statistics {
    /// Of nothing; its minimum and maximum are beyond all values.
    pub const EMPTY: Self =
        Self { sample_count: 0.0, sum: 0.0, minimum: f64::INFINITY, maximum: f64::NEG_INFINITY };

    /// Of `value`, observed `count` times.
    #[must_use]
    pub fn of(value: f64, count: f64) -> Self {
        Self { sample_count: count, sum: value * count, minimum: value, maximum: value }
    }

    /// Whether nothing was observed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sample_count == 0.0
    }

    /// `Average`; zero of nothing.
    #[must_use]
    pub fn average(&self) -> f64 {
        if self.is_empty() { 0.0 } else { self.sum / self.sample_count }
    }

    /// Takes in the observations of another period.
    pub fn add(&mut self, other: &Self) {
        self.sample_count += other.sample_count;
        self.sum += other.sum;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
    }
}
