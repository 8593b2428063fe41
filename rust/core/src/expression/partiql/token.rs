//! The tokens of a statement, and where each stands.

use std::fmt;

/// Where a token stands, as DynamoDB's messages show it: line, column and length, in characters, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Position {
    pub line: u32,
    pub column: u32,
    pub length: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.line, self.column, self.length)
    }
}

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A word that is no keyword.
    Name(String),
    /// A name between double quotes.
    Quoted(String),
    /// A keyword, in lower case.
    Keyword(&'static str),
    /// A string between single quotes.
    Text(String),
    /// A number, as written.
    Number(String),
    /// An Ion value between backticks, as written.
    Ion(String),
    /// `?`, with its index among the statement's parameters.
    Parameter(u16),
    /// An operator or a punctuation mark; `!=` is `<>`.
    Mark(&'static str),
    /// The end of the statement.
    End,
}

/// A token and its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub token: Token,
    pub at: Position,
}
