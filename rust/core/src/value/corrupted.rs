//! Bytes that are not what this crate writes.

use std::fmt;

/// Stored bytes are not what an [`Encoder`](super::Encoder) writes; says what is wrong with them.
///
/// Bytes of unknown origin (a file, a network peer) give this; bytes this process wrote itself do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrupted(pub String);

impl Corrupted {
    /// Says what is wrong.
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Corrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "corrupted value: {}", self.0)
    }
}

impl std::error::Error for Corrupted {}
