//! What an index is: its key, and which attributes its entries hold.

use serde::{Deserialize, Serialize};

use crate::table::provision::NewLimits;
use crate::table::schema::{KeyAttribute, KeySchema};
use crate::table::throughput::Mode;

/// Partition attributes of a global index's key at most, and sort attributes at most (facts 4.2).
pub const KEY_ATTRIBUTES_MAX: usize = 4;

/// The two kinds of secondary index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IndexKind {
    /// Has the table's partition key and shares the table's throughput.
    Local,
    /// Has a partition key and a throughput of its own.
    Global,
}

/// The key of an index. Attributes are in the order of the request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndexKeys {
    /// One to four for a global index, one for a local one.
    pub partition: Vec<KeyAttribute>,
    /// None to four for a global index, one for a local one.
    pub sort: Vec<KeyAttribute>,
}

impl IndexKeys {
    /// The key attributes, partition attributes first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.partition.iter().chain(&self.sort)
    }

    /// Whether an attribute is part of the key.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }
}

/// Which attributes an entry has beside the keys of table and index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Projection {
    /// `ALL`: every attribute.
    All,
    /// `KEYS_ONLY`: none.
    KeysOnly,
    /// `INCLUDE`: those named, in order of their names as DescribeTable gives them.
    Include(Vec<String>),
}

impl Projection {
    /// `ProjectionType`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::KeysOnly => "KEYS_ONLY",
            Self::Include(_) => "INCLUDE",
        }
    }

    /// `NonKeyAttributes`; empty but for `INCLUDE`.
    #[must_use]
    pub fn included(&self) -> &[String] {
        match self {
            Self::Include(names) => names,
            Self::All | Self::KeysOnly => &[],
        }
    }
}

/// An index as a request defines it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewIndex {
    /// Its name.
    pub name: String,
    /// Local or global.
    pub kind: IndexKind,
    /// Its key.
    pub keys: IndexKeys,
    /// What its entries hold.
    pub projection: Projection,
    /// A global index's own throughput, where the request gives one.
    pub mode: Option<Mode>,
    /// A global index's on-demand maximum and warm throughput.
    pub limits: NewLimits,
}

/// An index of a table, decoded once when it is made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexDefinition {
    name: String,
    kind: IndexKind,
    keys: IndexKeys,
    projection: Projection,
    /// Every attribute an entry may have, sorted; `None` where it has all.
    projected: Option<Vec<String>>,
}

impl IndexDefinition {
    /// An index of a table with this key.
    #[must_use]
    pub fn new(index: &NewIndex, table: &KeySchema) -> Self {
        let projected = (index.projection != Projection::All).then(|| {
            let keys = table.attributes().chain(index.keys.attributes());
            let mut names: Vec<String> = keys.map(|attribute| attribute.name.clone()).collect();
            names.extend_from_slice(index.projection.included());
            names.sort_unstable();
            names.dedup();
            names
        });
        Self {
            name: index.name.clone(),
            kind: index.kind,
            keys: index.keys.clone(),
            projection: index.projection.clone(),
            projected,
        }
    }

    /// The index's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Local or global.
    #[must_use]
    pub fn kind(&self) -> IndexKind {
        self.kind
    }

    /// Its key.
    #[must_use]
    pub fn keys(&self) -> &IndexKeys {
        &self.keys
    }

    /// What its entries hold, as the request said it.
    #[must_use]
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Every attribute an entry may have, sorted; `None` where it has all that the item has.
    #[must_use]
    pub fn projected(&self) -> Option<&[String]> {
        self.projected.as_deref()
    }

    /// Whether entries have an attribute where the item has it.
    #[must_use]
    pub fn projects(&self, name: &str) -> bool {
        self.projected
            .as_ref()
            .is_none_or(|names| names.binary_search_by(|each| each.as_str().cmp(name)).is_ok())
    }
}
