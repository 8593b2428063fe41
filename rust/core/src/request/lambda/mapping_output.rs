//! A mapping as Lambda describes it.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::context::Context;
use crate::request::table_description::count;
use crate::trigger::Mapping;

output_shape! {
    /// One destination.
    pub struct DestinationOutput {
        destination: String = "Destination",
    }
}

output_shape! {
    /// `DestinationConfig`.
    pub struct DestinationConfigOutput {
        on_failure: DestinationOutput = "OnFailure",
    }
}

output_shape! {
    /// One of `Filters`.
    pub struct FilterOutput {
        pattern: String = "Pattern",
    }
}

output_shape! {
    /// `FilterCriteria`.
    pub struct FilterCriteriaOutput {
        filters: Vec<FilterOutput> = "Filters",
    }
}

output_shape! {
    /// A mapping.
    pub struct MappingOutput {
        uuid: String = "UUID",
        starting_position: &'static str = "StartingPosition",
        batch_size: i64 = "BatchSize",
        maximum_batching_window_in_seconds: i64 = "MaximumBatchingWindowInSeconds",
        parallelization_factor: i64 = "ParallelizationFactor",
        event_source_arn: String = "EventSourceArn",
        filter_criteria: FilterCriteriaOutput = "FilterCriteria",
        function_arn: String = "FunctionArn",
        last_modified: Timestamp = "LastModified",
        last_processing_result: &'static str = "LastProcessingResult",
        state: &'static str = "State",
        state_transition_reason: &'static str = "StateTransitionReason",
        destination_config: DestinationConfigOutput = "DestinationConfig",
        maximum_record_age_in_seconds: i64 = "MaximumRecordAgeInSeconds",
        bisect_batch_on_function_error: bool = "BisectBatchOnFunctionError",
        maximum_retry_attempts: i64 = "MaximumRetryAttempts",
        tumbling_window_in_seconds: i64 = "TumblingWindowInSeconds",
        function_response_types: Vec<&'static str> = "FunctionResponseTypes",
        event_source_mapping_arn: String = "EventSourceMappingArn",
    }
}

impl MappingOutput {
    /// Describes a mapping, in a state of its own where that is given.
    pub(super) fn new(mapping: &Mapping, state: Option<&'static str>, context: &Context<'_>) -> Self {
        let options = &mapping.options;
        let settings = context.tables.settings();
        let seconds = |duration: Option<std::time::Duration>| duration.map(|each| count(each.as_secs()));
        let filters =
            options.filters.iter().map(|filter| FilterOutput { pattern: Some(filter.text.clone()) });
        let filters: Vec<FilterOutput> = filters.collect();
        let response_types = options.reports_failures.then_some("ReportBatchItemFailures");
        Self {
            uuid: Some(mapping.uuid.clone()),
            starting_position: Some(mapping.start.name()),
            batch_size: Some(count(options.batch_size as u64)),
            maximum_batching_window_in_seconds: seconds(Some(options.batching_window)),
            parallelization_factor: Some(count(options.parallelization_factor as u64)),
            event_source_arn: Some(mapping.stream_arn.to_string()),
            filter_criteria: (!filters.is_empty()).then_some(FilterCriteriaOutput { filters: Some(filters) }),
            function_arn: Some(context.triggers.function_arn(&mapping.function)),
            last_modified: Some(mapping.modified),
            last_processing_result: Some(mapping.result()),
            state: Some(state.unwrap_or_else(|| mapping.state(context.now))),
            state_transition_reason: Some("User action"),
            destination_config: Some(DestinationConfigOutput {
                on_failure: Some(DestinationOutput { destination: options.on_failure.clone() }),
            }),
            maximum_record_age_in_seconds: Some(seconds(options.record_age_max).unwrap_or(-1)),
            bisect_batch_on_function_error: Some(options.bisects),
            maximum_retry_attempts: Some(options.retry_attempts_max.map_or(-1, i64::from)),
            tumbling_window_in_seconds: Some(seconds(options.tumbling_window).unwrap_or(0)),
            function_response_types: Some(response_types.into_iter().collect()),
            event_source_mapping_arn: Some(format!(
                "arn:aws:lambda:{}:{}:event-source-mapping:{}",
                settings.region, settings.account_id, mapping.uuid
            )),
        }
    }
}
