//! What a write changes in the indexes of its table.

use crate::error::Error;
use crate::table::index::{IndexChange, IndexKind, Origin, index_change};
use crate::table::item_limits::{ITEM_BYTES_MAX, PUT_TOO_LARGE, UPDATE_TOO_LARGE};
use crate::table::vector::{VectorChange, vector_change};
use crate::table::write::{Change, WritePlan, Writing};
use crate::value::{ItemRef, Key};

impl Writing<'_> {
    /// What a write from one item to another changes in the table's indexes, after the new item was checked against
    /// their keys and, with its local entries, against the limit of an item.
    pub(in crate::table) fn index_changes(
        &self,
        plan: &WritePlan<'_>,
        (old, new): (Option<ItemRef<'_>>, Option<ItemRef<'_>>),
    ) -> Result<Vec<IndexChange>, Error> {
        if let (Change::Update { .. }, Some(new)) = (plan.change, new) {
            self.table.check_index_keys(new, Origin::Update(old))?;
        }
        if let Some(new) = new {
            let text = match plan.change {
                Change::Update { .. } => UPDATE_TOO_LARGE,
                Change::Put(_) | Change::Delete | Change::Check => PUT_TOO_LARGE,
            };
            self.check_local_entries(new, plan.key, text)?;
        }
        let mut changes = Vec::new();
        for index in self.table.kept_indexes() {
            changes.extend(index_change(index, plan.key.as_bytes(), (old, new), self.store)?);
        }
        Ok(changes)
    }

    /// What a write from one item to another changes in the table's vector indexes.
    pub(in crate::table) fn vector_changes(
        &self,
        key: &Key,
        items: (Option<ItemRef<'_>>, Option<ItemRef<'_>>),
    ) -> Result<Vec<VectorChange>, Error> {
        let mut changes = Vec::new();
        for index in self.table.vector_indexes.iter().enumerate().filter(|(_, index)| index.is_kept()) {
            changes.extend(vector_change(index, key.as_bytes(), items, self.store)?);
        }
        Ok(changes)
    }

    /// With local indexes, an item may have 400 KB together with its entries in them (facts 1.3).
    fn check_local_entries(&self, item: ItemRef<'_>, key: &Key, text: &str) -> Result<(), Error> {
        let mut size = item.size();
        if size * (1 + self.table.indexes.len()) <= ITEM_BYTES_MAX {
            // No entry is larger than its item.
            return Ok(());
        }
        for (_, index) in self.table.kept_indexes() {
            let definition = index.definition();
            if definition.kind() == IndexKind::Local && definition.key_of(item, key.as_bytes()).is_some() {
                size += definition.entry_size(item);
            }
        }
        if size > ITEM_BYTES_MAX { Err(Error::validation(text)) } else { Ok(()) }
    }
}
