//! Auto scaling of the replicas of a global table of version 2019.11.21: DescribeTableReplicaAutoScaling and
//! UpdateTableReplicaAutoScaling, which set up Application Auto Scaling in each Region.

use crate::engine::Engine;
use crate::error::Error;
use crate::request::global::{
    ReplicaScalingDescription, TableScalingDescription, TableScalingOutput, UpdateTableReplicaAutoScaling,
    billing_is_on_demand, index_not_found, indexes_not_found, regions_not_found, replica_scaling_not_found,
};
use crate::table::autoscale::{Dimension, ResourceId, ScalingChange};
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::{Index, IndexReadCapacity, IndexState, ReplicaSettings, ReplicaStatus, Table};
use crate::world::global::Global;
use crate::world::replica_update::check_table;
use crate::world::{Regions, World};

/// A dimension in a Region, and how it is to scale.
pub(super) struct Scaling<'a> {
    pub(super) region: usize,
    pub(super) resource: ResourceId,
    pub(super) dimension: Dimension,
    pub(super) change: &'a ScalingChange,
}

impl World {
    fn scaled(&self, (name, own): (&str, usize)) -> Result<&Global, Error> {
        let is_one = |global: &&Global| {
            global.legacy.is_none() && global.master.is_none() && global.member(own).is_some()
        };
        self.globals.get(name).filter(is_one).ok_or_else(|| replica_scaling_not_found(name))
    }

    /// DescribeTableReplicaAutoScaling.
    pub(super) fn describe_replica_scaling<R: Regions>(
        &self,
        regions: &mut R,
        (name, own): (&str, usize),
    ) -> Result<TableScalingOutput, Error> {
        let global = self.scaled((name, own))?;
        let status = |engine: &mut Engine| engine.tables_now().find(name).map(Table::status);
        let mut replicas = Vec::new();
        for member in &global.members {
            let place = (self.name(member.region), member.status.name());
            replicas.push(regions.visit(member.region, |engine| {
                ReplicaScalingDescription::new(place, engine.tables_now().find(name), engine.scaling())
            })?);
        }
        let description = TableScalingDescription {
            table_name: Some(name.to_owned()),
            table_status: regions.visit(own, status)?,
            replicas: Some(replicas),
        };
        Ok(TableScalingOutput { table_auto_scaling_description: Some(description) })
    }

