//! Keys in bytes that sort as DynamoDB sorts.
//!
//! ```text
//! key        [8 bytes: partition hash, big-endian][partition][sort]
//! partition  S, B: every 0x00 as 0x00 0xFF, then 0x00 0x01      N: stored form, terminator
//! sort       S, B: the bytes as they are                        N: stored form, terminator      none: nothing
//! ```
//!
//! Keys of one partition stand together, in the order of the sort key; partitions stand in the order of their
//! hash, which is what Scan and partition splitting walk.

mod short;
#[cfg(test)]
mod tests;

use std::fmt;

use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{Corrupted, Number, Type, Value, ValueRef};

/// The longest partition key value in bytes ("Service, account, and table quotas").
pub const PARTITION_KEY_BYTES_MAX: usize = 2048;
/// The longest sort key value in bytes ("Service, account, and table quotas").
pub const SORT_KEY_BYTES_MAX: usize = 1024;

const HASH_BYTES: usize = 8;
const ESCAPED_ZERO: [u8; 2] = [0x00, 0xFF];
const PARTITION_END: [u8; 2] = [0x00, 0x01];

/// The bytes of a key or of a part of one. Most keys lie inline.
pub type KeyBytes = SmallVec<[u8; 48]>;

/// A primary key. The order of keys is the order of their bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    bytes: KeyBytes,
    /// Where the sort key begins. Determined by `bytes`, so it never decides the order.
    sort_start: u16,
}

/// Why values make no key. The texts DynamoDB gives for empty values name the attribute, so that
/// ` Key: <name>` follows them where a request writes them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// The partition key value is an empty string or binary.
    EmptyPartition,
    /// The sort key value is an empty string or binary.
    EmptySort,
    /// The partition key value is over 2,048 bytes.
    PartitionTooLong,
    /// The sort key value is over 1,024 bytes.
    SortTooLong,
    /// A value is of a type other than S, N and B.
    NotAKeyType,
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EmptyPartition | Self::EmptySort => {
                "One or more parameter values are not valid. \
                 The AttributeValue for a key attribute cannot contain an empty string value."
            }
            // The missing space is the service's.
            Self::PartitionTooLong => {
                "One or more parameter values were invalid: \
                 Size of hashkey has exceeded the maximum size limit of2048 bytes"
            }
            Self::SortTooLong => {
                "One or more parameter values were invalid: \
                 Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            }
            Self::NotAKeyType => "The provided key element does not match the schema",
        })
    }
}

impl std::error::Error for KeyError {}

impl Key {
    /// The key of a partition key value and, if the table has one, a sort key value.
    ///
    /// # Errors
    /// [`KeyError`] when a value is empty, too long or of a type that is no key's.
    pub fn new(partition: ValueRef<'_>, sort: Option<ValueRef<'_>>) -> Result<Self, KeyError> {
        if let Some(key) = short::key(partition, sort) {
            return Ok(key);
        }
        Self::of_any(partition, sort)
    }

