//! RestoreTableFromBackup.

use crate::error::Error;
use crate::input_shape;
use crate::request::backup_arn::BackupArn;
use crate::request::capacity_members::OnDemandThroughput;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::encryption_members::SSESpecification;
use crate::request::index_members::{GlobalIndexInput, LocalIndexInput};
use crate::request::restore_members::{OverrideInput, Overrides, check_target};
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::throughput_members::ProvisionedThroughput;
use crate::table::{RestoreOrigin, backup_not_found};

input_shape! {
    /// What a caller sends.
    pub struct RestoreTableFromBackupInput {
        target_table_name: String = "TargetTableName",
        backup_arn: String = "BackupArn",
        billing_mode_override: String = "BillingModeOverride",
        global_secondary_index_override: Vec<GlobalIndexInput> = "GlobalSecondaryIndexOverride",
        local_secondary_index_override: Vec<LocalIndexInput> = "LocalSecondaryIndexOverride",
        provisioned_throughput_override: ProvisionedThroughput = "ProvisionedThroughputOverride",
        on_demand_throughput_override: OnDemandThroughput = "OnDemandThroughputOverride",
        sse_specification_override: SSESpecification = "SSESpecificationOverride",
    }
    refused {
        "VectorIndexOverride",
    }
}

/// A RestoreTableFromBackup that passed every check that needs no backup.
pub struct RestoreTableFromBackup {
    target: String,
    backup: BackupArn,
    overrides: Overrides,
}

impl RestoreTableFromBackup {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: RestoreTableFromBackupInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_target(&mut violations, input.target_table_name.as_ref());
        violations.required("backupArn", input.backup_arn.as_ref());
        BackupArn::check(&mut violations, "backupArn", input.backup_arn.as_deref());
        let given = OverrideInput {
            billing_mode: input.billing_mode_override,
            global: input.global_secondary_index_override,
            local: input.local_secondary_index_override,
            throughput: input.provisioned_throughput_override,
            maximum: input.on_demand_throughput_override,
            encryption: input.sse_specification_override,
        };
        let overrides = Overrides::read(violations, given)?;
        let target = input.target_table_name.unwrap_or_default();
        Ok(Self { target, backup: BackupArn::new(input.backup_arn.unwrap_or_default())?, overrides })
    }

    /// Carries the request out: the table gets its items as time passes.
    ///
    /// # Errors
    /// The exceptions of RestoreTableFromBackup.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let (tables, now) = (&mut *context.tables, context.now);
        let given = self.backup.given();
        let place = self.backup.place(tables.settings())?;
        let is_elsewhere = self.backup.is_elsewhere(tables.settings());
        self.overrides.check_region(is_elsewhere)?;
        let backup = tables.backup(place).filter(|_| !is_elsewhere).ok_or_else(|| backup_not_found(given))?;
        let (definition, indexes) = self.overrides.apply(backup.source(), &self.target)?;
        tables.check_restore_target(&self.target)?;
        tables.check_backup_restorable(backup, given, now)?;
        tables.check_restores()?;
        let origin = RestoreOrigin {
            backup_arn: Some(backup.arn().to_owned()),
            table_arn: backup.source().arn.clone(),
            time: backup.created(),
        };
        let hold = backup.hold().clone();
        let hold = tables.share_past(&hold)?;
        let table = tables.restore(definition, &indexes, (hold, origin), now)?;
        Ok(TableOutput::changed(TableDescription::new(table, now)))
    }
}