    /// UpdateTableReplicaAutoScaling. It answers with what was before (LAB DDB-TABLE-242).
    pub(super) fn update_replica_scaling<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        request: &UpdateTableReplicaAutoScaling,
    ) -> Result<TableScalingOutput, Error> {
        let name = request.name();
        let global = self.scaled((name, own))?;
        let members: Vec<usize> = global.members.iter().map(|member| member.region).collect();
        let given = request.replicas().iter().map(|replica| replica.region.as_str());
        let unknown = self.not_among(given, &members);
        if !unknown.is_empty() {
            return Err(Error::ResourceNotFound(regions_not_found(name, &unknown)));
        }
        let now = self.now;
        regions.visit(own, |engine| check_table(engine.tables(now).0, name))??;
        self.check_indexes(regions, (name, &members), request)?;
        let changes = self.scaling_changes(name, &members, request);
        let parameters = [
            (request.write(), "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"),
            (
                request.indexes().iter().map(|(_, change)| change).find(|change| enables(change)),
                "GlobalTableGlobalSecondaryIndexSettingsUpdate",
            ),
            (
                request
                    .replicas()
                    .iter()
                    .filter_map(|replica| replica.table.as_ref())
                    .find(|change| enables(change)),
                "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate",
            ),
            (
                request
                    .replicas()
                    .iter()
                    .flat_map(|replica| replica.indexes.iter().map(|(_, change)| change))
                    .find(|change| enables(change)),
                "ReplicaGlobalSecondaryIndexSettingsUpdate",
            ),
        ];
        let asked = parameters.iter().find(|(change, _)| change.is_some_and(enables));
        if let Some((_, parameter)) = asked {
            self.check_provisioned(regions, (name, &members), parameter)?;
        }
        for change in &changes {
            self.check_reach(own, change.region)?;
        }
        let before = self.describe_replica_scaling(regions, (name, own))?;
        self.change_scaling(regions, &changes)?;
        Ok(before)
    }

    /// The Regions that are none of these.
    pub(super) fn not_among<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
        members: &[usize],
    ) -> Vec<&'a str> {
        names.filter(|name| self.position(name).is_none_or(|region| !members.contains(&region))).collect()
    }

    /// Refuses capacity settings where capacity is on demand.
    pub(super) fn check_provisioned<R: Regions>(
        &self,
        regions: &mut R,
        (name, members): (&str, &[usize]),
        parameter: &str,
    ) -> Result<(), Error> {
        let mut names = Vec::new();
        for region in members {
            let is_on_demand = |engine: &mut Engine| {
                let table = engine.tables_now().find(name);
                table.is_some_and(|table| table.definition().mode == Mode::PayPerRequest)
            };
            if regions.visit(*region, is_on_demand)? {
                names.push(self.name(*region));
            }
        }
        if names.is_empty() { Ok(()) } else { Err(billing_is_on_demand(name, &names, parameter)) }
    }

    fn check_indexes<R: Regions>(
        &self,
        regions: &mut R,
        (name, members): (&str, &[usize]),
        request: &UpdateTableReplicaAutoScaling,
    ) -> Result<(), Error> {
        for region in members {
            let missing: Vec<&str> = regions.visit(*region, |engine| {
                let names = request.indexes().iter().map(|(index, _)| index.as_str());
                names.filter(|index| !has_index(engine, name, index)).collect()
            })?;
            if !missing.is_empty() {
                return Err(Error::ResourceNotFound(indexes_not_found(name, &missing)));
            }
        }
        for replica in request.replicas() {
            let Some(region) = self.position(&replica.region) else { continue };
            for (index, _) in &replica.indexes {
                if !regions.visit(region, |engine| has_index(engine, name, index))? {
                    return Err(Error::ResourceNotFound(index_not_found(name, index, &replica.region)));
                }
            }
        }
        Ok(())
    }

    fn scaling_changes<'a>(
        &self,
        name: &str,
        members: &[usize],
        request: &'a UpdateTableReplicaAutoScaling,
    ) -> Vec<Scaling<'a>> {
        let mut changes = Vec::new();
        for &region in members {
            let resource = ResourceId::table(name);
            let writes = request.write().map(|change| (resource, Dimension::TableWrite, change));
            let indexes = request
                .indexes()
                .iter()
                .map(|(index, change)| (ResourceId::index(name, index), Dimension::IndexWrite, change));
            let replica = request.replicas().iter().find(|replica| replica.region == self.name(region));
            let reads =
                replica.into_iter().flat_map(|replica| {
                    let table = replica.table.iter();
                    let table = table.map(|change| (ResourceId::table(name), Dimension::TableRead, change));
                    table.chain(replica.indexes.iter().map(|(index, change)| {
                        (ResourceId::index(name, index), Dimension::IndexRead, change)
                    }))
                });
            let all = writes.into_iter().chain(indexes).chain(reads);
            changes.extend(all.map(|(resource, dimension, change)| Scaling {
                region,
                resource,
                dimension,
                change,
            }));
        }
        changes
    }

    /// Makes dimensions scale as they are to.
    pub(super) fn change_scaling<R: Regions>(
        &self,
        regions: &mut R,
        changes: &[Scaling<'_>],
    ) -> Result<(), Error> {
        let now = self.now;
        for Scaling { region, resource, dimension, change } in changes {
            regions.visit(*region, |engine| {
                let (scaling, tables, now) = engine.scaling_at(now);
                scaling.change_settings((resource, *dimension), change, tables, now)
            })??;
        }
        Ok(())
    }

    /// Lets writes of a new replica scale as they do where it comes from (LAB DDB-TABLE-289).
    pub(super) fn copy_write_scaling<R: Regions>(
        &self,
        name: &str,
        (source, to): (usize, usize),
        regions: &mut R,
    ) -> Result<(), Error> {
        let found = regions.visit(source, |engine| {
            let table = engine.tables_now().find(name);
            let indexes = table.into_iter().flat_map(Table::indexes).filter(|index| index.is_global());
            let indexes = indexes.map(|index| (ResourceId::index(name, index.name()), Dimension::IndexWrite));
            let all = [(ResourceId::table(name), Dimension::TableWrite)].into_iter().chain(indexes);
            all.filter_map(|(resource, dimension)| {
                let settings = engine.scaling().settings_of(&resource, dimension)?;
                Some((resource, dimension, ScalingChange::Enable(settings)))
            })
            .collect::<Vec<_>>()
        })?;
        let changes: Vec<Scaling<'_>> = found
            .iter()
            .map(|(resource, dimension, change)| Scaling {
                region: to,
                resource: resource.clone(),
                dimension: *dimension,
                change,
            })
            .collect();
        self.change_scaling(regions, &changes)
    }

    /// Lets the read capacities that replicas have of their own be told as auto scaling has set them. True where one
    /// changed.
    pub(super) fn follow_reads<R: Regions>(
        &self,
        name: &str,
        global: &mut Global,
        regions: &mut R,
    ) -> Result<bool, Error> {
        let mut is_changed = false;
        for member in &mut global.members {
            let settings = &member.settings;
            let has_own = settings.read_units.is_some() || !settings.index_read_units.is_empty();
            if !has_own || member.status != ReplicaStatus::Active || !self.regions[member.region].is_up {
                continue;
            }
            let scaled = regions.visit(member.region, |engine| {
                let scaled = with_scaled_reads(engine, name, ReplicaSettings::default());
                let keeps = |index: &IndexReadCapacity| {
                    settings.index_read_units.iter().any(|own| own.index == index.index)
                };
                let index_read_units = scaled.index_read_units.into_iter().filter(keeps).collect();
                let read_units = scaled.read_units.filter(|_| settings.read_units.is_some());
                ReplicaSettings { read_units, index_read_units, ..ReplicaSettings::default() }
            })?;
            let before = member.settings.clone();
            member.settings.merge(&scaled);
            is_changed |= member.settings != before;
        }
        Ok(is_changed)
    }
}

