//! Why a statement is refused: because it is no statement, or because DynamoDB cannot carry it out.

use super::token::Position;

/// A refusal's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Problem(String);

impl Problem {
    /// The lexer's refusal: it names no detail.
    pub fn unreadable() -> Self {
        Self::syntax("")
    }

    /// The parser's refusal.
    pub fn syntax(detail: &str) -> Self {
        Self(format!("Statement wasn't well formed, can't be processed: {detail}"))
    }

    /// The refusal of a statement that is well-formed.
    pub fn meaning(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As [`Problem::meaning`], with the place of what is refused.
    pub fn at(text: impl std::fmt::Display, at: Position) -> Self {
        Self(format!("{text} at {at}"))
    }

    /// The text of the `ValidationException`.
    pub fn into_text(self) -> String {
        self.0
    }
}
