//! The seam between HTTP and what answers.

use std::sync::Arc;
use std::time::Duration;

use dynacore::error::Error;
use dynacore::request::Service;

use crate::authorization::Refusal;
use crate::pending::Pending;
use crate::reply::{Reply, error_body};
use crate::request_id::RequestId;

/// What answers the requests of a [`serve`](crate::serve)d address. HTTP knows nothing of DynamoDB but this.
///
/// A call may take the time of one operation: workers answer inline, and only large bodies elsewhere.
pub trait Handler: Send + Sync + 'static {
    /// Answers a request: `target` is its `X-Amz-Target`, `body` what it sent, decompressed. Never panics.
    fn answer(&self, target: &str, body: &[u8]) -> Reply;

    /// As [`Handler::answer`], but without the wait for the disk: the reply may only be sent when the wait is over.
    fn begin(&self, target: &str, body: &[u8]) -> (Reply, Option<Pending>) {
        (self.answer(target, body), None)
    }

    /// Whether an answer may take long, so that it must not hold up other connections.
    fn waits(&self, _target: &str) -> bool {
        false
    }

    /// The reply in place of one whose wait for the disk failed.
    fn lost(&self, target: &str, reply: &Reply, error: &Error) -> Reply {
        let service = target.split_once('.').and_then(|(prefix, _)| Service::of_target(prefix));
        let body = error_body(service.unwrap_or(Service::DynamoDb), error);
        Reply { status: error.http_status(), body, request_id: reply.request_id, query_error: None }
    }

    /// Answers a request whose credentials were refused. AWS reports malformed JSON and unknown operations before
    /// that (facts 14.3), so this looks at the request too.
    fn refuse(&self, target: &str, body: &[u8], refusal: &Refusal) -> Reply;

    /// Answers a request of CloudWatch in CBOR: `operation` is from its path. Never panics.
    fn answer_cbor(&self, operation: &str, body: &[u8]) -> Reply;

    /// As [`Handler::refuse`], in CBOR.
    fn refuse_cbor(&self, refusal: &Refusal) -> Reply;

    /// Why requests are refused, whatever they ask for; `None` where all is well.
    fn problem(&self) -> Option<String>;

    /// What there is to measure, in Prometheus's text format; `None` where nothing can be said any more.
    fn metrics(&self) -> Option<String>;

    /// The id of a request that is answered without a call.
    fn request_id(&self) -> RequestId;

    /// The Region that is served.
    fn region(&self) -> &str;

    /// What answers the requests of each Region, where that is not always this.
    fn regions(&self) -> Vec<Arc<dyn Handler>> {
        Vec::new()
    }

    /// Lets happen what is due by itself and says how long it is until the next event, if time passes by itself.
    fn catch_up(&self) -> Option<Duration>;
}
