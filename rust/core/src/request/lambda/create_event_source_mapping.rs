//! CreateEventSourceMapping of Lambda.

use crate::clock::Timestamp;
use crate::error::{Error, TriggerFault};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::lambda::mapping_output::MappingOutput;
use crate::request::lambda::option_members::{
    DestinationConfigInput, FilterCriteriaInput, GivenOptions, OptionChanges, invalid, known_function,
    read_function,
};
use crate::trigger::{FunctionName, Mapping, MappingOptions, StartingPosition};

input_shape! {
    /// What a caller sends.
    pub struct CreateEventSourceMappingInput {
        event_source_arn: String = "EventSourceArn",
        function_name: String = "FunctionName",
        enabled: bool = "Enabled",
        batch_size: i32 = "BatchSize",
        filter_criteria: FilterCriteriaInput = "FilterCriteria",
        maximum_batching_window_in_seconds: i32 = "MaximumBatchingWindowInSeconds",
        parallelization_factor: i32 = "ParallelizationFactor",
        starting_position: String = "StartingPosition",
        starting_position_timestamp: Timestamp = "StartingPositionTimestamp",
        destination_config: DestinationConfigInput = "DestinationConfig",
        maximum_record_age_in_seconds: i32 = "MaximumRecordAgeInSeconds",
        bisect_batch_on_function_error: bool = "BisectBatchOnFunctionError",
        maximum_retry_attempts: i32 = "MaximumRetryAttempts",
        tumbling_window_in_seconds: i32 = "TumblingWindowInSeconds",
        function_response_types: Vec<String> = "FunctionResponseTypes",
    }
    refused {
        "KMSKeyArn", "MetricsConfig", "LoggingConfig", "ScalingConfig", "Tags", "Topics", "Queues",
        "SourceAccessConfigurations", "SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig", "ProvisionedPollerConfig",
    }
}

const POSITIONS: [(&str, Option<StartingPosition>); 3] = [
    ("TRIM_HORIZON", Some(StartingPosition::TrimHorizon)),
    ("LATEST", Some(StartingPosition::Latest)),
    ("AT_TIMESTAMP", None),
];

/// A CreateEventSourceMapping that passed its checks.
pub struct CreateEventSourceMapping {
    stream_arn: String,
    function: FunctionName,
    start: StartingPosition,
    options: OptionChanges,
    is_enabled: bool,
}

impl CreateEventSourceMapping {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `InvalidParameterValueException`.
    pub fn new(input: CreateEventSourceMappingInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("functionName", input.function_name.as_ref());
        let function = read_function(&mut violations, input.function_name.as_deref());
        let start = violations.choice("startingPosition", input.starting_position.as_deref(), &POSITIONS);
        let given = GivenOptions {
            batch_size: input.batch_size,
            filter_criteria: input.filter_criteria,
            batching_window: input.maximum_batching_window_in_seconds,
            parallelization_factor: input.parallelization_factor,
            destination_config: input.destination_config,
            record_age_max: input.maximum_record_age_in_seconds,
            bisects: input.bisect_batch_on_function_error,
            retry_attempts_max: input.maximum_retry_attempts,
            tumbling_window: input.tumbling_window_in_seconds,
            response_types: input.function_response_types,
        };
        given.check(&mut violations);
        violations.finish()?;
        let stream_arn = input.event_source_arn.unwrap_or_default();
        if !stream_arn.starts_with("arn:") || !stream_arn.contains(":dynamodb:") {
            return Err(invalid("Unrecognized event source."));
        }
        let Some(start) = start else {
            return Err(invalid(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member \
                 must not be null.",
            ));
        };
        let start = start.filter(|_| input.starting_position_timestamp.is_none());
        let start = start
            .ok_or_else(|| invalid(format!("Unsupported starting position for arn type: {stream_arn}")))?;
        Ok(Self {
            stream_arn,
            function: function.expect("presence was checked above"),
            start,
            options: given.read()?,
            is_enabled: input.enabled.unwrap_or(true),
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of CreateEventSourceMapping.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<MappingOutput, Error> {
        known_function(&self.function, context)?;
        if context.tables.stream(&self.stream_arn).is_err() {
            return Err(invalid(format!("Stream not found: {}", self.stream_arn)));
        }
        let is_same =
            |mapping: &&Mapping| *mapping.stream_arn == *self.stream_arn && mapping.function == self.function;
        if let Some(same) = context.triggers.mappings().find(is_same) {
            return Err(Error::Trigger(
                TriggerFault::ResourceConflict,
                format!(
                    "The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please \
                     update or delete the existing mapping with UUID {}",
                    self.stream_arn,
                    self.function.as_str(),
                    same.uuid
                ),
            ));
        }
        let options = self.options.apply(&MappingOptions::default(), context)?;
        let until = context.now + context.tables.settings().table_transition;
        let mapping = context.triggers.add_mapping(
            (self.function.clone(), self.stream_arn.clone()),
            (self.start, options),
            (self.is_enabled, context.now, until),
            context.tables,
        )?;
        let uuid = mapping.uuid.clone();
        let mapping = context.triggers.mapping(&uuid).expect("invariant: it was just made");
        Ok(MappingOutput::new(mapping, Some("Creating"), context))
    }
}
