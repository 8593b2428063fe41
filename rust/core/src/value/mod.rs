//! DynamoDB's values: numbers, attribute values, the encoded item and the order-preserving key.
//!
//! - `number`: exact decimals of 38 digits, [`Number`].
//! - `attribute`: the owned tree, [`AttributeValue`] and [`Map`].
//! - `encoder`: [`Encoder`], the one way to build encoded bytes.
//! - `item`, `view`, `owned`: reading those bytes without copying, and owning them.
//! - `entry_name`, `value_word`: names and short values as numbers, to know them again.
//! - `layout`: what every byte of an encoded item means; `validation` checks bytes of unknown origin.
//! - `comparison`: DynamoDB's equality and order.
//! - `key`: [`Key`], whose bytes sort as DynamoDB sorts; `key_layout` takes them apart again.

mod attribute;
mod comparison;
mod corrupted;
mod encoder;
mod entry_name;
#[cfg(any(test, feature = "test-util"))]
mod fuzz;
mod index_key;
mod item;
mod key;
mod key_layout;
mod layout;
mod number;
mod owned;
pub(crate) mod short_bytes;
mod validation;
mod value_word;
mod view;

pub use attribute::{AttributeValue, Map, Type};
pub use corrupted::Corrupted;
pub use encoder::{Encoder, SetError};
pub use entry_name::EntryName;
#[cfg(any(test, feature = "test-util"))]
pub use fuzz::fuzz_key_order;
pub use index_key::IndexKey;
pub use item::{Item, ItemRef};
pub use key::{
    Key, KeyBytes, KeyError, PARTITION_KEY_BYTES_MAX, SORT_KEY_BYTES_MAX, check_key_lengths, key_length,
    partition_hash, partition_prefix, sort_bytes, successor,
};
pub use key_layout::KeyLayout;

pub use number::{Number, NumberError};
pub use owned::Value;
pub use short_bytes::{ShortName, ShortValue};
pub use validation::NESTING_LEVELS_MAX;
pub use value_word::ValueWord;
pub use view::{Elements, Entries, ExpectedEntries, ListRef, MapRef, SetRef, ValueRef, View};

#[cfg(test)]
mod samples;
