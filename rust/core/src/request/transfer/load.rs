//! Putting items that come from outside into a table.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::table::{Change, LoadItem, PUT_TOO_LARGE, WritePlan, Writing, check_item_size};
use crate::value::Key;

/// Puts items. Of items with the same key the last one stays. Gives those that were refused: their position and why.
///
/// # Errors
/// `InternalServerError` where the store fails; earlier items of the batch may be there then.
pub fn load(writing: &mut Writing<'_>, items: &[LoadItem]) -> Result<Vec<(usize, Error)>, Error> {
    let mut refused = Vec::new();
    let mut keys: Vec<(usize, Key)> = Vec::with_capacity(items.len());
    for (position, item) in items.iter().enumerate() {
        match check(writing, item) {
            Ok(key) => keys.push((position, key)),
            Err(error) => refused.push((position, error)),
        }
    }
    // A commit holds a key once, so a batch is cut where a key comes again.
    let mut begin = 0;
    let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
    for end in 0..keys.len() {
        if !seen.insert(keys[end].1.as_bytes()) {
            put(writing, items, &keys[begin..end], &mut refused)?;
            begin = end;
            seen.clear();
            seen.insert(keys[end].1.as_bytes());
        }
    }
    put(writing, items, &keys[begin..], &mut refused)?;
    refused.sort_by_key(|(position, _)| *position);
    Ok(refused)
}

fn check(writing: &Writing<'_>, given: &LoadItem) -> Result<Key, Error> {
    let key = writing.table.key_of_item(given.item.as_ref())?;
    check_item_size(given.item.as_ref(), PUT_TOO_LARGE)?;
    if let Some(condition) = &given.condition {
        writing.table.refuse_nested(condition.nested_names())?;
    }
    Ok(key)
}

fn put(
    writing: &mut Writing<'_>,
    items: &[LoadItem],
    keys: &[(usize, Key)],
    refused: &mut Vec<(usize, Error)>,
) -> Result<(), Error> {
    let plan = |(position, key)| {
        let item: &LoadItem = &items[position];
        WritePlan {
            key,
            condition: item.condition.as_ref(),
            item_on_condition_failure: item.condition.is_some(),
            change: Change::Put(item.item.as_ref()),
        }
    };
    let plans: Vec<WritePlan<'_>> = keys.iter().map(|(position, key)| plan((*position, key))).collect();
    let outcomes = writing.write_each(&plans)?;
    for ((position, _), outcome) in keys.iter().zip(outcomes) {
        if let Err(error) = outcome {
            refused.push((*position, error));
        }
    }
    Ok(())
}
