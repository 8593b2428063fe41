//! Secondary indexes: what an index is, which entry an item has in it, and what a write changes in it.
//!
//! An index is a space of its own in the store. A write gives the changes of all indexes of its table into the same
//! commit as the item, so that an index is never seen to disagree with its table. DynamoDB brings a global index up to
//! date a little later; with a delay, a global index that serves follows its table's change log instead
//! (`table/changes/`). What the change costs is taken when the write is admitted, in both cases: an index that cannot
//! keep up holds its table back at once.

mod backfill;
mod change;
mod definition;
mod entry;
mod lifecycle;

pub use definition::{IndexDefinition, IndexKeys, IndexKind, KEY_ATTRIBUTES_MAX, NewIndex, Projection};
pub use entry::Origin;
pub use lifecycle::{Index, IndexState};

pub(in crate::table) use backfill::{Pace, Portion};
pub(in crate::table) use change::{IndexChange, index_change};
pub(in crate::table) use lifecycle::Supply;
