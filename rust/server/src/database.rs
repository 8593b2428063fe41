//! The database that all doors share.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Response, Service};
use dynacore::store::Store;
use dynacore::table::Settings;
use dynacore::table::partition::PartitionDescription;
use dynacore::value::Item;
use dynacore::wire::{CborWriter, JsonReader, JsonWriter, Reader as _, ToWire as _, cbor_to_json};

use crate::authorization::Refusal;
use crate::clock::{Clock, Timed};
use crate::handler::Handler;
use crate::notice::Notices;
use crate::reply::{Reply, cbor_error_body, error_body, front_error_body};
use crate::request_id::RequestIds;
use crate::world::{Place, World};

/// Parsed expressions that are kept; an application has tens of them.
const CACHED_EXPRESSIONS_MAX: usize = 1_024;
/// Most answers fit, so that their buffer grows at most once.
const ANSWER_BYTES: usize = 512;

/// An engine with a lock, a clock and a memory of parsed expressions: what Python, boto3 and HTTP all call.
///
/// Requests are read and answers written outside the lock, which is held for the operation itself: about a
/// microsecond. So any number of threads may share a database.
///
/// ```
/// use dynacore::store::MemoryStore;
/// use dynacore::table::Settings;
/// use dynacore_server::{Clock, Database};
/// let database = Database::new(Settings::default(), Box::new(MemoryStore::new()), Clock::System, 7);
/// let reply = database.answer("DynamoDB_20120810.ListTables", b"{}");
/// assert_eq!((reply.status, reply.body.as_slice()), (200, &br#"{"TableNames":[]}"#[..]));
/// ```
pub struct Database {
    /// A std lock, not an async one: it is held for microseconds and never across an await.
    engine: Mutex<Engine>,
    clock: Clock,
    cache: Cache,
    request_ids: RequestIds,
    notices: Notices,
    region: String,
    copy_pace: Option<u64>,
    /// Where it is one of several Regions.
    place: OnceLock<Place>,
}

impl Database {
    /// A database over an empty store. The seed determines every identifier; with a virtual clock, which drives the
    /// database from now on, it determines request ids as well.
    #[must_use]
    pub fn new(settings: Settings, store: Box<dyn Store>, clock: Clock, seed: u64) -> Arc<Self> {
        let request_seed = match &clock {
            // Ids of real runs differ between runs, so that two logs can be told apart.
            Clock::System => seed ^ clock.now().as_nanos().cast_unsigned(),
            Clock::Virtual(_) => seed,
        };
        let database = Arc::new(Self {
            region: settings.region.clone(),
            copy_pace: settings.backfill_items_per_second,
            place: OnceLock::new(),
            engine: Mutex::new(Engine::new(settings, store, seed)),
            clock,
            cache: Cache::new(CACHED_EXPRESSIONS_MAX),
            request_ids: RequestIds::new(request_seed),
            notices: Notices::default(),
        });
        if let Clock::Virtual(clock) = &database.clock {
            let timed: Arc<dyn Timed> = database.clone();
            clock.drive(Arc::downgrade(&timed));
        }
        database
    }

    /// Makes it one of several Regions, once.
    pub(crate) fn join(&self, place: Place) {
        // A second place is refused by whoever makes worlds.
        let _ = self.place.set(place);
    }

    /// The world that it is in.
    #[must_use]
    pub fn world(&self) -> Option<Arc<World>> {
        self.place.get()?.world()
    }

