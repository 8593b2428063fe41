//! EnableKinesisStreamingDestination.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::kinesis::members::{
    GivenDestination, KinesisStreamingDestinationOutput, StreamingConfiguration, StreamingConfigurationInput,
};

input_shape! {
    /// What a caller sends.
    pub struct EnableKinesisStreamingDestinationInput {
        table_name: String = "TableName",
        stream_arn: String = "StreamArn",
        enable_kinesis_streaming_configuration: StreamingConfigurationInput = "EnableKinesisStreamingConfiguration",
    }
}

/// An EnableKinesisStreamingDestination that passed every check that needs no table.
pub struct EnableKinesisStreamingDestination {
    given: GivenDestination,
}

impl EnableKinesisStreamingDestination {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: EnableKinesisStreamingDestinationInput) -> Result<Self, Error> {
        let configuration = input.enable_kinesis_streaming_configuration;
        let member = "enableKinesisStreamingConfiguration";
        Ok(Self { given: GivenDestination::new(input.table_name, input.stream_arn, configuration, member)? })
    }

    /// Carries the request out. The configuration comes back, empty where there was none (LAB DDB-TABLE-299).
    ///
    /// # Errors
    /// The exceptions of EnableKinesisStreamingDestination.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<KinesisStreamingDestinationOutput, Error> {
        let given = &self.given;
        context.tables.enable_kinesis(given.table.name(), &given.stream_arn, given.precision, context.now)?;
        Ok(given.output("ENABLING", Some(StreamingConfiguration::new(given.precision))))
    }
}
