//! What AWS does not publish about auto scaling, and what is taken for it here.

use std::time::Duration;

/// Which of the minutes an alarm looked at gives the consumption the new capacity is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BreachingMinute {
    /// The newest one.
    Latest,
    /// The one with the highest consumption.
    Highest,
    /// The mean of all.
    Mean,
}

/// The choices of this simulation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assumptions {
    /// How long after a minute has ended the alarms see it.
    pub metric_delay: Duration,
    /// How long after an alarm's action the table has its new capacity.
    pub apply_delay: Duration,
    /// Which minute counts.
    pub breaching_minute: BreachingMinute,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            metric_delay: Duration::from_secs(60),
            apply_delay: Duration::from_secs(4),
            breaching_minute: BreachingMinute::Latest,
        }
    }
}
