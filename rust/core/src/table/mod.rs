//! Tables: what they may consume, where their items lie, and how their capacity follows the load.

pub mod autoscale;
pub mod capacity;
pub mod meter;
pub mod partition;
pub mod throughput;
pub mod token_bucket;
