//! What happens in the leaves of the B-tree.

use std::ops::{Bound, ControlFlow};

use triomphe::Arc;

use super::key_array::{KeyArray, MERGED_MAX, common_length};
use super::node::{Node, Put, Route};
use super::{Direction, Entry};

/// Entries of a scan that are asked for before they are visited. Enough that their memory arrives while others are
/// looked at, and few enough that a page of one item does not wait for those behind it.
const AHEAD: usize = 8;

/// Puts an entry into a leaf, unless its key is new and the leaf was only guessed.
pub(super) fn put(keys: &mut Arc<KeyArray>, entry: Entry, route: Route) -> Put {
    let found = keys.find(entry.key());
    match keys.proven(entry.key(), found, route) {
        Some(found) => put_found(keys, entry, found),
        None => Put::Lost(entry),
    }
}

/// Puts an entry where its key was found in a leaf: over that of the same key, or in between.
pub(super) fn put_found(keys: &mut Arc<KeyArray>, entry: Entry, found: Result<usize, usize>) -> Put {
    let keys = Arc::make_mut(keys);
    match found {
        Ok(index) => {
            keys.replace(index, entry);
            return Put::Replaced;
        }
        Err(index) => keys.insert(index, entry),
    }
    if !keys.is_full() {
        return Put::Inserted;
    }
    let right = keys.split_off(keys.split_point());
    Put::Split(separator(keys, &right), Node::Leaf(Arc::new(right)))
}

/// Visits the entries inside both bounds in order.
pub(super) fn visit(
    keys: &KeyArray,
    lower: Bound<&[u8]>,
    upper: Bound<&[u8]>,
    direction: Direction,
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (first, last) = (keys.near(lower, 0), keys.near(upper, keys.len()));
    match direction {
        Direction::Forward => {
            // The bounds are compared with entries that are mostly the first ones to visit.
            keys.entries()[first.start..].iter().take(AHEAD).for_each(Entry::prefetch);
            let inside =
                keys.entries().get(keys.start(lower, first)..keys.end(upper, last)).unwrap_or_default();
            visit_ahead(inside.iter(), inside.iter(), visit)
        }
        Direction::Backward => {
            keys.entries()[..last.end].iter().rev().take(AHEAD).for_each(Entry::prefetch);
            let inside =
                keys.entries().get(keys.start(lower, first)..keys.end(upper, last)).unwrap_or_default();
            visit_ahead(inside.iter().rev(), inside.iter().rev(), visit)
        }
    }
}

/// Visits entries of which the first ones were asked for, and asks for those that follow.
fn visit_ahead<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    later: impl Iterator<Item = &'a Entry>,
    visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut later = later.skip(AHEAD);
    for entry in entries {
        if let Some(later) = later.next() {
            later.prefetch();
        }
        visit(entry)?;
    }
    ControlFlow::Continue(())
}

/// Merges the right leaf into the left one, or evens both out and returns the separator between them.
pub(super) fn mend(left: &mut KeyArray, right: &mut KeyArray) -> Option<Entry> {
    let (here, there) = (left.len(), right.len());
    if here + there <= MERGED_MAX {
        left.take_first_of(right, there);
        return None;
    }
    if here < there {
        left.take_first_of(right, (there - here) / 2);
    } else {
        right.take_last_of(left, (here - there) / 2);
    }
    Some(separator(left, right))
}

/// The shortest key above every key of the left leaf and not above any of the right one.
fn separator(left: &KeyArray, right: &KeyArray) -> Entry {
    let (Some(below), Some(above)) = (left.entries().last(), right.entries().first()) else {
        unreachable!("a leaf beside another is never empty")
    };
    let length = common_length(below.key(), above.key()) + 1;
    Entry::new(&above.key()[..length], &[])
}
