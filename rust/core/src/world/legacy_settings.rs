//! DescribeGlobalTableSettings and UpdateGlobalTableSettings, of version 2017.11.29: the one way to change its replicas
//! alike, as they share no settings by themselves.

use crate::engine::Engine;
use crate::error::{Error, GlobalTableFault};
use crate::request::global::{
    GlobalTableSettingsOutput, LegacyReplicaSettings, ReplicaSettingsDescription, UpdateGlobalTableSettings,
    global_table_of_settings_not_found, index_not_found, indexes_not_found, regions_not_found,
};
use crate::table::autoscale::{Dimension, ResourceId, ScalingChange};
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::{Index, IndexCapacity, IndexUpdate, ReplicaStatus, Table, TableUpdate, not_found};
use crate::world::replica_scaling::{Scaling, has_index};
use crate::world::replica_update::check_table;
use crate::world::{Regions, World};

impl World {
    /// DescribeGlobalTableSettings.
    pub(super) fn describe_legacy_settings<R: Regions>(
        &self,
        regions: &mut R,
        name: &str,
    ) -> Result<GlobalTableSettingsOutput, Error> {
        let global = self.legacy(name).ok_or_else(|| global_table_of_settings_not_found(name))?;
        let mut replicas = Vec::new();
        for member in &global.members {
            let region = self.name(member.region);
            replicas.push(regions.visit(member.region, |engine| {
                let table = engine.tables_now().find(name);
                let is_updating = table.is_some_and(|table| table.status() == "UPDATING");
                let status = match member.status {
                    ReplicaStatus::Active if is_updating => ReplicaStatus::Updating,
                    status => status,
                };
                ReplicaSettingsDescription::new((region, status.name()), table, engine.scaling(), self.now)
            })?);
        }
        Ok(GlobalTableSettingsOutput {
            global_table_name: Some(name.to_owned()),
            replica_settings: Some(replicas),
        })
    }

    /// UpdateGlobalTableSettings. Everything is checked before anything is changed, but for what the tables themselves
    /// refuse: then the Regions before have been changed.
    pub(super) fn update_legacy_settings<R: Regions>(
        &mut self,
        regions: &mut R,
        own: usize,
        request: &UpdateGlobalTableSettings,
    ) -> Result<GlobalTableSettingsOutput, Error> {
        let name = request.name();
        let global = self.legacy(name).ok_or_else(|| global_table_of_settings_not_found(name))?;
        let members: Vec<usize> = global.members.iter().map(|member| member.region).collect();
        self.check_settings(regions, (name, &members), request)?;
        let mut updates = Vec::new();
        for &region in &members {
            self.check_reach(own, region)?;
            let replica = request.replicas().iter().find(|replica| replica.region == self.name(region));
            let build = |engine: &mut Engine| {
                check_table(engine.tables_now(), name)?;
                let table = engine.tables_now().find(name).ok_or_else(|| not_found(name))?;
                table_update(table, request, replica)
            };
            updates.push((region, replica, regions.visit(region, build)??));
        }
        let now = self.now;
        for (region, replica, update) in &updates {
            regions.visit(*region, |engine| {
                let (tables, now) = engine.tables(now);
                if update.mode.is_some() || !update.indexes.is_empty() {
                    tables.update(name, update, now)?;
                }
                if let Some(class) = replica.and_then(|replica| replica.class) {
                    tables.change_class(name, class, now)?;
                }
                Ok::<_, Error>(())
            })??;
        }
        let mut changes = Vec::new();
        for (region, replica, _) in &updates {
            changes.extend(scaling_changes(name, *region, request, *replica));
        }
        self.change_scaling(regions, &changes)?;
        self.describe_legacy_settings(regions, name)
    }

    /// The Regions and indexes that are named exist, and capacity is named only where it is provisioned.
    fn check_settings<R: Regions>(
        &self,
        regions: &mut R,
        (name, members): (&str, &[usize]),
        request: &UpdateGlobalTableSettings,
    ) -> Result<(), Error> {
        let given = request.replicas().iter().map(|replica| replica.region.as_str());
        let unknown = self.not_among(given, members);
        if !unknown.is_empty() {
            let text = regions_not_found(name, &unknown);
            return Err(Error::GlobalTable(GlobalTableFault::ReplicaNotFound, text));
        }
        let no_index = |text| Err(Error::GlobalTable(GlobalTableFault::IndexNotFound, text));
        for &region in members {
            let has = |engine: &mut Engine| {
                let names = request.indexes().iter().map(|(index, _)| index.as_str());
                names.filter(|index| !has_index(engine, name, index)).collect()
            };
            let missing: Vec<&str> = regions.visit(region, has)?;
            if !missing.is_empty() {
                return no_index(indexes_not_found(name, &missing));
            }
            let replica = request.replicas().iter().find(|replica| replica.region == self.name(region));
            for (index, _) in replica.into_iter().flat_map(|replica| &replica.indexes) {
                if !regions.visit(region, |engine| has_index(engine, name, index))? {
                    return no_index(index_not_found(name, index, self.name(region)));
                }
            }
        }
        if request.on_demand() == Some(false) {
            return Ok(());
        }
        let Some(parameter) = capacity_parameter(request) else { return Ok(()) };
        if request.on_demand() == Some(true) {
            return Err(Error::validation(
                "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be \
                 specified when BillingMode is PAY_PER_REQUEST",
            ));
        }
        self.check_provisioned(regions, (name, members), parameter)
    }
}

