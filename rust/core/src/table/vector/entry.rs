//! Which entry an item has in a vector index.
//!
//! ```text
//! key    [8 bytes: hash of the HASH attribute, big-endian][HASH attribute, terminated][table key]
//!        without a HASH attribute the table key alone
//! value  [f64: squared length of the vector][f32 x dimensions][projected item without the vector]
//! ```
//!
//! Floats are little-endian. The squared length stands there because COSINE needs it of every entry it looks at.

use crate::store::Entry;
use crate::table::schema::KeyAttribute;
use crate::table::vector::definition::VectorIndexDefinition;
use crate::table::vector::embedding::{FLOAT_BYTES, FloatBytes, floats, read_embedding};
use crate::value::{
    Encoder, IndexKey, Item, ItemRef, KeyBytes, Number, PARTITION_KEY_BYTES_MAX, ValueRef, key_length,
};

/// The bytes of the squared length.
const SQUARE_BYTES: usize = 8;

/// An entry as a search reads it.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    /// The vector's floats.
    pub vector: &'a [u8],
    /// The squared length of the vector.
    pub square: f64,
    item: &'a [u8],
}

impl<'a> Stored<'a> {
    /// The entry whose value this is, in an index of so many dimensions.
    pub fn new(value: &'a [u8], dimensions: usize) -> Self {
        let (square, rest) =
            value.split_first_chunk::<SQUARE_BYTES>().expect("invariant: an entry begins with a length");
        let (vector, item) = rest.split_at(dimensions * FLOAT_BYTES);
        Self { vector, square: f64::from_le_bytes(*square), item }
    }

    /// What is projected beside the vector.
    pub fn item(&self) -> ItemRef<'a> {
        ItemRef::trusted(self.item)
    }
}

impl VectorIndexDefinition {
    /// The key of the entry an item may have; none where it lacks the `HASH` attribute or has one that cannot be a key.
    pub(super) fn key_of(&self, item: ItemRef<'_>, table_key: &[u8]) -> Option<KeyBytes> {
        let Some(hash) = self.schema().hash() else { return Some(KeyBytes::from_slice(table_key)) };
        let mut key = IndexKey::new(&[scope_value(hash, item)?]);
        key.push_table_key(table_key);
        Some(key.into_bytes())
    }

    /// The entry of an item; none where it has no vector, no `HASH` attribute, or one of its attributes is not what
    /// the index needs: then a live write refuses the item, and a backfill passes it over.
    pub(in crate::table) fn entry(&self, item: ItemRef<'_>, table_key: &[u8]) -> Option<Entry> {
        let key = self.key_of(item, table_key)?;
        let vector = item.get(self.vector_attribute())?;
        let fits = |attribute: &KeyAttribute| {
            item.get(&attribute.name).is_none_or(|value| value.type_() == attribute.type_)
        };
        if !self.schema().attributes().all(fits) {
            return None;
        }
        let (mut bytes, mut lengths) = (FloatBytes::new(), crate::table::vector::distance::Sum::default());
        bytes.reserve(self.dimensions() * FLOAT_BYTES);
        read_embedding(vector, self.dimensions(), |float| {
            bytes.extend_from_slice(&float.to_le_bytes());
            lengths.add(f64::from(float) * f64::from(float));
        })
        .ok()?;
        let mut joined = Vec::with_capacity(key.len() + SQUARE_BYTES + bytes.len() + item.as_bytes().len());
        joined.extend_from_slice(&key);
        joined.extend_from_slice(&lengths.total().to_le_bytes());
        joined.extend_from_slice(&bytes);
        joined.extend_from_slice(self.projected_item(item).as_bytes());
        Some(Entry::from_joined(&joined, key.len()))
    }

    /// What is projected beside the vector.
    fn projected_item(&self, item: ItemRef<'_>) -> Item {
        let mut projected = Encoder::item();
        for (name, value) in item.iter().filter(|(name, _)| self.has(name)) {
            projected.name(name);
            projected.raw(value);
        }
        projected.finish_item()
    }

    /// Whether an entry's item has an attribute where the item has it.
    fn has(&self, name: &str) -> bool {
        name != self.vector_attribute()
            && self
                .projected()
                .is_none_or(|names| names.binary_search_by(|each| each.as_str().cmp(name)).is_ok())
    }

    /// Whether two items look the same to the index. The order of attributes and of the elements of sets makes no
    /// difference.
    pub(super) fn same_view(&self, left: ItemRef<'_>, right: ItemRef<'_>) -> bool {
        let Some(names) = self.projected() else { return left.equals(&right) };
        let same = |name: &str| match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) => left.equals(&right),
            (None, None) => true,
            _ => false,
        };
        same(self.vector_attribute()) && names.iter().all(|name| same(name))
    }

    /// What DynamoDB meters of an entry: the vector as floats with its attribute's name, and what is projected beside
    /// it (measured by dynoxide's authors).
    pub(in crate::table) fn entry_size(&self, entry: &Entry) -> usize {
        let stored = Stored::new(entry.value(), self.dimensions());
        stored.vector.len() + self.vector_attribute().len() + stored.item().size()
    }

    /// The projected item of an entry, with the vector where `with_vector` asks for it and the index projects it. Its
    /// elements are what the index keeps of them.
    #[must_use]
    pub fn item_of(&self, entry: &Entry, with_vector: bool) -> Item {
        let stored = Stored::new(entry.value(), self.dimensions());
        let mut encoder = Encoder::item();
        for (name, value) in stored.item().iter() {
            encoder.name(name);
            encoder.raw(value);
        }
        if with_vector && self.projects_vector() {
            encoder.name(self.vector_attribute());
            encoder.begin_list();
            floats(stored.vector).for_each(|float| encoder.number(&Number::from_f32(float)));
            encoder.end_list();
        }
        encoder.finish_item()
    }
}

/// The `HASH` value of an item that has one which can be a key.
pub(super) fn scope_value<'a>(hash: &KeyAttribute, item: ItemRef<'a>) -> Option<ValueRef<'a>> {
    let value = item.get(&hash.name).filter(|value| value.type_() == hash.type_)?;
    let fits = |length: &usize| (1..=PARTITION_KEY_BYTES_MAX).contains(length);
    key_length(value).ok().filter(fits).map(|_| value)
}
