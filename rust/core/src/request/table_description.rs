//! `TableDescription`, the answer of every table operation.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::capacity_description::{
    OnDemandThroughputDescription, WarmThroughputDescription, shows_warm,
};
use crate::request::index_description::IndexDescription;
use crate::request::replica_description::{GlobalTableWitnessDescription, ReplicaDescription, consistency};
use crate::request::stream_members::StreamSpecification;
use crate::request::vector_description::VectorIndexDescription;
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::{KeySchema, RestoreOrigin, State, Table};

output_shape! {
    /// One element of `AttributeDefinitions`.
    pub struct AttributeDefinition {
        attribute_name: String = "AttributeName",
        attribute_type: &'static str = "AttributeType",
    }
}

output_shape! {
    /// One element of `KeySchema`.
    pub struct KeySchemaElement {
        attribute_name: String = "AttributeName",
        key_type: &'static str = "KeyType",
    }
}

output_shape! {
    /// A table's throughput and how it changed.
    pub struct ProvisionedThroughputDescription {
        last_increase_date_time: Timestamp = "LastIncreaseDateTime",
        last_decrease_date_time: Timestamp = "LastDecreaseDateTime",
        number_of_decreases_today: i64 = "NumberOfDecreasesToday",
        read_capacity_units: i64 = "ReadCapacityUnits",
        write_capacity_units: i64 = "WriteCapacityUnits",
    }
}

output_shape! {
    /// The billing mode, where it was named.
    pub struct BillingModeSummary {
        billing_mode: &'static str = "BillingMode",
        last_update_to_pay_per_request_date_time: Timestamp = "LastUpdateToPayPerRequestDateTime",
    }
}

output_shape! {
    /// A table's key, where it is not the service's own.
    pub struct SSEDescription {
        status: &'static str = "Status",
        sse_type: &'static str = "SSEType",
        kms_master_key_arn: String = "KMSMasterKeyArn",
    }
}

output_shape! {
    /// A table's class, where one was named.
    pub struct TableClassSummary {
        table_class: &'static str = "TableClass",
        last_update_date_time: Timestamp = "LastUpdateDateTime",
    }
}

output_shape! {
    /// Where the items of a table come from, while they do (LAB DDB-TABLE-216).
    pub struct RestoreSummary {
        source_backup_arn: String = "SourceBackupArn",
        source_table_arn: String = "SourceTableArn",
        restore_date_time: Timestamp = "RestoreDateTime",
        restore_in_progress: bool = "RestoreInProgress",
    }
}

output_shape! {
    /// What DynamoDB tells of a table.
    pub struct TableDescription {
        attribute_definitions: Vec<AttributeDefinition> = "AttributeDefinitions",
        table_name: String = "TableName",
        key_schema: Vec<KeySchemaElement> = "KeySchema",
        table_status: &'static str = "TableStatus",
        creation_date_time: Timestamp = "CreationDateTime",
        provisioned_throughput: ProvisionedThroughputDescription = "ProvisionedThroughput",
        table_size_bytes: i64 = "TableSizeBytes",
        item_count: i64 = "ItemCount",
        table_arn: String = "TableArn",
        table_id: String = "TableId",
        billing_mode_summary: BillingModeSummary = "BillingModeSummary",
        local_secondary_indexes: Vec<IndexDescription> = "LocalSecondaryIndexes",
        global_secondary_indexes: Vec<IndexDescription> = "GlobalSecondaryIndexes",
        stream_specification: StreamSpecification = "StreamSpecification",
        latest_stream_label: String = "LatestStreamLabel",
        latest_stream_arn: String = "LatestStreamArn",
        sse_description: SSEDescription = "SSEDescription",
        table_class_summary: TableClassSummary = "TableClassSummary",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
        vector_indexes: Vec<VectorIndexDescription> = "VectorIndexes",
        on_demand_throughput: OnDemandThroughputDescription = "OnDemandThroughput",
        warm_throughput: WarmThroughputDescription = "WarmThroughput",
        restore_summary: RestoreSummary = "RestoreSummary",
        global_table_version: &'static str = "GlobalTableVersion",
        replicas: Vec<ReplicaDescription> = "Replicas",
        multi_region_consistency: &'static str = "MultiRegionConsistency",
        global_table_witnesses: Vec<GlobalTableWitnessDescription> = "GlobalTableWitnesses",
    }
}

output_shape! {
    /// The answer of a table operation: changes tell `TableDescription`, DescribeTable tells `Table`.
    pub struct TableOutput {
        table_description: TableDescription = "TableDescription",
        table: TableDescription = "Table",
    }
}

impl TableOutput {
    /// The answer of an operation that changes a table.
    #[must_use]
    pub fn changed(description: TableDescription) -> Self {
        Self { table_description: Some(description), table: None }
    }

    /// The answer of DescribeTable.
    #[must_use]
    pub fn described(description: TableDescription) -> Self {
        Self { table_description: None, table: Some(description) }
    }
}

/// `KeySchema` of a table.
#[must_use]
pub fn table_key_schema(schema: &KeySchema) -> Vec<KeySchemaElement> {
    let elements = schema.attributes().zip(["HASH", "RANGE"]).map(|(attribute, key_type)| KeySchemaElement {
        attribute_name: Some(attribute.name.clone()),
        key_type: Some(key_type),
    });
    elements.collect()
}

