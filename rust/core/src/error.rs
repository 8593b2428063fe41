//! The one error a caller sees: a variant for each AWS exception, with what its reply carries.

mod cancellation;
mod fault;

use std::fmt;

use crate::value::Item;

pub use cancellation::{Cancellation, CancellationReason};
pub use fault::{CloudWatchFault, GlobalTableFault, TriggerFault};

/// A reason of a throttled request, as `ThrottlingReasons` lists it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThrottlingReason {
    /// Such as `TableWriteProvisionedThroughputExceeded`.
    pub reason: String,
    /// The ARN of the table or index whose limit was met.
    pub resource: String,
}

/// An AWS exception. Names, texts and reply members are those of the service
/// (API reference of `dynamodb` and `application-autoscaling`; facts 14.1).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Error {
    /// `ValidationException`: the request is well-formed and not allowed.
    Validation(String),
    /// `SerializationException`: the body is not of the operation's shape.
    Serialization(String),
    /// `UnknownOperationException`; AWS sends no message, ours names an operation that AWS has and dynacore has not.
    UnknownOperation(String),
    /// `ConditionalCheckFailedException`, with the item where `ReturnValuesOnConditionCheckFailure` asked for it.
    ConditionalCheckFailed(Option<Item>),
    /// `DuplicateItemException`: PartiQL's `INSERT` of an item that is there.
    DuplicateItem,
    /// `ProvisionedThroughputExceededException`.
    ProvisionedThroughputExceeded(Vec<ThrottlingReason>),
    /// `RequestLimitExceeded`: the account's quota for one table or index on demand.
    RequestLimitExceeded(Vec<ThrottlingReason>),
    /// `ThrottlingException`.
    Throttling(String, Vec<ThrottlingReason>),
    /// `ResourceNotFoundException`.
    ResourceNotFound(String),
    /// `ResourceInUseException`.
    ResourceInUse(String),
    /// `LimitExceededException`.
    LimitExceeded(String),
    /// `ItemCollectionSizeLimitExceededException`.
    ItemCollectionSizeLimitExceeded,
    /// `TransactionConflictException`: another transaction holds the item.
    TransactionConflict,
    /// `TransactionCanceledException`, with a reason for each action.
    TransactionCanceled(Cancellation),
    /// `TransactionInProgressException`: the transaction with this token is under way.
    TransactionInProgress,
    /// `IdempotentParameterMismatchException`: the token came back with another request.
    IdempotentParameterMismatch,
    /// `TableNotFoundException`, of the operations on backups and exports.
    TableNotFound(String),
    /// `PointInTimeRecoveryUnavailableException`.
    PointInTimeRecoveryUnavailable(String),
    /// `InvalidExportTimeException`.
    InvalidExportTime(String),
    /// `ExportConflictException`: the token came back with another request.
    ExportConflict,
    /// `ExportNotFoundException`.
    ExportNotFound(String),
    /// `ImportConflictException`: the token came back with another table.
    ImportConflict,
    /// `ImportNotFoundException`.
    ImportNotFound(String),
    /// `ExpiredIteratorException` of DynamoDB Streams.
    ExpiredIterator(String),
    /// `TrimmedDataAccessException` of DynamoDB Streams.
    TrimmedDataAccess(String),
    /// `PolicyNotFoundException`.
    PolicyNotFound(String),
    /// `AccessDeniedException`.
    AccessDenied(String),
    /// `ObjectNotFoundException` of Application Auto Scaling.
    ObjectNotFound(String),
    /// `TooManyTagsException` of Application Auto Scaling.
    TooManyTags(String),
    /// `InvalidNextTokenException` of Application Auto Scaling.
    InvalidNextToken(String),
    /// `TableAlreadyExistsException`: the name of a table to restore is taken.
    TableAlreadyExists(String),
    /// `TableInUseException`: the table of this name is being restored.
    TableInUse(String),
    /// `BackupNotFoundException`.
    BackupNotFound(String),
    /// `BackupInUseException`.
    BackupInUse(String),
    /// `ContinuousBackupsUnavailableException`.
    ContinuousBackupsUnavailable(String),
    /// `InvalidRestoreTimeException`.
    InvalidRestoreTime(String),
    /// An exception of CloudWatch.
    CloudWatch(CloudWatchFault, String),
    /// An exception of Lambda or EventBridge.
    Trigger(TriggerFault, String),
    /// An exception of the operations on global tables.
    GlobalTable(GlobalTableFault, String),
    /// `ReplicatedWriteConflictException`: another Region is writing the item.
    ReplicatedWriteConflict,
    /// A Region that does not answer, by its name. Clients in process see that there is no connection; over HTTP it is
    /// `ServiceUnavailable`.
    RegionUnavailable(String),
    /// `InternalServerError`: the store failed or its bytes are corrupted. HTTP 500.
    Internal(String),
}

