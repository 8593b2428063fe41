//! How a table tells of the global table it is one of.

use crate::output_shape;
use crate::request::table_description::{TableClassSummary, count};
use crate::table::{GlobalTableVersion, MultiRegionConsistency, Replica, Table};

output_shape! {
    /// `ProvisionedThroughputOverride`.
    pub struct ProvisionedThroughputOverrideDescription {
        read_capacity_units: i64 = "ReadCapacityUnits",
    }
}

output_shape! {
    /// `OnDemandThroughputOverride`.
    pub struct OnDemandThroughputOverrideDescription {
        max_read_request_units: i64 = "MaxReadRequestUnits",
    }
}

output_shape! {
    /// One element of a replica's `GlobalSecondaryIndexes`.
    pub struct ReplicaIndexDescription {
        index_name: String = "IndexName",
        provisioned_throughput_override: ProvisionedThroughputOverrideDescription = "ProvisionedThroughputOverride",
    }
}

output_shape! {
    /// One element of `Replicas`.
    pub struct ReplicaDescription {
        region_name: String = "RegionName",
        replica_status: &'static str = "ReplicaStatus",
        replica_status_percent_progress: String = "ReplicaStatusPercentProgress",
        kms_master_key_id: String = "KMSMasterKeyId",
        provisioned_throughput_override: ProvisionedThroughputOverrideDescription = "ProvisionedThroughputOverride",
        on_demand_throughput_override: OnDemandThroughputOverrideDescription = "OnDemandThroughputOverride",
        global_secondary_indexes: Vec<ReplicaIndexDescription> = "GlobalSecondaryIndexes",
        replica_table_class_summary: TableClassSummary = "ReplicaTableClassSummary",
    }
}

output_shape! {
    /// One element of `GlobalTableWitnesses`.
    pub struct GlobalTableWitnessDescription {
        region_name: String = "RegionName",
        witness_status: &'static str = "WitnessStatus",
    }
}

impl ReplicaDescription {
    /// Describes a replica.
    #[must_use]
    pub fn new(replica: &Replica) -> Self {
        let units = |read_units: u64| ProvisionedThroughputOverrideDescription {
            read_capacity_units: Some(count(read_units)),
        };
        let settings = &replica.settings;
        let indexes = settings.index_read_units.iter().map(|index| ReplicaIndexDescription {
            index_name: Some(index.index.clone()),
            provisioned_throughput_override: Some(units(index.read_units)),
        });
        let indexes: Vec<_> = indexes.collect();
        Self {
            region_name: Some(replica.region.clone()),
            replica_status: Some(replica.status.name()),
            replica_status_percent_progress: replica.percent.map(|percent| percent.to_string()),
            kms_master_key_id: settings.key.clone(),
            provisioned_throughput_override: settings.read_units.map(units),
            on_demand_throughput_override: settings
                .on_demand_read_units
                .map(|units| OnDemandThroughputOverrideDescription { max_read_request_units: Some(units) }),
            global_secondary_indexes: (!indexes.is_empty()).then_some(indexes),
            replica_table_class_summary: settings.class.map(|class| TableClassSummary {
                table_class: Some(class.name()),
                last_update_date_time: None,
            }),
        }
    }

    /// The other replicas of a table's global table: a table does not list itself (facts 7.3). Those of version 2017.11.29
    /// are told by DescribeGlobalTable.
    #[must_use]
    pub fn others(table: &Table) -> Option<Vec<Self>> {
        table.global_table().filter(|global| global.version == GlobalTableVersion::V2019)?;
        Some(table.other_replicas().map(Self::new).collect())
    }
}

impl GlobalTableWitnessDescription {
    /// The witness of a table's global table.
    #[must_use]
    pub fn all(table: &Table) -> Option<Vec<Self>> {
        let witness = table.global_table()?.witness.as_ref()?;
        Some(vec![Self {
            region_name: Some(witness.region.clone()),
            witness_status: Some(witness.status.name()),
        }])
    }
}

/// `MultiRegionConsistency`, which only strongly consistent tables show (LAB).
#[must_use]
pub fn consistency(table: &Table) -> Option<&'static str> {
    let strong = |consistency| consistency == MultiRegionConsistency::Strong;
    table.global_table().filter(|global| strong(global.consistency)).map(|_| "STRONG")
}
