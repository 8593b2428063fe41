//! The rules of UpdateTable: what a table's state and its other settings allow.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::account::refuse_above_maximum;
use crate::table::capacity_limits::Limited;
use crate::table::catalog::{State, Table};
use crate::table::index::{Index, IndexState, NewIndex};
use crate::table::refusal::refuse_unless_active;
use crate::table::schema::KeyAttribute;
use crate::table::table_update::{GLOBAL_INDEXES_MAX, IndexCapacity, IndexUpdate, TableUpdate};
use crate::table::throughput::{Mode, ThroughputError};
use crate::table::vector::{check_vector_updates, refuse_vector_keys};

const IN_USE: &str = "Attempt to change a resource which is still in use:";

/// An update beside the table it is to change.
pub(in crate::table) struct Check<'a> {
    pub(in crate::table) table: &'a Table,
    pub(in crate::table) update: &'a TableUpdate,
    pub(super) region: &'a str,
    pub(super) now: Timestamp,
}

impl Check<'_> {
    /// The first rule that the update breaks.
    pub(super) fn all(&self) -> Result<(), Error> {
        let comes_or_goes = |update: &&IndexUpdate| !matches!(update, IndexUpdate::Update { .. });
        let moving = self.update.indexes.iter().filter(comes_or_goes).count() + self.update.vectors.len();
        if matches!(self.table.state, State::Updating { .. }) && moving > 0 {
            return Err(Error::ResourceInUse(format!(
                "{IN_USE} Can't create or delete indexes while table IOPS are being updated. Table: {}",
                self.table_name()
            )));
        }
        refuse_unless_active(self.table)?;
        if moving > 1 {
            return Err(only_one_online());
        }
        if let Some(mode) = self.update.mode {
            self.check_mode(mode)?;
        }
        Limited::Table.check_maximum(self.mode_after(), self.update.maximum, self.region)?;
        self.update.indexes.iter().try_for_each(|update| match update {
            IndexUpdate::Create(index) => self.check_create(index),
            IndexUpdate::Update { name, capacity } => self.check_update(name, *capacity),
            IndexUpdate::Delete { name } => self.check_delete(name),
        })?;
        check_vector_updates(self)
    }

    fn table_name(&self) -> &str {
        &self.table.definition.name
    }

    /// The mode that table and indexes have after the update.
    pub(in crate::table) fn mode_after(&self) -> Mode {
        self.update.mode.unwrap_or(self.table.definition.mode)
    }

    /// The rules for the table's own mode.
    fn check_mode(&self, mode: Mode) -> Result<(), Error> {
        let table = self.table;
        for (states, doing) in [("CREATING", "created"), ("DELETING", "deleted")] {
            let busy = |state: &IndexState| state.occupies_table() && state.name() == states;
            let names = table.index_states().filter(|(_, state)| busy(state)).map(|(name, _)| name);
            let names: Vec<&str> = names.collect();
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
        if !table.vector_indexes.is_empty() && mode != Mode::PayPerRequest {
            return Err(Error::validation(
                "One or more parameter values were invalid: Tables with vector indexes must be in PAY_PER_REQUEST mode",
            ));
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
            found if found.is_some() || self.table.index_states().any(|(known, _)| known == name) => {
                Err(Error::Validation(format!(
                    "Cannot {doing} an index that is not a GlobalSecondaryIndex: {name}"
                )))
            }
            _ => Err(Error::ResourceNotFound(format!(
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

    fn check_update(&self, name: &str, capacity: IndexCapacity) -> Result<(), Error> {
        let index = self.global(name, "update")?;
        match &index.state {
            IndexState::Active | IndexState::Backfilling { .. } => {}
            IndexState::Allocating { .. } => return Err(self.busy(name, "created")),
            IndexState::Updating { .. } => return Err(self.busy(name, "updated")),
            IndexState::Deleting { .. } => return Err(self.busy(name, "deleted")),
        }
        Limited::Index(name).check_maximum(self.mode_after(), capacity.maximum, self.region)?;
        let warm = index.warm_throughput().expect("invariant: a global index has a warm throughput");
        Limited::Index(name).check_warm(warm, capacity.warm, self.region)?;
        let changes_nothing = capacity == IndexCapacity::default();
        let mode = match (self.mode_after(), capacity.mode) {
            (Mode::PayPerRequest, mode) if mode.is_some() || changes_nothing => {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: The only Updates for index: {name} when \
                     TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
                )));
            }
            (Mode::Provisioned { .. }, None) if changes_nothing => {
                return Err(Error::Validation(format!(
                    "One or more parameter values were invalid: Both ReadCapacityUnits and WriteCapacityUnits must be \
                     specified for index: {name}"
                )));
            }
            (_, None) => return Ok(()),
            (_, Some(mode)) => mode,
        };
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
        self.refuse_busy(name, &index.state)
    }

    /// Refuses to delete an index in the middle of something.
    pub(in crate::table) fn refuse_busy(&self, name: &str, state: &IndexState) -> Result<(), Error> {
        match state {
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
        if self.table.index_states().any(|(name, _)| name == new.name) {
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
        Limited::Index(&new.name).check_new(
            new.mode.unwrap_or(self.mode_after()),
            new.limits,
            self.region,
        )?;
        self.refuse_redefinition(new)?;
        let included = self.table.indexes.iter().map(|index| index.definition.projection().included().len());
        refuse_too_many_included(included.sum::<usize>() + new.projection.included().len())
    }

    /// One index of a table comes or goes at a time; `besides` is not counted.
    pub(in crate::table) fn refuse_second(&self, besides: Option<&str>) -> Result<(), Error> {
        let other = |(name, state): (&str, &IndexState)| state.comes_or_goes() && Some(name) != besides;
        if self.table.index_states().any(other) {
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
        refuse_vector_keys(self.table, new, &shown(&new_keys))
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
