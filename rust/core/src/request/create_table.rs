//! CreateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::throughput_members::{ProvisionedThroughput, read_billing_mode, read_mode};
use crate::table::{Definition, KeyAttribute, KeySchema};
use crate::value::Type;

input_shape! {
    /// One element of `AttributeDefinitions`.
    pub struct AttributeDefinitionInput {
        attribute_name: String = "AttributeName",
        attribute_type: String = "AttributeType",
    }
}

input_shape! {
    /// One element of `KeySchema`.
    pub struct KeySchemaElementInput {
        attribute_name: String = "AttributeName",
        key_type: String = "KeyType",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct CreateTableInput {
        table_name: String = "TableName",
        attribute_definitions: Vec<AttributeDefinitionInput> = "AttributeDefinitions",
        key_schema: Vec<KeySchemaElementInput> = "KeySchema",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
    }
    refused {
        "LocalSecondaryIndexes",
        "GlobalSecondaryIndexes",
        "VectorIndexes",
        "StreamSpecification",
        "SSESpecification",
        "Tags",
        "TableClass",
        "WarmThroughput",
        "ResourcePolicy",
        "OnDemandThroughput",
        "GlobalTableSourceArn",
        "GlobalTableSettingsReplicationMode",
    }
}

/// A CreateTable that passed every check that needs no table.
pub struct CreateTable {
    definition: Definition,
}

impl CreateTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: CreateTableInput) -> Result<Self, Error> {
        let name = table_name(input.table_name)?;
        let mut violations = Violations::default();
        violations.required("attributeDefinitions", input.attribute_definitions.as_ref());
        violations.required("keySchema", input.key_schema.as_ref());
        let attributes = input.attribute_definitions.unwrap_or_default();
        let types = read_attributes(&mut violations, &attributes);
        let billing_mode = read_billing_mode(&mut violations, input.billing_mode.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(&mut violations, "provisionedThroughput");
        }
        let elements = input.key_schema.unwrap_or_default();
        let keys = read_key_schema(&mut violations, &elements);
        violations.finish()?;
        let mode = read_mode(billing_mode, input.provisioned_throughput.as_ref())?;
        let schema = schema(&keys, &types)?;
        Ok(Self {
            definition: Definition {
                name,
                schema,
                mode,
                billing_mode_named: billing_mode.is_some(),
                deletion_protection: input.deletion_protection_enabled.unwrap_or(false),
            },
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of CreateTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let table = context.tables.create(self.definition.clone(), context.now)?;
        Ok(TableOutput::changed(TableDescription::new(table, context.now)))
    }
}

/// CreateTable's own rules for a name: present by its own text, 3 to 255 characters (facts 4.1, 14.3).
fn table_name(given: Option<String>) -> Result<String, Error> {
    let Some(name) = given else {
        return Err(Error::validation(
            "The parameter 'TableName' is required but was not present in the request",
        ));
    };
    let mut violations = Violations::default();
    violations.length("tableName", Some(&name), 3, 255);
    violations.name_pattern("tableName", Some(&name).filter(|name| !name.is_empty()).map(String::as_str));
    violations.finish()?;
    Ok(name)
}

fn read_attributes(violations: &mut Violations, given: &[AttributeDefinitionInput]) -> Vec<KeyAttribute> {
    let mut attributes = Vec::new();
    for (index, attribute) in given.iter().enumerate() {
        let path = format!("attributeDefinitions.{}.member", index + 1);
        let name_path = format!("{path}.attributeName");
        let type_path = format!("{path}.attributeType");
        violations.required(&name_path, attribute.attribute_name.as_ref());
        violations.length(&name_path, attribute.attribute_name.as_deref(), 1, 255);
        violations.required(&type_path, attribute.attribute_type.as_ref());
        let choices = [("B", Type::B), ("N", Type::N), ("S", Type::S)];
        let type_ = violations.choice(&type_path, attribute.attribute_type.as_deref(), &choices);
        if let (Some(name), Some(type_)) = (&attribute.attribute_name, type_) {
            attributes.push(KeyAttribute { name: name.clone(), type_ });
        }
    }
    attributes
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyType {
    Hash,
    Range,
}

fn read_key_schema(violations: &mut Violations, given: &[KeySchemaElementInput]) -> Vec<(String, KeyType)> {
    let mut keys = Vec::new();
    if given.len() > 2 {
        let shown: Vec<String> = given
            .iter()
            .map(|element| {
                format!(
                    "KeySchemaElement(attributeName={}, keyType={})",
                    element.attribute_name.as_deref().unwrap_or("null"),
                    element.key_type.as_deref().unwrap_or("null")
                )
            })
            .collect();
        let shown = format!("[{}]", shown.join(", "));
        violations.note("keySchema", &shown, "Member must have length less than or equal to 2");
    }
    for (index, element) in given.iter().enumerate() {
        let path = format!("keySchema.{}.member", index + 1);
        let name_path = format!("{path}.attributeName");
        let type_path = format!("{path}.keyType");
        violations.required(&name_path, element.attribute_name.as_ref());
        violations.length(&name_path, element.attribute_name.as_deref(), 1, 255);
        violations.required(&type_path, element.key_type.as_ref());
        let choices = [("HASH", KeyType::Hash), ("RANGE", KeyType::Range)];
        let type_ = violations.choice(&type_path, element.key_type.as_deref(), &choices);
        if let (Some(name), Some(type_)) = (&element.attribute_name, type_) {
            keys.push((name.clone(), type_));
        }
    }
    keys
}

/// The rules between key schema and attribute definitions, in DynamoDB's order.
fn schema(keys: &[(String, KeyType)], attributes: &[KeyAttribute]) -> Result<KeySchema, Error> {
    if keys.is_empty() {
        return Err(Error::validation(
            "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy \
             constraint: Member must have length greater than or equal to 1",
        ));
    }
    if keys.len() > attributes.len() {
        return Err(Error::validation("Invalid KeySchema: Some index key attribute have no definition"));
    }
    let find = |name: &str| attributes.iter().find(|attribute| attribute.name == name).cloned();
    let names = |list: Vec<&str>| list.join(", ");
    if keys.iter().any(|(name, _)| find(name).is_none()) {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Some index key attributes are not defined in \
             AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
            names(keys.iter().map(|(name, _)| name.as_str()).collect()),
            names(attributes.iter().map(|attribute| attribute.name.as_str()).collect())
        )));
    }
    if keys.len() == 2 && keys[0].0 == keys[1].0 {
        return Err(Error::validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    if keys[0].1 != KeyType::Hash {
        return Err(Error::validation(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ));
    }
    if keys.get(1).is_some_and(|(_, type_)| *type_ != KeyType::Range) {
        return Err(Error::validation(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    if keys.len() != attributes.len() {
        return Err(Error::validation(
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match \
             number of attributes defined in AttributeDefinitions",
        ));
    }
    let attribute = |position: usize| keys.get(position).and_then(|(name, _)| find(name));
    let partition = attribute(0).expect("every key attribute is defined, as checked above");
    Ok(KeySchema { partition, sort: attribute(1) })
}