/// What an index that holds its table back says (API reference, `CancellationReason`).
const INDEX_THROUGHPUT_EXCEEDED: &str = "The level of configured provisioned throughput for one or more global \
     secondary indexes of the table was exceeded. Consider increasing your provisioning level for the \
     under-provisioned global secondary indexes with the UpdateTable API";
const THROUGHPUT_EXCEEDED: &str = "The level of configured provisioned throughput for the table was exceeded. \
     Consider increasing your provisioning level with the UpdateTable API.";

const ON_DEMAND_EXCEEDED: &str = "Throughput exceeds the current capacity of your table or index. DynamoDB is \
     automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a \
     hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

const INDEX_ON_DEMAND_EXCEEDED: &str = "Throughput exceeds the current capacity for one or more global secondary \
     indexes. DynamoDB is automatically scaling your index so please try again shortly.";

const ACCOUNT_LIMIT_EXCEEDED: &str = "Throughput exceeds the current throughput limit for your account. Please contact \
     AWS Support at https://aws.amazon.com/support request a limit increase";

impl Error {
    /// The `ThrottlingException` of an on-demand table or index that has not grown enough yet.
    #[must_use]
    pub fn on_demand_throttled(reasons: Vec<ThrottlingReason>) -> Self {
        let text = if is_about_indexes(&reasons) { INDEX_ON_DEMAND_EXCEEDED } else { ON_DEMAND_EXCEEDED };
        Self::Throttling(text.to_owned(), reasons)
    }

    /// Whether it is one of the three exceptions of a limit that was met, which a client tries again after.
    #[must_use]
    pub fn is_throttle(&self) -> bool {
        matches!(
            self,
            Self::ProvisionedThroughputExceeded(_) | Self::RequestLimitExceeded(_) | Self::Throttling(..)
        )
    }

