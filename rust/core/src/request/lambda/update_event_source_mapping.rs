//! UpdateEventSourceMapping of Lambda.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::lambda::mapping_output::MappingOutput;
use crate::request::lambda::option_members::{
    DestinationConfigInput, FilterCriteriaInput, GivenOptions, OptionChanges, known_function, not_found,
    read_function,
};
use crate::trigger::FunctionName;

input_shape! {
    /// What a caller sends.
    pub struct UpdateEventSourceMappingInput {
        uuid: String = "UUID",
        function_name: String = "FunctionName",
        enabled: bool = "Enabled",
        batch_size: i32 = "BatchSize",
        filter_criteria: FilterCriteriaInput = "FilterCriteria",
        maximum_batching_window_in_seconds: i32 = "MaximumBatchingWindowInSeconds",
        parallelization_factor: i32 = "ParallelizationFactor",
        destination_config: DestinationConfigInput = "DestinationConfig",
        maximum_record_age_in_seconds: i32 = "MaximumRecordAgeInSeconds",
        bisect_batch_on_function_error: bool = "BisectBatchOnFunctionError",
        maximum_retry_attempts: i32 = "MaximumRetryAttempts",
        tumbling_window_in_seconds: i32 = "TumblingWindowInSeconds",
        function_response_types: Vec<String> = "FunctionResponseTypes",
    }
    refused {
        "KMSKeyArn", "MetricsConfig", "LoggingConfig", "ScalingConfig", "SourceAccessConfigurations",
        "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig",
        "ProvisionedPollerConfig",
    }
}

/// An UpdateEventSourceMapping that passed its checks.
pub struct UpdateEventSourceMapping {
    uuid: String,
    function: Option<FunctionName>,
    options: OptionChanges,
    is_enabled: Option<bool>,
}

impl UpdateEventSourceMapping {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `InvalidParameterValueException`.
    pub fn new(input: UpdateEventSourceMappingInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("uUID", input.uuid.as_ref());
        let function = read_function(&mut violations, input.function_name.as_deref());
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
        Ok(Self {
            uuid: input.uuid.unwrap_or_default(),
            function,
            options: given.read()?,
            is_enabled: input.enabled,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateEventSourceMapping.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<MappingOutput, Error> {
        let mapping = context.triggers.mapping(&self.uuid).ok_or_else(not_found)?;
        let function = self.function.as_ref().unwrap_or(&mapping.function).clone();
        if self.function.is_some() {
            known_function(&function, context)?;
        }
        let options = self.options.apply(&mapping.options, context)?;
        let (was_enabled, now) = (mapping.is_enabled(), context.now);
        let is_enabled = self.is_enabled.unwrap_or(was_enabled);
        let until = now + context.tables.settings().table_transition;
        context.triggers.change_mapping(&self.uuid, (function, options), is_enabled, (now, until));
        let mapping = context.triggers.mapping(&self.uuid).ok_or_else(not_found)?;
        Ok(MappingOutput::new(mapping, Some(mapping.transition()), context))
    }
}
