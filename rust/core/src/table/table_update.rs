//! UpdateTable's changes: throughput and global indexes. All of them are checked before any is made.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Read;
use crate::table::catalog::{State, Table};
use crate::table::index::{Index, IndexState, NewIndex};
use crate::table::schema::KeyAttribute;
use crate::table::tables::{Tables, new_index, not_found, refuse_above_maximum, refuse_unless_active};
use crate::table::throughput::{Mode, ThroughputError};

/// Global indexes of a table at most (facts 4.1).
pub const GLOBAL_INDEXES_MAX: usize = 20;

const IN_USE: &str = "Attempt to change a resource which is still in use:";

/// One element of `GlobalSecondaryIndexUpdates`.
#[derive(Clone, Debug)]
pub enum IndexUpdate {
    /// Makes an index of the items that the table has and will have.
    Create(NewIndex),
    /// Changes an index's throughput.
    Update {
        /// Which.
        name: String,
        /// What it then has.
        mode: Mode,
    },
    /// Removes an index.
    Delete {
        /// Which.
        name: String,
    },
}

impl IndexUpdate {
    /// The index it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Create(index) => &index.name,
            Self::Update { name, .. } | Self::Delete { name } => name,
        }
    }
}

/// What UpdateTable changes.
#[derive(Clone, Debug, Default)]
pub struct TableUpdate {
    /// The table's billing mode and throughput.
    pub mode: Option<Mode>,
    /// Its global indexes; each is named once, and one at most comes or goes.
    pub indexes: Vec<IndexUpdate>,
}

impl Tables {
    /// Starts to change a table. Changes of throughput take effect when UPDATING ends; until then, and in the answer,
    /// the old values hold.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException`, `LimitExceededException` or `ValidationException`;
    /// nothing was changed then.
    pub fn update(&mut self, name: &str, update: &TableUpdate, now: Timestamp) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        let check = Check { table, update, region: &self.settings.region, now };
        check.all()?;
        for created in update.indexes.iter().filter_map(created) {
            let space = self.new_space();
            let table = self.by_name.get_mut(name).expect("invariant: found above");
            let state = IndexState::Allocating { until };
            let index = new_index(&self.settings, (&table.arn, table.schema()), created, (space, state), now);
            table.indexes.push(index);
        }
        self.change(name);
        let table = self.by_name.get_mut(name).expect("invariant: found above");
        start(table, self.store.as_ref(), update, until)?;
        self.expect_transition(until);
        Ok(&self.by_name[name])
    }

    /// Starts to change a table's billing mode or throughput, and nothing else.
    ///
    /// # Errors
    /// As [`Tables::update`].
    pub fn change_throughput(&mut self, name: &str, mode: Mode, now: Timestamp) -> Result<&Table, Error> {
        self.update(name, &TableUpdate { mode: Some(mode), indexes: Vec::new() }, now)
    }

    /// Starts to change a global index's throughput, and nothing else.
    ///
    /// # Errors
    /// As [`Tables::update`].
    pub fn change_index_throughput(
        &mut self,
        table: &str,
        index: &str,
        mode: Mode,
        now: Timestamp,
    ) -> Result<&Table, Error> {
        let indexes = vec![IndexUpdate::Update { name: index.to_owned(), mode }];
        self.update(table, &TableUpdate { mode: None, indexes }, now)
    }
}

fn created(update: &IndexUpdate) -> Option<&NewIndex> {
    match update {
        IndexUpdate::Create(index) => Some(index),
        IndexUpdate::Update { .. } | IndexUpdate::Delete { .. } => None,
    }
}

/// Puts table and indexes into the states that the update begins with.
fn start(table: &mut Table, store: &dyn Read, update: &TableUpdate, until: Timestamp) -> Result<(), Error> {
    if let Some(mode) = update.mode {
        table.state = State::Updating { until, mode };
        if mode == Mode::PayPerRequest {
            // The billing mode is one for table and indexes.
            let global = table.indexes.iter_mut().filter(|index| index.is_global());
            for index in global.filter(|index| index.state == IndexState::Active) {
                index.state = IndexState::Updating { until, mode };
            }
        }
    }
    for change in &update.indexes {
        let index = table.indexes.iter_mut().find(|index| index.name() == change.name());
        let index = index.expect("invariant: every index of the update was found or made");
        match change {
            IndexUpdate::Create(_) => {}
            IndexUpdate::Delete { .. } => index.state = IndexState::Deleting { until },
            // An index that is being filled stays so, and its throughput changes at once.
            IndexUpdate::Update { mode, .. } if index.state.is_building() => {
                index.change_mode(store, *mode, until)?;
            }
            IndexUpdate::Update { mode, .. } => index.state = IndexState::Updating { until, mode: *mode },
        }
    }
    Ok(())
}

