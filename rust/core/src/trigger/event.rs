//! Lambda's event for records of a stream (facts 5.2 and 6.1).

use serde_json::Value as Json;

use crate::clock::Timestamp;
use crate::output_shape;
use crate::table::StreamRecord;
use crate::value::Item;
use crate::wire::{JsonWriter, ToWire, Writer};

output_shape! {
    /// Who made a change, where it was the service: lower case here, upper in GetRecords.
    pub(super) struct UserIdentity {
        type_: &'static str = "type",
        principal_id: &'static str = "principalId",
    }
}

/// A record as its event shows it.
pub(super) struct RecordEvent<'a> {
    pub(super) record: &'a StreamRecord,
    pub(super) region: &'a str,
    pub(super) stream_arn: &'a str,
}

struct Keys<'a>(&'a Item);

impl ToWire for Keys<'_> {
    fn write<W: Writer>(&self, writer: &mut W) {
        writer.item(self.0.as_ref());
    }
}

impl RecordEvent<'_> {
    fn write_change<W: Writer>(&self, writer: &mut W) {
        let record = self.record;
        writer.begin_object();
        writer.member("ApproximateCreationDateTime");
        writer.integer(record.created().as_whole_seconds());
        writer.member("Keys");
        Keys(&record.keys).write(writer);
        for (name, image) in [("NewImage", record.new_image()), ("OldImage", record.old_image())] {
            if let Some(image) = image {
                writer.member(name);
                writer.item(image.item());
            }
        }
        writer.member("SequenceNumber");
        writer.string(&record.sequence_number());
        writer.member("SizeBytes");
        writer.integer(i64::try_from(record.size()).unwrap_or(i64::MAX));
        writer.member("StreamViewType");
        writer.string(record.view().name());
        writer.end_object();
    }

    /// The record as a tree, which is what filters look at.
    pub(super) fn tree(&self) -> Json {
        let mut writer = JsonWriter::default();
        self.write(&mut writer);
        serde_json::from_slice(&writer.into_bytes()).expect("invariant: what was written is JSON")
    }
}

impl ToWire for RecordEvent<'_> {
    fn write<W: Writer>(&self, writer: &mut W) {
        let record = self.record;
        writer.begin_object();
        for (name, text) in [
            ("eventID", record.id.as_str()),
            ("eventName", record.event_name()),
            ("eventVersion", "1.1"),
            ("eventSource", "aws:dynamodb"),
            ("awsRegion", self.region),
        ] {
            writer.member(name);
            writer.string(text);
        }
        writer.member("dynamodb");
        self.write_change(writer);
        if let Some(identity) = record.identity() {
            writer.member("userIdentity");
            UserIdentity { type_: Some(identity.type_), principal_id: Some(identity.principal_id) }
                .write(writer);
        }
        writer.member("eventSourceARN");
        writer.string(self.stream_arn);
        writer.end_object();
    }
}

/// A time as windows have it: `2026-12-09T07:04:00Z`.
pub(super) fn whole_second(time: Timestamp) -> String {
    time.to_iso_8601().replace(".000Z", "Z")
}