    /// Whether its Region answers: one that is in no world always does.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.place.get().is_none_or(Place::is_up)
    }

    /// Whether it is or was in a world.
    #[must_use]
    pub fn has_joined(&self) -> bool {
        self.place.get().is_some()
    }

    /// Its Region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Items a second that a new replica is filled with, where that takes time.
    pub(crate) fn copy_pace(&self) -> Option<u64> {
        self.copy_pace
    }

    /// Lets happen what is due now: in its whole world, where it is in one.
    ///
    /// # Errors
    /// `InternalServerError` when a store fails.
    pub fn catch_up_now(&self) -> Result<(), Error> {
        let now = self.clock.now();
        match self.world() {
            Some(world) => world.tick(now),
            None => self.tick(now),
        }
    }

    /// When something happens without a request, here or in its world.
    #[must_use]
    pub fn next_event(&self) -> Option<Timestamp> {
        match self.world() {
            Some(world) => world.next_event_at(),
            None => self.next_event_at(),
        }
    }

    /// Where lines for the person who runs the database go, such as why a table throttles; the first sink stays.
    pub fn on_notice(&self, sink: impl Fn(&str) + Send + Sync + 'static) {
        self.notices.send_to(Box::new(sink));
    }

    /// The clock it lives by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Parsed expressions, for doors that read requests by themselves.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The id of a request that a door answers by itself.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.request_ids.next()
    }

    /// Carries out an operation at the clock's time.
    ///
    /// # Errors
    /// The operation's exceptions; `InternalServerError` where the engine panicked, now or before.
    pub fn execute(&self, operation: &Operation) -> Result<Response, Error> {
        guarded(|| match self.place.get().and_then(|place| place.execute(operation)) {
            Some(outcome) => outcome,
            None => self.engine()?.execute(operation, self.clock.now()),
        })
        .inspect_err(|error| match error {
            Error::ProvisionedThroughputExceeded(reasons) => self.notices.throttled(reasons),
            Error::TransactionCanceled(cancellation) => {
                for reason in cancellation.reasons() {
                    self.notices.throttled(&reason.throttling);
                }
            }
            _ => {}
        })
    }

    /// Answers a request of the wire: `target` is `X-Amz-Target`, `body` its JSON. Errors are replies too.
    #[must_use]
    pub fn answer(&self, target: &str, body: &[u8]) -> Reply {
        let request_id = self.request_ids.next();
        let (service, name) = split_target(target);
        let outcome = guarded(|| {
            let operation = self.read(service, name, body).inspect_err(|_| {
                self.count_user_error(service.unwrap_or(Service::DynamoDb));
            })?;
            let response = self.execute(&operation)?;
            let mut writer = JsonWriter::with_capacity(ANSWER_BYTES);
            if has_body(&response) {
                response.write(&mut writer);
            }
            Ok(writer.into_bytes())
        });
        match outcome {
            Ok(body) => Reply { status: 200, body, request_id, query_error: None },
            Err(error) => {
                let body = error_body(service.unwrap_or(Service::DynamoDb), &error);
                Reply { status: error.http_status(), body, request_id, query_error: query_error(&error) }
            }
        }
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

    /// What the database has counted, in Prometheus's text format.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before.
    pub fn prometheus(&self) -> Result<String, Error> {
        guarded(|| Ok(self.engine()?.prometheus(self.clock.now())))
    }

    /// Counts a request that was refused before it came to the engine, as DynamoDB's metric `UserErrors` does.
    #[cold]
    pub fn count_user_error(&self, service: Service) {
        if service == Service::DynamoDb
            && let Ok(mut engine) = self.engine()
        {
            engine.count_user_error(self.clock.now());
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

    /// The partitions of a table, or of a global index of it, in hash order.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, or `ValidationException` for a local index, which is in its table's partitions.
    pub fn describe_partitions(
        &self,
        table: &str,
        index: Option<&str>,
    ) -> Result<Vec<PartitionDescription>, Error> {
        guarded(|| self.engine()?.describe_partitions(table, index, self.clock.now()))
    }

    /// Holds items, each a table with a key, as a transaction in flight: see [`Engine::begin_transaction`].
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ValidationException` or `TransactionCanceledException`.
    pub fn begin_transaction(&self, items: Vec<(String, Item)>) -> Result<u64, Error> {
        guarded(|| self.engine()?.begin_transaction(items, self.clock.now()))
    }

    /// Ends a transaction that was begun; one that has ended stays so.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before.
    pub fn end_transaction(&self, number: u64) -> Result<(), Error> {
        self.engine().map(|mut engine| engine.end_transaction(number))
    }

    /// A panic inside an operation can leave the engine between two steps: capacity taken for a write that was not
    /// made, a write made whose partition does not count it, in the worst case a half-changed tree. Wrong answers
    /// are worse than none, so the lock stays poisoned and every later operation is refused; the process, its other
    /// databases and the server go on.
    pub(crate) fn engine(&self) -> Result<MutexGuard<'_, Engine>, Error> {
        self.engine.lock().map_err(|_| {
            Error::Internal("The database was stopped by an internal error in an earlier request".to_owned())
        })
    }
}

impl Timed for Database {
    fn next_event_at(&self) -> Option<Timestamp> {
        // A world moves its Regions itself.
        if self.world().is_some() {
            return None;
        }
        // A stopped database has no future.
        self.engine().ok().and_then(|engine| engine.next_event_at())
    }

    fn tick(&self, now: Timestamp) -> Result<(), Error> {
        guarded(|| self.engine()?.tick(now))
    }
}

impl Handler for Database {
    fn answer(&self, target: &str, body: &[u8]) -> Reply {
        Self::answer(self, target, body)
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

    fn metrics(&self) -> Option<String> {
        self.prometheus().ok()
    }

    fn request_id(&self) -> String {
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

/// The one place where a panic ends: it becomes an `InternalServerError` and the process goes on. What the panic
/// may have left half-done is behind the engine's lock, which it poisons; see [`Database::engine`]. The cache, the
/// request ids and the notices are whole after every single change.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic_text(panic.as_ref());
        Err(Error::Internal(format!("Internal server error: {text}")))
    })
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&'static str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a text")
}

#[cfg(test)]
mod tests;
