//! RestoreTableToPointInTime.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::input_shape;
use crate::request::capacity_members::OnDemandThroughput;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::encryption_members::SSESpecification;
use crate::request::index_members::{GlobalIndexInput, LocalIndexInput};
use crate::request::resource_arn::{ResourceArn, owned_by_the_account};
use crate::request::restore_members::{OverrideInput, Overrides, check_target};
use crate::request::table_description::{TableDescription, TableOutput};
use crate::request::throughput_members::ProvisionedThroughput;
use crate::table::{PastMoment, PointInTimeRecovery, RestoreOrigin, SourceTable, recovery_unavailable};

input_shape! {
    /// What a caller sends.
    pub struct RestoreTableToPointInTimeInput {
        source_table_arn: String = "SourceTableArn",
        source_table_name: String = "SourceTableName",
        target_table_name: String = "TargetTableName",
        use_latest_restorable_time: bool = "UseLatestRestorableTime",
        restore_date_time: Timestamp = "RestoreDateTime",
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

/// How the source table is named.
enum Source {
    Name(String),
    Arn(ResourceArn),
}

/// A RestoreTableToPointInTime that passed every check that needs no table.
pub struct RestoreTableToPointInTime {
    source: Source,
    target: String,
    /// None for the latest.
    time: Option<Timestamp>,
    overrides: Overrides,
}

impl RestoreTableToPointInTime {
    /// Checks a request, in the order that LAB DDB-TABLE-100 and -272 measured.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: RestoreTableToPointInTimeInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_target(&mut violations, input.target_table_name.as_ref());
        violations.length("sourceTableName", input.source_table_name.as_deref(), 3, 255);
        violations.name_pattern("sourceTableName", input.source_table_name.as_deref());
        violations.length("sourceTableArn", input.source_table_arn.as_deref(), 1, 1_024);
        let given = OverrideInput {
            billing_mode: input.billing_mode_override,
            global: input.global_secondary_index_override,
            local: input.local_secondary_index_override,
            throughput: input.provisioned_throughput_override,
            maximum: input.on_demand_throughput_override,
            encryption: input.sse_specification_override,
        };
        let overrides = Overrides::read(violations, given)?;
        let source = source(input.source_table_name, input.source_table_arn)?;
        let time = time(input.use_latest_restorable_time, input.restore_date_time)?;
        Ok(Self { source, target: input.target_table_name.unwrap_or_default(), time, overrides })
    }

    /// Carries the request out: the table gets its items as time passes.
    ///
    /// # Errors
    /// The exceptions of RestoreTableToPointInTime.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TableOutput, Error> {
        let (tables, now) = (&mut *context.tables, context.now);
        let (name, given, is_elsewhere) = match &self.source {
            Source::Name(name) => (name.as_str(), name.as_str(), false),
            Source::Arn(arn) => {
                owned_by_the_account(arn, tables.settings())?;
                (arn.table(), arn.given(), arn.is_elsewhere(tables.settings()))
            }
        };
        self.overrides.check_region(is_elsewhere)?;
        if is_elsewhere {
            return Err(Error::TableNotFound(format!("Table not found: {given}")));
        }
        let table = tables.backed_up(name, given)?;
        let recovery = table.recovery().ok_or_else(|| recovery_unavailable(name))?;
        let time = restorable(recovery, self.time, now)?;
        let source = SourceTable::of(table);
        let (definition, indexes) = self.overrides.apply(&source, &self.target)?;
        tables.check_restore_target(&self.target)?;
        tables.check_restores()?;
        let hold = tables.hold_past(name, PastMoment::EndOfSecond(time), now)?;
        let origin = RestoreOrigin { backup_arn: None, table_arn: source.arn, time };
        let table = tables.restore(definition, &indexes, (hold, origin), now)?;
        Ok(TableOutput::changed(TableDescription::new(table, now)))
    }
}

fn source(name: Option<String>, arn: Option<String>) -> Result<Source, Error> {
    match (name, arn) {
        (Some(_), Some(_)) => Err(Error::validation(
            "Invalid Request: Must provide exactly one of: sourceTableArn, sourceTableName",
        )),
        (None, None) => {
            Err(Error::validation("The parameter 'TableName' is required but was not present in the request"))
        }
        (Some(name), None) => Ok(Source::Name(name)),
        (None, Some(arn)) => {
            let read = ResourceArn::new(Some(arn)).ok().filter(|arn| arn.stream().is_none());
            read.map(Source::Arn).ok_or_else(|| Error::validation("sourceTableArn is not a valid ARN"))
        }
    }
}

fn time(use_latest: Option<bool>, time: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
    match (use_latest.unwrap_or(false), time) {
        (true, Some(_)) => Err(Error::validation(
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore \
             request. Please specify either RestoreDateTime time or UseLatestRestorableTime",
        )),
        (false, None) => Err(Error::validation(
            "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
        )),
        (_, time) => Ok(time),
    }
}

/// The time that is restored, a whole second.
fn restorable(
    recovery: &PointInTimeRecovery,
    asked: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let Some(time) = asked else { return Ok(recovery.latest(now)) };
    if recovery.reaches(time, now) {
        return Ok(Timestamp::from_seconds(time.as_whole_seconds()));
    }
    let shown = |time: Timestamp| format!("{}Z", &time.to_iso_8601()[..19]);
    Err(Error::InvalidRestoreTime(format!(
        "RestoreDateTime '{}' must be within EarliestRestorableDateTime '{}' and LatestRestorableDateTime '{}'",
        shown(time),
        shown(recovery.earliest(now)),
        shown(recovery.latest(now)),
    )))
}
