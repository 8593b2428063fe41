//! All tables of one account in one Region, with the store that holds their items.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::metric::Series;
use crate::random::Random;
use crate::store::{Space, Store};
use crate::table::account::refuse_above_maximum;
use crate::table::author::Author;
use crate::table::backup::Backups;
use crate::table::capacity_limits::Limited;
use crate::table::catalog::{Definition, State, Table, TableChange};
use crate::table::collection::ItemCollections;
use crate::table::contributor_insights::ContributorInsights;
use crate::table::encryption::Encryption;
use crate::table::index::{Index, IndexDefinition, IndexKind, IndexState, NewIndex, Supply};
use crate::table::partition::{PARTITION_BYTES, Tally};
use crate::table::past::Archives;
use crate::table::provision::{Provision, Regime};
use crate::table::read::Reading;
use crate::table::record::DatabaseRecord;
use crate::table::refusal::{not_found, refuse_unless_active};
use crate::table::replication::Departures;
use crate::table::resource_policy::ResourcePolicy;
use crate::table::schedule::Schedule;
use crate::table::schema::KeySchema;
use crate::table::stream::{StreamChange, Streams};
use crate::table::table_class::{ClassHistory, TableClass};
use crate::table::throughput::Mode;
use crate::table::time_to_live::TimeToLive;
use crate::table::traffic::{Request, Traffic};
use crate::table::transaction::{InFlight, TokenMemory};
use crate::table::vector::{NewVectorIndex, VectorIndex};
use crate::table::wakeup::Wakeup;
use crate::table::write::Writing;

/// How a database behaves, chosen when it is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The Region in ARNs.
    pub region: String,
    /// The twelve digits in ARNs.
    pub account_id: String,
    /// Whether tables refuse what exceeds their throughput.
    pub throttle: bool,
    /// Whether on-demand tables do too. Off by default: a loop in this process meets limits in a second that no client
    /// reaches over a network. Without it on-demand tables only count.
    pub throttle_on_demand: bool,
    /// Seconds of throughput that a new table's burst bucket holds, 0 to 300.
    pub initial_burst_seconds: u32,
    /// Bytes a partition holds before it is split (10 GB at AWS, facts 2.1).
    pub partition_bytes: u64,
    /// How long CREATING, UPDATING and DELETING last.
    pub table_transition: Duration,
    /// Items a second at which a new index is filled. Where that is not said, it is filled at once if tables take no
    /// time to change, and with [`BACKFILL_ITEMS_PER_SECOND`] if they do.
    pub backfill_items_per_second: Option<u64>,
    /// How long the items of a transaction stay in flight after its commit, so that others on them conflict. The
    /// engine carries out one operation at a time: at zero transactions never meet.
    pub transaction_duration: Duration,
    /// Bytes of an item collection in a table with a local index at most (10 GB at AWS, facts 4.1).
    pub item_collection_bytes_max: u64,
    /// How far global indexes stay behind their table. Zero makes their entries part of the item's own commit.
    pub index_propagation: Duration,
    /// How far back eventually consistent reads may look: with the seed's chance they see any state of these seconds.
    /// Zero shows them the latest state.
    pub stale_reads: Duration,
    /// From the time in an item's attribute to the item's removal. AWS takes up to days and promises nothing
    /// (facts 8); here it is this long, so that a test need not wait.
    pub time_to_live_delay: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            throttle: true,
            throttle_on_demand: false,
            initial_burst_seconds: 300,
            partition_bytes: PARTITION_BYTES,
            table_transition: Duration::ZERO,
            backfill_items_per_second: None,
            transaction_duration: Duration::ZERO,
            item_collection_bytes_max: 10 * 1024 * 1024 * 1024,
            index_propagation: Duration::ZERO,
            stale_reads: Duration::ZERO,
            time_to_live_delay: Duration::ZERO,
        }
    }
}

/// The indexes that a table is made with.
#[derive(Clone, Debug, Default)]
pub struct NewIndexes {
    /// Local and global ones.
    pub secondary: Vec<NewIndex>,
    /// Vector indexes.
    pub vector: Vec<NewVectorIndex>,
}

