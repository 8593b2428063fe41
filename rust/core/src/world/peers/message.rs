//! What processes ask each other, as JSON. Keys and items are in DynamoDB's own form.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::{
    CopyPlace, Definition, GlobalTable, NewIndex, NewVectorIndex, NumberedSetting, Revision, Version,
};

/// What the target of a request to another process begins with.
pub const OPERATIONS_PREFIX: &str = "DynacoreReplication_20261121";

/// A question to another process.
#[derive(Clone, Debug)]
pub enum Question {
    /// Changes behind those that were applied, of all tables that are replicated.
    ReadChanges(ReadChangesInput),
    /// What a replica is made of.
    DescribeTable(DescribeTableInput),
    /// Items for a new replica.
    ReadItems(ReadItemsInput),
}

impl Question {
    /// What a table is in another Region.
    #[must_use]
    pub fn about(table: &str, region: &str) -> Self {
        Self::DescribeTable(DescribeTableInput { region: region.to_owned(), table_name: table.to_owned() })
    }

    /// The operation's name, without [`OPERATIONS_PREFIX`].
    #[must_use]
    pub fn operation(&self) -> &'static str {
        match self {
            Self::ReadChanges(_) => "ReadChanges",
            Self::DescribeTable(_) => "DescribeTable",
            Self::ReadItems(_) => "ReadItems",
        }
    }

    /// The body of the request.
    ///
    /// # Errors
    /// `InternalServerError`.
    pub fn body(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::ReadChanges(input) => to_body(input),
            Self::DescribeTable(input) => to_body(input),
            Self::ReadItems(input) => to_body(input),
        }
    }
}

/// What is found of a table in the Region where a replica is to be made or removed.
#[derive(Clone, Debug)]
pub struct Target(pub(super) DescribeTableOutput);

impl Target {
    /// Reads the answer to [`Question::about`].
    ///
    /// # Errors
    /// `InternalServerError` where it is none.
    pub fn read(answer: &[u8]) -> Result<Self, Error> {
        from_body(answer).map(Self)
    }

    /// The Region that answered.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.0.region
    }
}

pub(super) fn to_body(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(message).map_err(|error| Error::Internal(format!("A message of replication: {error}")))
}

pub(super) fn from_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::Serialization(format!("A message of replication: {error}")))
}

/// How far one table has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TablePlace {
    pub(super) table_name: String,
    /// The last change that is applied where this comes from.
    pub(super) sequence_number: u64,
    /// The last change of a setting, likewise.
    pub(super) setting_number: u64,
}

/// See [`Question::ReadChanges`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReadChangesInput {
    /// The Region that asks.
    pub(super) region: String,
    /// The tables that it replicates.
    pub(super) tables: Vec<TablePlace>,
    /// Tables that it cannot replicate.
    #[serde(default)]
    pub(super) refused: Vec<String>,
    /// Tables that it has deleted.
    #[serde(default)]
    pub(super) left: Vec<String>,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReadChangesOutput {
    /// The Region that answers.
    pub(super) region: String,
    pub(super) tables: Vec<TableChanges>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TableChanges {
    pub(super) table_name: String,
    pub(super) revision: Revision,
    pub(super) global_table: GlobalTable,
    /// What follows the place that was named; none where the table is not there.
    pub(super) page: Option<ChangePage>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangePage {
    pub(super) records: Vec<Record>,
    /// What to go on behind.
    pub(super) next_sequence_number: u64,
    /// Nothing that follows was written before.
    pub(super) horizon: Timestamp,
    pub(super) settings: Vec<NumberedSetting>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RecordVersion {
    pub(super) at: Timestamp,
    pub(super) region: String,
}

impl RecordVersion {
    pub(super) fn new(version: &Version) -> Self {
        Self { at: version.at(), region: version.region().to_owned() }
    }

    pub(super) fn version(&self) -> Version {
        Version::new(self.at, &self.region)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Record {
    pub(super) sequence_number: u64,
    pub(super) version: RecordVersion,
    pub(super) keys: Box<RawValue>,
    #[serde(default)]
    pub(super) new_image: Option<Box<RawValue>>,
}

/// See [`Question::DescribeTable`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeTableInput {
    /// The Region that asks.
    pub(super) region: String,
    pub(super) table_name: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeTableOutput {
    /// The Region that answers.
    pub(super) region: String,
    pub(super) is_there: bool,
    pub(super) deletion_protection: bool,
    /// Why it cannot be deleted for now.
    pub(super) seeding: Option<String>,
    /// What a replica is made of, for a member.
    pub(super) origin: Option<Origin>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Origin {
    pub(super) revision: Revision,
    pub(super) global_table: GlobalTable,
    pub(super) definition: Definition,
    pub(super) secondary: Vec<NewIndex>,
    pub(super) vector: Vec<NewVectorIndex>,
    pub(super) time_to_live: Option<String>,
    /// The last change of the Region itself.
    pub(super) sequence_number: u64,
    pub(super) setting_number: u64,
    /// The last change and the last setting of each other one that is applied there.
    pub(super) places: BTreeMap<String, (u64, u64)>,
}

/// See [`Question::ReadItems`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReadItemsInput {
    /// The Region that asks.
    pub(super) region: String,
    pub(super) table_name: String,
    pub(super) place: CopyPlace,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReadItemsOutput {
    pub(super) items: Vec<CopiedRecord>,
    /// The key to go on behind.
    pub(super) last: Option<Vec<u8>>,
    pub(super) is_end: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CopiedRecord {
    pub(super) version: Option<RecordVersion>,
    pub(super) keys: Box<RawValue>,
    #[serde(default)]
    pub(super) image: Option<Box<RawValue>>,
}
