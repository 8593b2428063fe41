//! What the operations on backups tell of one.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::capacity_description::OnDemandThroughputDescription;
use crate::request::describe_time_to_live::TimeToLiveDescription;
use crate::request::index_description::{ProjectionDescription, index_key_schema};
use crate::request::stream_members::StreamSpecification;
use crate::request::table_description::{KeySchemaElement, SSEDescription, count, table_key_schema};
use crate::request::vector_description::{SearchSchemaElement, VectorAttributeDefinition};
use crate::table::throughput::{Kind, Mode};
use crate::table::{Backup, BackupType, IndexKind, NewVectorIndex, SourceIndex, SourceTable};

output_shape! {
    /// A backup itself.
    pub struct BackupDetails {
        backup_arn: String = "BackupArn",
        backup_name: String = "BackupName",
        backup_size_bytes: i64 = "BackupSizeBytes",
        backup_status: &'static str = "BackupStatus",
        backup_type: &'static str = "BackupType",
        backup_creation_date_time: Timestamp = "BackupCreationDateTime",
        backup_expiry_date_time: Timestamp = "BackupExpiryDateTime",
    }
}

output_shape! {
    /// Units a second.
    pub struct ProvisionedUnits {
        read_capacity_units: i64 = "ReadCapacityUnits",
        write_capacity_units: i64 = "WriteCapacityUnits",
    }
}

output_shape! {
    /// The table that was backed up.
    pub struct SourceTableDetails {
        table_name: String = "TableName",
        table_id: String = "TableId",
        table_arn: String = "TableArn",
        table_size_bytes: i64 = "TableSizeBytes",
        key_schema: Vec<KeySchemaElement> = "KeySchema",
        table_creation_date_time: Timestamp = "TableCreationDateTime",
        provisioned_throughput: ProvisionedUnits = "ProvisionedThroughput",
        on_demand_throughput: OnDemandThroughputDescription = "OnDemandThroughput",
        item_count: i64 = "ItemCount",
        billing_mode: &'static str = "BillingMode",
    }
}

output_shape! {
    /// An index of it; a local one has no throughput.
    pub struct IndexInfo {
        index_name: String = "IndexName",
        key_schema: Vec<KeySchemaElement> = "KeySchema",
        projection: ProjectionDescription = "Projection",
        provisioned_throughput: ProvisionedUnits = "ProvisionedThroughput",
        on_demand_throughput: OnDemandThroughputDescription = "OnDemandThroughput",
    }
}

output_shape! {
    /// A vector index of it.
    pub struct VectorIndexInfo {
        index_name: String = "IndexName",
        vector_attribute: VectorAttributeDefinition = "VectorAttribute",
        search_schema: Vec<SearchSchemaElement> = "SearchSchema",
        projection: ProjectionDescription = "Projection",
        dimensions: i64 = "Dimensions",
        distance_function: &'static str = "DistanceFunction",
    }
}

output_shape! {
    /// What else it had; nothing of it for a system backup (LAB DDB-BACKUP-015).
    pub struct SourceTableFeatureDetails {
        local_secondary_indexes: Vec<IndexInfo> = "LocalSecondaryIndexes",
        global_secondary_indexes: Vec<IndexInfo> = "GlobalSecondaryIndexes",
        stream_description: StreamSpecification = "StreamDescription",
        time_to_live_description: TimeToLiveDescription = "TimeToLiveDescription",
        sse_description: SSEDescription = "SSEDescription",
        vector_indexes: Vec<VectorIndexInfo> = "VectorIndexes",
    }
}

output_shape! {
    /// A backup with its table.
    pub struct BackupDescription {
        backup_details: BackupDetails = "BackupDetails",
        source_table_details: SourceTableDetails = "SourceTableDetails",
        source_table_feature_details: SourceTableFeatureDetails = "SourceTableFeatureDetails",
    }
}

output_shape! {
    /// The answer of the operations that describe a backup.
    pub struct BackupOutput {
        backup_description: BackupDescription = "BackupDescription",
    }
}

/// `BackupStatus`.
#[must_use]
pub fn status(backup: &Backup, now: Timestamp) -> &'static str {
    if backup.is_available(now) { "AVAILABLE" } else { "CREATING" }
}

