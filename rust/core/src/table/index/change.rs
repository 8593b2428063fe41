//! What a write changes in an index, and what that costs (facts 1.4).

use smallvec::SmallVec;

use crate::error::Error;
use crate::store::{Entry, Read, Write};
use crate::table::capacity::CapacityUnits;
use crate::table::index::lifecycle::Index;
use crate::value::{IndexKey, ItemRef, KeyBytes};

/// What a write changes in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::table) struct Part {
    /// The partition of a global index; zero in a local one.
    pub(in crate::table) partition: usize,
    /// Whether it is the entry that goes.
    goes: bool,
    pub(in crate::table) units: CapacityUnits,
    pub(in crate::table) items: i64,
    pub(in crate::table) bytes: i64,
}

/// What a write of one item changes in one index: an entry goes, comes or is replaced in its place.
pub(in crate::table) struct IndexChange {
    /// Which of the table's indexes.
    pub(in crate::table) index: usize,
    delete: Option<KeyBytes>,
    put: Option<Entry>,
    /// Two where an entry moves: it is deleted in one place and put in another, each at its own size.
    pub(in crate::table) parts: SmallVec<[Part; 2]>,
}

impl IndexChange {
    /// What it costs.
    pub(in crate::table) fn units(&self) -> CapacityUnits {
        self.parts.iter().map(|part| part.units).sum()
    }

    /// The partitions it falls on, each with its cost.
    pub(in crate::table) fn costs(&self) -> SmallVec<[(usize, CapacityUnits); 2]> {
        self.parts.iter().map(|part| (part.partition, part.units)).collect()
    }

    /// The key of a part's entry, as long as [`IndexChange::write_to`] has not taken it.
    pub(in crate::table) fn key(&self, part: &Part) -> &[u8] {
        let key = if part.goes { self.delete.as_deref() } else { self.put.as_ref().map(Entry::key) };
        key.unwrap_or_default()
    }

    /// How many bytes the index gains or loses.
    pub(in crate::table) fn bytes(&self) -> i64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// Moves the change into a batch.
    pub(in crate::table) fn write_to(&mut self, index: &Index, writes: &mut SmallVec<[Write; 2]>) {
        writes.extend(self.delete.take().map(|key| Write::Delete(index.space, key)));
        writes.extend(self.put.take().map(|entry| Write::put(index.space, entry)));
    }
}

/// What a table's write changes in its index at `position`: nothing where the entry stays as it is, which costs no
/// allocation. `table_key` is the item's key in the table.
pub(in crate::table) fn index_change<'a>(
    (position, index): (usize, &Index),
    table_key: &[u8],
    (old, new): (Option<ItemRef<'a>>, Option<ItemRef<'a>>),
    store: &dyn Read,
) -> Result<Option<IndexChange>, Error> {
    let definition = &index.definition;
    let keyed = |item: Option<ItemRef<'a>>| -> Option<(IndexKey, ItemRef<'a>)> {
        item.and_then(|item| definition.key_of(item, table_key).map(|key| (key, item)))
    };
    let mut old = keyed(old);
    if index.state.is_building()
        && let Some((key, _)) = &old
        && store.get(index.space, key.as_bytes())?.is_none()
    {
        // The old item has not been copied yet.
        old = None;
    }
    let size = |item: ItemRef<'_>| definition.entry_size(item);
    let gone = |key: &IndexKey, item: ItemRef<'_>| {
        let bytes = size(item);
        let (partition, units) = (index.locate(key.as_bytes()), CapacityUnits::write(bytes));
        Part { partition, goes: true, units, items: -1, bytes: -(bytes as i64) }
    };
    let came = |key: &IndexKey, item: ItemRef<'_>| {
        let bytes = size(item);
        let (partition, units) = (index.locate(key.as_bytes()), CapacityUnits::write(bytes));
        Part { partition, goes: false, units, items: 1, bytes: bytes as i64 }
    };
    let change = |delete: Option<KeyBytes>, put: Option<Entry>, parts: &[Part]| {
        Ok(Some(IndexChange { index: position, delete, put, parts: SmallVec::from_slice(parts) }))
    };
    match (old, keyed(new)) {
        (None, None) => Ok(None),
        (None, Some((key, new))) => change(None, Some(definition.entry(&key, new)), &[came(&key, new)]),
        (Some((key, old)), None) => {
            let part = gone(&key, old);
            change(Some(key.into_bytes()), None, &[part])
        }
        (Some((old_key, old)), Some((key, new))) if old_key == key => {
            if definition.same_entry(old, new) {
                return Ok(None);
            }
            let (before, after) = (size(old), size(new));
            let units = CapacityUnits::write(before.max(after));
            let partition = index.locate(key.as_bytes());
            let bytes = after as i64 - before as i64;
            let part = Part { partition, goes: false, units, items: 0, bytes };
            change(None, Some(definition.entry(&key, new)), &[part])
        }
        (Some((old_key, old)), Some((key, new))) => {
            let parts = [gone(&old_key, old), came(&key, new)];
            change(Some(old_key.into_bytes()), Some(definition.entry(&key, new)), &parts)
        }
    }
}