fn enables(change: &ScalingChange) -> bool {
    matches!(change, ScalingChange::Enable(_))
}

/// Whether a table has a global index that is made.
pub(super) fn has_index(engine: &Engine, table: &str, name: &str) -> bool {
    let is_made = |index: &Index| {
        !matches!(index.state(), IndexState::Allocating { .. } | IndexState::Backfilling { .. })
    };
    let table = engine.tables_now().find(table);
    table.is_some_and(|table| {
        table.indexes().iter().any(|index| index.is_global() && index.name() == name && is_made(index))
    })
}

/// What a replica has of its own, together with the read capacities that follow its own load.
pub(super) fn with_scaled_reads(engine: &Engine, name: &str, mut own: ReplicaSettings) -> ReplicaSettings {
    let Some(table) = engine.tables_now().find(name) else { return own };
    let scales =
        |resource: &ResourceId, dimension| engine.scaling().settings_of(resource, dimension).is_some();
    if let Mode::Provisioned { read, .. } = table.definition().mode
        && scales(&ResourceId::table(name), Dimension::TableRead)
    {
        own.read_units = Some(read);
    }
    for index in table.indexes().iter().filter(|index| index.is_global()) {
        let mode = index.throughput().map(Throughput::mode);
        let Some(mode @ Mode::Provisioned { .. }) = mode else { continue };
        if scales(&ResourceId::index(name, index.name()), Dimension::IndexRead) {
            own.index_read_units.retain(|known| known.index != index.name());
            let read_units = mode.units(Kind::Read);
            own.index_read_units.push(IndexReadCapacity { index: index.name().to_owned(), read_units });
        }
    }
    own
}