impl TableDescription {
    /// Describes a table as it is now.
    #[must_use]
    pub fn new(table: &Table, now: Timestamp) -> Self {
        let schema = table.schema();
        let index_attributes =
            table.indexes().iter().flat_map(|index| index.definition().keys().attributes());
        let searched =
            table.vector_indexes().iter().flat_map(|index| index.definition().schema().attributes());
        let mut attributes: Vec<_> = schema.attributes().chain(index_attributes).chain(searched).collect();
        attributes.sort_by(|left, right| left.name.cmp(&right.name));
        attributes.dedup();
        let definitions = attributes
            .into_iter()
            .map(|attribute| AttributeDefinition {
                attribute_name: Some(attribute.name.clone()),
                attribute_type: Some(attribute.type_.tag()),
            })
            .collect();
        let key_schema = table_key_schema(schema);
        let totals = table.totals();
        let stream = table.stream();
        let deleting = matches!(table.state(), State::Deleting { .. });
        Self {
            attribute_definitions: (!deleting).then_some(definitions),
            table_name: Some(table.definition().name.clone()),
            key_schema: (!deleting).then_some(key_schema),
            table_status: Some(table.status()),
            creation_date_time: (!deleting).then_some(table.created()),
            provisioned_throughput: Some(ProvisionedThroughputDescription::new(table.throughput(), now)),
            table_size_bytes: Some(count(totals.bytes)),
            item_count: Some(count(totals.items)),
            table_arn: Some(table.arn().to_owned()),
            table_id: Some(table.id().to_owned()),
            billing_mode_summary: BillingModeSummary::of(table, now),
            local_secondary_indexes: IndexDescription::all(table, false, now).filter(|_| !deleting),
            global_secondary_indexes: IndexDescription::all(table, true, now).filter(|_| !deleting),
            stream_specification: stream.and_then(StreamSpecification::new),
            latest_stream_label: stream.map(|stream| stream.label.clone()),
            latest_stream_arn: stream.map(|stream| stream.arn.clone()),
            sse_description: encryption(table).filter(|_| !deleting),
            table_class_summary: TableClassSummary::of(table).filter(|_| !deleting),
            deletion_protection_enabled: Some(table.definition().deletion_protection),
            vector_indexes: VectorIndexDescription::all(table).filter(|_| !deleting),
            on_demand_throughput: OnDemandThroughputDescription::new(table.throughput())
                .filter(|_| !deleting),
            warm_throughput: Some(table.warm_throughput())
                .filter(|warm| shows_warm(table, warm))
                .map(WarmThroughputDescription::new),
            restore_summary: table.restore().map(RestoreSummary::new),
            global_table_version: table.global_table().map(|global| global.version.name()),
            replicas: ReplicaDescription::others(table),
            multi_region_consistency: consistency(table),
            global_table_witnesses: GlobalTableWitnessDescription::all(table),
        }
    }

    /// As the answer to an update that changes nothing: AWS says `UPDATING` all the same (LAB DDB-TABLE-177).
    #[must_use]
    pub fn updating(self) -> Self {
        Self { table_status: Some("UPDATING"), ..self }
    }
}

/// A count as the wire carries it.
#[must_use]
pub fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl ProvisionedThroughputDescription {
    /// Describes the throughput of a table or an index as it is now.
    #[must_use]
    pub fn new(throughput: &Throughput, now: Timestamp) -> Self {
        let description = throughput.describe(now);
        Self {
            last_increase_date_time: description.last_increase,
            last_decrease_date_time: description.last_decrease,
            number_of_decreases_today: Some(i64::from(description.number_of_decreases_today)),
            read_capacity_units: Some(count(description.mode.units(Kind::Read))),
            write_capacity_units: Some(count(description.mode.units(Kind::Write))),
        }
    }
}

impl RestoreSummary {
    fn new(origin: &RestoreOrigin) -> Self {
        Self {
            source_backup_arn: origin.backup_arn.clone(),
            source_table_arn: Some(origin.table_arn.clone()),
            restore_date_time: Some(origin.time),
            restore_in_progress: Some(true),
        }
    }
}

fn encryption(table: &Table) -> Option<SSEDescription> {
    let encryption = table.encryption();
    let status = encryption.status()?;
    let key = encryption.key_arn().map(str::to_owned);
    Some(SSEDescription {
        status: Some(status),
        sse_type: key.as_ref().map(|_| "KMS"),
        kms_master_key_arn: key,
    })
}

impl TableClassSummary {
    /// A table's class, where one was named.
    #[must_use]
    pub fn of(table: &Table) -> Option<Self> {
        let class = table.class().named()?;
        Some(Self { table_class: Some(class.name()), last_update_date_time: table.class().updated() })
    }
}

impl BillingModeSummary {
    /// A table's billing mode, where it is told.
    #[must_use]
    pub fn of(table: &Table, now: Timestamp) -> Option<Self> {
        let description = table.throughput().describe(now);
        let on_demand = description.mode == Mode::PayPerRequest;
        if !on_demand && description.last_pay_per_request.is_none() && !table.definition().billing_mode_named
        {
            return None;
        }
        Some(Self {
            billing_mode: Some(if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" }),
            last_update_to_pay_per_request_date_time: description.last_pay_per_request,
        })
    }
}
