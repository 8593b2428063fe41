//! The one error a caller sees: a variant for each AWS exception, with what its reply carries.

use std::fmt;

use crate::value::Item;

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
    /// `ProvisionedThroughputExceededException`.
    ProvisionedThroughputExceeded(Vec<ThrottlingReason>),
    /// `ThrottlingException`.
    Throttling(String, Vec<ThrottlingReason>),
    /// `ResourceNotFoundException`.
    ResourceNotFound(String),
    /// `ResourceInUseException`.
    ResourceInUse(String),
    /// `IdempotentParameterMismatchException`.
    IdempotentParameterMismatch(String),
    /// `LimitExceededException`.
    LimitExceeded(String),
    /// `ItemCollectionSizeLimitExceededException`.
    ItemCollectionSizeLimitExceeded,
    /// `ObjectNotFoundException` of Application Auto Scaling.
    ObjectNotFound(String),
    /// `InvalidNextTokenException` of Application Auto Scaling.
    InvalidNextToken(String),
    /// `InternalServerError`: the store failed or its bytes are corrupted. HTTP 500.
    Internal(String),
}

const THROUGHPUT_EXCEEDED: &str = "The level of configured provisioned throughput for the table was exceeded. \
     Consider increasing your provisioning level with the UpdateTable API.";

impl Error {
    /// A `ValidationException`.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::Validation(message.into())
    }

    /// A `SerializationException`.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::Serialization(message.into())
    }

    /// The exception's name, as `e.response["Error"]["Code"]` shows it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation(_) => "ValidationException",
            Self::Serialization(_) => "SerializationException",
            Self::UnknownOperation(_) => "UnknownOperationException",
            Self::ConditionalCheckFailed(_) => "ConditionalCheckFailedException",
            Self::ProvisionedThroughputExceeded(_) => "ProvisionedThroughputExceededException",
            Self::Throttling(..) => "ThrottlingException",
            Self::ResourceNotFound(_) => "ResourceNotFoundException",
            Self::ResourceInUse(_) => "ResourceInUseException",
            Self::IdempotentParameterMismatch(_) => "IdempotentParameterMismatchException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceededException",
            Self::ObjectNotFound(_) => "ObjectNotFoundException",
            Self::InvalidNextToken(_) => "InvalidNextTokenException",
            Self::Internal(_) => "InternalServerError",
        }
    }

    /// The namespace before `#` in `__type` on DynamoDB's wire (facts 14.1).
    #[must_use]
    pub fn namespace(&self) -> &'static str {
        match self {
            Self::Validation(_) => "com.amazon.coral.validate",
            Self::Serialization(_) | Self::UnknownOperation(_) => "com.amazon.coral.service",
            Self::Throttling(..) => "com.amazon.coral.availability",
            _ => "com.amazonaws.dynamodb.v20120810",
        }
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if matches!(self, Self::Internal(_)) { 500 } else { 400 }
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
            | Self::IdempotentParameterMismatch(text)
            | Self::LimitExceeded(text)
            | Self::ObjectNotFound(text)
            | Self::InvalidNextToken(text)
            | Self::Internal(text) => text,
            Self::ConditionalCheckFailed(_) => "The conditional request failed",
            Self::ItemCollectionSizeLimitExceeded => "Collection size exceeded.",
            Self::ProvisionedThroughputExceeded(_) => THROUGHPUT_EXCEEDED,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for Error {}
