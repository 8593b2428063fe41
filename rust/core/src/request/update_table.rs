//! UpdateTable: throughput, billing mode and deletion protection.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::table_name::TableName;
use crate::request::throughput_members::{
    BillingMode, ProvisionedThroughput, THROUGHPUT_ON_DEMAND, read_billing_mode, read_mode,
};
use crate::table::throughput::Mode;

input_shape! {
    /// What a caller sends.
    pub struct UpdateTableInput {
        table_name: String = "TableName",
        billing_mode: String = "BillingMode",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        deletion_protection_enabled: bool = "DeletionProtectionEnabled",
    }
    refused {
        "AttributeDefinitions",
        "GlobalSecondaryIndexUpdates",
        "VectorIndexUpdates",
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
    /// A mode, and whether the request names the billing mode.
    Mode(Mode, bool),
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
        let billing_mode = read_billing_mode(&mut violations, input.billing_mode.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(&mut violations, "provisionedThroughput");
        }
        violations.finish()?;
        let throughput = input.provisioned_throughput.as_ref();
        let changes_mode = billing_mode.is_some() || throughput.is_some();
        let concern = match (input.deletion_protection_enabled, changes_mode) {
            (Some(_), true) => {
                return Err(Error::validation(
                    "One or more parameter values were invalid: DeletionProtectionEnabled must be the only operation \
                     in the request",
                ));
            }
            (Some(protection), false) => Concern::DeletionProtection(protection),
            (None, true) => Concern::Mode(new_mode(billing_mode, throughput)?, billing_mode.is_some()),
            (None, false) => {
                return Err(Error::validation(
                    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
                     GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
                ));
            }
        };
        Ok(Self { table, concern })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of UpdateTable.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let name = self.table.name();
        let table = match self.concern {
            Concern::DeletionProtection(protection) => context.tables.protect(name, protection)?,
            Concern::Mode(mode, names_billing_mode) => {
                if !names_billing_mode {
                    refuse_on_demand(context, name)?;
                }
                context.tables.change_throughput(name, mode, context.now)?
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
