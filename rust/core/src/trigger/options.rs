//! How a mapping reads and calls (facts 6.1).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::trigger::pattern::{Pattern, PatternProblem};

/// Where a mapping begins to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum StartingPosition {
    /// At the oldest record there is.
    TrimHorizon,
    /// With what comes from now on.
    Latest,
}

impl StartingPosition {
    /// AWS's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TrimHorizon => "TRIM_HORIZON",
            Self::Latest => "LATEST",
        }
    }
}

/// A pattern that records or events are held against. It is stored as it was given.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter {
    /// As it was given.
    pub text: String,
    /// What it says.
    pub pattern: Pattern,
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.text
    }
}

impl TryFrom<String> for Filter {
    type Error = PatternProblem;

    fn try_from(text: String) -> Result<Self, PatternProblem> {
        Pattern::parse(&text).map(|pattern| Self { text, pattern })
    }
}

/// The options of a mapping, with Lambda's defaults.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingOptions {
    /// `BatchSize`: records of one call at most.
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`: how long records are gathered for a call.
    pub batching_window: Duration,
    /// `ParallelizationFactor`: calls at a time for each shard.
    pub parallelization_factor: usize,
    /// `BisectBatchOnFunctionError`: whether a batch that failed is halved.
    pub bisects: bool,
    /// `MaximumRetryAttempts`; none is without end.
    pub retry_attempts_max: Option<u32>,
    /// `MaximumRecordAgeInSeconds`; none is until the stream trims the record.
    pub record_age_max: Option<Duration>,
    /// `DestinationConfig.OnFailure`: the function that is told of records that are given up.
    pub on_failure: Option<String>,
    /// `ReportBatchItemFailures`: whether the function's answer names records that failed.
    pub reports_failures: bool,
    /// `TumblingWindowInSeconds`.
    pub tumbling_window: Option<Duration>,
    /// `FilterCriteria`: a record has to match one of them, where there are any.
    pub filters: Vec<Filter>,
}

impl Default for MappingOptions {
    fn default() -> Self {
        Self {
            batch_size: 100,
            batching_window: Duration::ZERO,
            parallelization_factor: 1,
            bisects: false,
            retry_attempts_max: None,
            record_age_max: None,
            on_failure: None,
            reports_failures: false,
            tumbling_window: None,
            filters: Vec::new(),
        }
    }
}
