//! UpdateKinesisStreamingDestination.

use crate::error::Error;
use crate::request::context::Context;
use crate::request::kinesis::members::{
    GivenDestination, StreamingConfiguration, StreamingConfigurationInput,
};
use crate::table::CreationPrecision;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct UpdateKinesisStreamingDestinationInput {
        table_name: String = "TableName",
        stream_arn: String = "StreamArn",
        update_kinesis_streaming_configuration: StreamingConfigurationInput = "UpdateKinesisStreamingConfiguration",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct UpdateKinesisStreamingDestinationOutput {
        table_name: String = "TableName",
        stream_arn: String = "StreamArn",
        destination_status: &'static str = "DestinationStatus",
        update_kinesis_streaming_configuration: StreamingConfiguration = "UpdateKinesisStreamingConfiguration",
    }
}

/// An UpdateKinesisStreamingDestination that passed every check that needs no table.
pub struct UpdateKinesisStreamingDestination {
    given: GivenDestination,
    precision: CreationPrecision,
}

impl UpdateKinesisStreamingDestination {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateKinesisStreamingDestinationInput) -> Result<Self, Error> {
        let configuration = input.update_kinesis_streaming_configuration;
        let member = "updateKinesisStreamingConfiguration";
        let given = GivenDestination::new(input.table_name, input.stream_arn, configuration, member)?;
        let precision = given.precision.ok_or_else(|| {
            Error::validation(
                "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration \
                 cannot be null or contain only null values",
            )
        })?;
        Ok(Self { given, precision })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateKinesisStreamingDestination.
    pub fn execute(
        &self,
        context: &mut Context<'_>,
    ) -> Result<UpdateKinesisStreamingDestinationOutput, Error> {
        let (table, stream_arn) = (self.given.table.name(), &self.given.stream_arn);
        context.tables.update_kinesis(table, stream_arn, self.precision, context.now)?;
        Ok(UpdateKinesisStreamingDestinationOutput {
            table_name: Some(table.to_owned()),
            stream_arn: Some(stream_arn.clone()),
            destination_status: Some("UPDATING"),
            update_kinesis_streaming_configuration: Some(StreamingConfiguration::new(self.given.precision)),
        })
    }
}
