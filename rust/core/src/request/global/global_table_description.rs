//! `GlobalTableDescription`.

use crate::clock::Timestamp;
use crate::output_shape;

output_shape! {
    /// One element of `ReplicationGroup`.
    pub struct ReplicaSummary {
        region_name: String = "RegionName",
        replica_status: &'static str = "ReplicaStatus",
    }
}

output_shape! {
    /// What DynamoDB tells of a global table of version 2017.11.29.
    pub struct GlobalTableDescription {
        replication_group: Vec<ReplicaSummary> = "ReplicationGroup",
        global_table_arn: String = "GlobalTableArn",
        creation_date_time: Timestamp = "CreationDateTime",
        global_table_status: &'static str = "GlobalTableStatus",
        global_table_name: String = "GlobalTableName",
    }
}

output_shape! {
    /// The answer of CreateGlobalTable, UpdateGlobalTable and DescribeGlobalTable.
    pub struct GlobalTableOutput {
        global_table_description: GlobalTableDescription = "GlobalTableDescription",
    }
}
