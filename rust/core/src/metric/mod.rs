//! Metrics: statistics of what was observed, by the minute, rolled up with age.

mod id;
mod series;
mod statistics;
mod top_keys;

pub use id::MetricId;
pub use series::{HOURS_KEPT, MINUTES_KEPT, Series};
pub use statistics::Statistics;
pub use top_keys::{TopKey, TopKeys};
