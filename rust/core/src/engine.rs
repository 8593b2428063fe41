//! The engine: it owns everything, and time passes only when it is told so.

mod kinesis;
mod long_read;
mod transferring;
mod triggering;

pub use kinesis::KinesisDelivery;
pub use long_read::{Begun, LongRead};

use crate::clock::Timestamp;
use crate::cloudwatch::CloudWatch;
use crate::error::Error;
use crate::random::Random;
use crate::request::{Context, Exports, Imports, Operation, Response, Service, begin_transaction};
use crate::store::{Sequence, Store, StoreError};
use crate::table::autoscale::{Assumptions, ScalingAction};
use crate::table::partition::PartitionDescription;
use crate::table::throughput::{Kind, Mode};
use crate::table::{AutoScaling, BulkOperations, Index, Order, Replay, Settings, Tables, not_found};
use crate::trigger::Triggers;
use crate::value::Item;

/// A whole DynamoDB of one account in one Region.
///
/// ```
/// use dynacore::clock::Timestamp;
/// use dynacore::engine::Engine;
/// use dynacore::store::MemoryStore;
/// use dynacore::table::Settings;
/// let engine = Engine::new(Settings::default(), Box::new(MemoryStore::new()), 7);
/// assert_eq!(engine.next_event_at(), None);
/// ```
pub struct Engine {
    tables: Tables,
    scaling: AutoScaling,
    bulk: BulkOperations,
    imports: Imports,
    exports: Exports,
    /// Work for those who have files, until it is taken.
    orders: Vec<Order>,
    watch: CloudWatch,
    triggers: Triggers,
    /// The latest time the engine was told; it never goes back.
    now: Timestamp,
    /// Whether the store outlives the process, so that it has to be told of changes.
    is_durable: bool,
}

/// A bound on the events of one [`Engine::tick`], far above what any run needs: an event that renews itself at the
/// same moment would otherwise hang the caller.
const EVENTS_MAX: usize = 100_000_000;

impl Engine {
    /// An engine over an empty store. The seed determines every identifier it makes.
    #[must_use]
    pub fn new(settings: Settings, store: Box<dyn Store>, seed: u64) -> Self {
        // Each owner of identifiers has a sequence of its own, so that none of them makes up the same ones.
        let mut seeds = Random::new(seed);
        let (tables, scaling, bulk) = (seeds.next_u64(), seeds.next_u64(), seeds.next_u64());
        let (imports, exports) = (Imports::new(seeds.next_u64()), Exports::new(seeds.next_u64()));
        let watch = CloudWatch::new(&settings.region, &settings.account_id);
        let scaling =
            AutoScaling::new(&settings.region, &settings.account_id, scaling, Assumptions::default());
        let is_durable = store.is_durable();
        let place = (settings.region.as_str(), settings.account_id.as_str());
        let triggers = Triggers::new(place, seeds.next_u64(), is_durable);
        Self {
            tables: Tables::new(settings, store, tables),
            scaling,
            bulk: BulkOperations::new(bulk),
            imports,
            exports,
            orders: Vec::new(),
            watch,
            triggers,
            now: Timestamp::default(),
            is_durable,
        }
    }