/// The first parameter of a request that only provisioned capacity has.
fn capacity_parameter(request: &UpdateGlobalTableSettings) -> Option<&'static str> {
    let enables = |change: &Option<ScalingChange>| matches!(change, Some(ScalingChange::Enable(_)));
    let mut reads = request.replicas().iter().map(|replica| &replica.read);
    let mut indexes =
        request.replicas().iter().flat_map(|replica| &replica.indexes).map(|(_, capacity)| capacity);
    let all = [
        ("GlobalTableProvisionedWriteCapacityUnits", request.write().units.is_some()),
        ("GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate", enables(&request.write().scaling)),
        (
            "GlobalTableGlobalSecondaryIndexSettingsUpdate",
            request.indexes().iter().any(|(_, each)| each.units.is_some() || enables(&each.scaling)),
        ),
        ("ReplicaProvisionedReadCapacityUnits", reads.clone().any(|read| read.units.is_some())),
        ("ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate", reads.any(|read| enables(&read.scaling))),
        (
            "ReplicaGlobalSecondaryIndexSettingsUpdate",
            indexes.any(|each| each.units.is_some() || enables(&each.scaling)),
        ),
    ];
    all.iter().find(|(_, given)| *given).map(|(name, _)| *name)
}

/// What UpdateTable has to do in one Region; nothing of what is so already, which it would refuse.
fn table_update(
    table: &Table,
    request: &UpdateGlobalTableSettings,
    replica: Option<&LegacyReplicaSettings>,
) -> Result<TableUpdate, Error> {
    let current = table.definition().mode;
    let is_provisioned = matches!(current, Mode::Provisioned { .. });
    let reads = replica.and_then(|replica| replica.read.units);
    let units = |given: Option<u64>, kind| given.or(is_provisioned.then(|| current.units(kind)));
    let mode = match request.on_demand() {
        Some(true) => Mode::PayPerRequest,
        None if !is_provisioned => Mode::PayPerRequest,
        _ => match (units(reads, Kind::Read), units(request.write().units, Kind::Write)) {
            (Some(read), Some(write)) => Mode::Provisioned { read, write },
            // The text is ours.
            _ => {
                return Err(Error::validation(
                    "One or more parameter values were invalid: GlobalTableProvisionedWriteCapacityUnits and \
                     ReplicaProvisionedReadCapacityUnits of every replica must be specified when \
                     GlobalTableBillingMode changes to PROVISIONED",
                ));
            }
        },
    };
    let mut update = TableUpdate { mode: (mode != current).then_some(mode), ..TableUpdate::default() };
    if mode == Mode::PayPerRequest {
        return Ok(update);
    }
    for index in table.indexes().iter().filter(|index| index.is_global()) {
        let given = |all: &[(String, crate::request::global::CapacitySettings)]| {
            all.iter().find(|(name, _)| name == index.name()).and_then(|(_, capacity)| capacity.units)
        };
        let read = replica.and_then(|replica| given(&replica.indexes));
        update.indexes.extend(index_update(index, (read, given(request.indexes()))));
    }
    Ok(update)
}

fn index_update(index: &Index, (read, write): (Option<u64>, Option<u64>)) -> Option<IndexUpdate> {
    let current = index.throughput().map(Throughput::mode);
    let units = |given: Option<u64>, kind| {
        let known = current.filter(|mode| matches!(mode, Mode::Provisioned { .. }));
        given.or(known.map(|mode| mode.units(kind)))
    };
    let mode = Mode::Provisioned { read: units(read, Kind::Read)?, write: units(write, Kind::Write)? };
    if current == Some(mode) {
        return None;
    }
    let capacity = IndexCapacity { mode: Some(mode), ..IndexCapacity::default() };
    Some(IndexUpdate::Update { name: index.name().to_owned(), capacity })
}

/// What Application Auto Scaling has to do in one Region.
fn scaling_changes<'a>(
    name: &str,
    region: usize,
    request: &'a UpdateGlobalTableSettings,
    replica: Option<&'a LegacyReplicaSettings>,
) -> Vec<Scaling<'a>> {
    let table = [
        (Dimension::TableWrite, request.write().scaling.as_ref()),
        (Dimension::TableRead, replica.and_then(|replica| replica.read.scaling.as_ref())),
    ];
    let table = table.into_iter().map(|(dimension, change)| (ResourceId::table(name), dimension, change));
    let indexes = request.indexes().iter().map(|each| (Dimension::IndexWrite, each));
    let reads = replica.into_iter().flat_map(|replica| &replica.indexes);
    let indexes = indexes.chain(reads.map(|each| (Dimension::IndexRead, each)));
    let indexes = indexes.map(|(dimension, (index, capacity))| {
        (ResourceId::index(name, index), dimension, capacity.scaling.as_ref())
    });
    let scaling = |(resource, dimension, change): (_, _, Option<&'a ScalingChange>)| {
        change.map(|change| Scaling { region, resource, dimension, change })
    };
    table.chain(indexes).filter_map(scaling).collect()
}
