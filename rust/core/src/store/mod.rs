//! The one seam behind which all durable state lives: an ordered map from bytes to bytes.
//!
//! A store holds numbered [`Space`]s, each an ordered map. A [`Batch`] is applied whole or not at all and gives
//! the next [`Sequence`]. Snapshots cost nothing to take.

mod btree;
mod descents;
mod entry;
mod graveyard;
mod hints;
mod inner;
mod key_array;
mod leaf;
mod memory;
mod node;
mod place;
mod prefetch;
mod seam;
mod search;
mod tails;

use std::fmt;
use std::ops::Bound;

use smallvec::SmallVec;

use serde::{Deserialize, Serialize};

use crate::error::Error;

pub use entry::Entry;
pub use memory::MemoryStore;
pub use place::{Found, Place};
pub use seam::{Read, Store};

/// One ordered map inside a store: the catalog, a table's items, later an index or a stream.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Space(pub u32);

/// The number of a commit. Every commit gives the next one; the store owns the sequence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Sequence(pub u64);

/// Which way a scan walks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Ascending key order.
    Forward,
    /// Descending key order.
    Backward,
}

/// A range of keys in one space.
#[derive(Clone, Copy, Debug)]
pub struct KeyRange<'a> {
    /// Where the range begins, in key order.
    pub lower: Bound<&'a [u8]>,
    /// Where the range ends, in key order.
    pub upper: Bound<&'a [u8]>,
}

/// What can go wrong below the seam.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Stored bytes are not what was written; names the place.
    Corrupted(String),
    /// The medium failed (disk full, write refused); nothing of the batch was applied.
    Failed(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupted(what) => write!(formatter, "stored data is corrupted: {what}"),
            Self::Failed(what) => write!(formatter, "the store failed: {what}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// One change inside a [`Batch`].
#[derive(Clone, Debug)]
pub enum Write {
    /// Puts an entry, replacing what its key held. What it does is the same at any place; one that a read just found
    /// saves looking for the key again.
    Put(Space, Entry, Place),
    /// Removes a key; removing an absent key is no error.
    Delete(Space, SmallVec<[u8; 48]>),
    /// Removes every key of a space at a cost that does not grow with it.
    Clear(Space),
}

impl Write {
    /// Puts an entry wherever its key belongs.
    #[must_use]
    pub fn put(space: Space, entry: Entry) -> Self {
        Self::Put(space, entry, Place::UNKNOWN)
    }
}

/// Changes that are applied together, in order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The changes; a later one wins over an earlier one of the same key.
    pub writes: SmallVec<[Write; 2]>,
}
