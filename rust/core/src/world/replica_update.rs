//! UpdateTable's `ReplicaUpdates`: replicas that are made, changed and removed (facts 7.3).

use crate::engine::Engine;
use crate::error::Error;
use crate::request::{TableDescription, TableOutput};
use crate::table::autoscale::Dimension;
use crate::table::throughput::Mode;
use crate::table::{
    EncryptionKey, GlobalTable, GlobalTableUpdate, MultiRegionConsistency, ReplicaSettings, ReplicaStatus,
    ReplicaUpdate, State, Table, Tables, not_found,
};
use crate::world::copy::Copy;
use crate::world::global::{Global, Member};
use crate::world::{Regions, World};

impl World {
    /// Carries out what UpdateTable says of a global table.
    pub(super) fn update_global_table<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        (name, update): (&str, &GlobalTableUpdate),
    ) -> Result<TableOutput, Error> {
        let now = self.now;
        regions.visit(own, |engine| check_table(engine.tables(now).0, name))??;
        if self.globals.get(name).is_some_and(|global| global.legacy.is_some()) {
            return Err(Error::validation(
                "One or more parameter values were invalid: The table is one of a global table of version 2017.11.29, which \
                 UpdateGlobalTable changes",
            ));
        }
        let is_strong = |global: &Global| global.consistency == MultiRegionConsistency::Strong;
        if update.consistency == Some(MultiRegionConsistency::Strong) {
            self.create_strong(regions, (name, own), update)?;
        } else if self.globals.get(name).is_some_and(is_strong) {
            self.dissolve_strong((name, own), update)?;
        } else {
            self.change_replica(regions, (name, own), update)?;
        }
        if let Some(global) = self.globals.get(name) {
            self.announce(name, global, regions)?;
        }
        regions.visit(own, |engine| {
            let (tables, now) = engine.tables(self.now);
            let table = tables.find(name).ok_or_else(|| not_found(name))?;
            Ok(TableOutput::changed(TableDescription::new(table, now)))
        })?
    }

    /// Makes, changes or removes one replica of an eventually consistent global table.
    fn change_replica<R: Regions>(
        &mut self,
        regions: &mut R,
        (name, own): (&str, usize),
        update: &GlobalTableUpdate,
    ) -> Result<(), Error> {
        let change = only_change(update)?;
        let target = self.other_region(own, change.region())?;
        match change {
            ReplicaUpdate::Create(_, settings) => self.create_replica(regions, name, (own, target), settings),
            ReplicaUpdate::Delete(_) => self.delete_replica(regions, name, target),
            ReplicaUpdate::Update(_, settings) => {
                self.replica_of(name, target)?;
                let now = self.now;
                let change = |engine: &mut Engine| {
                    let (tables, now) = engine.tables(now);
                    tables.apply_own_settings(name, settings, now)
                };
                regions.visit(target, change)??;
                self.replica_of(name, target)?.settings.merge(settings);
                Ok(())
            }
        }
    }

    /// The Region of a replica, which is another than that of the request.
    pub(super) fn other_region(&self, own: usize, name: &str) -> Result<usize, Error> {
        match self.position(name) {
            Some(found) if found == own => Err(local_region()),
            Some(found) => Ok(found),
            None => Err(Error::Validation(format!(
                "One or more parameter values were invalid: There is no Region {name} in this world; there are: {}",
                self.regions.iter().map(|region| region.name.as_str()).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    fn replica_of(&mut self, name: &str, region: usize) -> Result<&mut Member, Error> {
        let member = self.globals.get_mut(name).and_then(|global| global.member_mut(region));
        member.ok_or_else(no_replica)
    }

    /// Whether a replica can be made from the table in one Region in another.
    pub(super) fn check_target<R: Regions>(
        &self,
        regions: &mut R,
        name: &str,
        (source, target): (usize, usize),
        settings: &ReplicaSettings,
    ) -> Result<(), Error> {
        let exists = regions.visit(target, |engine| engine.tables_now().find(name).is_some())?;
        let is_member = self.globals.get(name).is_some_and(|global| global.member(target).is_some());
        if exists || is_member {
            return Err(replica_exists(name));
        }
        regions.visit(source, |engine| check_capacity(engine, name))??;
        regions.visit(source, |engine| check_key(engine, name, settings))?
    }

    fn create_replica<R: Regions>(
        &mut self,
        regions: &mut R,
        name: &str,
        (source, target): (usize, usize),
        settings: &ReplicaSettings,
    ) -> Result<(), Error> {
        self.check_target(regions, name, (source, target), settings)?;
        let now = self.now;
        if !self.globals.contains_key(name) {
            let global = self.begin_global(regions, (name, source), MultiRegionConsistency::Eventual)?;
            self.globals.insert(name.to_owned(), global);
        }
        let items =
            |engine: &mut Engine| engine.tables_now().find(name).map_or(0, |table| table.totals().items);
        let total = regions.visit(source, items)?;
        let global = self.globals.get_mut(name).expect("invariant: made above");
        let mut member = Member::new(target, ReplicaStatus::Creating);
        member.settings = settings.clone();
        member.copy = Some(Copy::new(source, total, now));
        global.members.push(member);
        regions.visit(source, |engine| engine.tables(now).0.note_seeding(name, now))
    }

    fn delete_replica<R: Regions>(
        &mut self,
        regions: &mut R,
        name: &str,
        target: usize,
    ) -> Result<(), Error> {
        self.replica_of(name, target)?;
        let now = self.now;
        regions.visit(target, |engine| engine.tables_now().check_seeding(name, now))??;
        let is_protected = |engine: &mut Engine| {
            engine.tables_now().find(name).is_some_and(|table| table.definition().deletion_protection)
        };
        if regions.visit(target, is_protected)? {
            return Err(protected());
        }
        let member = self.replica_of(name, target)?;
        member.status = ReplicaStatus::Deleting;
        member.copy = None;
        Ok(())
    }
}

/// The one change of a replica that an UpdateTable of an eventually consistent global table makes.
pub(super) fn only_change(update: &GlobalTableUpdate) -> Result<&ReplicaUpdate, Error> {
    if update.witness.is_some() {
        return Err(Error::validation(
            "One or more parameter values were invalid: A witness belongs to MultiRegionConsistency STRONG",
        ));
    }
    let [change] = update.replicas.as_slice() else {
        return Err(Error::validation(
            "One or more parameter values were invalid: Exactly one replica can be created, deleted or updated in an \
             UpdateTable request",
        ));
    };
    Ok(change)
}

pub(super) fn local_region() -> Error {
    Error::validation(
        "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or \
         UpdateTable as required.",
    )
}

/// The text is AWS's (its Terraform provider looks for it).
pub(super) fn no_replica() -> Error {
    Error::validation(
        "Replica specified in the Replica Update or Replica Delete action of the request was not found",
    )
}

/// The text, with its slip, is AWS's.
pub(super) fn replica_exists(name: &str) -> Error {
    Error::Validation(format!(
        "Failed to create a the new replica of table with name: '{name}' because one or more replicas already existed \
         as tables."
    ))
}

pub(super) fn protected() -> Error {
    Error::validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
}

/// A replica of a table that is encrypted with a key of the customer's names its own.
pub(super) fn check_key(engine: &mut Engine, name: &str, settings: &ReplicaSettings) -> Result<(), Error> {
    let table = engine.tables_now().find(name);
    let has_own = |table: &Table| matches!(table.definition().encryption, EncryptionKey::Customer(_));
    if settings.key.is_none() && table.is_some_and(has_own) {
        return Err(Error::validation(
            "One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.",
        ));
    }
    Ok(())
}

/// The table exists, and nothing of it is under way.
pub(super) fn check_table(tables: &Tables, name: &str) -> Result<(), Error> {
    let table = tables.find(name).ok_or_else(|| not_found(name))?;
    if table.global_table().is_some_and(GlobalTable::is_changing) || table.status() != "ACTIVE" {
        let doing = match table.state() {
            State::Creating { .. } | State::Importing => "created",
            State::Deleting { .. } => "deleted",
            State::Active | State::Updating { .. } => "updated",
        };
        return Err(Error::ResourceInUse(format!(
            "Attempt to change a resource which is still in use: Table is being {doing}: {name}"
        )));
    }
    Ok(())
}

/// Writes of a replica's table and of its global indexes are on demand or follow the load.
pub(super) fn check_capacity(engine: &mut Engine, name: &str) -> Result<(), Error> {
    let table = engine.tables_now().find(name).ok_or_else(|| not_found(name))?;
    if table.definition().mode == Mode::PayPerRequest || has_write_scaling(engine, table) {
        return Ok(());
    }
    Err(Error::validation("Table write capacity should either be Pay-Per-Request or AutoScaled."))
}

fn has_write_scaling(engine: &Engine, table: &Table) -> bool {
    let scaled = |index: Option<&str>, dimension: Dimension| {
        engine.scaling().policies().any(|policy| {
            policy.resource.table == table.definition().name
                && policy.resource.index.as_deref() == index
                && policy.dimension == dimension
        })
    };
    let mut global = table.indexes().iter().filter(|index| index.is_global());
    scaled(None, Dimension::TableWrite)
        && global.all(|index| scaled(Some(index.name()), Dimension::IndexWrite))
}
