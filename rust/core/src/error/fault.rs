//! Exceptions by kind: those of services beside DynamoDB, and of global tables.

/// The exceptions of CloudWatch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloudWatchFault {
    /// `InvalidParameterValueException`.
    InvalidParameterValue,
    /// `InvalidParameterCombinationException`.
    InvalidParameterCombination,
    /// `MissingRequiredParameterException`.
    MissingParameter,
    /// `ResourceNotFound`.
    ResourceNotFound,
    /// `InvalidFormatFault`.
    InvalidFormat,
    /// `LimitExceededFault`.
    LimitExceeded,
    /// `InvalidNextToken`.
    InvalidNextToken,
    /// `DashboardNotFoundError`.
    DashboardNotFound,
    /// `DashboardInvalidInputError`.
    DashboardInvalid,
    /// `ValidationError`: a constraint of the model.
    Validation,
}

impl CloudWatchFault {
    /// Code and class.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::InvalidParameterValue => ("InvalidParameterValue", "InvalidParameterValueException"),
            Self::InvalidParameterCombination => {
                ("InvalidParameterCombination", "InvalidParameterCombinationException")
            }
            Self::MissingParameter => ("MissingParameter", "MissingRequiredParameterException"),
            Self::ResourceNotFound => ("ResourceNotFound", "ResourceNotFound"),
            Self::InvalidFormat => ("InvalidFormat", "InvalidFormatFault"),
            Self::LimitExceeded => ("LimitExceeded", "LimitExceededFault"),
            Self::InvalidNextToken => ("InvalidNextToken", "InvalidNextToken"),
            Self::DashboardNotFound => ("ResourceNotFound", "DashboardNotFoundError"),
            Self::DashboardInvalid => ("InvalidParameterInput", "DashboardInvalidInputError"),
            Self::Validation => ("ValidationError", "ValidationError"),
        }
    }

    /// The code, as `e.response["Error"]["Code"]` shows it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.names().0
    }

    /// The exception's class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        self.names().1
    }
}

/// A kind of exception of the operations on global tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GlobalTableFault {
    /// `GlobalTableAlreadyExistsException`.
    AlreadyExists,
    /// `GlobalTableNotFoundException`.
    NotFound,
    /// `ReplicaAlreadyExistsException`.
    ReplicaAlreadyExists,
    /// `ReplicaNotFoundException`.
    ReplicaNotFound,
    /// `IndexNotFoundException`.
    IndexNotFound,
}

impl GlobalTableFault {
    /// The code, as `e.response["Error"]["Code"]` shows it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyExists => "GlobalTableAlreadyExistsException",
            Self::NotFound => "GlobalTableNotFoundException",
            Self::ReplicaAlreadyExists => "ReplicaAlreadyExistsException",
            Self::ReplicaNotFound => "ReplicaNotFoundException",
            Self::IndexNotFound => "IndexNotFoundException",
        }
    }
}

/// A kind of exception of Lambda and EventBridge that DynamoDB does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TriggerFault {
    /// `InvalidParameterValueException` of Lambda.
    InvalidParameterValue,
    /// `ResourceConflictException` of Lambda.
    ResourceConflict,
    /// `ResourceNotFoundException` of Lambda, whose status is another than DynamoDB's.
    ResourceNotFound,
    /// `InvalidEventPatternException` of EventBridge.
    InvalidEventPattern,
}

impl TriggerFault {
    pub(super) const fn code_and_status(self) -> (&'static str, u16) {
        match self {
            Self::InvalidParameterValue => ("InvalidParameterValueException", 400),
            Self::ResourceConflict => ("ResourceConflictException", 409),
            Self::ResourceNotFound => ("ResourceNotFoundException", 404),
            Self::InvalidEventPattern => ("InvalidEventPatternException", 400),
        }
    }
}
