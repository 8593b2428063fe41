//! What a strongly consistent global table refuses (facts 7.1).

use crate::error::Error;
use crate::table::catalog::Table;
use crate::table::replication::group::{GlobalTable, MultiRegionConsistency};
use crate::table::tables::Tables;

impl Table {
    /// Whether it is one of a strongly consistent global table.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        let strong = |global: &GlobalTable| global.consistency == MultiRegionConsistency::Strong;
        self.global_table().is_some_and(strong)
    }

    /// The refusal of a write of an item that somebody else is writing: in a transaction, or in another Region.
    #[cold]
    pub(in crate::table) fn conflict(&self) -> Error {
        if self.is_strong() { Error::ReplicatedWriteConflict } else { Error::TransactionConflict }
    }

    /// Refuses a write, or a strongly consistent read, in a Region that reaches no other one of a strongly consistent
    /// table. The text is ours.
    ///
    /// # Errors
    /// `InternalServerError`, which clients try again after.
    #[inline]
    pub(in crate::table) fn refuse_isolated(&self) -> Result<(), Error> {
        match &self.replication {
            Some(replication) if replication.is_isolated => Err(Error::Internal(
                "The Region reaches no other Region of the global table for now".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Refuses what only tables have that are in one Region or eventually consistent. The text is ours.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn refuse_strong(&self, what: &str) -> Result<(), Error> {
        if !self.is_strong() {
            return Ok(());
        }
        Err(Error::Validation(format!(
            "{what} not supported by a global table with MultiRegionConsistency STRONG: {}",
            self.definition.name
        )))
    }
}

impl Tables {
    /// Says whether a replica reaches no other Region of its strongly consistent table.
    pub fn set_isolated(&mut self, name: &str, is_isolated: bool) {
        if let Some(replication) = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut()) {
            replication.is_isolated = is_isolated;
        }
    }
}
