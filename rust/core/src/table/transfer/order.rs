//! The work that an operation leaves, and what is reported of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::expression::Condition;
use crate::store::{Read, Space};
use crate::table::bulk::{CompressionType, S3Output};
use crate::table::partition::HashRange;
use crate::table::schema::KeySchema;
use crate::value::{Item, Type};

/// `FailureCode` of work on a bucket that is not there (measured, LAB DDB-IMPORT-012 and DDB-EXPORT-010).
pub const NO_SUCH_BUCKET: &str = "S3NoSuchBucket";

/// Which work it is: an operation's kind, and its number among those of the kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Job {
    /// An import into a new table.
    Import(u64),
    /// An export of a table.
    Export(u64),
    /// Puts into a table that is there.
    BulkPut(u64),
}

/// How the objects of an import are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ObjectFormat {
    /// A JSON object a line, with the item as its member `Item`.
    DynamoDbJson,
    /// Structs of Amazon Ion, with the item as their field `Item`.
    Ion,
    /// Comma-separated values.
    Csv(CsvFormat),
}

/// How comma-separated values are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CsvFormat {
    /// What stands between values.
    pub delimiter: u8,
    /// The names of the columns; without them the first line has them.
    pub header: Option<Vec<String>>,
    /// The columns that are no strings: key attributes of the table and its indexes (facts 9.4).
    pub types: Vec<(String, Type)>,
}

/// The objects of an import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectSource {
    /// The bucket.
    pub bucket: String,
    /// The account that is said to own the bucket.
    pub owner: Option<String>,
    /// What the keys of the objects begin with: any characters, not only whole directories (LAB DDB-IMPORT-014).
    pub prefix: String,
    /// How they are written.
    pub format: ObjectFormat,
    /// How they are compressed.
    pub compression: CompressionType,
}

/// Items to be put into a table.
#[derive(Clone, Debug)]
pub struct LoadOrder {
    /// Which work it is.
    pub job: Job,
    /// `ImportArn` or `BulkOperationArn`.
    pub arn: String,
    /// The account that buckets belong to.
    pub account_id: String,
    /// Where the items are.
    pub source: ObjectSource,
    /// Where reports on single items go, for puts in bulk.
    pub output: Option<S3Output>,
    /// Write request units a second at most, for puts in bulk.
    pub units_per_second: Option<u64>,
}

/// An item to be put.
#[derive(Clone, Debug)]
pub struct LoadItem {
    /// The item.
    pub item: Item,
    /// What must hold, for puts in bulk.
    pub condition: Option<Condition>,
}

/// How exported items are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutputFormat {
    /// A JSON object a line.
    DynamoDbJson,
    /// A struct of Amazon Ion a line.
    Ion,
}

impl OutputFormat {
    /// Every format with the name that requests use, in the model's order.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("DYNAMODB_JSON", Self::DynamoDbJson), ("ION", Self::Ion)];

    /// `ExportFormat`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DynamoDbJson => "DYNAMODB_JSON",
            Self::Ion => "ION",
        }
    }
}

/// What an incremental export tells of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImageView {
    /// The item at the end.
    New,
    /// The item at the start and at the end.
    NewAndOld,
}

impl ImageView {
    /// Every view with the name that requests use, in the model's order.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("NEW_IMAGE", Self::New), ("NEW_AND_OLD_IMAGES", Self::NewAndOld)];

    /// `ExportViewType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "NEW_IMAGE",
            Self::NewAndOld => "NEW_AND_OLD_IMAGES",
        }
    }
}

/// The time that an incremental export covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// Changes from here on.
    pub from: Timestamp,
    /// Changes before this.
    pub to: Timestamp,
    /// What is told of an item.
    pub view: ImageView,
}

/// Where an export has its items from.
#[derive(Clone)]
pub enum ExportItems {
    /// A snapshot of the present.
    Present(Arc<dyn Read + Send + Sync>),
    /// The engine, page by page: [`crate::engine::Engine::export_page`].
    Past,
}

/// A table to be written to a bucket.
pub struct ExportOrder {
    /// Which work it is.
    pub job: Job,
    /// `ExportArn`.
    pub arn: String,
    /// The part of the ARN that directories are named by.
    pub id: String,
    /// The account that buckets belong to.
    pub account_id: String,
    /// `TableArn`.
    pub table_arn: String,
    /// `TableId`.
    pub table_id: String,
    /// The table's key.
    pub schema: KeySchema,
    /// The bucket.
    pub bucket: String,
    /// The account that is said to own the bucket.
    pub owner: Option<String>,
    /// What the keys of the objects begin with.
    pub prefix: Option<String>,
    /// `S3SseAlgorithm`, which is told and has no effect here.
    pub sse_algorithm: &'static str,
    /// `S3SseKmsKeyId`, likewise.
    pub sse_kms_key_id: Option<String>,
    /// How the items are written.
    pub format: OutputFormat,
    /// When the request came.
    pub started: Timestamp,
    /// The time whose items are exported.
    pub export_time: Timestamp,
    /// The time that an incremental export covers.
    pub period: Option<Period>,
    /// What is written.
    pub items: ExportItems,
    /// Where the items are in them.
    pub space: Space,
    /// The hashes of the table's partitions: a file each at least.
    pub partitions: Vec<HashRange>,
    /// Decides the names of the files.
    pub seed: u64,
}

/// Work to be done outside of the engine.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a few are made in a database's life")]
pub enum Order {
    /// Read objects and put their items.
    Load(LoadOrder),
    /// Write items to objects.
    Export(Arc<ExportOrder>),
}

impl Order {
    /// The report of work that could not be begun.
    #[must_use]
    pub fn failed(&self, failure: Failure) -> (Job, Report) {
        let failure = Some(failure);
        match self {
            Self::Load(order) => (order.job, Report::Load(LoadReport { failure, ..LoadReport::default() })),
            Self::Export(order) => {
                (order.job, Report::Export(ExportReport { failure, ..ExportReport::default() }))
            }
        }
    }
}

/// Why work ended without its purpose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// `FailureCode`.
    pub code: String,
    /// `FailureMessage`.
    pub message: String,
}

/// An item, or the rest of an object, that was not put, as AWS's log of an import tells it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ItemFault {
    /// The object's key.
    pub key: String,
    /// The item's position in the object, from 0.
    pub index: u64,
    /// The line it begins on, from 1; 0 where the object has no lines.
    pub line: u64,
    /// Why.
    pub message: String,
}

/// How putting items ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LoadReport {
    /// Items that were put.
    pub imported: u64,
    /// Items, or rests of objects, that were not.
    pub errors: u64,
    /// Items whose condition did not hold.
    pub refused: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// What items were metered as.
    pub item_bytes: u64,
    /// The first errors.
    pub faults: Vec<ItemFault>,
    /// Why it could not be done at all.
    pub failure: Option<Failure>,
}

/// How an export ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExportReport {
    /// Items that were written.
    pub items: u64,
    /// Their size.
    pub bytes: u64,
    /// The key of the manifest.
    pub manifest: Option<String>,
    /// Why it could not be done.
    pub failure: Option<Failure>,
}

/// How work ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Report {
    /// Of a [`LoadOrder`].
    Load(LoadReport),
    /// Of an [`ExportOrder`].
    Export(ExportReport),
}
