//! UpdateTable's `ReplicaUpdates`, where the other Regions are served by other processes.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::request::{Operation, Response, TableDescription, TableOutput};
use crate::table::{
    GlobalTable, GlobalTableUpdate, GlobalTableVersion, MultiRegionConsistency, Replica, ReplicaSettings,
    ReplicaStatus, ReplicaUpdate, Table, not_found,
};
use crate::world::peers::{Peering, Target};
use crate::world::replica_update::{
    check_capacity, check_key, check_table, local_region, no_replica, only_change, protected, replica_exists,
};

impl Peering {
    /// The table and the Region that an operation changes the replica of, where it changes one: what is found there
    /// belongs to [`Peering::execute`].
    ///
    /// # Errors
    /// `ValidationException` where it is none of the others.
    pub fn target<'o>(&self, operation: &'o Operation) -> Result<Option<(&'o str, &'o str)>, Error> {
        let Operation::UpdateTable(update) = operation else { return Ok(None) };
        let Some((name, update)) = update.global_table() else { return Ok(None) };
        if update.consistency == Some(MultiRegionConsistency::Strong) {
            return Err(Error::validation(
                "One or more parameter values were invalid: MultiRegionConsistency STRONG is not supported between \
                 processes; several Regions of one process have it",
            ));
        }
        let region = only_change(update)?.region();
        if region == self.region {
            return Err(local_region());
        }
        if !self.peers.iter().any(|peer| peer == region) {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: There is no Region {region} among the peers of this server; \
                 there are: {}",
                self.peers.join(", ")
            )));
        }
        Ok(Some((name, region)))
    }

    /// Whether an operation is work for [`Peering::execute`], and not of one Region alone.
    #[must_use]
    pub fn concerns(operation: &Operation) -> bool {
        matches!(operation, Operation::UpdateTable(update) if update.global_table().is_some())
    }

    /// Whether an operation makes a replica.
    #[must_use]
    pub fn creates(operation: &Operation) -> bool {
        let Operation::UpdateTable(update) = operation else { return false };
        let change = update.global_table().and_then(|(_, update)| update.replicas.first());
        matches!(change, Some(ReplicaUpdate::Create(..)))
    }

    /// Carries out an UpdateTable that [`Peering::target`] named a Region for, after that was asked about the table.
    ///
    /// # Errors
    /// The exceptions of UpdateTable.
    pub fn execute(
        &mut self,
        engine: &mut Engine,
        (operation, target): (&Operation, Option<&Target>),
        now: Timestamp,
    ) -> Result<Response, Error> {
        self.settle(engine, now)?;
        let Operation::UpdateTable(update) = operation else { return engine.execute(operation, now) };
        let Some((name, update)) = update.global_table() else { return engine.execute(operation, now) };
        check_table(engine.tables(now).0, name)?;
        self.change_replica(engine, (name, update), target, now)?;
        engine.save()?;
        let (tables, now) = engine.tables(now);
        let table = tables.find(name).ok_or_else(|| not_found(name))?;
        Ok(Response::UpdateTable(Box::new(TableOutput::changed(TableDescription::new(table, now)))))
    }

    fn change_replica(
        &self,
        engine: &mut Engine,
        (name, update): (&str, &GlobalTableUpdate),
        target: Option<&Target>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let change = only_change(update)?;
        let region = change.region();
        let table = engine.tables_now().find(name);
        let known = table.and_then(Table::global_table).and_then(|global| global.replica(region)).cloned();
        match change {
            ReplicaUpdate::Create(_, settings) => {
                if known.is_some() || target.is_some_and(|target| target.0.is_there) {
                    return Err(replica_exists(name));
                }
                check_capacity(engine, name)?;
                check_key(engine, name, settings)?;
                self.add_replica(engine, (name, region), settings, now)
            }
            ReplicaUpdate::Delete(_) => {
                known.ok_or_else(no_replica)?;
                if let Some(Target(found)) = target {
                    if let Some(seeding) = &found.seeding {
                        return Err(Error::Validation(seeding.clone()));
                    }
                    if found.deletion_protection {
                        return Err(protected());
                    }
                }
                self.set_status(engine, name, region, ReplicaStatus::Deleting);
                Ok(())
            }
            ReplicaUpdate::Update(_, settings) => {
                known.ok_or_else(no_replica)?;
                self.revise(engine, name, |global| {
                    for replica in global.replicas.iter_mut().filter(|replica| replica.region == region) {
                        replica.settings.merge(settings);
                    }
                });
                Ok(())
            }
        }
    }

    fn add_replica(
        &self,
        engine: &mut Engine,
        (name, region): (&str, &str),
        settings: &ReplicaSettings,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (tables, now) = engine.tables(now);
        if !tables.find(name).is_some_and(Table::is_replicated) {
            let global = GlobalTable {
                version: GlobalTableVersion::V2019,
                consistency: MultiRegionConsistency::Eventual,
                replicas: vec![Replica::new(&self.region, ReplicaStatus::Active)],
                witness: None,
                is_hidden: false,
            };
            tables.join_global_table(name, global, now)?;
        }
        tables.note_seeding(name, now);
        self.revise(engine, name, |global| {
            let mut replica = Replica::new(region, ReplicaStatus::Creating);
            replica.settings = settings.clone();
            global.replicas.push(replica);
        });
        Ok(())
    }
}
