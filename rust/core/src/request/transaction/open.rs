//! A transaction that holds items and does nothing with them, so that a test can see others conflict with it.

use crate::error::Error;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::request::transaction::action::ReadAction;
use crate::request::transaction::target::targets;
use crate::value::{Item, Key};

/// Holds items, each a table with a key, until the transaction of the number given back is ended.
///
/// # Errors
/// `ResourceNotFoundException`, `ValidationException` for an item that comes twice, `TransactionCanceledException` for
/// a bad key or where another transaction holds one of the items.
pub(crate) fn begin_transaction(items: Vec<(String, Item)>, context: &mut Context<'_>) -> Result<u64, Error> {
    let action = |(table, key)| Ok(ReadAction { table: TableName::new(Some(table))?, key, projection: None });
    let actions = items.into_iter().map(action).collect::<Result<Vec<_>, Error>>()?;
    let keys = targets(&actions, |action| action.table.name(), ReadAction::key, |_, _| Ok(()), context)?;
    let places: Vec<(&str, &Key)> =
        actions.iter().zip(&keys).map(|(action, key)| (action.table.name(), key)).collect();
    context.tables.begin_transaction(&places, context.now)
}
