//! One bulk operation: what was asked for, and where it is in its life.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::transfer::{Job, LoadOrder, LoadReport, ObjectFormat, ObjectSource, Order};

/// Declares an enumeration of the service model with the names that requests use, in the model's order.
macro_rules! names {
    ( $(#[$meta:meta])* $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal ),* $(,)? } ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl $name {
            /// Every value with its name.
            pub const ALL: &'static [(&'static str, Self)] = &[ $( ($text, Self::$variant), )* ];

            /// The name that requests use.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }
        }
    };
}

names! {
    /// How input objects are written.
    InputFormat {
        /// JSON Lines, an item each.
        DynamoDbJson = "DYNAMODB_JSON",
        /// A sequence of Ion structs.
        Ion = "ION",
    }
}

names! {
    /// How input objects are compressed.
    CompressionType {
        /// Gzip.
        Gzip = "GZIP",
        /// Zstandard.
        Zstd = "ZSTD",
        /// Not at all.
        None = "NONE",
    }
}

names! {
    /// How output objects are encrypted.
    SseAlgorithm {
        /// With a key of Amazon S3.
        Aes256 = "AES256",
        /// With a key of AWS KMS.
        Kms = "KMS",
    }
}

names! {
    /// What is reported of single items.
    OutputType {
        /// Items that could not be processed.
        Error = "ERROR",
        /// Items whose condition did not hold.
        ConditionCheckFailure = "CONDITION_CHECK_FAILURE",
    }
}

names! {
    /// How fast an operation may be.
    PerformanceTier {
        /// The default.
        Standard = "STANDARD",
        /// Faster.
        Accelerated = "ACCELERATED",
    }
}

/// `InputS3Configuration`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Input {
    /// The account that owns the bucket.
    pub bucket_owner: Option<String>,
    /// The bucket.
    pub bucket: String,
    /// What the keys of the objects begin with.
    pub key_prefix: Option<String>,
    /// How the objects are written.
    pub format: InputFormat,
    /// How they are compressed.
    pub compression: Option<CompressionType>,
}

/// `OutputS3Configuration`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Output {
    /// The account that owns the bucket.
    pub bucket_owner: Option<String>,
    /// The bucket.
    pub bucket: Option<String>,
    /// What the keys of reports begin with.
    pub key_prefix: Option<String>,
    /// How reports are encrypted.
    pub sse_algorithm: Option<SseAlgorithm>,
    /// With which key.
    pub sse_kms_key_id: Option<String>,
    /// What is reported.
    pub types: Vec<OutputType>,
}

/// What a StartBulkPutItems asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// The table's name.
    pub table: String,
    /// Where the items are.
    pub input: S3Input,
    /// Where reports go.
    pub output: S3Output,
    /// The most write request units a second.
    pub max_write_request_units: Option<i64>,
    /// How fast it may be.
    pub tier: PerformanceTier,
}

/// Where an operation is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BulkState {
    /// Accepted.
    InProgress {
        /// When it begins to read.
        until: Timestamp,
    },
    /// Reading and writing.
    Working,
    /// To be stopped.
    Cancelling {
        /// When it has stopped.
        until: Timestamp,
    },
    /// Stopped because it was asked to.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// Came to its end.
    Ended {
        /// When.
        at: Timestamp,
    },
}

impl BulkState {
    /// When it ends by itself.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::InProgress { until } | Self::Cancelling { until } => Some(until),
            Self::Working | Self::Cancelled { .. } | Self::Ended { .. } => None,
        }
    }

    /// When the operation reached its last status.
    #[must_use]
    pub fn ended(self) -> Option<Timestamp> {
        match self {
            Self::InProgress { .. } | Self::Working | Self::Cancelling { .. } => None,
            Self::Cancelled { at } | Self::Ended { at } => Some(at),
        }
    }

    /// The status that follows, at its time.
    pub(super) fn next(self) -> Self {
        match self {
            Self::InProgress { .. } => Self::Working,
            Self::Cancelling { until } => Self::Cancelled { at: until },
            ended => ended,
        }
    }
}

/// A bulk operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkOperation {
    /// Its number: the first is 1.
    pub number: u64,
    /// `BulkOperationArn`.
    pub arn: String,
    /// `TableId` of its table.
    pub table_id: String,
    /// `TableArn` of its table.
    pub table_arn: String,
    /// `ClientToken`.
    pub token: String,
    /// What was asked for.
    pub request: BulkRequest,
    /// When it was accepted.
    pub started: Timestamp,
    /// Where it is in its life.
    pub state: BulkState,
    /// What came of it.
    pub report: LoadReport,
}

impl BulkOperation {
    /// `BulkOperationStatus`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.state {
            BulkState::InProgress { .. } | BulkState::Working => "IN_PROGRESS",
            BulkState::Cancelling { .. } => "CANCELLING",
            BulkState::Cancelled { .. } => "CANCELLED",
            BulkState::Ended { .. } if self.report.failure.is_some() => "FAILED",
            BulkState::Ended { .. } if self.report.errors > 0 => "COMPLETED_WITH_ERRORS",
            BulkState::Ended { .. } => "COMPLETED",
        }
    }

    /// `FailureCode` and `FailureMessage` of an operation that failed or was cancelled. AWS lists no codes; that of a
    /// bucket that is not there is the one that its import gives.
    #[must_use]
    pub fn failure(&self) -> Option<(String, String)> {
        match self.state {
            BulkState::InProgress { .. } | BulkState::Working | BulkState::Cancelling { .. } => None,
            BulkState::Cancelled { .. } => Some((
                "Cancelled".to_owned(),
                "The bulk operation was cancelled by CancelBulkOperation".to_owned(),
            )),
            BulkState::Ended { .. } => {
                self.report.failure.as_ref().map(|failure| (failure.code.clone(), failure.message.clone()))
            }
        }
    }

    /// The work that it leaves.
    pub(super) fn order(&self, account_id: &str) -> Order {
        let input = &self.request.input;
        let format = match input.format {
            InputFormat::DynamoDbJson => ObjectFormat::DynamoDbJson,
            InputFormat::Ion => ObjectFormat::Ion,
        };
        Order::Load(LoadOrder {
            job: Job::BulkPut(self.number),
            arn: self.arn.clone(),
            account_id: account_id.to_owned(),
            source: ObjectSource {
                bucket: input.bucket.clone(),
                owner: input.bucket_owner.clone(),
                prefix: input.key_prefix.clone().unwrap_or_default(),
                format,
                compression: input.compression.unwrap_or(CompressionType::None),
            },
            output: Some(self.request.output.clone()),
            units_per_second: self.request.max_write_request_units.map(i64::unsigned_abs),
        })
    }
}
