//! Metrics: statistics of what was observed, by the minute, rolled up with age.

mod distribution;
mod id;
mod observations;
mod series;
mod statistics;
mod top_keys;

pub use distribution::Distribution;
pub use id::MetricId;
pub use observations::Observations;
pub use series::{HOURS_KEPT, MINUTES_KEPT, Period, Series};
pub use statistics::Statistics;
pub use top_keys::{TopKey, TopKeys};
