//! UpdateTable: throughput, billing mode, global indexes and deletion protection.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::index_update_members::{GivenUpdate, IndexUpdateInput, index_updates};
use crate::request::key_members::{AttributeDefinitionInput, read_attributes};
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::table_name::TableName;
use crate::request::throughput_members::{
    BillingMode, ProvisionedThroughput, THROUGHPUT_ON_DEMAND, read_billing_mode, read_mode,
};
use crate::request::vector_members::{GivenVectorUpdate, VectorIndexUpdateInput};
use crate::table::throughput::Mode;
use crate::table::{IndexUpdate, TableUpdate};

input_shape! {
    /// What a caller sends.
    pub struct UpdateTableInput {
        table_name: String = "TableName",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
        attribute_definitions: Vec<AttributeDefinitionInput> = "AttributeDefinitions",
        global_secondary_index_updates: Vec<IndexUpdateInput> = "GlobalSecondaryIndexUpdates",
        vector_index_updates: Vec<VectorIndexUpdateInput> = "VectorIndexUpdates",
    }
    refused {
        "DisassociationProtectionEnabled",
        "StreamSpecification",
        "SSESpecification",
        "ReplicaUpdates",
        "TableClass",
        "MultiRegionConsistency",
        "GlobalTableWitnessUpdates",
        "OnDemandThroughput",
        "WarmThroughput",
        "GlobalTableSettingsReplicationMode",
    }
}

/// The one concern of an UpdateTable (facts 4.4).
enum Concern {
    Update {
        update: TableUpdate,
        /// Whether the request names the billing mode; throughput alone does not change it.
        names_billing_mode: bool,
    },
    DeletionProtection(bool),
}

/// An UpdateTable that passed every check that needs no table.
pub struct UpdateTable {
    table: TableName,
    concern: Concern,
}

impl UpdateTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateTableInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name)?;
        let mut violations = Violations::default();
        let attributes =
            input.attribute_definitions.map(|attributes| read_attributes(&mut violations, &attributes));
        let billing_mode = read_billing_mode(&mut violations, input.billing_mode.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(&mut violations, "provisionedThroughput");
        }
        let indexes = input.global_secondary_index_updates.map(|updates| {
            let numbered = updates.into_iter().enumerate();
            let path = |index: usize| format!("globalSecondaryIndexUpdates.{}.member", index + 1);
            numbered
                .map(|(index, update)| GivenUpdate::read(&mut violations, &path(index), update))
                .collect::<Vec<_>>()
        });
        let vectors = input.vector_index_updates.map(|updates| {
            let numbered = updates.into_iter().enumerate();
            let path = |index: usize| format!("vectorIndexUpdates.{}.member", index + 1);
            numbered
                .map(|(index, update)| GivenVectorUpdate::read(&mut violations, &path(index), update))
                .collect::<Vec<_>>()
        });
        violations.finish()?;
        let throughput = input.provisioned_throughput.as_ref();
        let changes_mode = billing_mode.is_some() || throughput.is_some();
        let protection = input.deletion_protection_enabled;
        let given = [
            ("GlobalSecondaryIndexUpdates", indexes.as_ref().map(Vec::len)),
            ("VectorIndexUpdates", vectors.as_ref().map(Vec::len)),
        ];
        check_concerns(protection, changes_mode, &given)?;
        if let Some(protection) = protection {
            return Ok(Self { table, concern: Concern::DeletionProtection(protection) });
        }
        let mode = changes_mode.then(|| new_mode(billing_mode, throughput)).transpose()?;
        let indexes = index_updates(indexes.unwrap_or_default(), attributes.as_deref())?;
        let vectors = vectors.unwrap_or_default().into_iter();
        let vectors =
            vectors.map(|update| update.build(attributes.as_deref())).collect::<Result<Vec<_>, _>>()?;
        refuse_with_throughput(&indexes, vectors.is_empty(), billing_mode, throughput)?;
        let update = TableUpdate { mode, indexes, vectors };
        Ok(Self { table, concern: Concern::Update { update, names_billing_mode: billing_mode.is_some() } })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let name = self.table.name();
        let table = match &self.concern {
            Concern::DeletionProtection(protection) => context.tables.protect(name, *protection)?,
            Concern::Update { update, names_billing_mode } => {
                if update.mode.is_some() && !names_billing_mode {
                    refuse_on_demand(context, name)?;
                }
                context.tables.update(name, update, context.now)?
            }
        };
        Ok(TableOutput::changed(TableDescription::new(table, context.now)))
    }
}

/// Throughput alone does not change the billing mode of an on-demand table.
fn refuse_on_demand(context: &Context<'_>, name: &str) -> Result<(), Error> {
    match context.tables.find(name).map(|table| table.definition().mode) {
        Some(Mode::PayPerRequest) => Err(Error::validation(THROUGHPUT_ON_DEMAND)),
        _ => Ok(()),
    }
}

/// One concern a call (facts 4.4; LAB DDB-TABLE-015, -174, -359).
fn check_concerns(
    protection: Option<bool>,
    changes_mode: bool,
    indexes: &[(&str, Option<usize>)],
) -> Result<(), Error> {
    let has_indexes = indexes.iter().any(|(_, length)| length.is_some_and(|length| length > 0));
    if protection.is_none() && !changes_mode && !has_indexes {
        return Err(Error::validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
             SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \
             MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is \
             required",
        ));
    }
    if let Some((name, _)) = indexes.iter().find(|(_, length)| *length == Some(0)) {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: List of {name} is empty"
        )));
    }
    if protection.is_some() && (changes_mode || has_indexes) {
        return Err(Error::validation(
            "One or more parameter values were invalid: DeletionProtection modification must be the only operation in \
             the request",
        ));
    }
    Ok(())
}

/// An index may come or go together with a change of the billing mode, but not with one of the throughput alone.
fn refuse_with_throughput(
    indexes: &[IndexUpdate],
    no_vectors: bool,
    billing_mode: Option<BillingMode>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<(), Error> {
    let only_updates = indexes.iter().all(|update| matches!(update, IndexUpdate::Update { .. }));
    if only_updates && no_vectors || billing_mode.is_some() || throughput.is_none() {
        return Ok(());
    }
    Err(Error::validation(
        "One or more parameter values were invalid: You cannot create or delete index while updating table IOPS",
    ))
}

fn new_mode(
    billing_mode: Option<BillingMode>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<Mode, Error> {
    if billing_mode == Some(BillingMode::Provisioned) && throughput.is_none() {
        return Err(Error::validation(
            "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is \
             PROVISIONED",
        ));
    }
    read_mode(billing_mode, throughput)
}
