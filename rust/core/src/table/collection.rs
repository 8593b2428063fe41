//! Item collections: the items that share a partition key, with their entries in local indexes.
//!
//! A table with a local index keeps each collection in one partition, so a collection has a limit (facts 4.1), and
//! writes can ask for its size (facts 1.6). Tables without one count nothing here.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::value::{Key, KeyBytes};

/// The sizes of a table's item collections in bytes, exact.
pub(in crate::table) struct ItemCollections {
    /// By what all keys of a collection begin with.
    sizes: BTreeMap<KeyBytes, u64>,
    bytes_max: u64,
}

impl ItemCollections {
    pub(in crate::table) fn new(bytes_max: u64) -> Self {
        Self { sizes: BTreeMap::new(), bytes_max }
    }

    /// The bytes of the collection that a key belongs to.
    pub(in crate::table) fn size(&self, key: &Key) -> u64 {
        self.sizes.get(key.partition_prefix()).copied().unwrap_or(0)
    }

    /// Whether a write that adds so many bytes is allowed; one that takes some away always is.
    pub(in crate::table) fn check(&self, key: &Key, bytes: i64) -> Result<(), Error> {
        if bytes > 0 && self.size(key).saturating_add_signed(bytes) > self.bytes_max {
            return Err(Error::ItemCollectionSizeLimitExceeded);
        }
        Ok(())
    }

    /// Counts bytes gained or lost.
    pub(in crate::table) fn resize(&mut self, key: &Key, bytes: i64) {
        if bytes == 0 {
            return;
        }
        let prefix = key.partition_prefix();
        match self.sizes.get_mut(prefix) {
            Some(size) => {
                *size = size.saturating_add_signed(bytes);
                if *size == 0 {
                    self.sizes.remove(prefix);
                }
            }
            None => {
                let size = u64::try_from(bytes).expect("invariant: an empty collection loses nothing");
                self.sizes.insert(KeyBytes::from_slice(prefix), size);
            }
        }
    }
}