/// An update beside the table it is to change.
struct Check<'a> {
    table: &'a Table,
    update: &'a TableUpdate,
    region: &'a str,
    now: Timestamp,
}

impl Check<'_> {
    fn all(&self) -> Result<(), Error> {
        if matches!(self.table.state, State::Updating { .. })
            && self.update.indexes.iter().any(|update| !matches!(update, IndexUpdate::Update { .. }))
        {
            return Err(Error::ResourceInUse(format!(
                "{IN_USE} Can't create or delete indexes while table IOPS are being updated. Table: {}",
                self.table_name()
            )));
        }
        refuse_unless_active(self.table)?;
        let comes_or_goes = |update: &&IndexUpdate| !matches!(update, IndexUpdate::Update { .. });
        if self.update.indexes.iter().filter(comes_or_goes).count() > 1 {
            return Err(only_one_online());
        }
        if let Some(mode) = self.update.mode {
            self.check_mode(mode)?;
        }
        self.update.indexes.iter().try_for_each(|update| match update {
            IndexUpdate::Create(index) => self.check_create(index),
            IndexUpdate::Update { name, mode } => self.check_update(name, *mode),
            IndexUpdate::Delete { name } => self.check_delete(name),
        })
    }

    fn table_name(&self) -> &str {
        &self.table.definition.name
    }

    /// The mode that table and indexes have after the update.
    fn mode_after(&self) -> Mode {
        self.update.mode.unwrap_or(self.table.definition.mode)
    }

    /// The rules for the table's own mode.
    fn check_mode(&self, mode: Mode) -> Result<(), Error> {
        let table = self.table;
        for (states, doing) in [("CREATING", "created"), ("DELETING", "deleted")] {
            let busy = table
                .indexes
                .iter()
                .filter(|index| index.state.occupies_table() && index.state.name() == states);
            let names: Vec<&str> = busy.map(Index::name).collect();
            // An index that is named itself has an answer of its own (LAB DDB-TABLE-375).
            let named = self.update.indexes.iter().any(|update| names.contains(&update.name()));
            if !names.is_empty() && !named {
                return Err(Error::ResourceInUse(format!(
                    "{IN_USE} Can't change table IOPS when an index is being {doing}. Table: {} Indexes: [{}]",
                    self.table_name(),
                    names.join(", ")
                )));
            }
        }
        if table.definition.mode == Mode::PayPerRequest && mode != Mode::PayPerRequest {
            let given =
                |index: &&Index| self.update.indexes.iter().any(|update| update.name() == index.name());
            let global = table.indexes.iter().filter(|index| index.is_global());
            let mut missing = global.filter(|index| !given(index));
            if let Some(index) = missing.next() {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: {}",
                    index.name()
                )));
            }
        }
        Ok(table.provision.throughput.check_change(mode, self.region, self.now)?)
    }

    /// The global index of a name.
    fn global(&self, name: &str, doing: &str) -> Result<&Index, Error> {
        match self.table.indexes.iter().find(|index| index.name() == name) {
            Some(index) if index.is_global() => Ok(index),
            Some(_) => Err(Error::Validation(format!(
                "Cannot {doing} an index that is not a GlobalSecondaryIndex: {name}"
            ))),
            None => Err(Error::ResourceNotFound(format!(
                "Requested resource not found: Index {name} for table {}",
                self.table_name()
            ))),
        }
    }

    /// The refusal to touch an index that is in the middle of something.
    fn busy(&self, index: &str, doing: &str) -> Error {
        Error::ResourceInUse(format!(
            "{IN_USE} Index is being {doing}. Table: {} Index: {index}",
            self.table_name()
        ))
    }

    fn check_update(&self, name: &str, mode: Mode) -> Result<(), Error> {
        let index = self.global(name, "update")?;
        match &index.state {
            IndexState::Active | IndexState::Backfilling { .. } => {}
            IndexState::Allocating { .. } => return Err(self.busy(name, "created")),
            IndexState::Updating { .. } => return Err(self.busy(name, "updated")),
            IndexState::Deleting { .. } => return Err(self.busy(name, "deleted")),
        }
        if self.mode_after() == Mode::PayPerRequest {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: The only Updates for index: {name} when \
                 TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
            )));
        }
        refuse_above_maximum(self.region, name, Some(mode))?;
        let throughput = index.throughput().expect("invariant: a global index has a throughput");
        throughput.check_change(mode, self.region, self.now).map_err(|error| match error {
            ThroughputError::Unchanged { read, write } => Error::Validation(unchanged(name, read, write)),
            other => other.into(),
        })
    }

    fn check_delete(&self, name: &str) -> Result<(), Error> {
        let index = self.global(name, "delete")?;
        self.refuse_second(Some(name))?;
        match &index.state {
            IndexState::Active | IndexState::Backfilling { .. } => Ok(()),
            IndexState::Allocating { .. } => Err(Error::ResourceInUse(format!(
                "{IN_USE} Index creation is in resource allocation phase. Retry deletion during backfilling phase or \
                 when the index is active. Table: {} Index: {name}",
                self.table_name()
            ))),
            IndexState::Updating { .. } => Err(self.busy(name, "updated")),
            IndexState::Deleting { .. } => Err(self.busy(name, "deleted")),
        }
    }

    fn check_create(&self, new: &NewIndex) -> Result<(), Error> {
        if self.table.indexes.iter().any(|index| index.name() == new.name) {
            return Err(Error::validation("Attempting to create an index which already exists"));
        }
        self.refuse_second(None)?;
        if self.table.indexes.iter().filter(|index| index.is_global()).count() >= GLOBAL_INDEXES_MAX {
            return Err(Error::LimitExceeded(format!(
                "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of \
                 {GLOBAL_INDEXES_MAX}"
            )));
        }
        match (self.mode_after(), new.mode) {
            (Mode::PayPerRequest, Some(_)) => {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: ProvisionedThroughput should not be specified for \
                     index: {} when BillingMode is PAY_PER_REQUEST",
                    new.name
                )));
            }
            (Mode::Provisioned { .. }, None) => {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: Both ReadCapacityUnits and WriteCapacityUnits must be \
                     specified for index: {}",
                    new.name
                )));
            }
            _ => {}
        }
        refuse_above_maximum(self.region, &new.name, new.mode)?;
        self.refuse_redefinition(new)?;
        let included = self.table.indexes.iter().map(|index| index.definition.projection().included().len());
        refuse_too_many_included(included.sum::<usize>() + new.projection.included().len())
    }

    /// One index of a table comes or goes at a time; `besides` is not counted.
    fn refuse_second(&self, besides: Option<&str>) -> Result<(), Error> {
        let other = |index: &&Index| index.state.comes_or_goes() && Some(index.name()) != besides;
        if self.table.indexes.iter().any(|index| other(&index)) {
            return Err(only_one_online());
        }
        Ok(())
    }

    /// An attribute has one type in all keys of a table.
    fn refuse_redefinition(&self, new: &NewIndex) -> Result<(), Error> {
        let schema = self.table.schema();
        let table_keys = (schema.attributes().take(1).collect(), schema.attributes().skip(1).collect());
        let index_keys = self.table.indexes.iter().map(|index| {
            let keys = index.definition.keys();
            (keys.partition.iter().collect(), keys.sort.iter().collect())
        });
        let new_keys = (new.keys.partition.iter().collect(), new.keys.sort.iter().collect());
        for known in std::iter::once(table_keys).chain(index_keys) {
            if both(&known)
                .any(|one| both(&new_keys).any(|two| one.name == two.name && one.type_ != two.type_))
            {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your \
                     attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: {}] New \
                     schema: Schema:[SchemaElement: {}]",
                    shown(&known),
                    shown(&new_keys)
                )));
            }
        }
        Ok(())
    }
}

