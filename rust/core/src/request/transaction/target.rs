//! The items that a transaction is about: their keys, checked against their tables.

use std::collections::BTreeSet;

use crate::error::{CancellationReason, Error};
use crate::request::context::Context;
use crate::table::Table;
use crate::value::Key;

/// Checks the actions' tables, keys and what else needs no item, in DynamoDB's order, and gives the keys.
///
/// A table that is not there refuses the request, and so does an item that two actions are about, also where one
/// names the table and the other its ARN. Anything else is the reason of its own action, and only the first is given,
/// because items are validated before anything else is looked at (ALT).
///
/// # Errors
/// `ResourceNotFoundException`, `ValidationException`, or `TransactionCanceledException` with a `ValidationError`.
pub(super) fn targets<'a, T>(
    actions: &'a [T],
    table: impl Fn(&'a T) -> &'a str,
    key: impl Fn(&'a T, &Table) -> Result<Key, Error>,
    check: impl Fn(&'a T, &Table) -> Result<(), Error>,
    context: &mut Context<'_>,
) -> Result<Vec<Key>, Error> {
    for action in actions {
        context.tables.reading(table(action), context.now)?.table.refuse_strong("Transactions are")?;
    }
    let mut keys = Vec::with_capacity(actions.len());
    for action in actions {
        keys.push(key(action, context.tables.reading(table(action), context.now)?.table));
    }
    let valid = actions.iter().zip(&keys).filter_map(|(action, key)| {
        let key = key.as_ref().ok()?;
        Some((table(action), key.as_bytes()))
    });
    let mut seen = BTreeSet::new();
    for target in valid {
        if !seen.insert(target) {
            return Err(Error::validation(
                "Transaction request cannot include multiple operations on one item",
            ));
        }
    }
    let mut targets = Vec::with_capacity(actions.len());
    for (action, key) in actions.iter().zip(keys) {
        let reading = context.tables.reading(table(action), context.now)?;
        match key.and_then(|key| check(action, reading.table).map(|()| key)) {
            Ok(key) => targets.push(key),
            Err(error) => return Err(refusal(error, targets.len(), actions.len())),
        }
    }
    Ok(targets)
}

/// The cancellation for one action; all others were in order.
fn refusal(error: Error, action: usize, actions: usize) -> Error {
    match CancellationReason::of(error) {
        Ok(reason) => {
            let mut reasons = vec![CancellationReason::none(); actions];
            reasons[action] = reason;
            Error::cancelled(reasons)
        }
        Err(error) => error,
    }
}
