//! What a batch says of a statement that failed.

use crate::error::Error;
use crate::output_shape;
use crate::value::Item;

output_shape! {
    /// An error of one statement (`BatchStatementError`).
    pub struct StatementError {
        code: &'static str = "Code",
        message: String = "Message",
        item: Item = "Item",
    }
}

impl StatementError {
    /// An exception as a batch shows it (API reference of `BatchStatementError`).
    #[must_use]
    pub fn new(error: Error) -> Self {
        let code = code(&error);
        let message = Some(error.message().to_owned());
        let item = if let Error::ConditionalCheckFailed(item) = error { item } else { None };
        Self { code: Some(code), message, item }
    }
}

/// The short form of an exception's name.
#[must_use]
pub fn code(error: &Error) -> &'static str {
    match error {
        Error::ConditionalCheckFailed(_) => "ConditionalCheckFailed",
        Error::DuplicateItem => "DuplicateItem",
        Error::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
        Error::ProvisionedThroughputExceeded(_) => "ProvisionedThroughputExceeded",
        Error::Throttling(..) => "ThrottlingError",
        Error::ResourceNotFound(_) => "ResourceNotFound",
        Error::TransactionConflict => "TransactionConflict",
        Error::Internal(_) => "InternalServerError",
        _ => "ValidationError",
    }
}