/// The pace at which a new index is filled where tables take time to change and no other is given.
pub const BACKFILL_ITEMS_PER_SECOND: u64 = 1_000;

/// The first space that holds items; lower ones are kept for what the database says about itself.
pub(in crate::table) const FIRST_ITEM_SPACE: u32 = 16;

/// The tables and their store.
///
/// What changes a table takes it from [`Tables::change`], so that its record follows.
pub struct Tables {
    pub(in crate::table) settings: Settings,
    pub(in crate::table) store: Box<dyn Store>,
    pub(in crate::table) by_name: BTreeMap<String, Table>,
    pub(in crate::table) next_space: u32,
    pub(in crate::table) random: Random,
    /// When states of tables end, and what else happens to them by itself.
    pub(in crate::table) agenda: Schedule,
    /// When a backup expires or the past of a table that is gone is swept.
    pub(in crate::table) past_event_at: Option<Timestamp>,
    /// When the changes of tables are due.
    pub(in crate::table) schedule: Schedule,
    /// When the store frees more of what was dropped.
    pub(in crate::table) reclaim_at: Option<Timestamp>,
    /// What transactions hold.
    pub(in crate::table) in_flight: InFlight,
    /// The tokens of transactions that may come again.
    pub(in crate::table) tokens: TokenMemory,
    /// The tables whose records are behind them.
    pub(in crate::table) changed: BTreeSet<String>,
    /// What the store was last told of the database itself.
    pub(in crate::table) stored: Option<DatabaseRecord>,
    /// When a table or index wants its partitions looked at.
    pub(in crate::table) wakeup: Wakeup,
    /// Provisioned units of all tables and indexes at most, reads and writes; see [`Tables::check_account`].
    pub(in crate::table) provisioned_bound: (u64, u64),
    /// The request that is carried out.
    pub(in crate::table) request: Request,
    pub(in crate::table) names_by_space: BTreeMap<u32, String>,
    pub(in crate::table) user_errors: Series,
    pub(in crate::table) backups: Backups,
    /// What is left of tables that are gone.
    pub(in crate::table) archives: Archives,
    pub(in crate::table) streams: Streams,
    pub(in crate::table) departures: Departures,
}

impl Tables {
    /// No tables, over an empty store.
    #[must_use]
    pub fn new(settings: Settings, store: Box<dyn Store>, seed: u64) -> Self {
        Self {
            settings,
            store,
            by_name: BTreeMap::new(),
            next_space: FIRST_ITEM_SPACE,
            random: Random::new(seed),
            agenda: Schedule::default(),
            past_event_at: None,
            wakeup: Wakeup::default(),
            provisioned_bound: (0, 0),
            request: Request::default(),
            names_by_space: BTreeMap::new(),
            user_errors: Series::default(),
            backups: Backups::default(),
            archives: Archives::default(),
            streams: Streams::default(),
            departures: Departures::default(),
            schedule: Schedule::default(),
            reclaim_at: None,
            in_flight: InFlight::default(),
            tokens: TokenMemory::default(),
            changed: BTreeSet::new(),
            stored: None,
        }
    }