    /// An engine over what a store holds: everything a user set is as it was, and what was under way goes on.
    /// `replay` has seen the commits that the store replayed when it was opened.
    ///
    /// Token buckets begin with what they had when their table was last changed, plus what has flowed in since;
    /// charts and custom metrics begin anew.
    ///
    /// # Errors
    /// [`StoreError`] where the store fails, holds what makes no sense, or is of another Region or account.
    pub fn open(
        settings: Settings,
        store: Box<dyn Store>,
        seed: u64,
        replay: &Replay,
    ) -> Result<Self, StoreError> {
        let mut seeds = Random::new(seed);
        let (tables, scaling, bulk) = (seeds.next_u64(), seeds.next_u64(), seeds.next_u64());
        let (imports, mut exports) = (Imports::new(seeds.next_u64()), Exports::new(seeds.next_u64()));
        let orders = Vec::new();
        let mut scaling =
            AutoScaling::new(&settings.region, &settings.account_id, scaling, Assumptions::default());
        scaling.restore(store.as_ref())?;
        let mut bulk = BulkOperations::new(bulk);
        bulk.restore(store.as_ref())?;
        let bulk = bulk.resumed();
        let mut watch = CloudWatch::new(&settings.region, &settings.account_id);
        watch.restore(store.as_ref())?;
        let is_durable = store.is_durable();
        let place = (settings.region.as_str(), settings.account_id.as_str());
        let mut triggers = Triggers::new(place, seeds.next_u64(), is_durable);
        let mut tables = Tables::open(settings, store, tables, replay)?;
        exports.restore(&mut tables)?;
        triggers.restore(&tables)?;
        let now = Timestamp::default();
        Ok(Self { tables, scaling, bulk, imports, exports, orders, watch, triggers, now, is_durable })
    }

    /// The same database, and from then on a life of its own: tables, items, indexes, token buckets, charts, auto
    /// scaling, alarms, tokens of transactions and the chance of identifiers are as they are at this moment, which stays the
    /// time of the new one until it is told a later one. Costs what the tables are, not what is in them: nodes of
    /// items are shared until one of the two writes. None for a store on disk.
    #[must_use]
    pub fn fork(&self) -> Option<Self> {
        Some(Self {
            tables: self.tables.fork()?,
            scaling: self.scaling.clone(),
            bulk: self.bulk.clone().resumed(),
            imports: self.imports.clone().resumed(self.now),
            exports: self.exports.clone().resumed(self.now),
            orders: Vec::new(),
            watch: self.watch.clone(),
            triggers: self.triggers.fork(),
            now: self.now,
            is_durable: self.is_durable,
        })
    }

    /// Becomes what `earlier` is, but for the time, which never goes back: buckets fill up for what has passed since.
    /// The functions that triggers know stay, as they are the outside's.
    pub fn restore(&mut self, earlier: Self) {
        let (now, mut earlier) = (self.now.max(earlier.now), earlier);
        earlier.tables.open_kinesis_streams_of(&self.tables);
        earlier.triggers.keep_functions_of(&self.triggers);
        *self = Self { now, ..earlier };
    }

    /// Tells a durable store what has changed besides items.
    pub(crate) fn save(&mut self) -> Result<(), Error> {
        if !self.is_durable {
            return Ok(());
        }
        let others = [
            self.scaling.take_change(),
            self.bulk.take_change(),
            self.exports.take_change(),
            self.watch.take_change(),
        ];
        self.tables.save(others.into_iter().flatten().chain(self.triggers.take_changes()))
    }

    /// Carries out one operation at a time, after the events that were due before it. A time before the latest one
    /// counts as the latest: clocks of machines step back, the engine does not.
    ///
    /// # Errors
    /// The operation's exceptions.
    pub fn execute(&mut self, operation: &Operation, now: Timestamp) -> Result<Response, Error> {
        self.carry_out(operation, now, |context| operation.execute(context))
    }

    /// What every request has around its work.
    #[inline]
    fn carry_out<T>(
        &mut self,
        operation: &Operation,
        now: Timestamp,
        work: impl FnOnce(&mut Context<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut context = self.context(now)?;
        context.tables.begin_request(operation.metered());
        let outcome = work(&mut context).inspect_err(|error| {
            if operation.service() == Service::DynamoDb {
                self.tables.fail_request(error, self.now);
            }
        });
        self.save()?;
        outcome
    }

    /// What an operation works on, after the events that were due before it.
    #[inline]
    fn context(&mut self, now: Timestamp) -> Result<Context<'_>, Error> {
        let now = self.now.max(now);
        if self.next_own_event_at().is_some_and(|next| next <= now) {
            self.catch_up(now);
        }
        self.now = now;
        let Self { tables, scaling, bulk, imports, exports, orders, watch, triggers, .. } = self;
        Ok(Context { tables, scaling, bulk, imports, exports, orders, watch, triggers, now })
    }

