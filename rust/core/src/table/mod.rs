//! Tables: their keys, their items, what they may consume, and how their capacity follows the load.

pub mod autoscale;
pub mod capacity;
mod catalog;
mod changes;
mod collection;
mod consumed;
mod events;
mod index;
mod key_span;
pub mod meter;
mod metrics;
pub mod partition;
mod provision;
mod read;
mod record;
mod replay;
mod schema;
mod table_update;
mod tables;
pub mod throughput;
pub mod token_bucket;
mod transaction;
mod write;

pub use autoscale::AutoScaling;
pub use capacity::{CapacityUnits, Consistency};
pub use catalog::{Definition, State, Table};
pub use consumed::Consumed;
pub use index::{
    Index, IndexDefinition, IndexKeys, IndexKind, IndexState, KEY_ATTRIBUTES_MAX, NewIndex, Origin,
    Projection,
};
pub use key_span::KeySpan;
pub use partition::HashRange;
pub use read::{Page, PagePlan, Reading};
pub use replay::Replay;
pub use schema::{KeyAttribute, KeySchema, is_empty_key_value};
pub use table_update::{GLOBAL_INDEXES_MAX, IndexUpdate, TableUpdate, refuse_too_many_included};
pub use tables::{BACKFILL_ITEMS_PER_SECOND, Settings, Tables, not_found};
pub use transaction::{TokenUse, Transacted, TransactionPlan, TransactionToken};
pub use write::{Change, PUT_TOO_LARGE, WritePlan, Writing, Written, check_item_size};
