//! `LocalSecondaryIndexDescription` and `GlobalSecondaryIndexDescription`.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::capacity_description::{
    OnDemandThroughputDescription, WarmThroughputDescription, shows_warm,
};
use crate::request::table_description::{KeySchemaElement, ProvisionedThroughputDescription, count};
use crate::table::{Index, IndexKeys, IndexState, KeyAttribute, Projection, State, Table};

output_shape! {
    /// What the entries of an index hold.
    pub struct ProjectionDescription {
        projection_type: &'static str = "ProjectionType",
        non_key_attributes: Vec<String> = "NonKeyAttributes",
    }
}

output_shape! {
    /// What DynamoDB tells of an index. A local one has no status and no throughput of its own.
    pub struct IndexDescription {
        index_name: String = "IndexName",
        key_schema: Vec<KeySchemaElement> = "KeySchema",
        projection: ProjectionDescription = "Projection",
        index_status: &'static str = "IndexStatus",
        backfilling: bool = "Backfilling",
        provisioned_throughput: ProvisionedThroughputDescription = "ProvisionedThroughput",
        index_size_bytes: i64 = "IndexSizeBytes",
        item_count: i64 = "ItemCount",
        index_arn: String = "IndexArn",
        on_demand_throughput: OnDemandThroughputDescription = "OnDemandThroughput",
        warm_throughput: WarmThroughputDescription = "WarmThroughput",
    }
}

impl ProjectionDescription {
    /// What the entries of an index with this projection hold.
    #[must_use]
    pub fn new(projection: &Projection) -> Self {
        let included = projection.included();
        Self {
            projection_type: Some(projection.name()),
            non_key_attributes: (!included.is_empty()).then(|| included.to_vec()),
        }
    }
}

/// `KeySchema` of an index.
#[must_use]
pub fn index_key_schema(keys: &IndexKeys) -> Vec<KeySchemaElement> {
    let element = |key_type| {
        move |attribute: &KeyAttribute| KeySchemaElement {
            attribute_name: Some(attribute.name.clone()),
            key_type: Some(key_type),
        }
    };
    keys.partition.iter().map(element("HASH")).chain(keys.sort.iter().map(element("RANGE"))).collect()
}

impl IndexDescription {
    /// The local or the global indexes of a table, where it has any, in the order of their requests.
    #[must_use]
    pub fn all(table: &Table, global: bool, now: Timestamp) -> Option<Vec<Self>> {
        let of_kind = table.indexes().iter().filter(|index| index.is_global() == global);
        let all: Vec<Self> = of_kind.map(|index| Self::new(table, index, now)).collect();
        (!all.is_empty()).then_some(all)
    }

    fn new(table: &Table, index: &Index, now: Timestamp) -> Self {
        let definition = index.definition();
        let totals = index.totals();
        Self {
            index_name: Some(index.name().to_owned()),
            key_schema: Some(index_key_schema(definition.keys())),
            projection: Some(ProjectionDescription::new(definition.projection())),
            index_status: index.is_global().then(|| status(table, index.state())),
            backfilling: backfilling(index.state()),
            provisioned_throughput: index
                .throughput()
                .map(|throughput| ProvisionedThroughputDescription::new(throughput, now)),
            index_size_bytes: Some(count(totals.bytes)),
            item_count: Some(count(totals.items)),
            index_arn: Some(index.arn().to_owned()),
            on_demand_throughput: index.throughput().and_then(OnDemandThroughputDescription::new),
            warm_throughput: index
                .warm_throughput()
                .filter(|warm| shows_warm(table, warm))
                .map(WarmThroughputDescription::new),
        }
    }
}

/// An index that was made with its table is active with it.
#[must_use]
pub fn status(table: &Table, index: &IndexState) -> &'static str {
    match table.state() {
        State::Creating { .. } | State::Importing => table.state().name(),
        _ => index.name(),
    }
}

/// `Backfilling` is told only of an index that was added to a table and is being made (LAB DDB-TABLE-138).
#[must_use]
pub fn backfilling(state: &IndexState) -> Option<bool> {
    match state {
        IndexState::Allocating { .. } => Some(false),
        IndexState::Backfilling { .. } => Some(true),
        IndexState::Active | IndexState::Updating { .. } | IndexState::Deleting { .. } => None,
    }
}
