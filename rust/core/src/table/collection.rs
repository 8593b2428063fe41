//! Item collections: the items that share a partition key, with their entries in local indexes.
//!
//! A table with a local index keeps each collection in one partition, so a collection has a limit (facts 4.1), and
//! writes can ask for its size (facts 1.6). Tables without one count nothing here.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::value::{Key, KeyBytes};

/// The sizes of a table's item collections in bytes, exact.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct ItemCollections {
    /// Where a durable store has them.
    pub(in crate::table) space: Space,
    /// By what all keys of a collection begin with. Shared with forks until one of them writes.
    #[serde(skip)]
    sizes: Arc<BTreeMap<KeyBytes, u64>>,
    #[serde(skip)]
    bytes_max: u64,
}

impl ItemCollections {
    pub(in crate::table) fn new(space: Space, bytes_max: u64) -> Self {
        Self { space, sizes: Arc::default(), bytes_max }
    }

    /// Reads the sizes from a durable store.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where they are none.
    pub(in crate::table) fn load(&mut self, store: &dyn Read, bytes_max: u64) -> Result<(), StoreError> {
        let (mut sizes, mut damaged) = (BTreeMap::new(), None);
        let everything = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        store.scan(self.space, everything, Direction::Forward, &mut |entry| {
            match entry.value().try_into().map(u64::from_le_bytes) {
                Ok(size) => drop(sizes.insert(KeyBytes::from_slice(entry.key()), size)),
                Err(_) => {
                    damaged =
                        Some(format!("the size of an item collection has {} bytes", entry.value().len()));
                }
            }
            if damaged.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        self.sizes = Arc::new(sizes);
        self.bytes_max = bytes_max;
        damaged.map_or(Ok(()), |what| Err(StoreError::Corrupted(what)))
    }

    /// What a durable store is told of the collection that a key belongs to, in the commit that changes its size.
    pub(in crate::table) fn write(&self, key: &Key) -> Write {
        let prefix = key.partition_prefix();
        match self.size(key) {
            0 => Write::Delete(self.space, KeyBytes::from_slice(prefix)),
            size => Write::put(self.space, Entry::new(prefix, &size.to_le_bytes())),
        }
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
        let sizes = Arc::make_mut(&mut self.sizes);
        match sizes.get_mut(prefix) {
            Some(size) => {
                *size = size.saturating_add_signed(bytes);
                if *size == 0 {
                    sizes.remove(prefix);
                }
            }
            None => {
                let size = u64::try_from(bytes).expect("invariant: an empty collection loses nothing");
                sizes.insert(KeyBytes::from_slice(prefix), size);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn key(partition: &str, sort: &str) -> Key {
        Key::new(Value::string(partition).as_ref(), Some(Value::string(sort).as_ref())).unwrap()
    }

    #[test]
    fn a_collection_is_what_shares_a_partition_key() {
        let mut collections = ItemCollections::new(Space(17), 100);
        collections.resize(&key("a", "1"), 60);
        collections.resize(&key("a", "2"), 30);
        collections.resize(&key("b", "1"), 100);
        assert_eq!(collections.size(&key("a", "3")), 90);
        assert_eq!(collections.check(&key("a", "3"), 10), Ok(()));
        assert_eq!(collections.check(&key("a", "3"), 11), Err(Error::ItemCollectionSizeLimitExceeded));
        assert_eq!(collections.check(&key("b", "1"), -1), Ok(()));
    }

    #[test]
    fn an_empty_collection_is_forgotten() {
        let mut collections = ItemCollections::new(Space(17), 100);
        collections.resize(&key("a", "1"), 60);
        collections.resize(&key("a", "1"), -60);
        assert!(collections.sizes.is_empty());
    }
}
