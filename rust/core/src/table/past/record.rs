//! The records of a table's past, as the store has them.
//!
//! ```text
//! record  [the item's key: every 0x00 as 0x00 0xFF][0x00 0x01][8: second][4: count] -> the item before the epoch, or nothing
//! head    [0x00] -> [8: second][4: count]   the last epoch that writes had, as a table's own record does not follow them
//! ```
//!
//! An item's records stand together, the oldest first; items stand in the order of their table.

use crate::store::{Entry, StoreError};
use crate::table::past::epoch::{EPOCH_BYTES, Epoch};
use crate::value::KeyBytes;

/// The key of the head: less than every record's.
pub(super) const HEAD: [u8; 1] = [0x00];
const ESCAPED_ZERO: [u8; 2] = [0x00, 0xFF];
const END: [u8; 2] = [0x00, 0x01];

/// What the keys of all records of an item begin with, and no other key.
pub(super) fn prefix(table_key: &[u8]) -> KeyBytes {
    let mut bytes = KeyBytes::with_capacity(table_key.len() + END.len() + EPOCH_BYTES + 2);
    let mut pieces = table_key.split(|byte| *byte == 0);
    bytes.extend_from_slice(pieces.next().expect("invariant: splitting gives a piece"));
    for piece in pieces {
        bytes.extend_from_slice(&ESCAPED_ZERO);
        bytes.extend_from_slice(piece);
    }
    bytes.extend_from_slice(&END);
    bytes
}

/// The key of an item's record.
pub(super) fn key(prefix: &[u8], epoch: Epoch) -> KeyBytes {
    let mut bytes = KeyBytes::from_slice(prefix);
    bytes.extend_from_slice(&epoch.to_bytes());
    bytes
}

/// A key behind all records of an item, and before those of the next.
pub(super) fn behind(prefix: &[u8]) -> KeyBytes {
    let mut bytes = KeyBytes::from_slice(prefix);
    bytes.extend_from_slice(&[0xFF; EPOCH_BYTES]);
    bytes
}

/// What the keys of the item's records begin with, and the epoch of this one.
///
/// # Errors
/// [`StoreError::Corrupted`].
pub(super) fn split(key: &[u8]) -> Result<(&[u8], Epoch), StoreError> {
    key.split_last_chunk().map(|(prefix, epoch)| (prefix, Epoch::from_bytes(*epoch))).ok_or_else(corrupted)
}

/// The item's key in its table.
///
/// # Errors
/// [`StoreError::Corrupted`].
pub(super) fn table_key(prefix: &[u8]) -> Result<KeyBytes, StoreError> {
    let escaped = prefix.strip_suffix(&END).ok_or_else(corrupted)?;
    let mut bytes = KeyBytes::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(zero) = rest.iter().position(|byte| *byte == 0) {
        if rest.get(zero + 1) != Some(&ESCAPED_ZERO[1]) {
            return Err(corrupted());
        }
        bytes.extend_from_slice(&rest[..=zero]);
        rest = &rest[zero + 2..];
    }
    bytes.extend_from_slice(rest);
    Ok(bytes)
}

/// The item that a record keeps, with its table key; none where there was none.
pub(super) fn former(table_key: &[u8], record: &Entry) -> Option<Entry> {
    // Every item has its key attributes, so no item has no bytes.
    (!record.value().is_empty()).then(|| Entry::new(table_key, record.value()))
}

pub(super) fn corrupted() -> StoreError {
    StoreError::Corrupted("a record of a table's past".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_stand_in_the_order_of_items_and_time(
            mut keys in prop::collection::vec(
                (prop::collection::vec(prop::sample::select(vec![0_u8, 1, 0x7F, 0xFE, 0xFF]), 1..5), 0_i64..3),
                2..5,
            )
        ) {
            keys.sort();
            keys.dedup();
            let epoch = |second: i64| Epoch { second, count: 0 };
            let made: Vec<KeyBytes> =
                keys.iter().map(|(item, second)| key(&prefix(item), epoch(*second))).collect();
            prop_assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
            for ((item, second), made) in keys.iter().zip(&made) {
                prop_assert!(HEAD.as_slice() < &made[..] && made < &behind(&prefix(item)));
                let (found, at) = split(made).unwrap();
                prop_assert_eq!(at, epoch(*second));
                let key = table_key(found).unwrap();
                prop_assert_eq!(&key[..], &item[..]);
            }
        }
    }

    #[test]
    fn what_is_no_record_is_corrupted() {
        assert_eq!(split(b"short"), Err(corrupted()));
        assert_eq!(table_key(b"no end"), Err(corrupted()));
        assert_eq!(table_key(b"a\0b\0\x01"), Err(corrupted()));
    }
}
