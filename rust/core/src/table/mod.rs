//! Tables: their keys, their items, what they may consume, and how their capacity follows the load.

pub mod autoscale;
pub mod capacity;
mod catalog;
mod key_span;
pub mod meter;
mod metrics;
pub mod partition;
mod read;
mod schema;
mod tables;
pub mod throughput;
pub mod token_bucket;
mod write;

pub use autoscale::AutoScaling;
pub use capacity::{CapacityUnits, Consistency};
pub use catalog::{Definition, State, Table};
pub use key_span::KeySpan;
pub use partition::HashRange;
pub use read::{Page, PagePlan, Reading};
pub use schema::{KeyAttribute, KeySchema};
pub use tables::{Settings, Tables, not_found};
pub use write::{Change, WritePlan, Writing, Written, check_item_size};