    /// How the database behaves.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A table in any state.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Table> {
        self.by_name.get(name)
    }

    /// Up to `limit` names behind `start`, in order, and whether more follow.
    #[must_use]
    pub fn names(&self, start: Option<&str>, limit: usize) -> (Vec<String>, bool) {
        let lower = start.map_or(Bound::Unbounded, Bound::Excluded);
        let mut names = self.by_name.range::<str, _>((lower, Bound::Unbounded)).map(|(name, _)| name.clone());
        let page: Vec<String> = names.by_ref().take(limit).collect();
        let more = names.next().is_some();
        (page, more)
    }

    /// A table, open for reading.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where it does not serve.
    pub fn reading(&mut self, name: &str, now: Timestamp) -> Result<Reading<'_>, Error> {
        let table = serving(&mut self.by_name, &mut self.request, name, now)?;
        Ok(Reading { table, store: self.store.as_ref(), now })
    }

    /// A table, open for writing.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where it does not serve.
    pub fn writing(&mut self, name: &str, now: Timestamp) -> Result<Writing<'_>, Error> {
        let table = serving(&mut self.by_name, &mut self.request, name, now)?;
        let (store, in_flight, schedule) = (self.store.as_mut(), &mut self.in_flight, &mut self.schedule);
        let agenda = &mut self.agenda;
        Ok(Writing { table, store, in_flight, now, schedule, author: Author::Caller, given: None, agenda })
    }

    /// Makes a table with its indexes.
    ///
    /// # Errors
    /// `ResourceInUseException` where the name is taken, `LimitExceededException` for more throughput than one table
    /// or index may have.
    pub fn create(
        &mut self,
        definition: Definition,
        indexes: &NewIndexes,
        now: Timestamp,
    ) -> Result<&Table, Error> {
        let name = definition.name.clone();
        if let Some(taken) = self.by_name.get(&name) {
            // LAB DDB-TABLE-219 for the second.
            let how = if taken.restore.is_none() { "Table already exists" } else { "Table is being used" };
            return Err(Error::ResourceInUse(format!("{how}: {name}")));
        }
        self.check_limits(&definition, &indexes.secondary)?;
        let modes = indexes.secondary.iter().filter_map(|index| index.mode).chain([definition.mode]);
        self.check_account(modes.map(|mode| (mode, None)))?;
        let until = now + self.settings.table_transition;
        let (space, arn) = (self.new_space(), self.arn(&name));
        let regime = self.regime(space);
        let settings = &self.settings;
        let encryption = Encryption::new(&definition.encryption, &settings.region, &settings.account_id)?;
        let limit = settings.item_collection_bytes_max;
        let has_local = indexes.secondary.iter().any(|index| index.kind == IndexKind::Local);
        let mut table = Table {
            arn,
            id: self.random.uuid(),
            space,
            created: now,
            state: State::Creating { until },
            provision: Provision::new(definition.mode, definition.limits, &regime, now),
            indexes: Vec::with_capacity(indexes.secondary.len()),
            vector_indexes: Vec::with_capacity(indexes.vector.len()),
            traffic: Box::new(Traffic::new(now)),
            collections: has_local.then(|| ItemCollections::new(self.new_space(), limit)),
            changes: self.new_changes(),
            scheduled: None,
            retry_at: None,
            time_to_live: TimeToLive::default(),
            tags: definition.tags.clone(),
            class: ClassHistory::new(definition.class),
            encryption,
            policy: ResourcePolicy::new(definition.policy.clone(), now),
            insights: ContributorInsights::default(),
            stream: None,
            replication: None,
            kinesis: Vec::new(),
            protection_changed: None,
            past: None,
            restore: None,
            definition,
        };
        for index in &indexes.secondary {
            let place = (self.new_space(), IndexState::Active);
            let made = new_index(&regime, (&table.arn, table.schema()), index, place, now);
            table.indexes.push(made);
        }
        for index in &indexes.vector {
            let place = (self.new_space(), IndexState::Active);
            let made = VectorIndex::new((&table.arn, table.schema()), index, place);
            table.vector_indexes.push(made);
        }
        table.follow_log();
        let view = table.definition.stream;
        self.agenda.expect(&name, &mut table.scheduled, until);
        self.names_by_space.insert(table.space.0, name.clone());
        self.by_name.insert(name.clone(), table);
        if let Some(view) = view {
            self.change_stream(&name, StreamChange::Enable(view), (now, until));
        }
        Ok(self.change(&name).expect("invariant: inserted above"))
    }

    /// The quotas of a new table and its indexes.
    fn check_limits(&self, definition: &Definition, indexes: &[NewIndex]) -> Result<(), Error> {
        let region = &self.settings.region;
        definition.mode.check_maximum(region)?;
        Limited::Table.check_new(definition.mode, definition.limits, region)?;
        for index in indexes {
            refuse_above_maximum(region, &index.name, index.mode)?;
            let mode = index.mode.unwrap_or(definition.mode);
            Limited::Index(&index.name).check_new(mode, index.limits, region)?;
        }
        Ok(())
    }

    pub(in crate::table) fn new_space(&mut self) -> Space {
        let space = Space(self.next_space);
        self.next_space += 1;
        space
    }

    /// The ARN of a table's name.
    #[must_use]
    pub fn arn(&self, name: &str) -> String {
        format!("arn:aws:dynamodb:{}:{}:table/{name}", self.settings.region, self.settings.account_id)
    }

    /// Starts to remove a table. Removing one that is being removed is no error.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` while it is made or changed, `ValidationException` while
    /// it is protected.
    pub fn delete(&mut self, name: &str, now: Timestamp) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        self.check_seeding(name, now)?;
        let table = self.change(name).ok_or_else(|| not_found(name))?;
        if !matches!(table.state, State::Deleting { .. }) {
            refuse_unless_active(table)?;
            table.refuse_strong("DeleteTable of a single Region is")?;
            if table.encryption.is_changing() || table.provision.warm.until().is_some() {
                return Err(Error::ResourceInUse(format!(
                    "Attempt to change a resource which is still in use: Table: {name} is in the process of being updated."
                )));
            }
            if table.indexes.iter().any(|index| index.state != IndexState::Active) {
                return Err(Error::ResourceInUse(
                    "Attempt to change a resource which is still in use: Cannot delete table while indexes are being \
                     created, updated, or deleted."
                        .to_owned(),
                ));
            }
            if table.definition.deletion_protection {
                return Err(Error::validation(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                     protection first.",
                ));
            }
            if table.vector_indexes.iter().any(|index| index.state != IndexState::Active) {
                // Without the words in front that the text has for a secondary index (measured by dynoxide's authors).
                return Err(Error::ResourceInUse(
                    "Cannot delete table while indexes are being created, updated, or deleted.".to_owned(),
                ));
            }
            table.state = State::Deleting { until };
            self.end_stream(name, (now, until));
            self.expect_transition(name, until);
        }
        Ok(&self.by_name[name])
    }

    /// Starts to change a table's class. False where there is nothing to change; AWS answers as if it did.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` or `LimitExceededException`.
    pub fn change_class(&mut self, name: &str, class: TableClass, now: Timestamp) -> Result<bool, Error> {
        let until = now + self.settings.table_transition;
        let table = self.change(name).ok_or_else(|| not_found(name))?;
        refuse_unless_active(table)?;
        let changes = table.class.begin(class, now)?;
        if changes {
            table.state = State::Updating { until, change: TableChange::Class(class) };
            self.expect_transition(name, until);
        }
        Ok(changes)
    }
}

