//! Vector indexes: what one is, which entry an item has in it, what a write changes in it, and the search for the
//! nearest entries.
//!
//! DynamoDB searches approximately, so that what it finds may miss a neighbor. Here a search is exact: it looks at every
//! entry of the index, or of the one value of its `HASH` attribute. An entry holds its vector as contiguous 32-bit
//! floats in front of what is projected, so a search reads memory in order and decodes nothing (`entry.rs`).
//!
//! The rules come from the developer guide ("Vector search in DynamoDB") and from what the authors of two public
//! emulators measured on the service in August 2026 (dynoxide, extenddb); the texts are the service's where they
//! captured them. What nobody published is marked where it is chosen.

mod backfill;
mod capacity;
mod change;
mod check;
mod definition;
mod distance;
mod embedding;
mod entry;
mod index;
mod search;
mod update;

pub use capacity::search_bytes;
pub use definition::{
    DIMENSIONS_MAX, DistanceFunction, INLINE_FILTERS_MAX, NewVectorIndex, PROJECTED_MAX, SearchElementType,
    SearchSchema, VECTOR_INDEXES_MAX, VectorIndexDefinition,
};
pub use index::VectorIndex;
pub use search::{Nearest, Neighbor, SearchPlan};
pub use update::VectorUpdate;

pub(in crate::table) use change::{VectorChange, vector_change};
pub(in crate::table) use update::{check_vector_updates, refuse_vector_keys, start_vector_updates};