impl BackupDetails {
    /// A backup under the ARN that was asked for, in a state.
    #[must_use]
    pub fn new(backup: &Backup, arn: &str, status: &'static str) -> Self {
        Self {
            backup_arn: Some(arn.to_owned()),
            backup_name: Some(backup.name().to_owned()),
            backup_size_bytes: Some(count(backup.bytes())),
            backup_status: Some(status),
            backup_type: Some(backup.kind().name()),
            backup_creation_date_time: Some(backup.created()),
            backup_expiry_date_time: backup.expires(),
        }
    }
}

impl BackupOutput {
    /// Describes a backup under the ARN that was asked for, in a state.
    #[must_use]
    pub fn new(backup: &Backup, arn: &str, status: &'static str) -> Self {
        let details = SourceTableDetails::new(backup);
        let features = match backup.kind() {
            BackupType::User => SourceTableFeatureDetails::new(backup.source()),
            BackupType::System => SourceTableFeatureDetails::default(),
        };
        Self {
            backup_description: Some(BackupDescription {
                backup_details: Some(BackupDetails::new(backup, arn, status)),
                source_table_details: Some(details),
                source_table_feature_details: Some(features),
            }),
        }
    }
}

impl SourceTableDetails {
    fn new(backup: &Backup) -> Self {
        let source = backup.source();
        let on_demand = source.mode == Mode::PayPerRequest;
        Self {
            table_name: Some(source.name.clone()),
            table_id: Some(source.id.clone()),
            table_arn: Some(source.arn.clone()),
            table_size_bytes: Some(count(backup.bytes())),
            key_schema: Some(table_key_schema(&source.schema)),
            table_creation_date_time: Some(source.created),
            provisioned_throughput: Some(units(source.mode)),
            on_demand_throughput: OnDemandThroughputDescription::of(source.maximum),
            item_count: Some(count(backup.items())),
            billing_mode: Some(if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" }),
        }
    }
}

impl SourceTableFeatureDetails {
    fn new(source: &SourceTable) -> Self {
        let indexes = |kind| {
            let of_kind = source.indexes.iter().filter(|index| index.kind == kind);
            let infos: Vec<IndexInfo> = of_kind.map(IndexInfo::new).collect();
            (!infos.is_empty()).then_some(infos)
        };
        let time_to_live = source.time_to_live.as_ref().map(|attribute| TimeToLiveDescription {
            time_to_live_status: Some("ENABLED"),
            attribute_name: Some(attribute.clone()),
        });
        let encryption = source.encryption_key.as_ref().map(|key| SSEDescription {
            status: Some("ENABLED"),
            sse_type: Some("KMS"),
            kms_master_key_arn: Some(key.clone()),
        });
        let vectors: Vec<VectorIndexInfo> = source.vector_indexes.iter().map(VectorIndexInfo::new).collect();
        Self {
            local_secondary_indexes: indexes(IndexKind::Local),
            global_secondary_indexes: indexes(IndexKind::Global),
            stream_description: source.stream.map(StreamSpecification::of),
            time_to_live_description: time_to_live,
            sse_description: encryption,
            vector_indexes: (!vectors.is_empty()).then_some(vectors),
        }
    }
}

impl IndexInfo {
    fn new(index: &SourceIndex) -> Self {
        let global = index.kind == IndexKind::Global;
        Self {
            index_name: Some(index.name.clone()),
            key_schema: Some(index_key_schema(&index.keys)),
            projection: Some(ProjectionDescription::new(&index.projection)),
            provisioned_throughput: global.then(|| units(index.mode.unwrap_or(Mode::PayPerRequest))),
            on_demand_throughput: OnDemandThroughputDescription::of(index.limits.maximum),
        }
    }
}

impl VectorIndexInfo {
    fn new(index: &NewVectorIndex) -> Self {
        let elements = SearchSchemaElement::all(&index.schema);
        Self {
            index_name: Some(index.name.clone()),
            vector_attribute: Some(VectorAttributeDefinition {
                attribute_name: Some(index.vector_attribute.clone()),
            }),
            search_schema: (!elements.is_empty()).then_some(elements),
            projection: Some(ProjectionDescription::new(&index.projection)),
            dimensions: Some(index.dimensions as i64),
            distance_function: Some(index.distance.name()),
        }
    }
}

fn units(mode: Mode) -> ProvisionedUnits {
    ProvisionedUnits {
        read_capacity_units: Some(count(mode.units(Kind::Read))),
        write_capacity_units: Some(count(mode.units(Kind::Write))),
    }
}
