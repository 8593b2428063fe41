//! Why a change of throughput is refused.

use std::fmt;

use crate::error::Error;

use super::decrease::DecreaseLimit;
use super::on_demand::SwitchLimit;
use super::{Kind, TABLE_UNITS_MAX};

/// Why a change of throughput is refused. `Display` is DynamoDB's text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ThroughputError {
    /// `ValidationException`: both values are what they are already.
    Unchanged {
        /// The read units that would not change.
        read: u64,
        /// The write units that would not change.
        write: u64,
    },
    /// `LimitExceededException`: the day's decreases are used up (facts 2.6).
    Decreases(DecreaseLimit),
    /// `LimitExceededException`: the day's switches to on-demand mode are used up (facts 2.4).
    Switches(SwitchLimit),
    /// `LimitExceededException`: more than the quota of one table.
    AboveTableMaximum {
        /// Which of the two values.
        kind: Kind,
        /// What was asked for.
        requested: u64,
        /// The Region the quota is of.
        region: String,
    },
}

impl ThroughputError {
    /// The exception's name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unchanged { .. } => "ValidationException",
            Self::Decreases(_) | Self::Switches(_) | Self::AboveTableMaximum { .. } => {
                "LimitExceededException"
            }
        }
    }
}

impl fmt::Display for ThroughputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const GUIDE: &str = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";
        match self {
            Self::Unchanged { read, write } => write!(
                formatter,
                "The provisioned throughput for the table will not change. The requested value equals the \
                 current value. Current ReadCapacityUnits provisioned for the table: {read}. Requested \
                 ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for the table: {write}. \
                 Requested WriteCapacityUnits: {write}. {GUIDE}"
            ),
            Self::Decreases(limit) => limit.fmt(formatter),
            Self::Switches(limit) => limit.fmt(formatter),
            Self::AboveTableMaximum { kind, requested, region } => {
                let name = match kind {
                    Kind::Read => "ReadCapacityUnits",
                    Kind::Write => "WriteCapacityUnits",
                };
                write!(
                    formatter,
                    "The requested {name}, {requested}, is above the per table maximum for the account in \
                     {region}. Per table maximum: {TABLE_UNITS_MAX}. {GUIDE}"
                )
            }
        }
    }
}

impl std::error::Error for ThroughputError {}

impl From<ThroughputError> for Error {
    fn from(error: ThroughputError) -> Self {
        match error.code() {
            "LimitExceededException" => Self::LimitExceeded(error.to_string()),
            _ => Self::Validation(error.to_string()),
        }
    }
}
