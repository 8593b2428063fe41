//! Secondary indexes: what an index is, which entry an item has in it, and what a write changes in it.
//!
//! An index is a space of its own in the store. A write gives the changes of all indexes of its table into the same
//! commit as the item, so that an index is never seen to disagree with its table. DynamoDB brings a global index up to
//! date a little later; a delay would come in here, by keeping the [`change::IndexChange`]s of a commit in a log that
//! is applied when their time has come.

mod backfill;
mod change;
mod definition;
mod entry;
mod lifecycle;

pub use definition::{IndexDefinition, IndexKeys, IndexKind, KEY_ATTRIBUTES_MAX, NewIndex, Projection};
pub use entry::Origin;
pub use lifecycle::{Index, IndexState};

pub(in crate::table) use backfill::Pace;
pub(in crate::table) use change::{IndexChange, index_change};
pub(in crate::table) use lifecycle::Supply;
