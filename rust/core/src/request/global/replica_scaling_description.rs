//! `TableAutoScalingDescription`.

use crate::output_shape;
use crate::request::global::scaling_members::ScalingSettingsDescription;
use crate::request::index_description::status;
use crate::table::autoscale::{AutoScaling, Dimension, ResourceId};
use crate::table::throughput::Mode;
use crate::table::{Index, IndexState, Table};

output_shape! {
    /// One element of a replica's `GlobalSecondaryIndexes`.
    pub struct IndexScalingDescription {
        index_name: String = "IndexName",
        index_status: &'static str = "IndexStatus",
        read: ScalingSettingsDescription = "ProvisionedReadCapacityAutoScalingSettings",
        write: ScalingSettingsDescription = "ProvisionedWriteCapacityAutoScalingSettings",
    }
}

output_shape! {
    /// One element of `Replicas`.
    pub struct ReplicaScalingDescription {
        region_name: String = "RegionName",
        global_secondary_indexes: Vec<IndexScalingDescription> = "GlobalSecondaryIndexes",
        read: ScalingSettingsDescription = "ReplicaProvisionedReadCapacityAutoScalingSettings",
        write: ScalingSettingsDescription = "ReplicaProvisionedWriteCapacityAutoScalingSettings",
        replica_status: &'static str = "ReplicaStatus",
    }
}

output_shape! {
    /// How the replicas of a global table scale.
    pub struct TableScalingDescription {
        table_name: String = "TableName",
        table_status: &'static str = "TableStatus",
        replicas: Vec<ReplicaScalingDescription> = "Replicas",
    }
}

output_shape! {
    /// The answer of DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling.
    pub struct TableScalingOutput {
        table_auto_scaling_description: TableScalingDescription = "TableAutoScalingDescription",
    }
}

impl ReplicaScalingDescription {
    /// How one replica scales: its table, and what Application Auto Scaling of its Region knows. None of a table that is
    /// not there yet, or no more.
    #[must_use]
    pub fn new(
        (region, replica_status): (&str, &'static str),
        table: Option<&Table>,
        scaling: &AutoScaling,
    ) -> Self {
        let description = Self {
            region_name: Some(region.to_owned()),
            replica_status: Some(replica_status),
            ..Self::default()
        };
        let Some(table) = table else { return description };
        let (name, is_on_demand) = (&table.definition().name, table.definition().mode == Mode::PayPerRequest);
        let settings = |resource: &ResourceId, dimension| {
            Some(ScalingSettingsDescription::new(
                scaling.settings_of(resource, dimension).as_ref(),
                is_on_demand,
            ))
        };
        let indexes = scaled_indexes(table).map(|index| {
            let resource = ResourceId::index(name, index.name());
            IndexScalingDescription {
                index_name: Some(index.name().to_owned()),
                index_status: Some(status(table, index.state())),
                read: settings(&resource, Dimension::IndexRead),
                write: settings(&resource, Dimension::IndexWrite),
            }
        });
        let resource = ResourceId::table(name);
        Self {
            global_secondary_indexes: Some(indexes.collect()),
            read: settings(&resource, Dimension::TableRead),
            write: settings(&resource, Dimension::TableWrite),
            ..description
        }
    }
}

/// The global indexes that can scale: one that is being made is not there yet (LAB DDB-TABLE-323).
pub(super) fn scaled_indexes(table: &Table) -> impl Iterator<Item = &Index> {
    let is_made = |index: &&Index| {
        !matches!(index.state(), IndexState::Allocating { .. } | IndexState::Backfilling { .. })
    };
    table.indexes().iter().filter(|index| index.is_global()).filter(is_made)
}
