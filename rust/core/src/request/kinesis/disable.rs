//! DisableKinesisStreamingDestination.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::kinesis::members::{
    GivenDestination, KinesisStreamingDestinationOutput, StreamingConfigurationInput,
};

input_shape! {
    /// What a caller sends.
    pub struct DisableKinesisStreamingDestinationInput {
        table_name: String = "TableName",
        stream_arn: String = "StreamArn",
        enable_kinesis_streaming_configuration: StreamingConfigurationInput = "EnableKinesisStreamingConfiguration",
    }
}

/// A DisableKinesisStreamingDestination that passed every check that needs no table.
pub struct DisableKinesisStreamingDestination {
    given: GivenDestination,
}

impl DisableKinesisStreamingDestination {
    /// Checks a request, which has no configuration (LAB DDB-TABLE-301).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DisableKinesisStreamingDestinationInput) -> Result<Self, Error> {
        let configuration = input.enable_kinesis_streaming_configuration;
        let configures = configuration.is_some();
        let member = "enableKinesisStreamingConfiguration";
        let given = GivenDestination::new(input.table_name, input.stream_arn, configuration, member)?;
        if configures {
            return Err(Error::validation(
                "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
            ));
        }
        Ok(Self { given })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DisableKinesisStreamingDestination.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<KinesisStreamingDestinationOutput, Error> {
        context.tables.disable_kinesis(self.given.table.name(), &self.given.stream_arn, context.now)?;
        Ok(self.given.output("DISABLING", None))
    }
}
