//! `ReplicaSettingsDescription`, of version 2017.11.29.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::global::replica_scaling_description::scaled_indexes;
use crate::request::global::scaling_members::ScalingSettingsDescription;
use crate::request::index_description::status;
use crate::request::table_description::{BillingModeSummary, TableClassSummary, count};
use crate::table::autoscale::{AutoScaling, Dimension, ResourceId};
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::{Index, Table};

output_shape! {
    /// One element of `ReplicaGlobalSecondaryIndexSettings`.
    pub struct IndexSettingsDescription {
        index_name: String = "IndexName",
        index_status: &'static str = "IndexStatus",
        read_units: i64 = "ProvisionedReadCapacityUnits",
        read_scaling: ScalingSettingsDescription = "ProvisionedReadCapacityAutoScalingSettings",
        write_units: i64 = "ProvisionedWriteCapacityUnits",
        write_scaling: ScalingSettingsDescription = "ProvisionedWriteCapacityAutoScalingSettings",
    }
}

output_shape! {
    /// One element of `ReplicaSettings`.
    pub struct ReplicaSettingsDescription {
        region_name: String = "RegionName",
        replica_status: &'static str = "ReplicaStatus",
        billing_mode: BillingModeSummary = "ReplicaBillingModeSummary",
        read_units: i64 = "ReplicaProvisionedReadCapacityUnits",
        read_scaling: ScalingSettingsDescription = "ReplicaProvisionedReadCapacityAutoScalingSettings",
        write_units: i64 = "ReplicaProvisionedWriteCapacityUnits",
        write_scaling: ScalingSettingsDescription = "ReplicaProvisionedWriteCapacityAutoScalingSettings",
        indexes: Vec<IndexSettingsDescription> = "ReplicaGlobalSecondaryIndexSettings",
        class: TableClassSummary = "ReplicaTableClassSummary",
    }
}

output_shape! {
    /// The answer of DescribeGlobalTableSettings and UpdateGlobalTableSettings.
    pub struct GlobalTableSettingsOutput {
        global_table_name: String = "GlobalTableName",
        replica_settings: Vec<ReplicaSettingsDescription> = "ReplicaSettings",
    }
}

impl ReplicaSettingsDescription {
    /// The settings of one replica: its table, and what Application Auto Scaling of its Region knows.
    #[must_use]
    pub fn new(
        (region, replica_status): (&str, &'static str),
        table: Option<&Table>,
        scaling: &AutoScaling,
        now: Timestamp,
    ) -> Self {
        let description = Self {
            region_name: Some(region.to_owned()),
            replica_status: Some(replica_status),
            ..Self::default()
        };
        let Some(table) = table else { return description };
        let (name, mode) = (&table.definition().name, table.definition().mode);
        let is_on_demand = mode == Mode::PayPerRequest;
        let settings = |resource: &ResourceId, dimension| {
            let settings = scaling.settings_of(resource, dimension);
            Some(ScalingSettingsDescription::new(settings.as_ref(), is_on_demand))
        };
        let units = |mode: Mode, kind| Some(count(mode.units(kind)));
        let indexes = scaled_indexes(table).map(|index: &Index| {
            let resource = ResourceId::index(name, index.name());
            let mode = index.throughput().map(Throughput::mode).filter(|_| !is_on_demand);
            IndexSettingsDescription {
                index_name: Some(index.name().to_owned()),
                index_status: Some(status(table, index.state())),
                read_units: mode.and_then(|mode| units(mode, Kind::Read)),
                read_scaling: settings(&resource, Dimension::IndexRead),
                write_units: mode.and_then(|mode| units(mode, Kind::Write)),
                write_scaling: settings(&resource, Dimension::IndexWrite),
            }
        });
        let indexes: Vec<_> = indexes.collect();
        let resource = ResourceId::table(name);
        let current = table.throughput().describe(now).mode;
        Self {
            billing_mode: BillingModeSummary::of(table, now),
            read_units: units(current, Kind::Read),
            read_scaling: settings(&resource, Dimension::TableRead),
            write_units: units(current, Kind::Write),
            write_scaling: settings(&resource, Dimension::TableWrite),
            indexes: (!indexes.is_empty()).then_some(indexes),
            class: TableClassSummary::of(table),
            ..description
        }
    }
}
