//! The database that all doors share.

mod answering;
mod invocations;
mod kinesis;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use dynacore::clock::Timestamp;
use dynacore::engine::{Begun, Engine, LongRead};
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Response, Service};
use dynacore::store::Store;
use dynacore::table::partition::PartitionDescription;
use dynacore::table::{ExportPage, ItemFault, Job, LoadItem, Order, Replay, Report, Settings};
use dynacore::value::Item;
use dynacore_disk::{DiskStore, Durability, OpenError, Options};
use dynacore_transfer::Bucket;

use crate::clock::{Calls, Clock, Timed};
use crate::notice::Notices;
use crate::pending::Pending;
use crate::place::Place;
use crate::request_id::{RequestId, RequestIds};
use crate::transfers::{Transfers, run};
use crate::world::World;

pub use invocations::Invoker;
use invocations::Waiters;

/// Parsed expressions that are kept; an application has tens of them.
const CACHED_EXPRESSIONS_MAX: usize = 1_024;

/// What has become of an operation that a database has started.
pub enum Started<'a> {
    /// Its outcome, and the wait for the disk before it may be told.
    Done(Result<Response, Error>, Option<Pending>),
    /// It reads much, which needs no lock: see [`Database::finish`].
    Long(LongRead<'a>),
}

/// An engine with a lock, a clock and a memory of parsed expressions: what Python, boto3 and HTTP all call.
///
/// Requests are read and answers written outside the lock, which is held for the operation itself: about a
/// microsecond. What a query or scan reads beyond some hundred items is read from a snapshot, without it. So any number of threads may share a database.
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
    /// What tells when a commit may be acknowledged; nothing where the store is in memory.
    durability: Option<Durability>,
    is_closed: AtomicBool,
    clock: Clock,
    cache: Cache,
    request_ids: RequestIds,
    notices: Notices,
    region: String,
    waiters: Waiters,
    copy_pace: Option<u64>,
    /// Where it is one of several Regions.
    place: OnceLock<Place>,
    transfers: Transfers,
    /// Itself, for work that goes on behind an answer.
    this: Weak<Self>,
}

impl Database {
    /// A database over an empty store. The seed determines every identifier; with a virtual clock, which drives the
    /// database from now on, it determines request ids as well.
    #[must_use]
    pub fn new(settings: Settings, store: Box<dyn Store>, clock: Clock, seed: u64) -> Arc<Self> {
        let region = settings.region.clone();
        Self::over(Engine::new(settings, store, seed), (region, None), clock, seed)
    }

