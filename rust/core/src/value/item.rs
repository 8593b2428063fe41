//! An item as it is stored: encoded once, read in place, never changed.

use std::fmt;

use super::layout::{self, EMPTY_ITEM};
use super::view::Entries;
use super::{Corrupted, Encoder, Map, MapRef, ValueRef, validation};

/// An encoded item, owned. See the layout in `layout.rs`; an [`Encoder`] writes it.
///
/// Equality is that of the bytes, so it looks at the order of attributes; [`ItemRef::equals`] does not.
#[derive(Clone, PartialEq, Eq)]
pub struct Item(Vec<u8>);

impl Item {
    /// The item of bytes that are known to be one.
    pub(super) fn from_encoded(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Encodes a map.
    ///
    /// # Panics
    /// When a set in it is empty or holds an element twice.
    #[must_use]
    pub fn from_map(map: &Map) -> Self {
        let mut encoder = Encoder::item();
        for (name, value) in map.iter() {
            encoder.name(name);
            encoder.attribute_value(value);
        }
        encoder.finish_item()
    }

    /// Borrows the item.
    #[must_use]
    pub fn as_ref(&self) -> ItemRef<'_> {
        ItemRef::trusted(&self.0)
    }

    /// The encoded bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The encoded bytes, with the allocation.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Default for Item {
    fn default() -> Self {
        Self(EMPTY_ITEM.to_vec())
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(formatter)
    }
}

/// An encoded item, borrowed.
#[derive(Clone, Copy)]
pub struct ItemRef<'a> {
    bytes: &'a [u8],
    map: MapRef<'a>,
    size: usize,
}

impl<'a> ItemRef<'a> {
    /// The item of bytes this process encoded, or checked before. Costs reading the header.
    ///
    /// # Panics
    /// This and what reads the item may panic when the bytes are no item.
    #[inline(always)]
    #[must_use]
    pub fn trusted(bytes: &'a [u8]) -> Self {
        let (size, used) = layout::item_size(bytes);
        Self { bytes, map: MapRef::new(&bytes[used..]), size }
    }

    /// The item of bytes of unknown origin: checks every length, tag, name, text, number, count and size,
    /// repeated names and set elements, and the depth of nesting. Never panics.
    ///
    /// # Errors
    /// [`Corrupted`], saying what is wrong.
    pub fn validate(bytes: &'a [u8]) -> Result<Self, Corrupted> {
        validation::check_item(bytes)?;
        Ok(Self::trusted(bytes))
    }

    /// The encoded bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes DynamoDB charges for the item, names included (facts 1.3). Read from the header.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many attributes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The value of an attribute; see [`MapRef::get`] for the cost.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ValueRef<'a>> {
        self.map.get(name)
    }

    /// The attributes in the order they were written.
    #[must_use]
    pub fn iter(&self) -> Entries<'a> {
        self.map.iter()
    }

    /// The attributes as a map, which a nested map is read as too.
    #[must_use]
    pub fn as_map(&self) -> MapRef<'a> {
        self.map
    }

    /// The owned tree.
    #[must_use]
    pub fn to_map(&self) -> Map {
        self.map.to_map()
    }

    /// An owned copy of the encoded bytes.
    #[must_use]
    pub fn to_item(&self) -> Item {
        Item(self.bytes.to_vec())
    }
}

impl fmt::Debug for ItemRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(formatter)
    }
}
