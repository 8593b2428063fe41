//! `TableCreationParameters`: read as CreateTable reads them, and told as they were given (LAB DDB-IMPORT-004).

use crate::error::Error;
use crate::request::capacity_members::{OnDemandThroughput, WarmThroughput};
use crate::request::constraint::Violations;
use crate::request::create_table::{CreateTable, CreateTableInput};
use crate::request::encryption_members::SSESpecification;
use crate::request::index_members::{GlobalIndexInput, ProjectionInput};
use crate::request::key_members::{AttributeDefinitionInput, KeySchemaElementInput};
use crate::request::throughput_members::ProvisionedThroughput;
use crate::request::vector_members::{SearchSchemaElementInput, VectorAttributeInput, VectorIndexInput};
use crate::{echoed_shape, input_shape};

input_shape! {
    /// `TableCreationParameters`.
    pub struct TableCreationParametersInput {
        table_name: String = "TableName",
        attribute_definitions: Vec<AttributeDefinitionInput> = "AttributeDefinitions",
        key_schema: Vec<KeySchemaElementInput> = "KeySchema",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        on_demand_throughput: OnDemandThroughput = "OnDemandThroughput",
        sse_specification: SSESpecification = "SSESpecification",
        global_secondary_indexes: Vec<GlobalIndexInput> = "GlobalSecondaryIndexes",
        vector_indexes: Vec<VectorIndexInput> = "VectorIndexes",
    }
}

echoed_shape!(TableCreationParametersInput {
    table_name = "TableName",
    attribute_definitions = "AttributeDefinitions",
    key_schema = "KeySchema",
    billing_mode = "BillingMode",
    provisioned_throughput = "ProvisionedThroughput",
    on_demand_throughput = "OnDemandThroughput",
    sse_specification = "SSESpecification",
    global_secondary_indexes = "GlobalSecondaryIndexes",
    vector_indexes = "VectorIndexes",
});
echoed_shape!(AttributeDefinitionInput {
    attribute_name = "AttributeName",
    attribute_type = "AttributeType",
});
echoed_shape!(KeySchemaElementInput { attribute_name = "AttributeName", key_type = "KeyType" });
echoed_shape!(ProjectionInput {
    projection_type = "ProjectionType",
    non_key_attributes = "NonKeyAttributes",
});
echoed_shape!(GlobalIndexInput {
    index_name = "IndexName",
    key_schema = "KeySchema",
    projection = "Projection",
    provisioned_throughput = "ProvisionedThroughput",
    on_demand_throughput = "OnDemandThroughput",
    warm_throughput = "WarmThroughput",
});
echoed_shape!(ProvisionedThroughput {
    read_capacity_units = "ReadCapacityUnits",
    write_capacity_units = "WriteCapacityUnits",
});
echoed_shape!(OnDemandThroughput {
    max_read_request_units = "MaxReadRequestUnits",
    max_write_request_units = "MaxWriteRequestUnits",
});
echoed_shape!(WarmThroughput {
    read_units_per_second = "ReadUnitsPerSecond",
    write_units_per_second = "WriteUnitsPerSecond",
});
echoed_shape!(SSESpecification {
    enabled = "Enabled",
    sse_type = "SSEType",
    kms_master_key_id = "KMSMasterKeyId",
});
echoed_shape!(VectorIndexInput {
    index_name = "IndexName",
    vector_attribute = "VectorAttribute",
    search_schema = "SearchSchema",
    projection = "Projection",
    dimensions = "Dimensions",
    distance_function = "DistanceFunction",
});
echoed_shape!(VectorAttributeInput { attribute_name = "AttributeName" });
echoed_shape!(SearchSchemaElementInput {
    attribute_name = "AttributeName",
    search_schema_element_type = "SearchSchemaElementType",
});

impl TableCreationParametersInput {
    /// The table that the parameters make, with the violations found before theirs.
    ///
    /// # Errors
    /// `ValidationException`, with CreateTable's texts (measured by moto's authors).
    pub fn create_table(&self, mut violations: Violations) -> Result<CreateTable, Error> {
        violations.enter("tableCreationParameters");
        violations.required("tableName", self.table_name.as_ref());
        violations.length("tableName", self.table_name.as_deref(), 3, 255);
        violations.name_pattern("tableName", self.table_name.as_deref());
        let input = CreateTableInput {
            attribute_definitions: self.attribute_definitions.clone(),
            key_schema: self.key_schema.clone(),
            billing_mode: self.billing_mode.clone(),
            provisioned_throughput: self.provisioned_throughput.clone(),
            on_demand_throughput: self.on_demand_throughput.clone(),
            sse_specification: self.sse_specification.clone(),
            global_secondary_indexes: self.global_secondary_indexes.clone(),
            vector_indexes: self.vector_indexes.clone(),
            ..CreateTableInput::default()
        };
        CreateTable::read(self.table_name.clone().unwrap_or_default(), input, violations)
    }
}
