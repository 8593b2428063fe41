//! What is served at an address: one request in, one response out.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dynacore::request::Service;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};

use crate::authorization::{self, Refusal};
use crate::body::{self, BodyProblem};
use crate::compression::{Coding, CodingProblem};
use crate::content_type::ContentType;
use crate::handler::Handler;
use crate::headers::{Answer, allow_origin, allow_preflight};
use crate::limits::{BODY_BYTES_MAX, HEAD_BYTES_MAX, INLINE_BYTES_MAX, PLAIN_ANSWER_BYTES_MAX};
use crate::reply::{Reply, front_error_body};

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// DynamoDB's answer to what is not a call (facts 14.3, step 2).
const NOT_A_CALL: &[u8] = b"<UnknownOperationException/>\n";

/// The operation of CloudWatch in a path of Smithy's RPC v2 protocol.
fn rpc_operation(path: &str) -> Option<&str> {
    let operation = path.strip_prefix("/service/GraniteServiceVersion20100801/operation/")?;
    (!operation.is_empty() && operation.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(operation)
}

/// The shared, unchanging part of a server.
pub(crate) struct Site {
    handler: Arc<dyn Handler>,
    /// What answers each Region, where there are several.
    regions: Vec<Arc<dyn Handler>>,
    /// The body of `GET /`; the trailing space is DynamoDB's own.
    health: Bytes,
}

/// A call whose body has arrived.
struct Call {
    handler: Arc<dyn Handler>,
    /// `X-Amz-Target`, or the operation of CloudWatch.
    target: String,
    cbor: bool,
    body: Bytes,
    coding: Option<Coding>,
    refusal: Option<Refusal>,
}

impl Site {
    pub(crate) fn new(handler: Arc<dyn Handler>) -> Self {
        let health = Bytes::from(format!("healthy: dynamodb.{}.amazonaws.com ", handler.region()));
        Self { regions: handler.regions(), handler, health }
    }

    /// See [`Handler::catch_up`].
    pub(crate) fn catch_up(&self) -> Option<Duration> {
        self.handler.catch_up()
    }

    /// Answers a request, in the order of facts 14.3: size, method and type, then what the handler looks at. A head
    /// beyond its limit is a 400 without a body's words, as Alternator's tests found on AWS.
    pub(crate) async fn respond(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        if head_bytes(&head) > HEAD_BYTES_MAX {
            return Answer { last: true, ..self.bare(400, b"") }.into_response();
        }
        let root = head.uri.path() == "/";
        let preflight = head.method == Method::OPTIONS && head.headers.contains_key(ORIGIN);
        let answer = match head.method {
            Method::POST if root => self.call(&head, body).await,
            Method::POST if rpc_operation(head.uri.path()).is_some() => self.call(&head, body).await,
            Method::GET if head.uri.path() == "/metrics" => self.metrics(),
            Method::GET if root => self.health(),
            _ if preflight => self.bare(200, b""),
            _ => self.bare(404, NOT_A_CALL),
        };
        let mut response = answer.into_response();
        allow_origin(&head.headers, response.headers_mut());
        if preflight {
            allow_preflight(&head.headers, response.headers_mut());
        }
        response
    }

    /// Whether it is worth sending requests here.
    fn health(&self) -> Answer {
        match self.handler.problem() {
            None => Answer { body: self.health.clone(), ..self.bare(200, b"") },
            Some(problem) => Answer { body: format!("unhealthy: {problem}").into(), ..self.bare(500, b"") },
        }
    }

    /// What Prometheus reads.
    fn metrics(&self) -> Answer {
        match self.handler.metrics() {
            Some(text) => Answer {
                content_type: Some(ContentType::Prometheus),
                body: Bytes::from(text),
                ..self.bare(200, b"")
            },
            None => self.bare(500, b""),
        }
    }

    fn bare(&self, status: u16, body: &'static [u8]) -> Answer {
        Answer::bare(status, body, self.handler.request_id())
    }

    async fn call(self: &Arc<Self>, head: &Parts, body: Incoming) -> Answer {
        let body = match body::read(body, BODY_BYTES_MAX).await {
            Ok(body) => body,
            Err(BodyProblem::TooLarge) => return Answer { last: true, ..self.bare(413, b"") },
            Err(BodyProblem::Broken) => return Answer { last: true, ..self.bare(400, b"") },
        };
        let content_type = match ContentType::of(&head.headers) {
            Some(content_type) => content_type,
            None if body.is_empty() => ContentType::Json,
            None => return self.bare(404, NOT_A_CALL),
        };
        let rpc = rpc_operation(head.uri.path());
        if rpc.is_some() != (content_type == ContentType::Cbor) && !body.is_empty() {
            return self.bare(404, NOT_A_CALL);
        }
        let content_type = if rpc.is_some() { ContentType::Cbor } else { content_type };
        let named = || head.headers.get(TARGET).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let target = rpc.unwrap_or_else(named);
        let reply = match Coding::of_request(&head.headers) {
            Err(problem) => self.unreadable(&problem),
            Ok(coding) => {
                let refusal = authorization::check(&head.uri, &head.headers).err();
                let (handler, elsewhere) = self.handler_of(head);
                self.reply(handler, (target, rpc.is_some()), body, (coding, refusal.or(elsewhere))).await
            }
        };
        self.compressed(&head.headers, content_type, reply).await
    }

    /// What answers a request: that is told by its Region, where there are several.
    fn handler_of(&self, head: &Parts) -> (&Arc<dyn Handler>, Option<Refusal>) {
        if self.regions.is_empty() {
            return (&self.handler, None);
        }
        let Some(region) = authorization::region(&head.uri, &head.headers) else {
            return (&self.handler, None);
        };
        match self.regions.iter().find(|handler| handler.region() == region) {
            Some(handler) => (handler, None),
            None => (&self.handler, Some(authorization::other_region(region))),
        }
    }

    /// Almost every call is answered where it arrived. One whose body takes milliseconds to read goes to a thread of
    /// its own, so that it does not hold up the connections that share this one; so does one of CloudWatch in CBOR, which
    /// comes seldom and may wait for the disk there.
    async fn reply(
        self: &Arc<Self>,
        handler: &Arc<dyn Handler>,
        (target, cbor): (&str, bool),
        body: Bytes,
        (coding, refusal): (Option<Coding>, Option<Refusal>),
    ) -> Reply {
        let inline = body.len() <= INLINE_BYTES_MAX && !handler.waits(target);
        if !cbor && coding.is_none() && refusal.is_none() && inline {
            let (reply, pending) = handler.begin(target, &body);
            // The connections that share this thread go on while the disk works, and share its sync.
            return match pending {
                None => reply,
                Some(pending) => match pending.await {
                    Ok(()) => reply,
                    Err(error) => handler.lost(target, &reply, &error),
                },
            };
        }
        let handler = Arc::clone(handler);
        let call = Call { handler, target: target.to_owned(), cbor, body, coding, refusal };
        let site = Arc::clone(self);
        let replied = tokio::task::spawn_blocking(move || site.reply_to(&call)).await;
        replied.unwrap_or_else(|_| self.internal_error("the request's task ended early"))
    }

    fn reply_to(&self, call: &Call) -> Reply {
        let decompressed =
            call.coding.map(|coding| coding.decompress(&call.body, BODY_BYTES_MAX)).transpose();
        let plain = match &decompressed {
            Ok(decompressed) => decompressed.as_deref().unwrap_or(&call.body),
            Err(problem) => return self.unreadable(problem),
        };
        match &call.refusal {
            None => answer(&call.handler, &call.target, call.cbor, plain),
            Some(refusal) if call.cbor => call.handler.refuse_cbor(refusal),
            Some(refusal) => call.handler.refuse(&call.target, plain, refusal),
        }
    }

    /// DynamoDB answers a body whose coding it cannot read with a 500; one that decompresses to too much is a 413.
    fn unreadable(&self, problem: &CodingProblem) -> Reply {
        match problem {
            CodingProblem::TooLarge => {
                let request_id = self.handler.request_id();
                Reply { status: 413, body: Vec::new(), request_id, query_error: None }
            }
            CodingProblem::Broken => self.internal_error("the request's body is not of its Content-Encoding"),
            CodingProblem::Unsupported => {
                self.internal_error("Content-Encoding is none of gzip, deflate and identity")
            }
        }
    }

    fn internal_error(&self, why: &str) -> Reply {
        let message = format!("Internal server error: {why}");
        let body = front_error_body(Service::DynamoDb, "InternalServerError", &message);
        Reply { status: 500, body, request_id: self.handler.request_id(), query_error: None }
    }

    async fn compressed(&self, request: &HeaderMap, content_type: ContentType, reply: Reply) -> Answer {
        let Reply { status, body, request_id, query_error } = reply;
        let answer = |coding, body: Vec<u8>| {
            let body = Bytes::from(body);
            Answer {
                status,
                content_type: Some(content_type),
                coding,
                body,
                request_id,
                query_error,
                last: false,
            }
        };
        if body.len() <= PLAIN_ANSWER_BYTES_MAX {
            return answer(None, body);
        }
        let Some(coding) = Coding::preferred(request) else { return answer(None, body) };
        if body.len() <= INLINE_BYTES_MAX {
            return answer(Some(coding), coding.compress(&body));
        }
        let task = tokio::task::spawn_blocking(move || coding.compress(&body));
        match task.await {
            Ok(compressed) => answer(Some(coding), compressed),
            Err(_) => {
                let reply = self.internal_error("the answer could not be compressed");
                Answer { status: reply.status, ..answer(None, reply.body) }
            }
        }
    }
}

fn answer(handler: &Arc<dyn Handler>, target: &str, cbor: bool, body: &[u8]) -> Reply {
    if cbor { handler.answer_cbor(target, body) } else { handler.answer(target, body) }
}

/// What the request line's address and the headers take on the wire, separators included.
fn head_bytes(head: &Parts) -> usize {
    let separators = ": \r\n".len();
    let headers = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + separators);
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    headers.sum::<usize>() + target
}
