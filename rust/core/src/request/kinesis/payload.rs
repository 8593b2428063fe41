//! A change as Kinesis gets it: a record with the JSON that AWS's guide shows ("Using Kinesis Data Streams to capture
//! changes to DynamoDB").

use crate::output_shape;
use crate::request::table_description::count;
use crate::table::{CreationPrecision, StreamImage, StreamRecord};
use crate::value::Item;
use crate::wire::{JsonWriter, ToWire};

/// Bytes of a record's data at most (Kinesis' quota); what is larger does not arrive at AWS either (facts 5.4).
const DATA_BYTES_MAX: usize = 1024 * 1024;

/// What Kinesis' PutRecords takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KinesisRecord {
    /// `PartitionKey`: the same for all changes of an item collection. AWS does not say how it makes one.
    pub partition_key: String,
    /// `Data`: JSON.
    pub data: Vec<u8>,
}

output_shape! {
    /// The member `dynamodb`.
    pub struct KinesisChange {
        approximate_creation_date_time: i64 = "ApproximateCreationDateTime",
        keys: Item = "Keys",
        new_image: StreamImage = "NewImage",
        old_image: StreamImage = "OldImage",
        size_bytes: i64 = "SizeBytes",
        approximate_creation_date_time_precision: &'static str = "ApproximateCreationDateTimePrecision",
    }
}

/// A change of a table as a record; none where it is too large for one.
#[must_use]
pub fn kinesis_record(
    record: &StreamRecord,
    table: &str,
    region: &str,
    precision: CreationPrecision,
) -> Option<KinesisRecord> {
    let identity = match record.identity() {
        Some(identity) => {
            format!(r#"{{"principalId":"{}","type":"{}"}}"#, identity.principal_id, identity.type_)
        }
        None => "null".to_owned(),
    };
    let (id, event, partition_key) = (uuid(&record.id), record.event_name(), record.partition_key());
    let change = KinesisChange {
        approximate_creation_date_time: Some(precision.count(record.at())),
        new_image: record.new_image(),
        old_image: record.old_image(),
        size_bytes: Some(count(record.size() as u64)),
        approximate_creation_date_time_precision: Some(precision.name()),
        keys: Some(record.keys.clone()),
    };
    let mut writer = JsonWriter::default();
    change.write(&mut writer);
    // Names of tables and Regions need no escapes.
    let mut data = format!(
        r#"{{"awsRegion":"{region}","eventID":"{id}","eventName":"{event}","userIdentity":{identity},"recordFormat":"application/json","tableName":"{table}","dynamodb":"#
    )
    .into_bytes();
    data.extend_from_slice(&writer.into_bytes());
    data.extend_from_slice(br#","eventSource":"aws:dynamodb"}"#);
    (data.len() <= DATA_BYTES_MAX).then_some(KinesisRecord { partition_key, data })
}

/// 32 hexadecimal digits in the form of a UUID.
fn uuid(digits: &str) -> String {
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    parts.join("-")
}
