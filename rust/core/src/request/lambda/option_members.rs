//! The members that say how a mapping reads and calls, which making and changing one have in common.

use std::time::Duration;

use crate::error::{Error, TriggerFault};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::trigger::{Filter, FunctionName, MappingOptions, Pattern};

/// Filters of one mapping at most, and letters of one pattern (facts 6.1).
const FILTERS_MAX: usize = 5;
const PATTERN_LENGTH_MAX: usize = 4_096;

input_shape! {
    /// One destination.
    pub struct DestinationInput {
        destination: String = "Destination",
    }
}

input_shape! {
    /// `DestinationConfig`.
    pub struct DestinationConfigInput {
        on_failure: DestinationInput = "OnFailure",
    }
    refused { "OnSuccess" }
}

input_shape! {
    /// One of `Filters`.
    pub struct FilterInput {
        pattern: String = "Pattern",
    }
}

input_shape! {
    /// `FilterCriteria`.
    pub struct FilterCriteriaInput {
        filters: Vec<FilterInput> = "Filters",
    }
}

/// The members as a request gave them.
pub(super) struct GivenOptions {
    pub(super) batch_size: Option<i32>,
    pub(super) filter_criteria: Option<FilterCriteriaInput>,
    pub(super) batching_window: Option<i32>,
    pub(super) parallelization_factor: Option<i32>,
    pub(super) destination_config: Option<DestinationConfigInput>,
    pub(super) record_age_max: Option<i32>,
    pub(super) bisects: Option<bool>,
    pub(super) retry_attempts_max: Option<i32>,
    pub(super) tumbling_window: Option<i32>,
    pub(super) response_types: Option<Vec<String>>,
}

/// The members, checked: what they change.
pub(super) struct OptionChanges {
    given: GivenOptions,
    filters: Option<Vec<Filter>>,
}

pub(super) fn invalid(text: impl Into<String>) -> Error {
    Error::Trigger(TriggerFault::InvalidParameterValue, text.into())
}

pub(super) fn not_found() -> Error {
    let text = "The resource you requested does not exist.";
    Error::Trigger(TriggerFault::ResourceNotFound, text.to_owned())
}

/// A function that is there.
///
/// # Errors
/// `InvalidParameterValueException`; the text is AWS's.
pub(super) fn known_function(name: &FunctionName, context: &Context<'_>) -> Result<(), Error> {
    if context.triggers.has_function(name) { Ok(()) } else { Err(invalid("Function does not exist")) }
}

/// Reads `FunctionName`.
pub(super) fn read_function(violations: &mut Violations, given: Option<&str>) -> Option<FunctionName> {
    let name = given.and_then(FunctionName::parse);
    if let Some(given) = given.filter(|_| name.is_none()) {
        violations.note(
            "functionName",
            &given,
            "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
        );
    }
    name
}

impl GivenOptions {
    /// Notes what is outside its range.
    pub(super) fn check(&self, violations: &mut Violations) {
        let ranges = [
            ("batchSize", self.batch_size, 1, 10_000),
            ("maximumBatchingWindowInSeconds", self.batching_window, 0, 300),
            ("parallelizationFactor", self.parallelization_factor, 1, 10),
            ("maximumRecordAgeInSeconds", self.record_age_max, -1, 604_800),
            ("maximumRetryAttempts", self.retry_attempts_max, -1, 10_000),
            ("tumblingWindowInSeconds", self.tumbling_window, 0, 900),
        ];
        for (path, given, low, high) in ranges {
            violations.at_least(path, given.map(i64::from), low);
            violations.at_most(path, given.map(i64::from), high);
        }
        for given in self.response_types.iter().flatten() {
            let _ =
                violations.choice("functionResponseTypes", Some(given), &[("ReportBatchItemFailures", ())]);
        }
    }

    /// Reads what is no matter of ranges.
    ///
    /// # Errors
    /// `InvalidParameterValueException`.
    pub(super) fn read(self) -> Result<OptionChanges, Error> {
        if self.record_age_max.is_some_and(|age| (0..60).contains(&age)) {
            return Err(invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800"));
        }
        let given =
            self.filter_criteria.as_ref().map(|criteria| criteria.filters.as_deref().unwrap_or_default());
        if given.is_some_and(|filters| filters.len() > FILTERS_MAX) {
            return Err(invalid(format!("The number of filters cannot be greater than {FILTERS_MAX}")));
        }
        let filters = given.map(|filters| filters.iter().map(read_filter).collect());
        Ok(OptionChanges { filters: filters.transpose()?, given: self })
    }
}

fn read_filter(given: &FilterInput) -> Result<Filter, Error> {
    let text = given.pattern.clone().unwrap_or_default();
    let pattern = Some(text.as_str()).filter(|text| text.len() <= PATTERN_LENGTH_MAX).map(Pattern::parse);
    match pattern {
        Some(Ok(pattern)) => Ok(Filter { text, pattern }),
        _ => Err(invalid("Invalid filter pattern definition.")),
    }
}

impl OptionChanges {
    /// The options after the changes.
    ///
    /// # Errors
    /// `InvalidParameterValueException` for a destination that is not there, or options that do not go together.
    pub(super) fn apply(
        &self,
        before: &MappingOptions,
        context: &Context<'_>,
    ) -> Result<MappingOptions, Error> {
        let given = &self.given;
        let size = |given: Option<i32>, before: usize| {
            given.map_or(before, |given| usize::try_from(given).unwrap_or_default())
        };
        let seconds = |given: i32| u64::try_from(given).ok().map(Duration::from_secs);
        let mut options = before.clone();
        options.batch_size = size(given.batch_size, before.batch_size);
        options.parallelization_factor = size(given.parallelization_factor, before.parallelization_factor);
        options.batching_window = given.batching_window.and_then(seconds).unwrap_or(before.batching_window);
        options.bisects = given.bisects.unwrap_or(before.bisects);
        if let Some(age) = given.record_age_max {
            options.record_age_max = seconds(age);
        }
        if let Some(attempts) = given.retry_attempts_max {
            options.retry_attempts_max = u32::try_from(attempts).ok();
        }
        if let Some(window) = given.tumbling_window {
            options.tumbling_window = seconds(window).filter(|window| !window.is_zero());
        }
        if let Some(types) = &given.response_types {
            options.reports_failures = !types.is_empty();
        }
        if let Some(filters) = &self.filters {
            options.filters.clone_from(filters);
        }
        if let Some(config) = &given.destination_config {
            let destination = config.on_failure.as_ref().and_then(|failure| failure.destination.clone());
            options.on_failure = destination.filter(|destination| !destination.is_empty());
        }
        if let Some(destination) = &options.on_failure {
            let name = FunctionName::parse(destination);
            if name.is_none_or(|name| !context.triggers.has_function(&name)) {
                return Err(invalid(format!(
                    "The provided destination config DestinationConfig is invalid: no function is registered for {destination}"
                )));
            }
        }
        if options.tumbling_window.is_some() && options.parallelization_factor > 1 {
            return Err(invalid(
                "A tumbling window needs a ParallelizationFactor of 1: its state is one for each shard",
            ));
        }
        Ok(options)
    }
}
