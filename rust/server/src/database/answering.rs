//! Answers to requests of the wire: JSON and CBOR in, replies out.

use std::time::Duration;

use dynacore::error::Error;
use dynacore::request::{Operation, Response, Service};
use dynacore::wire::{CborWriter, JsonReader, JsonWriter, Reader as _, ToWire as _, cbor_to_json};
use dynacore::world::peers::OPERATIONS_PREFIX;

use super::{Database, guarded};
use crate::authorization::Refusal;
use crate::clock::{Clock, Timed};
use crate::handler::Handler;
use crate::peers::PeerAnswer;
use crate::pending::Pending;
use crate::reply::{Reply, cbor_error_body, error_body, front_error_body};
use crate::request_id::RequestId;

/// Most answers fit, so that their buffer grows at most once.
const ANSWER_BYTES: usize = 512;

impl Database {
    /// Answers a request of the wire: `target` is `X-Amz-Target`, `body` its JSON. Errors are replies too.
    #[must_use]
    pub fn answer(&self, target: &str, body: &[u8]) -> Reply {
        let (reply, pending) = self.begin_answer(target, body);
        match pending.map_or(Ok(()), Pending::wait) {
            Ok(()) => reply,
            Err(error) => self.lost(target, &reply, &error),
        }
    }

    fn begin_answer(&self, target: &str, body: &[u8]) -> (Reply, Option<Pending>) {
        let request_id = self.request_ids.next();
        let (service, name) = split_target(target);
        let mut pending = None;
        let outcome = guarded(|| {
            if service.is_none()
                && let Some(answer) = self.answer_peer(target, body)
            {
                let (answer, waits) = answer?;
                pending = waits;
                return Ok(answer);
            }
            let operation = self.read(service, name, body).inspect_err(|_| {
                self.count_user_error(service.unwrap_or(Service::DynamoDb));
            })?;
            let (outcome, waits) = self.begin(&operation);
            pending = waits;
            let mut writer = JsonWriter::with_capacity(ANSWER_BYTES);
            let response = outcome?;
            if has_body(&response) {
                response.write(&mut writer);
            }
            Ok(writer.into_bytes())
        });
        let reply = match outcome {
            Ok(body) => Reply { status: 200, body, request_id, query_error: None },
            Err(error) => {
                let body = error_body(service.unwrap_or(Service::DynamoDb), &error);
                Reply { status: error.http_status(), body, request_id, query_error: query_error(&error) }
            }
        };
        (reply, pending)
    }

    /// Answers what another process asks, where this is one of several.
    #[cold]
    fn answer_peer(&self, target: &str, body: &[u8]) -> Option<PeerAnswer> {
        let (prefix, operation) = target.split_once('.')?;
        let peers = self.place.get()?.peers().filter(|_| prefix == OPERATIONS_PREFIX)?;
        Some(peers.answer(operation, body))
    }

    /// Answers a request of CloudWatch in CBOR. Errors are replies too.
    #[must_use]
    pub fn answer_cbor(&self, operation: &str, body: &[u8]) -> Reply {
        let request_id = self.request_ids.next();
        let outcome = guarded(|| {
            let json = cbor_to_json(body)?;
            let operation = self.read(Some(Service::CloudWatch), operation, &json)?;
            let response = self.execute(&operation)?;
            let mut writer = CborWriter::default();
            response.write(&mut writer);
            Ok(writer.into_bytes())
        });
        match outcome {
            Ok(body) => Reply { status: 200, body, request_id, query_error: None },
            Err(error) => {
                let body = cbor_error_body(error.class(), error.message());
                Reply { status: error.http_status(), body, request_id, query_error: query_error(&error) }
            }
        }
    }

