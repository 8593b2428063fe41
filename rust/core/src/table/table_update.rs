//! UpdateTable's changes: throughput and global indexes. All of them are checked before any is made.

mod check;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Read;
use crate::table::capacity_limits::Limited;
use crate::table::catalog::{State, Table, TableChange};
use crate::table::index::{Index, IndexState, NewIndex};
use crate::table::on_demand::OnDemandChange;
use crate::table::refusal::{not_found, refuse_unless_active};
use crate::table::replication::SettingChange;
use crate::table::stream::StreamChange;
use crate::table::tables::{Tables, new_index};
use crate::table::throughput::{Mode, Throughput};
use crate::table::vector::{VectorIndex, VectorUpdate, start_vector_updates};
use crate::table::warm_throughput::WarmRequest;

pub(in crate::table) use check::Check;
pub use check::refuse_too_many_included;

/// Global indexes of a table at most (facts 4.1).
pub const GLOBAL_INDEXES_MAX: usize = 20;

/// What of a global index's capacity changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct IndexCapacity {
    /// Its throughput.
    pub mode: Option<Mode>,
    /// Its on-demand maximum.
    pub maximum: OnDemandChange,
    /// Its warm throughput.
    pub warm: WarmRequest,
}

/// One element of `GlobalSecondaryIndexUpdates`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum IndexUpdate {
    /// Makes an index of the items that the table has and will have.
    Create(NewIndex),
    /// Changes what an index may consume.
    Update {
        /// Which.
        name: String,
        /// What changes.
        capacity: IndexCapacity,
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TableUpdate {
    /// The table's billing mode and throughput.
    pub mode: Option<Mode>,
    /// The table's on-demand maximum.
    pub maximum: OnDemandChange,
    /// The table's stream.
    pub stream: Option<StreamChange>,
    /// Its global indexes; each is named once, and one at most comes or goes.
    pub indexes: Vec<IndexUpdate>,
    /// Its vector indexes; one at most comes or goes, and none together with a global one.
    pub vectors: Vec<VectorUpdate>,
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
        update.stream.map_or(Ok(()), |change| table.check_stream(change))?;
        let changes = changed_modes(table, update);
        self.check_account(changes.into_iter())?;
        for created in update.indexes.iter().filter_map(created) {
            let space = self.new_space();
            let table = self.by_name.get(name).expect("invariant: found above");
            let regime = self.regime(table.space);
            let table = self.change(name).expect("invariant: found above");
            let state = IndexState::Allocating { until };
            let index = new_index(&regime, (&table.arn, table.schema()), created, (space, state), now);
            table.indexes.push(index);
        }
        for created in update.vectors.iter().filter_map(VectorUpdate::created) {
            let place = (self.new_space(), IndexState::Allocating { until });
            let table = self.change(name).expect("invariant: found above");
            let index = VectorIndex::new((&table.arn, table.schema()), created, place);
            table.vector_indexes.push(index);
        }
        self.change(name);
        let table = self.by_name.get_mut(name).expect("invariant: found above");
        start(table, self.store.as_ref(), update, (now, until))?;
        if let Some(change) = update.stream {
            self.change_stream(name, change, (now, until));
        }
        self.expect_transition(name, until);
        let table = self.by_name.get_mut(name).expect("invariant: found above");
        if table.global_table().is_some() {
            table.note_setting(SettingChange::Table(update.clone()));
        }
        Ok(table)
    }

    /// Starts to change a table's billing mode or throughput, and nothing else.
    ///
    /// # Errors
    /// As [`Tables::update`].
    pub fn change_throughput(&mut self, name: &str, mode: Mode, now: Timestamp) -> Result<&Table, Error> {
        self.update(name, &TableUpdate { mode: Some(mode), ..TableUpdate::default() }, now)
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
        let capacity = IndexCapacity { mode: Some(mode), ..IndexCapacity::default() };
        let indexes = vec![IndexUpdate::Update { name: index.to_owned(), capacity }];
        self.update(table, &TableUpdate { indexes, ..TableUpdate::default() }, now)
    }

    /// Starts to raise a table's warm throughput; the table stays active meanwhile (facts 2.5).
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException`, `LimitExceededException` or `ValidationException`.
    pub fn raise_warm_throughput(
        &mut self,
        name: &str,
        asked: WarmRequest,
        now: Timestamp,
    ) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        self.change(name);
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        if !matches!(table.state, State::Updating { .. }) {
            refuse_unless_active(table)?;
        }
        Limited::Table.check_warm(&table.provision.warm, asked, &self.settings.region)?;
        table.provision.warm.begin(asked, until);
        self.expect_transition(name, until);
        Ok(&self.by_name[name])
    }
}

/// The throughputs that an update sets, each with the one before.
fn changed_modes(table: &Table, update: &TableUpdate) -> Vec<(Mode, Option<Mode>)> {
    let mut changes: Vec<_> =
        update.mode.map(|mode| (mode, Some(table.definition.mode))).into_iter().collect();
    for each in &update.indexes {
        match each {
            IndexUpdate::Create(index) => changes.extend(index.mode.map(|mode| (mode, None))),
            IndexUpdate::Update { name, capacity } => {
                let found = table.indexes.iter().find(|index| index.name() == name);
                let before = found.and_then(Index::throughput).map(Throughput::mode);
                changes.extend(capacity.mode.map(|mode| (mode, before)));
            }
            IndexUpdate::Delete { .. } => {}
        }
    }
    changes
}

fn created(update: &IndexUpdate) -> Option<&NewIndex> {
    match update {
        IndexUpdate::Create(index) => Some(index),
        IndexUpdate::Update { .. } | IndexUpdate::Delete { .. } => None,
    }
}

/// Puts table and indexes into the states that the update begins with.
fn start(
    table: &mut Table,
    store: &dyn Read,
    update: &TableUpdate,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let throughput = &mut table.provision.throughput;
    throughput.set_maximum(throughput.maximum().with(update.maximum), now);
    if update.stream.is_some() {
        table.state = State::Updating { until, change: TableChange::Stream };
    }
    if let Some(mode) = update.mode {
        table.state = State::Updating { until, change: TableChange::Mode(mode) };
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
            IndexUpdate::Update { capacity, .. } => {
                start_capacity(index, store, *capacity, (now, until))?;
            }
        }
    }
    start_vector_updates(table, &update.vectors, &IndexState::Deleting { until });
    Ok(())
}

/// Begins a change of what an index may consume. Its maximum changes at once, and the rest by the end of its UPDATING;
/// the warm throughput has a status of its own.
fn start_capacity(
    index: &mut Index,
    store: &dyn Read,
    capacity: IndexCapacity,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let is_building = index.state.is_building();
    let provision = index.provision_mut().expect("invariant: a global index has a throughput");
    let current = provision.throughput.mode();
    provision.throughput.set_maximum(provision.throughput.maximum().with(capacity.maximum), now);
    if !capacity.warm.is_empty() {
        provision.warm.begin(capacity.warm, until);
    }
    if capacity.mode.is_none() && capacity.maximum == OnDemandChange::default() {
        return Ok(());
    }
    let mode = capacity.mode.unwrap_or(current);
    if is_building {
        // An index that is being filled stays so, and its throughput changes at once.
        return index.change_mode(store, mode, until);
    }
    index.state = IndexState::Updating { until, mode };
    Ok(())
}
