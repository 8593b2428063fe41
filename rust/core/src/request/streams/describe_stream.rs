//! DescribeStream.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::streams::members::{
    PAGE_MAX, check_arn, check_limit, check_shard, limit, refuse_foreign,
};
use crate::request::table_description::KeySchemaElement;
use crate::table::Shard;
use crate::{input_shape, output_shape};

input_shape! {
    /// Which shards a caller wants.
    pub struct ShardFilterInput {
        type_: String = "Type",
        shard_id: String = "ShardId",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct DescribeStreamInput {
        stream_arn: String = "StreamArn",
        limit: i32 = "Limit",
        exclusive_start_shard_id: String = "ExclusiveStartShardId",
        shard_filter: ShardFilterInput = "ShardFilter",
    }
}

output_shape! {
    /// The numbers of a shard's records.
    pub struct SequenceNumberRange {
        starting_sequence_number: String = "StartingSequenceNumber",
        ending_sequence_number: String = "EndingSequenceNumber",
    }
}

output_shape! {
    /// One element of `Shards`.
    pub struct ShardDescription {
        shard_id: String = "ShardId",
        sequence_number_range: SequenceNumberRange = "SequenceNumberRange",
        parent_shard_id: String = "ParentShardId",
    }
}

output_shape! {
    /// What DynamoDB tells of a stream.
    pub struct StreamDescription {
        stream_arn: String = "StreamArn",
        stream_label: String = "StreamLabel",
        stream_status: &'static str = "StreamStatus",
        stream_view_type: &'static str = "StreamViewType",
        creation_request_date_time: Timestamp = "CreationRequestDateTime",
        table_name: String = "TableName",
        key_schema: Vec<KeySchemaElement> = "KeySchema",
        shards: Vec<ShardDescription> = "Shards",
        last_evaluated_shard_id: String = "LastEvaluatedShardId",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeStreamOutput {
        stream_description: StreamDescription = "StreamDescription",
    }
}

/// A DescribeStream that passed its checks.
pub struct DescribeStream {
    arn: String,
    limit: usize,
    start: Option<String>,
    /// Only the shards that continue this one.
    parent: Option<String>,
}

impl DescribeStream {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeStreamInput) -> Result<Self, Error> {
        let start = input.exclusive_start_shard_id;
        let mut violations = Violations::default();
        violations.required("streamArn", input.stream_arn.as_ref());
        check_arn(&mut violations, "streamArn", input.stream_arn.as_deref());
        check_limit(&mut violations, input.limit, PAGE_MAX);
        check_shard(&mut violations, "exclusiveStartShardId", start.as_deref());
        if let Some(filter) = &input.shard_filter {
            violations.required("shardFilter.type", filter.type_.as_ref());
            violations.choice("shardFilter.type", filter.type_.as_deref(), &[("CHILD_SHARDS", ())]);
            violations.required("shardFilter.shardId", filter.shard_id.as_ref());
            check_shard(&mut violations, "shardFilter.shardId", filter.shard_id.as_deref());
        }
        violations.finish()?;
        let arn = input.stream_arn.expect("presence was checked above");
        refuse_foreign(&arn)?;
        let parent = input.shard_filter.and_then(|filter| filter.shard_id);
        Ok(Self { arn, limit: limit(input.limit, PAGE_MAX), start, parent })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeStreamOutput, Error> {
        let stream = context.tables.stream(&self.arn)?;
        let wanted = |shard: &Shard| {
            self.start.as_ref().is_none_or(|start| shard.id > *start)
                && (self.parent.is_none() || shard.parent == self.parent)
        };
        let mut shards: Vec<Shard> = stream.shards().into_iter().filter(wanted).collect();
        let more = shards.len() > self.limit;
        shards.truncate(self.limit);
        let last = shards.last().filter(|_| more).map(|shard| shard.id.clone());
        let elements = stream.schema().attributes().zip(["HASH", "RANGE"]);
        let key_schema = elements.map(|(attribute, key_type)| KeySchemaElement {
            attribute_name: Some(attribute.name.clone()),
            key_type: Some(key_type),
        });
        let description = StreamDescription {
            stream_arn: Some(self.arn.clone()),
            stream_label: Some(stream.label().to_owned()),
            stream_status: Some(stream.status(context.now)),
            stream_view_type: Some(stream.view().name()),
            creation_request_date_time: Some(stream.created()),
            table_name: Some(stream.table().to_owned()),
            key_schema: Some(key_schema.collect()),
            shards: Some(shards.into_iter().map(ShardDescription::new).collect()),
            last_evaluated_shard_id: last,
        };
        Ok(DescribeStreamOutput { stream_description: Some(description) })
    }
}

impl ShardDescription {
    fn new(shard: Shard) -> Self {
        let range = SequenceNumberRange {
            starting_sequence_number: Some(shard.start),
            ending_sequence_number: shard.end,
        };
        Self { shard_id: Some(shard.id), sequence_number_range: Some(range), parent_shard_id: shard.parent }
    }
}
