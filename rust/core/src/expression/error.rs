//! Why an expression was refused.

use std::fmt;

use crate::error::Error;

/// DynamoDB's refusal of an expression; its `Display` is the text of the `ValidationException`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ExpressionError {
    /// The request is wrong whatever is stored: syntax, an undefined or unused placeholder, an operand of the wrong
    /// type. A transaction with such an expression is refused as a whole.
    Request(String),
    /// The expression is well-formed and the stored item does not fit it (a missing attribute in a `SET`, a sum
    /// that is not a number). In a transaction it cancels with the reason `ValidationError`.
    Item(String),
}

impl ExpressionError {
    /// The text of the `ValidationException`.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Request(text) | Self::Item(text) => text,
        }
    }

    /// A refusal of the parameter `parameter`, such as `UpdateExpression`.
    pub(super) fn invalid(parameter: &str, problem: impl fmt::Display) -> Self {
        Self::Request(format!("Invalid {parameter}: {problem}"))
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl std::error::Error for ExpressionError {}

impl From<ExpressionError> for Error {
    fn from(error: ExpressionError) -> Self {
        Self::Validation(error.to_string())
    }
}