    /// The tables at a time, after what was due before it: the door of what lives in several Regions.
    pub(crate) fn tables(&mut self, now: Timestamp) -> (&mut Tables, Timestamp) {
        let now = self.now.max(now);
        if self.next_event_at().is_some_and(|next| next <= now) {
            // As in `context`.
            let _ = self.tick(now);
        }
        self.now = now;
        (&mut self.tables, now)
    }

    /// The latest time that it was told.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The tables as they are.
    pub(crate) fn tables_now(&self) -> &Tables {
        &self.tables
    }

    /// Prepares replicated tables for a life that begins now, after a store was opened: other processes were told what
    /// this one does not do any more.
    pub fn resume_replication(&mut self, now: Timestamp) {
        self.tables.resume_replication(now);
    }

    /// Application Auto Scaling as it is.
    pub(crate) fn scaling(&self) -> &AutoScaling {
        &self.scaling
    }

    /// Application Auto Scaling with the tables that it measures, after what was due before: as [`Engine::tables`].
    pub(crate) fn scaling_at(&mut self, now: Timestamp) -> (&mut AutoScaling, &Tables, Timestamp) {
        let now = self.tables(now).1;
        (&mut self.scaling, &self.tables, now)
    }

    /// Lets happen what is due until `now` but for the triggers, which are no part of an operation and follow on ticks.
    /// What the store failed to do stays undone and is tried again; that is no failure of the operation.
    #[cold]
    fn catch_up(&mut self, now: Timestamp) {
        self.watch.resume(now);
        self.tables.reclaim_if_due(now);
        for _ in 0..EVENTS_MAX {
            let Some(next) = self.next_own_event_at().filter(|next| *next <= now) else { break };
            self.now = self.now.max(next);
            let _ = self.step();
            self.tables.defer_reclaim(now);
        }
    }

