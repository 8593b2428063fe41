//! CreateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::capacity_members::{OnDemandThroughput, WarmThroughput, table_limits};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::encryption_members::{GivenEncryption, SSESpecification};
use crate::request::index_members::{GivenIndex, GivenIndexes, GlobalIndexInput, LocalIndexInput};
use crate::request::key_members::{
    AttributeDefinitionInput, KeySchemaElementInput, read_attributes, read_key_schema, refuse_repeated,
    table_schema,
};
use crate::request::stream_members::{GivenStream, StreamSpecificationInput};
use crate::request::table_class_member::read_table_class;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::tag_members::{TagInput, read_tags};
use crate::request::throughput_members::{ProvisionedThroughput, read_billing_mode, read_mode};
use crate::request::vector_members::{GivenVectorIndex, VectorIndexInput};
use crate::table::throughput::Mode;
use crate::table::{Definition, EncryptionKey, NewIndexes, PolicyDocument};

input_shape! {
    /// What a caller sends.
    pub struct CreateTableInput {
        table_name: String = "TableName",
        attribute_definitions: Vec<AttributeDefinitionInput> = "AttributeDefinitions",
        key_schema: Vec<KeySchemaElementInput> = "KeySchema",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
        local_secondary_indexes: Vec<LocalIndexInput> = "LocalSecondaryIndexes",
        global_secondary_indexes: Vec<GlobalIndexInput> = "GlobalSecondaryIndexes",
        vector_indexes: Vec<VectorIndexInput> = "VectorIndexes",
        sse_specification: SSESpecification = "SSESpecification",
        tags: Vec<TagInput> = "Tags",
        table_class: String = "TableClass",
        warm_throughput: WarmThroughput = "WarmThroughput",
        resource_policy: String = "ResourcePolicy",
        on_demand_throughput: OnDemandThroughput = "OnDemandThroughput",
        stream_specification: StreamSpecificationInput = "StreamSpecification",
    }
    refused {
        "GlobalTableSourceArn",
        "GlobalTableSettingsReplicationMode",
    }
}

/// A CreateTable that passed every check that needs no table.
pub struct CreateTable {
    definition: Definition,
    indexes: NewIndexes,
    policy: Option<String>,
}

impl CreateTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(mut input: CreateTableInput) -> Result<Self, Error> {
        let name = table_name(input.table_name.take())?;
        Self::read(name, input, Violations::default())
    }

    /// Checks a request beside its table's name, after other constraints of the request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn read(name: String, input: CreateTableInput, mut violations: Violations) -> Result<Self, Error> {
        violations.required("attributeDefinitions", input.attribute_definitions.as_ref());
        violations.required("keySchema", input.key_schema.as_ref());
        let attributes = input.attribute_definitions.unwrap_or_default();
        let types = read_attributes(&mut violations, &attributes);
        let billing_mode = read_billing_mode(&mut violations, input.billing_mode.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(&mut violations, "provisionedThroughput");
        }
        let elements = input.key_schema.unwrap_or_default();
        let keys = read_key_schema(&mut violations, "keySchema", &elements, Some(2));
        let local = input.local_secondary_indexes.map(|given| {
            numbered(given, "localSecondaryIndexes", |path, index| {
                GivenIndex::local(&mut violations, path, index)
            })
        });
        let global = input.global_secondary_indexes.map(|given| {
            numbered(given, "globalSecondaryIndexes", |path, index| {
                GivenIndex::global(&mut violations, path, index)
            })
        });
        let vector = input.vector_indexes.map(|given| {
            numbered(given, "vectorIndexes", |path, index| {
                GivenVectorIndex::read(&mut violations, path, index)
            })
        });
        let encryption = input.sse_specification.map(|given| GivenEncryption::read(&mut violations, given));
        let stream = input.stream_specification.map(|given| GivenStream::read(&mut violations, &given));
        violations.finish()?;
        let indexes = GivenIndexes { local, global, vector };
        let class = read_table_class(input.table_class.as_deref())?;
        let mode = read_mode(billing_mode, input.provisioned_throughput.as_ref())?;
        refuse_maximum(mode, input.on_demand_throughput.as_ref())?;
        refuse_repeated(&types)?;
        let schema = table_schema(&keys, &types, indexes.any())?;
        let indexes = indexes.build(&keys, &types, mode)?;
        let definition = Definition {
            name,
            schema,
            mode,
            billing_mode_named: billing_mode.is_some(),
            deletion_protection: input.deletion_protection_enabled.unwrap_or(false),
            limits: table_limits(input.on_demand_throughput.as_ref(), input.warm_throughput.as_ref())?,
            class,
            encryption: encryption.map_or(Ok(EncryptionKey::Owned), GivenEncryption::key)?,
            tags: read_tags(input.tags.unwrap_or_default())?,
            policy: None,
            stream: stream.map_or(Ok(None), GivenStream::created)?,
        };
        Ok(Self { definition, indexes, policy: input.resource_policy })
    }

    /// What the table shall be.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The indexes it shall have.
    #[must_use]
    pub fn indexes(&self) -> &NewIndexes {
        &self.indexes
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of CreateTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let mut definition = self.definition.clone();
        let account = &context.tables.settings().account_id;
        definition.policy =
            self.policy.as_ref().map(|policy| PolicyDocument::read(policy, account)).transpose()?;
        let table = context.tables.create(definition, &self.indexes, context.now)?;
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

/// CreateTable's own text for a maximum of a table that is not on demand.
fn refuse_maximum(mode: Mode, maximum: Option<&OnDemandThroughput>) -> Result<(), Error> {
    match (mode, maximum.and_then(OnDemandThroughput::first_member)) {
        (Mode::Provisioned { .. }, Some(member)) => Err(Error::Validation(format!(
            "One or more parameter values were invalid: {member} for OnDemandThroughput cannot be specified when table \
             BillingMode is PROVISIONED."
        ))),
        _ => Ok(()),
    }
}

/// Reads the elements of a list, each with its path.
fn numbered<T, G>(given: Vec<T>, path: &str, mut read: impl FnMut(&str, T) -> G) -> Vec<G> {
    let numbered = given.into_iter().enumerate();
    numbered.map(|(index, element)| read(&format!("{path}.{}.member", index + 1), element)).collect()
}
