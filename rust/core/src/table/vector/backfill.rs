//! Filling a vector index with the items its table has, as secondary indexes are filled (`table/index/backfill.rs`).
//!
//! An item that a write would be refused with today is passed over (measured by dynoxide's authors). DynamoDB takes
//! minutes for an index over a few items, because it builds a graph; here the pace is that of any index.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Entry, Space, Store, Write};
use crate::table::index::{IndexState, Pace, Portion};
use crate::table::vector::index::VectorIndex;
use crate::value::{ItemRef, KeyBytes};

impl VectorIndex {
    /// Copies the next items of the table in space `table`; the index is active when there are no more.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; the step can be repeated then.
    pub(in crate::table) fn backfill(
        &mut self,
        table: Space,
        store: &mut dyn Store,
        pace: Pace,
        now: Timestamp,
    ) -> Result<(), Error> {
        let IndexState::Backfilling { behind, .. } = &self.state else { return Ok(()) };
        let Portion { items, at_end } = Portion::read(store, table, behind.as_ref(), pace)?;
        self.copy(&items, store)?;
        self.state = match items.last() {
            Some(last) if !at_end => IndexState::Backfilling {
                until: now + pace.step,
                behind: Some(KeyBytes::from_slice(last.key())),
                items: 0,
            },
            _ => IndexState::Active,
        };
        Ok(())
    }

    /// Writes the entries of items that do not have theirs yet.
    fn copy(&mut self, items: &[Entry], store: &mut dyn Store) -> Result<(), Error> {
        let mut batch = Batch::default();
        let (mut count, mut bytes) = (0, 0);
        for item in items {
            let Some(entry) = self.definition.entry(ItemRef::trusted(item.value()), item.key()) else {
                continue;
            };
            if store.get(self.space, entry.key())?.is_none() {
                (count, bytes) = (count + 1, bytes + self.definition.entry_size(&entry) as i64);
                batch.writes.push(Write::put(self.space, entry));
            }
        }
        if count > 0 {
            store.commit(batch)?;
            self.resize(count, bytes);
        }
        Ok(())
    }
}
