//! `VectorIndexDescription`.

use crate::output_shape;
use crate::request::index_description::{ProjectionDescription, backfilling, status};
use crate::request::table_description::count;
use crate::table::{SearchSchema, Table, VectorIndex};

output_shape! {
    /// One element of `SearchSchema`.
    pub struct SearchSchemaElement {
        attribute_name: String = "AttributeName",
        search_schema_element_type: &'static str = "SearchSchemaElementType",
    }
}

output_shape! {
    /// Which attribute holds the vectors.
    pub struct VectorAttributeDefinition {
        attribute_name: String = "AttributeName",
    }
}

output_shape! {
    /// What DynamoDB tells of a vector index.
    pub struct VectorIndexDescription {
        index_name: String = "IndexName",
        search_schema: Vec<SearchSchemaElement> = "SearchSchema",
        projection: ProjectionDescription = "Projection",
        vector_attribute: VectorAttributeDefinition = "VectorAttribute",
        dimensions: i64 = "Dimensions",
        distance_function: &'static str = "DistanceFunction",
        index_status: &'static str = "IndexStatus",
        backfilling: bool = "Backfilling",
        index_size_bytes: i64 = "IndexSizeBytes",
        item_count: i64 = "ItemCount",
        index_arn: String = "IndexArn",
    }
}

impl SearchSchemaElement {
    /// `SearchSchema`.
    #[must_use]
    pub fn all(schema: &SearchSchema) -> Vec<Self> {
        let elements = schema.elements.iter().map(|(attribute, type_)| Self {
            attribute_name: Some(attribute.name.clone()),
            search_schema_element_type: Some(type_.name()),
        });
        elements.collect()
    }
}

impl VectorIndexDescription {
    /// The vector indexes of a table, where it has any, in the order of their requests.
    #[must_use]
    pub fn all(table: &Table) -> Option<Vec<Self>> {
        let all: Vec<Self> = table.vector_indexes().iter().map(|index| Self::new(table, index)).collect();
        (!all.is_empty()).then_some(all)
    }

    fn new(table: &Table, index: &VectorIndex) -> Self {
        let definition = index.definition();
        let elements = SearchSchemaElement::all(definition.schema());
        let totals = index.totals();
        Self {
            index_name: Some(index.name().to_owned()),
            search_schema: (!elements.is_empty()).then_some(elements),
            projection: Some(ProjectionDescription::new(definition.projection())),
            vector_attribute: Some(VectorAttributeDefinition {
                attribute_name: Some(definition.vector_attribute().to_owned()),
            }),
            dimensions: Some(definition.dimensions() as i64),
            distance_function: Some(definition.distance().name()),
            index_status: Some(status(table, index.state())),
            backfilling: backfilling(index.state()),
            index_size_bytes: Some(count(totals.bytes)),
            item_count: Some(count(totals.items)),
            index_arn: Some(index.arn().to_owned()),
        }
    }
}