    /// A `ValidationException`.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::Validation(message.into())
    }

    /// A `SerializationException`.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::Serialization(message.into())
    }

    /// A `TransactionCanceledException`.
    #[must_use]
    pub fn cancelled(reasons: Vec<CancellationReason>) -> Self {
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
        let message = format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        );
        Self::TransactionCanceled(Cancellation { message, reasons })
    }

    /// A `SerializationException` about a body that is no JSON at all, which AWS sends without a message (dynalite's
    /// measured tests, which check its CRC-32).
    #[must_use]
    pub fn malformed() -> Self {
        Self::Serialization(String::new())
    }

    /// The exception's name, as `e.response["Error"]["Code"]` shows it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation(_) => "ValidationException",
            Self::Serialization(_) => "SerializationException",
            Self::UnknownOperation(_) => "UnknownOperationException",
            Self::ConditionalCheckFailed(_) => "ConditionalCheckFailedException",
            Self::DuplicateItem => "DuplicateItemException",
            Self::ProvisionedThroughputExceeded(_) => "ProvisionedThroughputExceededException",
            Self::RequestLimitExceeded(_) => "RequestLimitExceeded",
            Self::Throttling(..) => "ThrottlingException",
            Self::ResourceNotFound(_) => "ResourceNotFoundException",
            Self::ResourceInUse(_) => "ResourceInUseException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceededException",
            Self::TransactionConflict => "TransactionConflictException",
            Self::TransactionCanceled(_) => "TransactionCanceledException",
            Self::TransactionInProgress => "TransactionInProgressException",
            Self::IdempotentParameterMismatch => "IdempotentParameterMismatchException",
            Self::TableNotFound(_) => "TableNotFoundException",
            Self::PointInTimeRecoveryUnavailable(_) => "PointInTimeRecoveryUnavailableException",
            Self::InvalidExportTime(_) => "InvalidExportTimeException",
            Self::ExportConflict => "ExportConflictException",
            Self::ExportNotFound(_) => "ExportNotFoundException",
            Self::ImportConflict => "ImportConflictException",
            Self::ImportNotFound(_) => "ImportNotFoundException",
            Self::ExpiredIterator(_) => "ExpiredIteratorException",
            Self::TrimmedDataAccess(_) => "TrimmedDataAccessException",
            Self::PolicyNotFound(_) => "PolicyNotFoundException",
            Self::AccessDenied(_) => "AccessDeniedException",
            Self::ObjectNotFound(_) => "ObjectNotFoundException",
            Self::TooManyTags(_) => "TooManyTagsException",
            Self::InvalidNextToken(_) => "InvalidNextTokenException",
            Self::TableAlreadyExists(_) => "TableAlreadyExistsException",
            Self::TableInUse(_) => "TableInUseException",
            Self::BackupNotFound(_) => "BackupNotFoundException",
            Self::BackupInUse(_) => "BackupInUseException",
            Self::ContinuousBackupsUnavailable(_) => "ContinuousBackupsUnavailableException",
            Self::InvalidRestoreTime(_) => "InvalidRestoreTimeException",
            Self::CloudWatch(fault, _) => fault.code(),
            Self::Trigger(fault, _) => fault.code_and_status().0,
            Self::GlobalTable(fault, _) => fault.code(),
            Self::ReplicatedWriteConflict => "ReplicatedWriteConflictException",
            Self::RegionUnavailable(_) => "ServiceUnavailable",
            Self::Internal(_) => "InternalServerError",
        }
    }

    /// The name of the exception's class in SDKs. It is the code but for CloudWatch, whose codes are from an older
    /// protocol than its shapes.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::CloudWatch(fault, _) => fault.class(),
            _ => self.code(),
        }
    }

    /// The namespace before `#` in `__type` on DynamoDB's wire (facts 14.1).
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        match self {
            Self::Validation(_) => "com.amazon.coral.validate",
            Self::Serialization(_) | Self::UnknownOperation(_) | Self::AccessDenied(_) => {
                "com.amazon.coral.service"
            }
            Self::Throttling(..) => "com.amazon.coral.availability",
            _ => "com.amazonaws.dynamodb.v20120810",
        }
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Internal(_) => 500,
            Self::Trigger(fault, _) => fault.code_and_status().1,
            Self::RegionUnavailable(_) => 503,
            Self::ReplicatedWriteConflict => 409,
            Self::CloudWatch(CloudWatchFault::ResourceNotFound | CloudWatchFault::DashboardNotFound, _) => {
                404
            }
            _ => 400,
        }
    }

    /// The text a person reads; empty where AWS sends none.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Validation(text)
            | Self::Serialization(text)
            | Self::UnknownOperation(text)
            | Self::Throttling(text, _)
            | Self::ResourceNotFound(text)
            | Self::ResourceInUse(text)
            | Self::LimitExceeded(text)
            | Self::TableNotFound(text)
            | Self::PointInTimeRecoveryUnavailable(text)
            | Self::InvalidExportTime(text)
            | Self::ExportNotFound(text)
            | Self::ImportNotFound(text)
            | Self::ExpiredIterator(text)
            | Self::TrimmedDataAccess(text)
            | Self::PolicyNotFound(text)
            | Self::AccessDenied(text)
            | Self::ObjectNotFound(text)
            | Self::TooManyTags(text)
            | Self::InvalidNextToken(text)
            | Self::TableAlreadyExists(text)
            | Self::TableInUse(text)
            | Self::BackupNotFound(text)
            | Self::BackupInUse(text)
            | Self::ContinuousBackupsUnavailable(text)
            | Self::InvalidRestoreTime(text)
            | Self::CloudWatch(_, text)
            | Self::Trigger(_, text)
            | Self::GlobalTable(_, text)
            | Self::Internal(text) => text,
            Self::ExportConflict => "Export conflict: Duplicate request detected with conflicting parameters",
            Self::ImportConflict => "Import conflict: Duplicate request detected with conflicting parameters",
            Self::ConditionalCheckFailed(_) => "The conditional request failed",
            Self::DuplicateItem => "Duplicate primary key exists in table",
            Self::ItemCollectionSizeLimitExceeded => "Collection size exceeded.",
            Self::ProvisionedThroughputExceeded(reasons) if is_about_indexes(reasons) => {
                INDEX_THROUGHPUT_EXCEEDED
            }
            Self::ProvisionedThroughputExceeded(_) => THROUGHPUT_EXCEEDED,
            Self::RequestLimitExceeded(_) => ACCOUNT_LIMIT_EXCEEDED,
            Self::ReplicatedWriteConflict => {
                "One or more items in this request are being modified by a request in another Region."
            }
            Self::RegionUnavailable(_) => "The Region cannot be reached for now",
            Self::TransactionConflict => "Transaction is ongoing for the item",
            Self::TransactionCanceled(cancellation) => &cancellation.message,
            Self::TransactionInProgress => "Transaction from previous request is still in progress",
            Self::IdempotentParameterMismatch => {
                "DynamoDB rejected the request because you retried a request with a different payload but with an \
                 idempotent token that was already used."
            }
        }
    }
}

/// Whether the table itself had enough.
fn is_about_indexes(reasons: &[ThrottlingReason]) -> bool {
    !reasons.is_empty() && reasons.iter().all(|reason| reason.reason.starts_with("Index"))
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for Error {}
