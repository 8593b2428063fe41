//! Members that several operations on Kinesis destinations have.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::table_name::TableName;
use crate::table::CreationPrecision;
use crate::{input_shape, output_shape};

input_shape! {
    /// How records tell their time, as a caller sends it: `EnableKinesisStreamingConfiguration` and
    /// `UpdateKinesisStreamingConfiguration`.
    pub struct StreamingConfigurationInput {
        approximate_creation_date_time_precision: String = "ApproximateCreationDateTimePrecision",
    }
}

output_shape! {
    /// The same, as an answer repeats it.
    pub struct StreamingConfiguration {
        approximate_creation_date_time_precision: &'static str = "ApproximateCreationDateTimePrecision",
    }
}

output_shape! {
    /// What a caller gets for enabling or disabling a destination.
    pub struct KinesisStreamingDestinationOutput {
        table_name: String = "TableName",
        stream_arn: String = "StreamArn",
        destination_status: &'static str = "DestinationStatus",
        enable_kinesis_streaming_configuration: StreamingConfiguration = "EnableKinesisStreamingConfiguration",
    }
}

impl StreamingConfiguration {
    /// What a request said.
    #[must_use]
    pub fn new(precision: Option<CreationPrecision>) -> Self {
        Self { approximate_creation_date_time_precision: precision.map(CreationPrecision::name) }
    }
}

/// A table, a Kinesis stream, and a precision where one was given.
pub struct GivenDestination {
    /// The table.
    pub table: TableName,
    /// The stream.
    pub stream_arn: String,
    /// How records are to tell their time.
    pub precision: Option<CreationPrecision>,
}

impl GivenDestination {
    /// Checks what all three operations that change a destination are sent; `member` is the configuration's name.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(
        table: Option<String>,
        stream_arn: Option<String>,
        configuration: Option<StreamingConfigurationInput>,
        member: &str,
    ) -> Result<Self, Error> {
        let table = TableName::new(table)?;
        let mut violations = Violations::default();
        violations.required("streamArn", stream_arn.as_ref());
        violations.length("streamArn", stream_arn.as_deref(), 37, 1_024);
        let given = configuration.and_then(|given| given.approximate_creation_date_time_precision);
        let path = format!("{member}.approximateCreationDateTimePrecision");
        let precision = violations.choice(&path, given.as_deref(), &CreationPrecision::CHOICES);
        violations.finish()?;
        let stream_arn = stream_arn.expect("presence was checked above");
        Ok(Self { table, stream_arn, precision })
    }

    /// The answer, with the state that begins.
    #[must_use]
    pub fn output(
        &self,
        status: &'static str,
        configuration: Option<StreamingConfiguration>,
    ) -> KinesisStreamingDestinationOutput {
        KinesisStreamingDestinationOutput {
            table_name: Some(self.table.name().to_owned()),
            stream_arn: Some(self.stream_arn.clone()),
            destination_status: Some(status),
            enable_kinesis_streaming_configuration: configuration,
        }
    }
}
