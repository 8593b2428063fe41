//! The operations on global tables: those of version 2017.11.29, and the auto scaling of replicas of version 2019.11.21.
//!
//! They are work for several Regions together, which a [`World`](crate::world::World) carries out. What a database answers
//! that is one Region by itself is here too: it has no global tables, and AWS makes none of version 2017.11.29 any more.

mod create_global_table;
mod describe_global_table;
mod describe_global_table_settings;
mod describe_table_replica_auto_scaling;
mod global_table_description;
mod list_global_tables;
mod replica_scaling_description;
mod replica_settings_description;
mod scaling_members;
mod texts;
mod update_global_table;
mod update_global_table_settings;
mod update_table_replica_auto_scaling;

pub use create_global_table::{CreateGlobalTable, CreateGlobalTableInput};
pub use describe_global_table::{DescribeGlobalTable, DescribeGlobalTableInput};
pub use describe_global_table_settings::{DescribeGlobalTableSettings, DescribeGlobalTableSettingsInput};
pub use describe_table_replica_auto_scaling::{
    DescribeTableReplicaAutoScaling, DescribeTableReplicaAutoScalingInput,
};
pub use global_table_description::{GlobalTableDescription, GlobalTableOutput, ReplicaSummary};
pub use list_global_tables::{ListGlobalTables, ListGlobalTablesInput, ListGlobalTablesOutput};
pub use replica_scaling_description::{
    ReplicaScalingDescription, TableScalingDescription, TableScalingOutput,
};
pub use replica_settings_description::{GlobalTableSettingsOutput, ReplicaSettingsDescription};
pub use texts::{
    billing_is_on_demand, global_table_not_found, global_table_of_settings_not_found, index_not_found,
    indexes_not_found, regions_not_found, replica_scaling_not_found,
};
pub use update_global_table::{LegacyReplicaUpdate, UpdateGlobalTable, UpdateGlobalTableInput};
pub use update_global_table_settings::{
    CapacitySettings, LegacyReplicaSettings, UpdateGlobalTableSettings, UpdateGlobalTableSettingsInput,
};
pub use update_table_replica_auto_scaling::{
    UpdateTableReplicaAutoScaling, UpdateTableReplicaAutoScalingInput,
};
