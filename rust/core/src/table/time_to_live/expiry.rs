//! The index of a table's items by the second of their end.

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{NANOS_PER_SECOND, Timestamp};
use crate::store::{Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::value::{ItemRef, KeyBytes, View};

/// An item whose time passed longer ago than this is left alone (facts 8): a number that is not meant as a time, such
/// as a year, does no harm. AWS says five years, and of their length nothing; these have 365 days.
const AGE_SECONDS_MAX: i64 = 5 * 365 * 24 * 3_600;

/// The last second that a [`Timestamp`] can tell; items that end later never end.
const SECOND_MAX: i64 = i64::MAX / NANOS_PER_SECOND - 1;

/// The bytes of a second at the start of a key.
const SECOND_BYTES: usize = 8;

/// A table's items in order of their end. A key is the second in which the item's time lies, then the item's key;
/// there are no values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::table) struct ExpiryIndex {
    attribute: String,
    space: Space,
    /// From an item's time to its removal.
    /// A setting of the database, not of what it stores.
    #[serde(skip)]
    delay: Duration,
    /// The second of the first entry.
    #[serde(skip)]
    first: Option<i64>,
}

/// What a write changes in the index: the seconds of the item before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::table) struct ExpiryChange {
    old: Option<i64>,
    new: Option<i64>,
}

impl ExpiryIndex {
    /// Takes over the delay and finds the first item to end, after this was read from a store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read, delay: Duration) -> Result<(), StoreError> {
        self.delay = delay;
        self.look_for_first(store)
    }

    pub(in crate::table) fn new(attribute: &str, space: Space, delay: Duration) -> Self {
        Self { attribute: attribute.to_owned(), space, delay, first: None }
    }

    pub(in crate::table) fn attribute(&self) -> &str {
        &self.attribute
    }

    pub(in crate::table) fn space(&self) -> Space {
        self.space
    }

    /// When the next items are removed. An item ends once its time is less than the current one, and both are
    /// seconds (facts 8): so in the second after its own, and the delay later.
    pub(in crate::table) fn next_removal_at(&self) -> Option<Timestamp> {
        self.first.map(|second| Timestamp::from_seconds(second + 1) + self.delay)
    }

    /// The last second whose items are removed by `now`.
    pub(in crate::table) fn last_due(&self, now: Timestamp) -> i64 {
        (now - self.delay).as_whole_seconds() - 1
    }

    /// The second in which an item's time lies; none where the attribute is missing or no number.
    fn second_of(&self, item: ItemRef<'_>) -> Option<i64> {
        match item.get(&self.attribute)?.view() {
            View::N(number) => number.floor(),
            _ => None,
        }
    }

    /// Whether an item with this second will be removed by itself.
    fn ends(second: i64, now: Timestamp) -> bool {
        second <= SECOND_MAX && second > now.as_whole_seconds() - AGE_SECONDS_MAX
    }

    /// Whether `item` still ends in `second`.
    pub(in crate::table) fn still_ends(&self, item: ItemRef<'_>, second: i64, now: Timestamp) -> bool {
        self.second_of(item) == Some(second) && Self::ends(second, now)
    }

    /// What a write from one item to another changes here.
    pub(in crate::table) fn change(
        &self,
        (old, new): (Option<ItemRef<'_>>, Option<ItemRef<'_>>),
        now: Timestamp,
    ) -> Option<ExpiryChange> {
        let old = old.and_then(|item| self.second_of(item));
        let new = new.and_then(|item| self.second_of(item));
        let entered = new.filter(|second| Self::ends(*second, now));
        (old != new).then_some(ExpiryChange { old, new: entered })
    }

    /// The writes of a change of the item with this key.
    pub(in crate::table) fn writes(
        &self,
        change: ExpiryChange,
        table_key: &[u8],
    ) -> impl Iterator<Item = Write> {
        let delete = change.old.map(|second| Write::Delete(self.space, key(second, table_key)));
        let put = change.new.map(|second| Write::put(self.space, Entry::new(&key(second, table_key), &[])));
        delete.into_iter().chain(put)
    }

    /// Follows a change that was committed.
    ///
    /// # Errors
    /// When the store fails; the first entry is looked for again later then.
    pub(in crate::table) fn settle(
        &mut self,
        change: ExpiryChange,
        store: &dyn Read,
    ) -> Result<(), StoreError> {
        if change.old.is_some() && change.old == self.first {
            return self.look_for_first(store);
        }
        if let Some(new) = change.new {
            self.first = Some(self.first.map_or(new, |first| first.min(new)));
        }
        Ok(())
    }

    /// Finds out the first entry.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::table) fn look_for_first(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let mut first = None;
        store.scan(self.space, EVERYTHING, Direction::Forward, &mut |entry| {
            first = Some(second(entry.key()));
            ControlFlow::Break(())
        })?;
        self.first = first;
        Ok(())
    }

    /// Up to `most` entries until the second `last`, in order: their seconds and their items' keys.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::table) fn due(
        &self,
        store: &dyn Read,
        last: i64,
        most: usize,
    ) -> Result<Vec<(i64, KeyBytes)>, StoreError> {
        let mut due = Vec::new();
        store.scan(self.space, EVERYTHING, Direction::Forward, &mut |entry| {
            let second = second(entry.key());
            if second > last {
                return ControlFlow::Break(());
            }
            due.push((second, KeyBytes::from_slice(&entry.key()[SECOND_BYTES..])));
            if due.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(due)
    }

    /// The removal of an entry by itself.
    pub(in crate::table) fn removal(&self, second: i64, table_key: &[u8]) -> Write {
        Write::Delete(self.space, key(second, table_key))
    }
}

const EVERYTHING: KeyRange<'static> = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };

/// Seconds sort as bytes once their sign bit is turned.
fn key(second: i64, table_key: &[u8]) -> KeyBytes {
    let mut key = KeyBytes::from_slice(&(second.cast_unsigned() ^ (1 << 63)).to_be_bytes());
    key.extend_from_slice(table_key);
    key
}

fn second(key: &[u8]) -> i64 {
    let mut bytes = [0; SECOND_BYTES];
    bytes.copy_from_slice(&key[..SECOND_BYTES]);
    (u64::from_be_bytes(bytes) ^ (1 << 63)).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_second_and_then_by_item() {
        let keys = [key(-5, b"z"), key(0, b"a"), key(0, b"b"), key(7, b"a"), key(1 << 40, b"")];
        assert!(keys.is_sorted());
        assert_eq!(second(&key(-5, b"z")), -5);
    }

    #[test]
    fn what_is_too_old_or_too_far_does_not_end() {
        let now = Timestamp::from_seconds(1_700_000_000);
        assert!(ExpiryIndex::ends(1_700_000_000 - AGE_SECONDS_MAX + 1, now));
        assert!(!ExpiryIndex::ends(1_700_000_000 - AGE_SECONDS_MAX, now));
        assert!(ExpiryIndex::ends(4_000_000_000, now));
        // Milliseconds, taken for seconds.
        assert!(!ExpiryIndex::ends(1_700_000_000_000, now));
    }
}