    /// When something happens by itself: a table becomes active, an index follows its table, an alarm looks at its
    /// metric, a trigger has records to read.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Timestamp> {
        let own = self.next_own_event_at();
        if self.triggers.is_empty() {
            return own;
        }
        own.into_iter().chain(self.triggers.next_event_at(&self.tables)).min()
    }

    /// Of all but the triggers.
    #[inline]
    fn next_own_event_at(&self) -> Option<Timestamp> {
        let events = [
            self.tables.next_event_at(),
            self.scaling.next_event_at(),
            self.bulk.next_event_at(),
            self.imports.next_event_at(),
            self.exports.next_event_at(),
            self.watch.next_event_at(),
        ];
        events.into_iter().flatten().min()
    }

    /// Lets everything happen that is due until `now`, each at its own time and in order.
    ///
    /// # Errors
    /// `InternalServerError` when the store failed, the first time it did. What it failed to do is tried again later;
    /// all else happened.
    pub fn tick(&mut self, now: Timestamp) -> Result<(), Error> {
        let mut outcome = Ok(());
        self.watch.resume(now);
        self.triggers.resume(now);
        self.tables.reclaim_if_due(now);
        for _ in 0..EVENTS_MAX {
            let Some(next) = self.next_event_at().filter(|next| *next <= now) else { break };
            self.now = self.now.max(next);
            outcome = outcome.and(self.step());
            self.tables.defer_reclaim(now);
            if !self.triggers.is_empty() {
                let ticked = self.triggers.tick(self.now, &self.tables, &mut self.watch);
                outcome = outcome.and(ticked).and(self.save());
            }
        }
        self.now = self.now.max(now);
        outcome
    }

    /// Lets happen what is due now, but for the triggers.
    fn step(&mut self) -> Result<(), Error> {
        let outcome = self.tables.tick(self.now);
        self.tick_transfers();
        for action in self.scaling.tick(self.now, &self.tables) {
            self.apply(&action);
        }
        self.watch.tick(self.now, &self.tables);
        self.triggers.follow_alarms(&mut self.watch, self.now);
        outcome.and(self.save())
    }

    /// Auto scaling changes a table or an index by the path of UpdateTable.
    fn apply(&mut self, action: &ScalingAction) {
        let outcome = self.scale(action).map_err(|error| error.message().to_owned());
        self.scaling.settle(&action.activity_id, outcome, self.now);
    }

    fn scale(&mut self, action: &ScalingAction) -> Result<(), Error> {
        self.change_capacity(action)?;
        let (resource, change) = (&action.resource, (action.dimension.kind(), action.capacity));
        self.tables.share_scaled(&resource.table, resource.index.as_ref(), change);
        Ok(())
    }

    fn change_capacity(&mut self, action: &ScalingAction) -> Result<(), Error> {
        let name = &action.resource.table;
        let table = self.tables.find(name).ok_or_else(|| not_found(name))?;
        let scaled = |mode: Mode| {
            let (read, write) = (mode.units(Kind::Read), mode.units(Kind::Write));
            match action.dimension.kind() {
                Kind::Read => Mode::Provisioned { read: action.capacity, write },
                Kind::Write => Mode::Provisioned { read, write: action.capacity },
            }
        };
        let Some(index) = &action.resource.index else {
            let mode = scaled(table.definition().mode);
            return self.tables.change_throughput(name, mode, self.now).map(drop);
        };
        let throughput = table.indexes().iter().find(|each| each.name() == index).and_then(Index::throughput);
        let throughput = throughput.ok_or_else(|| {
            Error::ResourceNotFound(format!("Requested resource not found: Index {index} for table {name}"))
        })?;
        let mode = scaled(throughput.mode());
        self.tables.change_index_throughput(name, index, mode, self.now).map(drop)
    }

    /// The partitions of a table, or of a global index of it, in hash order.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, or `ValidationException` for a local index, which is in its table's partitions.
    pub fn describe_partitions(
        &self,
        table: &str,
        index: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<PartitionDescription>, Error> {
        let found = self.tables.find(table).ok_or_else(|| not_found(table))?;
        found.describe_partitions(index, self.now.max(now))
    }

    /// Holds items, each a table with a key, as a transaction of somebody else would: until it is ended, writes and
    /// transactions on them conflict (facts 13.1). Gives the number to end it with. No item needs to exist.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ValidationException` for an item that comes twice, `TransactionCanceledException`
    /// for a bad key or where another transaction holds one of the items.
    pub fn begin_transaction(&mut self, items: Vec<(String, Item)>, now: Timestamp) -> Result<u64, Error> {
        begin_transaction(items, &mut self.context(now)?)
    }

    /// Ends a transaction that was begun here; one that has ended stays so.
    pub fn end_transaction(&mut self, number: u64) {
        self.tables.end_transaction(number);
    }

    /// The last commit: what the answers so far may tell of.
    #[must_use]
    pub fn sequence(&self) -> Sequence {
        self.tables.sequence()
    }

    /// Lets the store move to the disk what it has in memory, if it has much. Costs next to nothing otherwise, so an
    /// owner with a store on disk calls it after each operation.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn checkpoint_if_due(&mut self) -> Result<(), Error> {
        self.tables.checkpoint_if_due()
    }

    /// Ends the store; operations fail from now on.
    ///
    /// # Errors
    /// `InternalServerError` when something could not be made durable.
    pub fn close(&mut self) -> Result<(), Error> {
        self.tables.close()
    }

    /// Counts a request that was refused before it came to the engine, as `UserErrors` does.
    pub fn count_user_error(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        self.tables.count_user_error(self.now);
    }

    /// What the database has counted, in Prometheus's text format.
    #[must_use]
    pub fn prometheus(&self, now: Timestamp) -> String {
        self.tables.prometheus(self.now.max(now))
    }

    /// How the database behaves.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.tables.settings()
    }
}
