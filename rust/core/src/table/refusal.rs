//! Why a table cannot be changed now.

use crate::error::Error;
use crate::table::catalog::{State, Table};

/// The error of control-plane operations for a table that is not there.
#[must_use]
pub fn not_found(name: &str) -> Error {
    Error::ResourceNotFound(format!("Requested resource not found: Table: {name} not found"))
}

/// Refuses to change a table that is being made, changed or removed.
pub(in crate::table) fn refuse_unless_active(table: &Table) -> Result<(), Error> {
    let name = &table.definition.name;
    let doing = match table.state {
        State::Active => return Ok(()),
        State::Creating { .. } | State::Importing => "created",
        State::Updating { .. } => "updated",
        State::Deleting { .. } => "deleted",
    };
    Err(Error::ResourceInUse(format!(
        "Attempt to change a resource which is still in use: Table is being {doing}: {name}"
    )))
}
