//! What a durable store holds about bulk operations: all of them, as they are listed and named by tokens.

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::store::{Read, StoreError, Write};
use crate::table::bulk::operation::BulkOperation;
use crate::table::bulk::registry::BulkOperations;
use crate::table::record::{self, BULK, CATALOG};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BulkRecord {
    identifiers: Random,
    operations: Vec<BulkOperation>,
}

impl BulkOperations {
    /// The change that stores what has changed since this was asked last, if anything has.
    pub fn take_change(&mut self) -> Option<Write> {
        if !std::mem::take(&mut self.has_changed) {
            return None;
        }
        let record = BulkRecord { identifiers: self.random.clone(), operations: self.operations.clone() };
        Some(record::put(BULK, &record))
    }

    /// Takes over what a store holds.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where that makes no sense.
    pub fn restore(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let Some(entry) = store.get(CATALOG, BULK)? else { return Ok(()) };
        let record: BulkRecord = record::read(&entry)?;
        (self.random, self.operations) = (record.identifiers, record.operations);
        self.find_next_event();
        Ok(())
    }
}
