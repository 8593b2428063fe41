//! `ReturnItemCollectionMetrics` and the `ItemCollectionMetrics` it asks for (facts 1.6).

use crate::output_shape;
use crate::request::constraint::Violations;
use crate::table::Table;
use crate::value::{Encoder, Item, ItemRef, Key};

/// Whether a write wants to know how large its item collection is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReturnItemCollectionMetrics {
    /// No.
    #[default]
    None,
    /// Yes, where the table has a local index.
    Size,
}

output_shape! {
    /// An item collection and its size.
    pub struct ItemCollectionMetrics {
        item_collection_key: Item = "ItemCollectionKey",
        size_estimate_range_gb: Vec<f64> = "SizeEstimateRangeGB",
    }
}

const GIGABYTE: u64 = 1024 * 1024 * 1024;

impl ReturnItemCollectionMetrics {
    /// Reads the member of the same name.
    pub fn read(violations: &mut Violations, given: Option<&str>) -> Self {
        let choices = [("SIZE", Self::Size), ("NONE", Self::None)];
        violations.choice("returnItemCollectionMetrics", given, &choices).unwrap_or_default()
    }

    /// The answer's member for the collection that a key belongs to; `item` holds the key's attributes. DynamoDB
    /// estimates; here the size is exact, and the answer names the gigabyte it lies in.
    #[must_use]
    pub fn answer(self, table: &Table, key: &Key, item: ItemRef<'_>) -> Option<ItemCollectionMetrics> {
        if self == Self::None {
            return None;
        }
        let gigabytes = (table.collection_bytes(key)? / GIGABYTE) as f64;
        let name = &table.schema().partition.name;
        let mut collection = Encoder::item();
        collection.name(name);
        collection.raw(item.get(name).expect("invariant: a checked item or key holds its partition key"));
        Some(ItemCollectionMetrics {
            item_collection_key: Some(collection.finish_item()),
            size_estimate_range_gb: Some(vec![gigabytes, gigabytes + 1.0]),
        })
    }
}