    /// AWS's order (facts 14.3): malformed JSON, unknown operation, wrong types, constraints.
    fn read(&self, service: Option<Service>, name: &str, body: &[u8]) -> Result<Operation, Error> {
        check_text(body)?;
        let mut reader = JsonReader::new(body);
        let operation = match service {
            Some(service) => Operation::read(service, name, &mut reader, &self.cache),
            None => Err(Error::UnknownOperation(String::new())),
        };
        match operation {
            Ok(operation) => reader.finish().map(|()| operation),
            Err(error @ Error::Serialization(_)) => Err(error),
            // A refusal may end the reading early; text that is no JSON further on comes first all the same.
            Err(error) => check_json(body).and(Err(error)),
        }
    }
}

impl Handler for Database {
    fn answer(&self, target: &str, body: &[u8]) -> Reply {
        Self::answer(self, target, body)
    }

    fn begin(&self, target: &str, body: &[u8]) -> (Reply, Option<Pending>) {
        self.begin_answer(target, body)
    }

    fn waits(&self, target: &str) -> bool {
        self.place.get().is_some_and(|place| place.peers().is_some()) && target.ends_with(".UpdateTable")
    }

    fn refuse(&self, target: &str, body: &[u8], refusal: &Refusal) -> Reply {
        let request_id = self.request_ids.next();
        let (service, name) = split_target(target);
        let known = service.is_some_and(|service| Operation::exists(service, name));
        let service = service.unwrap_or(Service::DynamoDb);
        let earlier = check_json(body).err().or((!known).then(|| Error::UnknownOperation(String::new())));
        let body = match earlier {
            Some(error) => error_body(service, &error),
            None => front_error_body(service, refusal.code, &refusal.message),
        };
        Reply { status: 400, body, request_id, query_error: None }
    }

    fn answer_cbor(&self, operation: &str, body: &[u8]) -> Reply {
        Self::answer_cbor(self, operation, body)
    }

    fn refuse_cbor(&self, refusal: &Refusal) -> Reply {
        let body = cbor_error_body(refusal.code, &refusal.message);
        Reply { status: 400, body, request_id: self.request_ids.next(), query_error: None }
    }

    fn problem(&self) -> Option<String> {
        self.engine().err().map(|error| error.message().to_owned())
    }

    fn metrics(&self) -> Option<String> {
        self.prometheus().ok()
    }

    fn request_id(&self) -> RequestId {
        Self::request_id(self)
    }

    fn region(&self) -> &str {
        &self.region
    }

    fn catch_up(&self) -> Option<Duration> {
        if matches!(self.clock, Clock::Virtual(_)) {
            return None;
        }
        let now = self.clock.now();
        if self.next_event_at().is_some_and(|event| event <= now) {
            // What a store fails to do here is tried again later; a request that it fails is told.
            let _ = self.tick(now);
        }
        self.next_event_at().map(|event| event.since(now))
    }
}

/// CloudWatch's codes are those of an older protocol, which a header repeats for SDKs.
fn query_error(error: &Error) -> Option<&'static str> {
    matches!(error, Error::CloudWatch(..)).then(|| error.code())
}

/// AWS sends nothing at all for the operations that only change tags (facts 14.2).
fn has_body(response: &Response) -> bool {
    !matches!(response, Response::TagResource(_) | Response::UntagResource(_))
}

fn split_target(target: &str) -> (Option<Service>, &str) {
    target.split_once('.').map_or((None, target), |(prefix, name)| (Service::of_target(prefix), name))
}

/// Whether a body is JSON of any shape. A missing body is not malformed; an operation misses it.
fn check_json(body: &[u8]) -> Result<(), Error> {
    if body.is_empty() {
        return Ok(());
    }
    check_text(body)?;
    let mut reader = JsonReader::new(body);
    reader.skip()?;
    reader.finish()
}

/// JSON is UTF-8 (RFC 8259, 8.1). The reader looks at what it reads; this also covers what it passes over.
fn check_text(body: &[u8]) -> Result<(), Error> {
    if std::str::from_utf8(body).is_ok() { Ok(()) } else { Err(Error::malformed()) }
}
