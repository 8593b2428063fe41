//! What a durable store holds about the tables, as bytes.
//!
//! Every table is one record: its definition, its state, its indexes, its throughput with the counters that matter and
//! its partitions with what is stored in each, as of the moment of writing. The form is JSON of the types themselves,
//! so a new setting of a table is a field of its type, with `#[serde(default)]` for the databases that do not have it;
//! fields that are skipped are rebuilt. What cannot be read, or is read and makes no sense, is
//! [`StoreError::Corrupted`].

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::store::{Entry, Space, StoreError, Write};
use crate::table::catalog::Table;
use crate::table::tables::FIRST_ITEM_SPACE;
use crate::value::{KeyBytes, Type};

/// Where the records are.
pub(crate) const CATALOG: Space = Space(0);
/// Where the tokens of transactions are.
pub(in crate::table) const TOKENS: Space = Space(1);
/// The record of the database itself.
pub(in crate::table) const DATABASE: &[u8] = b"database";
/// The record of Application Auto Scaling.
pub(in crate::table) const SCALING: &[u8] = b"scaling";
/// The record of the streams that have ended.
pub(in crate::table) const STREAMS: &[u8] = b"streams";
/// The record of bulk operations.
pub(in crate::table) const BULK: &[u8] = b"bulk";
/// The record of what exports hold.
pub(in crate::table) const EXPORTS: &[u8] = b"exports";
/// The record of CloudWatch.
pub(crate) const WATCH: &[u8] = b"cloudwatch";
/// What a table's record begins with.
const TABLE: &[u8] = b"table/";
/// What the record of a deleted table's past begins with; the table's id follows.
const PAST: &[u8] = b"past/";
/// What a backup's record begins with.
const BACKUP: &[u8] = b"backup/";

/// What the database says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct DatabaseRecord {
    /// The Region in the ARNs.
    pub(in crate::table) region: String,
    /// The account in the ARNs.
    pub(in crate::table) account_id: String,
    /// The first space that nothing has been given.
    pub(in crate::table) next_space: u32,
    /// The next identifiers, so that none is given twice.
    pub(in crate::table) random: Random,
    /// Replicas that were deleted, with the Regions that have not been told.
    #[serde(default)]
    pub(in crate::table) departures: BTreeMap<String, BTreeSet<String>>,
}

/// The key of a table's record.
pub(in crate::table) fn table_key(name: &str) -> KeyBytes {
    key(TABLE, name)
}

/// The key of the record of a deleted table's past.
pub(in crate::table) fn past_key(id: &str) -> KeyBytes {
    key(PAST, id)
}

/// The key of a backup's record.
pub(in crate::table) fn backup_key(place: &str) -> KeyBytes {
    key(BACKUP, place)
}

fn key(kind: &[u8], name: &str) -> KeyBytes {
    let mut key = KeyBytes::from_slice(kind);
    key.extend_from_slice(name.as_bytes());
    key
}

/// The id of the deleted table whose past's record is at a key, if one is.
pub(in crate::table) fn past_id(key: &[u8]) -> Option<&[u8]> {
    key.strip_prefix(PAST)
}

/// Whether a backup's record is at a key.
pub(in crate::table) fn is_backup(key: &[u8]) -> bool {
    key.starts_with(BACKUP)
}

/// The name of the table whose record is at a key, if one is.
pub(in crate::table) fn table_name(key: &[u8]) -> Option<&[u8]> {
    key.strip_prefix(TABLE)
}

/// The change that stores a record.
pub(crate) fn put(key: &[u8], record: &impl Serialize) -> Write {
    let bytes =
        serde_json::to_vec(record).expect("a record's maps have text as keys, and memory does not fail");
    Write::put(CATALOG, Entry::new(key, &bytes))
}

/// Reads a record.
///
/// # Errors
/// [`StoreError::Corrupted`] names it.
pub(crate) fn read<T: DeserializeOwned>(entry: &Entry) -> Result<T, StoreError> {
    serde_json::from_slice(entry.value()).map_err(|error| damaged(entry.key(), &error.to_string()))
}

/// Reads a table's record and checks what it says.
///
/// # Errors
/// [`StoreError::Corrupted`] names it.
pub(in crate::table) fn read_table(entry: &Entry) -> Result<Table, StoreError> {
    let table: Table = read(entry)?;
    match contradiction(&table) {
        None if table_name(entry.key()) == Some(table.definition.name.as_bytes()) => Ok(table),
        None => Err(damaged(entry.key(), "it is about another table")),
        Some(what) => Err(damaged(entry.key(), what)),
    }
}

/// What a record says that no table can be.
fn contradiction(table: &Table) -> Option<&'static str> {
    let is_key_type = |type_: Type| matches!(type_, Type::S | Type::N | Type::B);
    let index_keys = table.indexes.iter().flat_map(|index| index.definition.keys().attributes());
    if !table.schema().attributes().chain(index_keys).all(|attribute| is_key_type(attribute.type_)) {
        return Some("a key attribute is neither a string nor a number nor binary");
    }
    let stream = table.changes.as_ref().and_then(|changes| changes.stream.as_ref());
    let kinesis = table.changes.as_ref().and_then(|changes| changes.kinesis.as_ref());
    let journals =
        stream.map(|stream| stream.space()).into_iter().chain(kinesis.map(|journal| journal.space()));
    let mut spaces: Vec<Space> = table.spaces().chain(journals).collect();
    spaces.sort_unstable();
    if spaces.windows(2).any(|pair| pair[0] == pair[1]) || spaces[0].0 < FIRST_ITEM_SPACE {
        return Some("two things share a place in the store");
    }
    let provisions = table.indexes.iter().filter_map(|index| index.provision()).chain([&table.provision]);
    if !provisions.into_iter().all(crate::table::provision::Provision::is_whole) {
        return Some("the partitions do not cut the hash space");
    }
    if table.definition.mode != table.provision.throughput.mode() {
        return Some("the table has two billing modes");
    }
    None
}

fn damaged(key: &[u8], what: &str) -> StoreError {
    StoreError::Corrupted(format!("the record {}: {what}", String::from_utf8_lossy(key)))
}
