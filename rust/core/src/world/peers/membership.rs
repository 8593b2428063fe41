//! What a process knows of a global table, and what it does about it.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::{GlobalTable, Replica, ReplicaStatus, Revision, State, Table};
use crate::world::peers::Peering;

impl Peering {
    /// Changes what is known of a global table, as its next revision. Nothing where the table is in one Region.
    pub(super) fn revise(&self, engine: &mut Engine, name: &str, change: impl FnOnce(&mut GlobalTable)) {
        let (tables, _) = engine.tables(Timestamp::default());
        let Some(mut global) = tables.find(name).and_then(Table::global_table).cloned() else { return };
        let number = tables.revision(name).map_or(0, |revision| revision.number) + 1;
        change(&mut global);
        tables.revise_global_table(name, &global, Revision { number, region: self.region.clone() });
    }

    /// Gives a replica a status.
    pub(super) fn set_status(&self, engine: &mut Engine, name: &str, region: &str, status: ReplicaStatus) {
        self.revise(engine, name, |global| {
            for replica in global.replicas.iter_mut().filter(|replica| replica.region == region) {
                replica.status = status;
            }
        });
    }

    /// Takes over what another process knows of a global table, where it is later.
    pub(super) fn adopt(
        &self,
        engine: &mut Engine,
        name: &str,
        (global, revision): (&GlobalTable, &Revision),
        now: Timestamp,
    ) -> Result<(), Error> {
        let (tables, now) = engine.tables(now);
        if tables.revision(name).is_none_or(|known| known >= revision) {
            return Ok(());
        }
        let before = self.own(tables.find(name)).cloned();
        tables.revise_global_table(name, global, revision.clone());
        let after = self.own(tables.find(name)).cloned();
        if let (Some(before), Some(after)) = (before, after)
            && before.settings != after.settings
        {
            tables.apply_own_settings(name, &after.settings, now)?;
        }
        Ok(())
    }

    fn own<'t>(&self, table: Option<&'t Table>) -> Option<&'t Replica> {
        table?.global_table()?.replica(&self.region)
    }

    /// Brings each replicated table and what is known of it together: a replica that is to go goes, its status is what it
    /// is, one that is left alone is a table by itself.
    pub(super) fn settle(&self, engine: &mut Engine, now: Timestamp) -> Result<(), Error> {
        let names = engine.tables(now).0.replicated();
        for name in &names {
            self.settle_one(engine, name, now)?;
        }
        engine.save()
    }

    fn settle_one(&self, engine: &mut Engine, name: &str, now: Timestamp) -> Result<(), Error> {
        let (tables, now) = engine.tables(now);
        let Some(table) = tables.find(name) else { return Ok(()) };
        let Some(own) = self.own(Some(table)) else { return Ok(()) };
        let status = own.status;
        let is_going = matches!(table.state(), State::Deleting { .. });
        let is_alone = table.other_replicas().next().is_none();
        let is_filling = tables.peer_places(name).any(|(_, place)| place.copy.is_some());
        let right = match status {
            _ if is_going => ReplicaStatus::Deleting,
            ReplicaStatus::Active if is_filling => ReplicaStatus::Creating,
            ReplicaStatus::Creating if !is_filling => ReplicaStatus::Active,
            status => status,
        };
        if is_alone && !is_going {
            tables.leave_global_table(name, now)?;
            return Ok(());
        }
        if status == ReplicaStatus::Deleting && !is_going {
            tables.delete_replica(name, now);
        }
        if right != status {
            let region = self.region.clone();
            self.set_status(engine, name, &region, right);
        }
        self.choose_expirer(engine, name, now);
        Ok(())
    }

    /// The first replica that serves removes the items whose time has passed.
    fn choose_expirer(&self, engine: &mut Engine, name: &str, now: Timestamp) {
        let (tables, now) = engine.tables(now);
        let Some(global) = tables.find(name).and_then(Table::global_table) else { return };
        let first = global.replicas.iter().find(|replica| replica.status == ReplicaStatus::Active);
        let expires = first.is_some_and(|replica| replica.region == self.region);
        tables.set_expires(name, expires, now);
    }
}
