//! GetRecords.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::streams::iterator::ShardIterator;
use crate::request::streams::members::{check_limit, limit};
use crate::request::table_description::count;
use crate::table::{StreamImage, StreamRecord};
use crate::value::Item;
use crate::wire::{ToWire, Writer};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct GetRecordsInput {
        shard_iterator: String = "ShardIterator",
        limit: i32 = "Limit",
    }
}

output_shape! {
    /// What changed.
    pub struct ChangeDescription {
        approximate_creation_date_time: Timestamp = "ApproximateCreationDateTime",
        keys: Item = "Keys",
        new_image: StreamImage = "NewImage",
        old_image: StreamImage = "OldImage",
        sequence_number: String = "SequenceNumber",
        size_bytes: i64 = "SizeBytes",
        stream_view_type: &'static str = "StreamViewType",
    }
}

output_shape! {
    /// The service as the one that made a change.
    pub struct UserIdentity {
        principal_id: &'static str = "PrincipalId",
        type_: &'static str = "Type",
    }
}

output_shape! {
    /// One element of `Records`.
    pub struct Record {
        event_id: String = "eventID",
        event_name: &'static str = "eventName",
        event_version: &'static str = "eventVersion",
        event_source: &'static str = "eventSource",
        aws_region: String = "awsRegion",
        dynamodb: ChangeDescription = "dynamodb",
        user_identity: UserIdentity = "userIdentity",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct GetRecordsOutput {
        records: Vec<Record> = "Records",
        next_shard_iterator: String = "NextShardIterator",
    }
}

impl ToWire for StreamImage {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.item(self.item());
    }
}

/// Records of one call at most (facts 5.1). More of them are a violation of the model's constraint, as Alternator's
/// tests found of AWS.
const RECORDS_MAX: i32 = 1_000;

/// A GetRecords that passed its checks.
pub struct GetRecords {
    iterator: ShardIterator,
    limit: usize,
}

impl GetRecords {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: GetRecordsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("shardIterator", input.shard_iterator.as_ref());
        violations.length("shardIterator", input.shard_iterator.as_deref(), 1, 2_048);
        check_limit(&mut violations, input.limit, RECORDS_MAX);
        violations.finish()?;
        let iterator = ShardIterator::read(&input.shard_iterator.unwrap_or_default())?;
        Ok(Self { iterator, limit: limit(input.limit, RECORDS_MAX) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of GetRecords.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<GetRecordsOutput, Error> {
        let iterator = &self.iterator;
        iterator.refuse_expired(context.now)?;
        let page =
            context.tables.read_shard(&iterator.stream, &iterator.shard, iterator.behind, self.limit)?;
        let bytes = page.records.iter().map(|record| record.size() as u64).sum();
        let returned = (page.records.len() as u64, bytes);
        context.tables.note_returned_records(&iterator.stream, returned, context.now);
        let region = &context.tables.settings().region;
        let records = page.records.into_iter().map(|record| Record::new(record, region)).collect();
        let next =
            page.next.map(|behind| ShardIterator { behind, issued: context.now, ..iterator.clone() }.text());
        Ok(GetRecordsOutput { records: Some(records), next_shard_iterator: next })
    }
}

impl Record {
    fn new(record: StreamRecord, region: &str) -> Self {
        let change = ChangeDescription {
            approximate_creation_date_time: Some(record.created()),
            new_image: record.new_image(),
            old_image: record.old_image(),
            sequence_number: Some(record.sequence_number()),
            size_bytes: Some(count(record.size() as u64)),
            stream_view_type: Some(record.view().name()),
            keys: None,
        };
        let identity = record.identity().map(|identity| UserIdentity {
            principal_id: Some(identity.principal_id),
            type_: Some(identity.type_),
        });
        Self {
            event_name: Some(record.event_name()),
            event_version: Some("1.1"),
            event_source: Some("aws:dynamodb"),
            aws_region: Some(region.to_owned()),
            dynamodb: Some(ChangeDescription { keys: Some(record.keys), ..change }),
            user_identity: identity,
            event_id: Some(record.id),
        }
    }
}
