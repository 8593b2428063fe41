//! The log: every commit is appended to it, and is durable when its record is.
//!
//! Commits are queued under the engine's lock, which costs a push. Whoever has to wait for one becomes the leader:
//! takes all that is queued, writes it at once and makes it durable, while others queue behind; so writers that come
//! together share one fsync, and a lone one needs no other thread.

mod group;
mod record;
mod recovery;
mod segment;

pub use group::Durability;
pub(crate) use group::Log;
pub(crate) use recovery::recover;
pub(crate) use segment::path;
