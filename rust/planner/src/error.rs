//! Why a scenario cannot be played.

use std::fmt;

/// Why a scenario cannot be played.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PlanError {
    /// The scenario says something that cannot be: names what and where.
    Scenario(String),
    /// The engine refused a request for another reason than throughput: names the request and the answer.
    Refused(String),
    /// The caller asked for an end before the scenario's.
    Interrupted,
}

impl fmt::Display for PlanError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(what) => write!(formatter, "the scenario cannot be played: {what}"),
            Self::Refused(what) => write!(formatter, "the engine refused a request of the scenario: {what}"),
            Self::Interrupted => write!(formatter, "interrupted"),
        }
    }
}

impl std::error::Error for PlanError {}
