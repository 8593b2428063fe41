//! What a write changes in a vector index, and what is metered for it.

use smallvec::SmallVec;

use crate::error::Error;
use crate::store::{Entry, Read, Write};
use crate::table::vector::capacity::write_bytes;
use crate::table::vector::index::VectorIndex;
use crate::value::{ItemRef, KeyBytes};

/// What a write of one item changes in one vector index.
pub(in crate::table) struct VectorChange {
    /// Which of the table's vector indexes.
    pub(in crate::table) index: usize,
    delete: Option<KeyBytes>,
    put: Option<Entry>,
    /// `VectorWriteRequestBytes`.
    pub(in crate::table) metered: u64,
    /// Entries gained or lost.
    pub(in crate::table) items: i64,
    /// Bytes gained or lost.
    pub(in crate::table) bytes: i64,
}

impl VectorChange {
    /// Moves the change into a batch.
    pub(in crate::table) fn write_to(&mut self, index: &VectorIndex, writes: &mut SmallVec<[Write; 2]>) {
        writes.extend(self.delete.take().map(|key| Write::Delete(index.space, key)));
        writes.extend(self.put.take().map(|entry| Write::put(index.space, entry)));
    }
}

/// What a table's write changes in its vector index at `position`: nothing where the index would see the same as
/// before, which is metered as nothing too. `table_key` is the item's key in the table.
///
/// A write is metered at the larger of the entries before and after (measured by dynoxide's authors); one that moves to
/// another `HASH` value is two writes here, as it is in a global index.
pub(in crate::table) fn vector_change(
    (position, index): (usize, &VectorIndex),
    table_key: &[u8],
    (old, new): (Option<ItemRef<'_>>, Option<ItemRef<'_>>),
    store: &dyn Read,
) -> Result<Option<VectorChange>, Error> {
    let definition = &index.definition;
    if let (Some(old), Some(new)) = (old, new)
        && definition.same_view(old, new)
    {
        return Ok(None);
    }
    // Whether the old item is in the index is only known there: it may have been passed over, or its turn has not come.
    let old = match old.and_then(|old| definition.key_of(old, table_key)) {
        Some(key) => store.get(index.space, &key)?,
        None => None,
    };
    let new = new.and_then(|new| definition.entry(new, table_key));
    let size = |entry: &Option<Entry>| entry.as_ref().map_or(0, |entry| definition.entry_size(entry));
    let (before, after) = (size(&old), size(&new));
    let (delete, metered) = match (&old, &new) {
        (None, None) => return Ok(None),
        (Some(old), Some(new)) if old.key() != new.key() => {
            (Some(KeyBytes::from_slice(old.key())), write_bytes(before) + write_bytes(after))
        }
        (Some(old), None) => (Some(KeyBytes::from_slice(old.key())), write_bytes(before)),
        (_, Some(_)) => (None, write_bytes(before.max(after))),
    };
    let items = i64::from(new.is_some()) - i64::from(old.is_some());
    let bytes = after as i64 - before as i64;
    Ok(Some(VectorChange { index: position, delete, put: new, metered, items, bytes }))
}
