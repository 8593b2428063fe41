//! A call of a function, for the outside to make.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::cloudwatch::CloudWatch;
use crate::metric::{MetricId, Observations};
use crate::trigger::event::{RecordEvent, whole_second};
use crate::trigger::function::FunctionName;
use crate::trigger::lane::{Delivery, WindowPart};
use crate::wire::{JsonWriter, ToWire, Writer};

/// A function to be called with an event. It is called once; what became of it is reported by its number.
pub struct Invocation {
    /// Names it in [`Triggers::settle`](crate::trigger::Triggers::settle).
    pub number: u64,
    /// The function's name.
    pub function: String,
    /// The function's ARN.
    pub function_arn: String,
    /// `aws_request_id` of the function's context.
    pub request_id: String,
    pub(super) content: Content,
    pub(super) wants_answer: bool,
}

/// What the function gets.
pub(super) enum Content {
    Records {
        batch: Batch,
        window: Option<(WindowPart, String)>,
    },
    /// JSON as it is: of a rule, or of a destination.
    Document(String),
}

/// Records of one shard.
pub(super) struct Batch {
    pub(super) region: Arc<str>,
    pub(super) stream_arn: Arc<str>,
    pub(super) records: Vec<Arc<Delivery>>,
}

impl Invocation {
    /// Whether what the function returns means something, so that it has to be reported.
    #[must_use]
    pub fn wants_answer(&self) -> bool {
        self.wants_answer
    }

    /// The event as JSON.
    #[must_use]
    pub fn event(&self) -> Vec<u8> {
        match &self.content {
            Content::Records { batch, window } => {
                let mut writer = JsonWriter::with_capacity(512 * (batch.records.len() + 1));
                write_records(batch, window.as_ref(), &mut writer);
                writer.into_bytes()
            }
            Content::Document(text) => text.clone().into_bytes(),
        }
    }
}

impl Content {
    /// Tells Lambda's metric `IteratorAge`: how old the last record of a batch is when it is sent.
    pub(super) fn observe_age(&self, function: &FunctionName, now: Timestamp, watch: &mut CloudWatch) {
        let Self::Records { batch, .. } = self else { return };
        let Some(last) = batch.records.last() else { return };
        let age = now.since(last.record.at()).as_secs_f64() * 1_000.0;
        let metric = MetricId::new("AWS/Lambda", "IteratorAge", &[("FunctionName", function.as_str())]);
        // Where there are too many metrics one more is left out.
        let _ = watch.put(metric, now, &Observations::of(age, 1.0), Some("Milliseconds"));
    }
}

fn write_records(batch: &Batch, window: Option<&(WindowPart, String)>, writer: &mut JsonWriter) {
    writer.begin_object();
    writer.member("Records");
    writer.begin_array();
    for delivery in &batch.records {
        writer.element();
        let record = &delivery.record;
        RecordEvent { record, region: &batch.region, stream_arn: &batch.stream_arn }.write(writer);
    }
    writer.end_array();
    if let Some((part, shard)) = window {
        writer.member("window");
        writer.begin_object();
        for (name, time) in [("start", part.start), ("end", part.end)] {
            writer.member(name);
            writer.string(&whole_second(time));
        }
        writer.end_object();
        writer.member("state");
        writer.json(&part.state);
        for (name, text) in [("shardId", shard.as_str()), ("eventSourceARN", &batch.stream_arn)] {
            writer.member(name);
            writer.string(text);
        }
        for (name, is_so) in
            [("isFinalInvokeForWindow", part.is_final), ("isWindowTerminatedEarly", part.is_early)]
        {
            writer.member(name);
            writer.boolean(is_so);
        }
    }
    writer.end_object();
}