    /// As [`Key::new`], of values of any length.
    fn of_any(partition: ValueRef<'_>, sort: Option<ValueRef<'_>>) -> Result<Self, KeyError> {
        match key_length(partition)? {
            0 => return Err(KeyError::EmptyPartition),
            length if length > PARTITION_KEY_BYTES_MAX => return Err(KeyError::PartitionTooLong),
            _ => {}
        }
        let mut bytes = partition_prefix(partition);
        let sort_start = u16::try_from(bytes.len()).expect("invariant: 2,048 bytes escape to 4,096");
        if let Some(sort) = sort {
            match key_length(sort)? {
                0 => return Err(KeyError::EmptySort),
                length if length > SORT_KEY_BYTES_MAX => return Err(KeyError::SortTooLong),
                _ => {}
            }
            push_sort(&mut bytes, sort);
        }
        Ok(Self { bytes, sort_start })
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, with their allocation if they have one.
    #[must_use]
    pub fn into_bytes(self) -> KeyBytes {
        self.bytes
    }

    /// The hash of the partition key value, [`partition_hash`].
    #[must_use]
    pub fn hash(&self) -> u64 {
        u64::from_be_bytes(
            self.bytes[..HASH_BYTES].try_into().expect("invariant: a key begins with its hash"),
        )
    }

    /// What every key of the same partition begins with, [`partition_prefix`].
    #[must_use]
    pub fn partition_prefix(&self) -> &[u8] {
        &self.bytes[..usize::from(self.sort_start)]
    }

    /// What follows the partition, [`sort_bytes`]; empty in a table without a sort key.
    #[must_use]
    pub fn sort_bytes(&self) -> &[u8] {
        &self.bytes[usize::from(self.sort_start)..]
    }

    /// The values of a key's bytes, given the types the table's schema has.
    ///
    /// # Errors
    /// [`Corrupted`] when they are not the bytes of a key of these types.
    pub fn decode(
        bytes: &[u8],
        partition: Type,
        sort: Option<Type>,
    ) -> Result<(Value, Option<Value>), Corrupted> {
        let hash = bytes.get(..HASH_BYTES).ok_or_else(|| Corrupted::new("a key shorter than its hash"))?;
        let (partition, rest) = match partition {
            Type::N => split_number(&bytes[HASH_BYTES..])?,
            _ => split_escaped(&bytes[HASH_BYTES..], partition)?,
        };
        if partition_hash(partition.as_ref()).to_be_bytes() != hash {
            return Err(Corrupted::new("a key whose hash is not its partition's"));
        }
        let (sort, rest) = match sort {
            None => (None, rest),
            Some(type_) => split_plain(rest, type_).map(|(sort, rest)| (Some(sort), rest))?,
        };
        if !rest.is_empty() {
            return Err(Corrupted::new("bytes follow the key"));
        }
        Ok((partition, sort))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.bytes.escape_ascii())
    }
}

/// The hash that places a partition key value: xxh3 of its bytes, seeded with its type so that `"1"` and `1`
/// differ. Numbers hash by value. Stored data depends on it: it never changes.
///
/// # Panics
/// When the value is not of type S, N or B.
#[must_use]
pub fn partition_hash(partition: ValueRef<'_>) -> u64 {
    let seed = match partition.type_() {
        Type::S => 1,
        Type::N => 2,
        Type::B => 3,
        other => panic!("{} is no key type", other.tag()),
    };
    xxh3_64_with_seed(partition.payload(), seed)
}

/// What every key of a partition begins with and no other key does.
///
/// # Panics
/// When the value is not of type S, N or B.
#[must_use]
pub fn partition_prefix(partition: ValueRef<'_>) -> KeyBytes {
    let mut bytes = KeyBytes::from_slice(&partition_hash(partition).to_be_bytes());
    push_terminated(&mut bytes, partition);
    bytes
}

/// Appends a value so that the bytes sort as the values do, whatever follows them.
pub(super) fn push_terminated(bytes: &mut KeyBytes, value: ValueRef<'_>) {
    if value.type_() == Type::N {
        push_number(bytes, value.payload());
        return;
    }
    push_escaped(bytes, value.payload());
    bytes.extend_from_slice(&PARTITION_END);
}

/// Appends the bytes with which [`push_terminated`] begins for every string or binary that begins with these.
pub(super) fn push_escaped(bytes: &mut KeyBytes, payload: &[u8]) {
    // Nearly every text and many binaries have no zero, which a look over whole words tells.
    if !payload.contains(&0) {
        bytes.extend_from_slice(payload);
        return;
    }
    let mut pieces = payload.split(|byte| *byte == 0);
    bytes.extend_from_slice(pieces.next().expect("invariant: splitting gives a piece"));
    for piece in pieces {
        bytes.extend_from_slice(&ESCAPED_ZERO);
        bytes.extend_from_slice(piece);
    }
}

/// What follows the partition in a key with this sort key value. For S and B it is the value's own bytes, so a
/// value's bytes begin those of every value that begins with it.
///
/// # Panics
/// When the value is not of type S, N or B.
#[must_use]
pub fn sort_bytes(sort: ValueRef<'_>) -> KeyBytes {
    let mut bytes = KeyBytes::new();
    push_sort(&mut bytes, sort);
    bytes
}