    /// The database in a directory, which is made where it is missing. Its answers are given when the disk has what
    /// they tell of, as `options.sync` has it; that also holds for reads, which may see what was written a moment before
    /// them. When the disk has failed, every request is refused with the reason until the database is opened again.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(
        path: &Path,
        options: Options,
        settings: Settings,
        clock: Clock,
        seed: u64,
    ) -> Result<Arc<Self>, OpenError> {
        let region = settings.region.clone();
        let mut replay = Replay::default();
        let store = DiskStore::open(path, options, &mut |before, batch| replay.observe(before, batch))?;
        let durability = store.durability();
        let mut engine = Engine::open(settings, Box::new(store), seed, &replay)
            .map_err(|error| OpenError::of(path, error))?;
        engine.resume_replication(clock.now());
        Ok(Self::over(engine, (region, Some(durability)), clock, seed))
    }

    fn over(
        engine: Engine,
        (region, durability): (String, Option<Durability>),
        clock: Clock,
        seed: u64,
    ) -> Arc<Self> {
        let request_seed = match &clock {
            // Ids of real runs differ between runs, so that two logs can be told apart.
            Clock::System => seed ^ clock.now().as_nanos().cast_unsigned(),
            Clock::Virtual(_) => seed,
        };
        let database = Arc::new_cyclic(|this| Self {
            region,
            copy_pace: engine.settings().backfill_items_per_second,
            place: OnceLock::new(),
            engine: Mutex::new(engine),
            durability,
            is_closed: AtomicBool::new(false),
            clock,
            cache: Cache::new(CACHED_EXPRESSIONS_MAX),
            request_ids: RequestIds::new(request_seed),
            notices: Notices::default(),
            waiters: Waiters::default(),
            transfers: Transfers::default(),
            this: Weak::clone(this),
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
    pub fn request_id(&self) -> RequestId {
        self.request_ids.next()
    }

    /// Carries out an operation at the clock's time, and waits for the disk.
    ///
    /// # Errors
    /// The operation's exceptions; `InternalServerError` where the engine panicked or the store failed, now or before.
    pub fn execute(&self, operation: &Operation) -> Result<Response, Error> {
        let (outcome, pending) = self.begin(operation);
        pending.map_or(Ok(()), Pending::wait)?;
        outcome
    }

    /// As [`Database::execute`], but without the wait for the disk. Neither the response nor the error may be told
    /// before the wait is over, and not at all when it fails.
    pub fn begin(&self, operation: &Operation) -> (Result<Response, Error>, Option<Pending>) {
        match self.start(operation) {
            Started::Done(outcome, pending) => (outcome, pending),
            Started::Long(read) => self.finish(read),
        }
    }

    /// As [`Database::begin`], but a long read is left for [`Database::finish`], so that a caller can make way for others
    /// meanwhile.
    pub fn start<'a>(&self, operation: &'a Operation) -> Started<'a> {
        let mut pending = None;
        let begun = guarded(|| {
            if let Some(outcome) = self.place.get().and_then(|place| place.execute(operation)) {
                // What a failed disk may lose is not told, whatever came of it in memory.
                pending = self.pending_now()?;
                return Ok(Begun::Done(outcome));
            }
            let mut engine = self.engine()?;
            let begun = engine.begin(operation, self.clock.now());
            pending = self.release(operation, engine)?;
            Ok(begun)
        });
        match begun {
            Ok(Begun::Long(read)) => Started::Long(read),
            Ok(Begun::Done(outcome)) => Started::Done(self.noticed(outcome), pending),
            Err(error) => Started::Done(Err(error), pending),
        }
    }

    /// Walks a long read over to its end without the lock, and ends it.
    pub fn finish(&self, mut read: LongRead<'_>) -> (Result<Response, Error>, Option<Pending>) {
        let mut pending = None;
        let outcome = guarded(|| {
            read.walk();
            let operation = read.operation();
            let mut engine = self.engine()?;
            let outcome = engine.finish(read, self.clock.now());
            pending = self.release(operation, engine)?;
            outcome
        });
        (self.noticed(outcome), pending)
    }

    /// Lets the engine go after an operation; gives the wait for what it has committed.
    #[inline]
    fn release(
        &self,
        operation: &Operation,
        mut engine: MutexGuard<'_, Engine>,
    ) -> Result<Option<Pending>, Error> {
        let mut pending = None;
        self.waiters.follow(operation, &engine);
        if self.durability.is_some() {
            engine.checkpoint_if_due()?;
            pending = self.pending(&engine);
        }
        self.hand_out(engine);
        Ok(pending)
    }

    /// Tells of a refusal for want of throughput.
    #[inline]
    fn noticed(&self, outcome: Result<Response, Error>) -> Result<Response, Error> {
        outcome.inspect_err(|error| match error {
            Error::ProvisionedThroughputExceeded(reasons) => self.notices.throttled(reasons),
            Error::TransactionCanceled(cancellation) => {
                for reason in cancellation.reasons() {
                    self.notices.throttled(&reason.throttling);
                }
            }
            _ => {}
        })
    }

    /// The wait for what an engine has committed, unless it is over.
    pub(crate) fn pending(&self, engine: &Engine) -> Option<Pending> {
        self.durability.as_ref().and_then(|durability| Pending::new(durability, engine.sequence()))
    }

    /// The same for what was committed until now. No lock is taken where the store is in memory.
    fn pending_now(&self) -> Result<Option<Pending>, Error> {
        if self.durability.is_none() {
            return Ok(None);
        }
        self.engine().map(|engine| self.pending(&engine))
    }

    /// Ends work on the engine that was no operation.
    pub(crate) fn settle(&self, mut engine: MutexGuard<'_, Engine>) -> Result<(), Error> {
        if self.durability.is_some() {
            engine.checkpoint_if_due()?;
        }
        self.waiters.announce(&engine);
        self.hand_out(engine);
        Ok(())
    }

    /// Says a line to the person who runs the database.
    pub(crate) fn say(&self, line: &str) {
        self.notices.say(line);
    }

    /// What the database is at this moment, to be made again by [`Database::restore`] or [`Database::fork`]. None where
    /// it is on disk.
    ///
    /// # Errors
    /// `InternalServerError` where the engine panicked before.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, Error> {
        guarded(|| Ok(self.engine()?.fork().map(|engine| Snapshot(Mutex::new(engine)))))
    }

    /// Becomes what it was at a snapshot, but for the time.
    ///
    /// # Errors
    /// As [`Database::snapshot`].
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let earlier = snapshot.engine();
        guarded(|| {
            let mut engine = self.engine()?;
            engine.restore(earlier);
            Ok(())
        })
    }

    /// A database of its own that begins with a snapshot, on the same clock.
    #[must_use]
    pub fn fork(&self, snapshot: &Snapshot) -> Arc<Self> {
        let seed = self.request_ids.branch();
        let mut engine = snapshot.engine();
        engine.forget_triggers();
        let fork = Self::over(engine, (self.region.clone(), None), self.clock.clone(), seed);
        fork.transfers.share(self.transfers.buckets());
        fork
    }

    /// Ends the database: all is durable when this returns, and every later operation is refused. Nothing happens to
    /// one in memory.
    ///
    /// # Errors
    /// `InternalServerError` when something could not be made durable.
    pub fn close(&self) -> Result<(), Error> {
        if self.durability.is_none() {
            return Ok(());
        }
        self.is_closed.store(true, Ordering::Release);
        guarded(|| self.whole_engine()?.close())
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

    /// Where imports are read from and exports written to, by name.
    pub fn add_bucket(&self, name: &str, bucket: Arc<dyn Bucket>) {
        self.transfers.add_bucket(name, bucket);
    }

    /// The bucket of an import and the first items of it that were not imported, once it has ended.
    ///
    /// # Errors
    /// `ImportNotFoundException`.
    pub fn import_faults(&self, arn: &str) -> Result<(String, Vec<ItemFault>), Error> {
        let engine = self.engine()?;
        engine.import_faults(arn).map(|(bucket, faults)| (bucket.to_owned(), faults.to_vec()))
    }

    /// Puts items that were read for an import or a put in bulk.
    ///
    /// # Errors
    /// Where there is no use in going on.
    pub(crate) fn load(&self, job: Job, items: &[LoadItem]) -> Result<Vec<(usize, Error)>, Error> {
        guarded(|| {
            let mut engine = self.engine()?;
            let refused = engine.load(job, items, self.clock.now())?;
            if self.durability.is_some() {
                engine.checkpoint_if_due()?;
            }
            Ok(refused)
        })
    }

    /// A part of what an export of the past writes.
    ///
    /// # Errors
    /// Where there is no use in going on.
    pub(crate) fn export_page(
        &self,
        job: Job,
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<ExportPage, Error> {
        guarded(|| self.engine()?.export_page(job, behind, count))
    }

    /// Ends an import, an export or a put in bulk.
    pub(crate) fn end_job(&self, job: Job, report: Report) {
        // What is told to be imported is on the disk.
        let durable = self.pending_now().and_then(|pending| pending.map_or(Ok(()), Pending::wait));
        if durable.is_ok()
            && let Ok(mut engine) = self.engine()
        {
            engine.end_job(job, report, self.clock.now());
        }
    }

    /// Begins the work that operations have left, and lets the engine go before that. On a virtual clock it is done at
    /// once, so that a run is the same each time.
    fn hand_out(&self, mut engine: MutexGuard<'_, Engine>) {
        if !engine.has_orders() {
            return;
        }
        let orders = engine.take_orders();
        drop(engine);
        self.carry_out(orders);
    }

    #[cold]
    fn carry_out(&self, orders: Vec<Order>) {
        let aside = matches!(self.clock, Clock::System);
        for order in orders {
            run(order, self.transfers.buckets(), Weak::clone(&self.this), aside);
        }
    }

    /// The engine, unless its disk has failed. What it shows in memory may be lost then, so it shows nothing.
    pub(crate) fn engine(&self) -> Result<MutexGuard<'_, Engine>, Error> {
        match self.durability.as_ref().and_then(Durability::failure) {
            None => self.whole_engine(),
            Some(failure) => Err(Error::Internal(format!(
                "{failure}; nothing is answered until the database is opened again"
            ))),
        }
    }

    /// A panic inside an operation can leave the engine between two steps: capacity taken for a write that was not
    /// made, a write made whose partition does not count it, in the worst case a half-changed tree. Wrong answers
    /// are worse than none, so the lock stays poisoned and every later operation is refused; the process, its other
    /// databases and the server go on.
    fn whole_engine(&self) -> Result<MutexGuard<'_, Engine>, Error> {
        self.engine.lock().map_err(|_| {
            Error::Internal("The database was stopped by an internal error in an earlier request".to_owned())
        })
    }
}

/// What a database in memory was at a moment. Costs what the tables are, not what is in them.
pub struct Snapshot(Mutex<Engine>);

impl Snapshot {
    fn engine(&self) -> Engine {
        let engine = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        engine.fork().expect("invariant: only an engine that can be forked becomes a snapshot")
    }
}

impl Timed for Database {
    fn next_event_at(&self) -> Option<Timestamp> {
        // A world moves its Regions itself.
        if self.world().is_some() {
            return None;
        }
        // A stopped database has no future, and a closed one has it when it is opened again.
        if self.is_closed.load(Ordering::Acquire) {
            return None;
        }
        self.engine().ok().and_then(|engine| engine.next_event_at())
    }

    fn tick(&self, now: Timestamp) -> Result<(), Error> {
        guarded(|| {
            let mut engine = self.engine()?;
            let outcome = engine.tick(now);
            self.waiters.announce(&engine);
            self.hand_out(engine);
            outcome
        })
    }

    fn invoke(&self) -> Result<Calls, Error> {
        self.invoke_waiting()
    }
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
