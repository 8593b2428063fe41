//! Time as the core knows it: a number handed in by the caller.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// Nanoseconds since the Unix epoch. The core never reads a clock; every door passes the time in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;

impl Timestamp {
    /// From nanoseconds since the epoch.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From whole seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(NANOS_PER_SECOND))
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Seconds since the epoch, with milliseconds: the form of AWS's JSON timestamps.
    #[must_use]
    pub fn as_seconds_f64(self) -> f64 {
        (self.0 / 1_000_000) as f64 / 1000.0
    }

    /// The start of the period of `period` length (aligned to the epoch) that holds this time.
    #[must_use]
    pub fn floor(self, period: Duration) -> Self {
        let nanos = duration_nanos(period);
        Self(self.0.div_euclid(nanos) * nanos)
    }

    /// The time from `earlier` to this one; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn duration_nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration_nanos(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration_nanos(duration)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}.{:09}",
            self.0.div_euclid(NANOS_PER_SECOND),
            self.0.rem_euclid(NANOS_PER_SECOND)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_aligns_to_the_epoch() {
        let minute = Duration::from_secs(60);
        assert_eq!(Timestamp::from_seconds(119).floor(minute), Timestamp::from_seconds(60));
        assert_eq!(Timestamp::from_seconds(-1).floor(minute), Timestamp::from_seconds(-60));
    }

    #[test]
    fn since_never_goes_negative() {
        assert_eq!(Timestamp::from_seconds(1).since(Timestamp::from_seconds(2)), Duration::ZERO);
    }
}
