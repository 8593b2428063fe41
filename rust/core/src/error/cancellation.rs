//! Why a transaction was cancelled.

use crate::error::{Error, ThrottlingReason};
use crate::value::Item;

/// Why one action of a cancelled transaction did not happen, or that it was no reason (facts 13.1).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CancellationReason {
    /// `Code`; `None` stands for an action that was in order.
    pub code: &'static str,
    /// `Message`; absent where the action was in order.
    pub message: Option<String>,
    /// `Item`, where `ReturnValuesOnConditionCheckFailure` asked for it.
    pub item: Option<Item>,
    /// Which limits were met, where throughput was the reason; no part of the reply.
    pub throttling: Vec<ThrottlingReason>,
}

impl CancellationReason {
    /// The action was in order.
    #[must_use]
    pub fn none() -> Self {
        Self { code: "None", ..Self::default() }
    }

    /// A PartiQL `INSERT` whose key is taken.
    #[must_use]
    pub fn duplicate_item() -> Self {
        let message = Some("Duplicate primary key exists in table".to_owned());
        Self { code: "DuplicateItem", message, ..Self::default() }
    }

    /// The reason that an exception of a single write becomes.
    ///
    /// # Errors
    /// The exception itself, where it is about the whole request.
    pub fn of(error: Error) -> Result<Self, Error> {
        let code = match &error {
            Error::Validation(_) => "ValidationError",
            Error::ConditionalCheckFailed(_) => "ConditionalCheckFailed",
            Error::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
            Error::ProvisionedThroughputExceeded(_) => "ProvisionedThroughputExceeded",
            Error::Throttling(..) | Error::RequestLimitExceeded(_) => "ThrottlingError",
            Error::TransactionConflict => "TransactionConflict",
            _ => return Err(error),
        };
        let message = Some(error.message().to_owned());
        Ok(match error {
            Error::ConditionalCheckFailed(item) => Self { code, message, item, ..Self::default() },
            Error::ProvisionedThroughputExceeded(throttling)
            | Error::RequestLimitExceeded(throttling)
            | Error::Throttling(_, throttling) => Self { code, message, throttling, ..Self::default() },
            _ => Self { code, message, ..Self::default() },
        })
    }

    /// Whether another transaction holds the item.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code == "TransactionConflict"
    }

    /// Whether the action was in order.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.message.is_none()
    }
}

/// A cancelled transaction: a reason for each action, in the order of the request, and the text that lists their
/// codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cancellation {
    pub(super) message: String,
    pub(super) reasons: Vec<CancellationReason>,
}

impl Cancellation {
    /// `CancellationReasons`.
    #[must_use]
    pub fn reasons(&self) -> &[CancellationReason] {
        &self.reasons
    }
}