/// Partition attributes and sort attributes.
type Keys<'a> = (Vec<&'a KeyAttribute>, Vec<&'a KeyAttribute>);

fn both<'k, 'a>(keys: &'k Keys<'a>) -> impl Iterator<Item = &'k &'a KeyAttribute> {
    keys.0.iter().chain(&keys.1)
}

/// A key as DynamoDB writes it in this text: `key{pk:S:HASH}, key{sk:N:RANGE}`.
fn shown(keys: &Keys<'_>) -> String {
    let partition = keys.0.iter().map(|attribute| (attribute, "HASH"));
    let sort = keys.1.iter().map(|attribute| (attribute, "RANGE"));
    let parts: Vec<String> = partition
        .chain(sort)
        .map(|(attribute, kind)| format!("key{{{}:{}:{kind}}}", attribute.name, attribute.type_.tag()))
        .collect();
    parts.join(", ")
}

/// The refusal of a second index that comes or goes.
fn only_one_online() -> Error {
    Error::LimitExceeded(
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
            .to_owned(),
    )
}

/// `NonKeyAttributes` of all indexes of a table at most, counted with repeats (facts 4.1).
const INCLUDED_MAX: usize = 100;

/// Refuses more `NonKeyAttributes` than a table may have; AWS's own text is not known.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_too_many_included(count: usize) -> Result<(), Error> {
    if count > INCLUDED_MAX {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Number of NonKeyAttributes over all indexes exceeds per-table \
             limit of {INCLUDED_MAX}"
        )));
    }
    Ok(())
}

fn unchanged(index: &str, read: u64, write: u64) -> String {
    format!(
        "The provisioned throughput for the index {index} will not change. The requested value equals the current \
         value. Current ReadCapacityUnits provisioned for index {index}: {read}. Requested ReadCapacityUnits: {read}. \
         Current WriteCapacityUnits provisioned for index {index}: {write}. Requested WriteCapacityUnits: {write}. \
         Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )
}
