//! DescribeKinesisStreamingDestination.

use crate::error::Error;
use crate::request::context::Context;
use crate::request::table_name::TableName;
use crate::table::{CreationPrecision, KinesisDestination};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeKinesisStreamingDestinationInput {
        table_name: String = "TableName",
    }
}

output_shape! {
    /// One element of `KinesisDataStreamDestinations`.
    pub struct KinesisDataStreamDestination {
        stream_arn: String = "StreamArn",
        destination_status: &'static str = "DestinationStatus",
        destination_status_description: &'static str = "DestinationStatusDescription",
        approximate_creation_date_time_precision: &'static str = "ApproximateCreationDateTimePrecision",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeKinesisStreamingDestinationOutput {
        table_name: String = "TableName",
        kinesis_data_stream_destinations: Vec<KinesisDataStreamDestination> = "KinesisDataStreamDestinations",
    }
}

/// A DescribeKinesisStreamingDestination that passed every check that needs no table.
pub struct DescribeKinesisStreamingDestination {
    table: TableName,
}

impl DescribeKinesisStreamingDestination {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeKinesisStreamingDestinationInput) -> Result<Self, Error> {
        Ok(Self { table: TableName::new(input.table_name)? })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(
        &self,
        context: &mut Context<'_>,
    ) -> Result<DescribeKinesisStreamingDestinationOutput, Error> {
        let destinations = context.tables.kinesis_destinations(self.table.name())?;
        let described = destinations.iter().map(KinesisDataStreamDestination::new).collect();
        Ok(DescribeKinesisStreamingDestinationOutput {
            table_name: Some(self.table.name().to_owned()),
            kinesis_data_stream_destinations: Some(described),
        })
    }
}

impl KinesisDataStreamDestination {
    fn new(destination: &KinesisDestination) -> Self {
        Self {
            stream_arn: Some(destination.stream_arn().to_owned()),
            destination_status: Some(destination.status()),
            destination_status_description: destination.description(),
            approximate_creation_date_time_precision: destination.precision().map(CreationPrecision::name),
        }
    }
}
