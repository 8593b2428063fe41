//! `TableClass`, of CreateTable and UpdateTable.

use crate::error::Error;
use crate::table::TableClass;

/// Reads a `TableClass`, whose constraint has a text of its own.
///
/// # Errors
/// `ValidationException`.
pub fn read_table_class(given: Option<&str>) -> Result<Option<TableClass>, Error> {
    let Some(name) = given else { return Ok(None) };
    let found = TableClass::CHOICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, class)| Some(*class)).ok_or_else(|| {
        Error::validation(
            "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, \
             STANDARD_INFREQUENT_ACCESS].",
        )
    })
}
