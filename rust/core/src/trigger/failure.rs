//! What a destination is told of records that were given up (facts 6.1).

use serde_json::{Value as Json, json};

use crate::clock::Timestamp;
use crate::trigger::lane::Delivery;

/// Why records were given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    RetryAttemptsExhausted,
    RecordAgeExceeded,
}

impl Condition {
    fn name(self) -> &'static str {
        match self {
            Self::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Self::RecordAgeExceeded => "RecordAgeExceeded",
        }
    }
}

/// Where records that were given up come from.
pub(super) struct Origin<'a> {
    pub(super) request_id: &'a str,
    pub(super) function_arn: &'a str,
    pub(super) stream_arn: &'a str,
    pub(super) shard: &'a str,
}

/// The document: metadata alone, as queues and topics get it. Records that were never sent have no response.
pub(super) fn document(
    origin: &Origin<'_>,
    (first, last, count): (&Delivery, &Delivery, usize),
    (condition, invocations): (Condition, u32),
    now: Timestamp,
) -> Json {
    let mut document = json!({
        "requestContext": {
            "requestId": origin.request_id,
            "functionArn": origin.function_arn,
            "condition": condition.name(),
            "approximateInvokeCount": invocations,
        },
        "version": "1.0",
        "timestamp": now.to_iso_8601(),
        "DDBStreamBatchInfo": {
            "shardId": origin.shard,
            "startSequenceNumber": first.number,
            "endSequenceNumber": last.number,
            "approximateArrivalOfFirstRecord": super::event::whole_second(first.created),
            "approximateArrivalOfLastRecord": super::event::whole_second(last.created),
            "batchSize": count,
            "streamArn": origin.stream_arn,
        },
    });
    if invocations > 0 {
        document["responseContext"] =
            json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" });
    }
    document
}
