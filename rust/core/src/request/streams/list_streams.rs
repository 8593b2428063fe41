//! ListStreams.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::streams::members::{PAGE_MAX, check_arn, check_limit, limit, refuse_foreign};
use crate::table::Stream;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListStreamsInput {
        table_name: String = "TableName",
        limit: i32 = "Limit",
        exclusive_start_stream_arn: String = "ExclusiveStartStreamArn",
    }
}

output_shape! {
    /// One element of `Streams`.
    pub struct StreamSummary {
        stream_arn: String = "StreamArn",
        table_name: String = "TableName",
        stream_label: String = "StreamLabel",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListStreamsOutput {
        streams: Vec<StreamSummary> = "Streams",
        last_evaluated_stream_arn: String = "LastEvaluatedStreamArn",
    }
}

/// A ListStreams that passed its checks.
pub struct ListStreams {
    table: Option<String>,
    start: Option<String>,
    limit: usize,
}

impl ListStreams {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListStreamsInput) -> Result<Self, Error> {
        let (table, start) = (input.table_name, input.exclusive_start_stream_arn);
        let mut violations = Violations::default();
        violations.length("tableName", table.as_deref(), 3, 255);
        violations.name_pattern("tableName", table.as_deref());
        check_limit(&mut violations, input.limit, PAGE_MAX);
        check_arn(&mut violations, "exclusiveStartStreamArn", start.as_deref());
        violations.finish()?;
        start.as_deref().map_or(Ok(()), refuse_foreign)?;
        Ok(Self { table, start, limit: limit(input.limit, PAGE_MAX) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListStreamsOutput, Error> {
        let (table, start) = (self.table.as_deref(), self.start.as_deref());
        let (streams, more) = context.tables.list_streams(table, start, self.limit)?;
        let last = streams.last().filter(|_| more).map(|stream| stream.arn().to_owned());
        let summary = |stream: &Stream| StreamSummary {
            stream_arn: Some(stream.arn().to_owned()),
            table_name: Some(stream.table().to_owned()),
            stream_label: Some(stream.label().to_owned()),
        };
        let streams = streams.into_iter().map(summary).collect();
        Ok(ListStreamsOutput { streams: Some(streams), last_evaluated_stream_arn: last })
    }
}
