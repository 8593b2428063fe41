//! Deletion protection: whether DeleteTable is refused.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::refusal::{not_found, refuse_unless_active};
use crate::table::tables::Tables;

/// From one switch of a table's deletion protection to the next that is allowed.
const PROTECTION_INTERVAL: Duration = Duration::from_millis(15_000);

impl Tables {
    /// Switches a table's deletion protection, at once. Where tables take time to change, the next switch has to wait
    /// (LAB DDB-TABLE-003).
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` or `ThrottlingException`.
    pub fn protect(&mut self, name: &str, protection: bool, now: Timestamp) -> Result<&Table, Error> {
        let waits = !self.settings.table_transition.is_zero();
        let table = self.change(name).ok_or_else(|| not_found(name))?;
        if !matches!(table.state, State::Updating { .. }) {
            refuse_unless_active(table)?;
        }
        match table.protection_changed {
            Some(changed) if waits && now.since(changed) < PROTECTION_INTERVAL => {
                return Err(Error::Throttling(
                    format!(
                        "Deletion protection setting for table {name} modified within the previous 15000 milliseconds. \
                         Please try again after {}",
                        (changed + PROTECTION_INTERVAL).to_iso_8601()
                    ),
                    Vec::new(),
                ));
            }
            _ => {}
        }
        if table.definition.deletion_protection != protection {
            table.definition.deletion_protection = protection;
            table.protection_changed = Some(now);
        }
        Ok(table)
    }
}