/// The smallest byte string that is greater than every one beginning with `prefix`; `None` when there is no end.
#[must_use]
pub fn successor(prefix: &[u8]) -> Option<KeyBytes> {
    let last = prefix.iter().rposition(|byte| *byte != 0xFF)?;
    let mut bytes = KeyBytes::from_slice(&prefix[..=last]);
    bytes[last] += 1;
    Some(bytes)
}

/// The length of a key value in bytes, as its limits count it.
///
/// # Errors
/// [`KeyError::NotAKeyType`] for a value that is neither S, N nor B.
pub fn key_length(value: ValueRef<'_>) -> Result<usize, KeyError> {
    match value.type_() {
        Type::S | Type::N | Type::B => Ok(value.payload().len()),
        _ => Err(KeyError::NotAKeyType),
    }
}

/// Checks the bytes that all partition attributes of a key have together, and all sort attributes.
///
/// # Errors
/// [`KeyError::PartitionTooLong`] or [`KeyError::SortTooLong`].
pub fn check_key_lengths(partition: usize, sort: usize) -> Result<(), KeyError> {
    if partition > PARTITION_KEY_BYTES_MAX {
        return Err(KeyError::PartitionTooLong);
    }
    if sort > SORT_KEY_BYTES_MAX { Err(KeyError::SortTooLong) } else { Ok(()) }
}

fn push_sort(bytes: &mut KeyBytes, sort: ValueRef<'_>) {
    match sort.type_() {
        Type::S | Type::B => bytes.extend_from_slice(sort.payload()),
        Type::N => push_number(bytes, sort.payload()),
        other => panic!("{} is no key type", other.tag()),
    }
}

fn push_number(bytes: &mut KeyBytes, stored: &[u8]) {
    bytes.extend_from_slice(stored);
    bytes.push(Number::terminator_of(stored[0]));
}

/// Splits the sort key of a table's key off, which is its end but for a number.
pub(super) fn split_plain(bytes: &[u8], type_: Type) -> Result<(Value, &[u8]), Corrupted> {
    match type_ {
        Type::N => split_number(bytes),
        other => Ok((plain_value(bytes, other)?, &[])),
    }
}

pub(super) fn split_number(bytes: &[u8]) -> Result<(Value, &[u8]), Corrupted> {
    let first = *bytes.first().ok_or_else(|| Corrupted::new("a key without its number"))?;
    let end = bytes[1..].iter().position(|byte| *byte == Number::terminator_of(first));
    let end = end.ok_or_else(|| Corrupted::new("a number in a key that does not end"))? + 1;
    Ok((Value::number(Number::from_bytes(&bytes[..end])?), &bytes[end + 1..]))
}

pub(super) fn split_escaped(bytes: &[u8], type_: Type) -> Result<(Value, &[u8]), Corrupted> {
    let mut plain = KeyBytes::new();
    let mut rest = bytes;
    loop {
        let zero = rest.iter().position(|byte| *byte == 0);
        let zero = zero.ok_or_else(|| Corrupted::new("a partition in a key that does not end"))?;
        plain.extend_from_slice(&rest[..zero]);
        let mark: Option<&[u8; 2]> = rest[zero..].first_chunk();
        rest = rest.get(zero + 2..).unwrap_or_default();
        match mark {
            Some(&PARTITION_END) => return Ok((plain_value(&plain, type_)?, rest)),
            Some(&ESCAPED_ZERO) => plain.push(0),
            _ => return Err(Corrupted::new("an unknown escape in a key")),
        }
    }
}

fn plain_value(bytes: &[u8], type_: Type) -> Result<Value, Corrupted> {
    match type_ {
        Type::S => std::str::from_utf8(bytes)
            .map(Value::string)
            .map_err(|_| Corrupted::new("a text in a key that is not UTF-8")),
        Type::B => Ok(Value::binary(bytes)),
        other => Err(Corrupted::new(format!("{} is no key type", other.tag()))),
    }
}