/// A table that answers requests about its items.
fn serving<'a>(
    tables: &'a mut BTreeMap<String, Table>,
    request: &mut Request,
    name: &str,
    now: Timestamp,
) -> Result<&'a mut Table, Error> {
    match tables.get_mut(name) {
        Some(table) if matches!(table.state, State::Active | State::Updating { .. }) => {
            if let Some(operation) = request.operation
                && table.traffic.begin(request.number, operation, now)
            {
                request.served.push(table.space);
            }
            Ok(table)
        }
        _ => Err(Error::ResourceNotFound("Requested resource not found".to_owned())),
    }
}

/// An index of the table with this ARN and key. Without a throughput of its own it is on demand.
pub(in crate::table) fn new_index(
    regime: &Regime,
    (table_arn, schema): (&str, &KeySchema),
    index: &NewIndex,
    (space, state): (Space, IndexState),
    now: Timestamp,
) -> Index {
    let mode = index.mode.unwrap_or(Mode::PayPerRequest);
    let supply = match index.kind {
        IndexKind::Local => Supply::Table(Tally::default()),
        IndexKind::Global => Supply::Own(Box::new(Provision::new(mode, index.limits, regime, now))),
    };
    Index {
        definition: IndexDefinition::new(index, schema),
        arn: format!("{table_arn}/index/{}", index.name),
        space,
        state,
        supply,
        cursor: None,
        insights: ContributorInsights::default(),
    }
}
