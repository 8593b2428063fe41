//! UpdateGlobalTableSettings, of version 2017.11.29.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::global::create_global_table::first_twice;
use crate::request::global::describe_global_table::read_name;
use crate::request::global::replica_settings_description::GlobalTableSettingsOutput;
use crate::request::global::scaling_members::ScalingSettingsUpdate;
use crate::request::global::texts::{global_table_of_settings_not_found, settings_invalid};
use crate::request::table_class_member::read_table_class;
use crate::request::table_name::TableName;
use crate::request::throughput_members::{BillingMode, read_billing_mode_at};
use crate::table::TableClass;
use crate::table::autoscale::ScalingChange;

input_shape! {
    /// One element of `GlobalTableGlobalSecondaryIndexSettingsUpdate`.
    pub struct IndexWriteSettingsInput {
        index_name: String = "IndexName",
        units: i64 = "ProvisionedWriteCapacityUnits",
        scaling: ScalingSettingsUpdate = "ProvisionedWriteCapacityAutoScalingSettingsUpdate",
    }
}

input_shape! {
    /// One element of `ReplicaGlobalSecondaryIndexSettingsUpdate`.
    pub struct IndexReadSettingsInput {
        index_name: String = "IndexName",
        units: i64 = "ProvisionedReadCapacityUnits",
        scaling: ScalingSettingsUpdate = "ProvisionedReadCapacityAutoScalingSettingsUpdate",
    }
}

input_shape! {
    /// One element of `ReplicaSettingsUpdate`.
    pub struct ReplicaSettingsUpdateInput {
        region_name: String = "RegionName",
        units: i64 = "ReplicaProvisionedReadCapacityUnits",
        scaling: ScalingSettingsUpdate = "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate",
        indexes: Vec<IndexReadSettingsInput> = "ReplicaGlobalSecondaryIndexSettingsUpdate",
        class: String = "ReplicaTableClass",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct UpdateGlobalTableSettingsInput {
        global_table_name: String = "GlobalTableName",
        billing_mode: String = "GlobalTableBillingMode",
        units: i64 = "GlobalTableProvisionedWriteCapacityUnits",
        scaling: ScalingSettingsUpdate = "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
        indexes: Vec<IndexWriteSettingsInput> = "GlobalTableGlobalSecondaryIndexSettingsUpdate",
        replicas: Vec<ReplicaSettingsUpdateInput> = "ReplicaSettingsUpdate",
    }
}

/// A capacity of a table or an index: its units, and how it scales.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CapacitySettings {
    /// Units a second.
    pub units: Option<u64>,
    /// How they follow the load.
    pub scaling: Option<ScalingChange>,
}

/// What one replica gets of its own.
#[derive(Clone, PartialEq, Debug)]
pub struct LegacyReplicaSettings {
    /// `RegionName`.
    pub region: String,
    /// Reads of the table.
    pub read: CapacitySettings,
    /// Reads of its indexes, by name.
    pub indexes: Vec<(String, CapacitySettings)>,
    /// `ReplicaTableClass`.
    pub class: Option<TableClass>,
}

/// An UpdateGlobalTableSettings that passed its checks.
pub struct UpdateGlobalTableSettings {
    name: TableName,
    on_demand: Option<bool>,
    write: CapacitySettings,
    indexes: Vec<(String, CapacitySettings)>,
    replicas: Vec<LegacyReplicaSettings>,
}

impl UpdateGlobalTableSettings {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateGlobalTableSettingsInput) -> Result<Self, Error> {
        let name = read_name(input.global_table_name.clone())?;
        let mut violations = Violations::default();
        let mode =
            read_billing_mode_at(&mut violations, "globalTableBillingMode", input.billing_mode.as_deref());
        check_model(&mut violations, &input);
        violations.finish()?;
        let table = name.name().to_owned();
        let is_empty = mode.is_none()
            && input.units.is_none()
            && input.scaling.is_none()
            && input.indexes.is_none()
            && input.replicas.is_none();
        if is_empty {
            return Err(settings_invalid(
                &table,
                " because at least one update parameter must be specified.",
            ));
        }
        let indexes = input.indexes.unwrap_or_default().into_iter();
        let indexes = indexes
            .map(|given| index_settings(&table, given.index_name, given.units, given.scaling))
            .collect::<Result<Vec<_>, _>>()?;
        let replicas = input.replicas.unwrap_or_default().into_iter();
        let replicas =
            replicas.map(|given| replica_settings(&table, given)).collect::<Result<Vec<_>, _>>()?;
        let regions: Vec<String> = replicas.iter().map(|replica| replica.region.clone()).collect();
        if let Some(twice) = first_twice(&regions) {
            let problem = format!(" because the regions: ‘[{twice}]’ were specified more than once.");
            return Err(settings_invalid(&table, &problem));
        }
        let write = CapacitySettings::new(&table, input.units, input.scaling)?;
        let on_demand = mode.map(|mode| mode == BillingMode::PayPerRequest);
        Ok(Self { name, on_demand, write, indexes, replicas })
    }

    /// `GlobalTableName`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.name()
    }

    /// Whether all replicas are to be on demand, or provisioned.
    #[must_use]
    pub fn on_demand(&self) -> Option<bool> {
        self.on_demand
    }

    /// Writes of all replicas.
    #[must_use]
    pub fn write(&self) -> &CapacitySettings {
        &self.write
    }

    /// Writes of the indexes of all replicas, by name.
    #[must_use]
    pub fn indexes(&self) -> &[(String, CapacitySettings)] {
        &self.indexes
    }

    /// What replicas get of their own, each Region once.
    #[must_use]
    pub fn replicas(&self) -> &[LegacyReplicaSettings] {
        &self.replicas
    }

    /// Refuses the request: a database by itself has no global tables.
    ///
    /// # Errors
    /// `GlobalTableNotFoundException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<GlobalTableSettingsOutput, Error> {
        Err(global_table_of_settings_not_found(self.name()))
    }
}

impl CapacitySettings {
    fn new(table: &str, units: Option<i64>, scaling: Option<ScalingSettingsUpdate>) -> Result<Self, Error> {
        let scaling = scaling.map(|scaling| scaling.change(table)).transpose()?;
        Ok(Self { units: units.map(i64::unsigned_abs), scaling })
    }
}

/// What the service model asks for.
fn check_model(violations: &mut Violations, input: &UpdateGlobalTableSettingsInput) {
    violations.at_least("globalTableProvisionedWriteCapacityUnits", input.units, 1);
    if let Some(scaling) = &input.scaling {
        scaling.check(violations, "globalTableProvisionedWriteCapacityAutoScalingSettingsUpdate");
    }
    let lists = [
        ("globalTableGlobalSecondaryIndexSettingsUpdate", input.indexes.as_ref().map(Vec::len), 20),
        ("replicaSettingsUpdate", input.replicas.as_ref().map(Vec::len), 50),
    ];
    for (path, length, most) in lists {
        check_count(violations, path, length, most);
    }
    for (number, index) in input.indexes.iter().flatten().enumerate() {
        let path = format!("globalTableGlobalSecondaryIndexSettingsUpdate.{}.member", number + 1);
        let paths = (path.as_str(), "provisionedWriteCapacity");
        check_index(violations, paths, index.index_name.as_deref(), (index.units, index.scaling.as_ref()));
    }
    for (number, replica) in input.replicas.iter().flatten().enumerate() {
        let path = format!("replicaSettingsUpdate.{}.member", number + 1);
        violations.required(&format!("{path}.regionName"), replica.region_name.as_ref());
        violations.at_least(&format!("{path}.replicaProvisionedReadCapacityUnits"), replica.units, 1);
        if let Some(scaling) = &replica.scaling {
            let path = format!("{path}.replicaProvisionedReadCapacityAutoScalingSettingsUpdate");
            scaling.check(violations, &path);
        }
        let path = format!("{path}.replicaGlobalSecondaryIndexSettingsUpdate");
        check_count(violations, &path, replica.indexes.as_ref().map(Vec::len), 20);
        for (number, index) in replica.indexes.iter().flatten().enumerate() {
            let path = format!("{path}.{}.member", number + 1);
            let paths = (path.as_str(), "provisionedReadCapacity");
            check_index(
                violations,
                paths,
                index.index_name.as_deref(),
                (index.units, index.scaling.as_ref()),
            );
        }
    }
}

fn check_count(violations: &mut Violations, path: &str, length: Option<usize>, most: usize) {
    match length {
        Some(0) => violations.note(path, &"[]", "Member must have length greater than or equal to 1"),
        Some(length) if length > most => {
            let constraint = format!("Member must have length less than or equal to {most}");
            violations.note(path, &"[...]", &constraint);
        }
        _ => {}
    }
}

fn check_index(
    violations: &mut Violations,
    (path, capacity): (&str, &str),
    name: Option<&str>,
    (units, scaling): (Option<i64>, Option<&ScalingSettingsUpdate>),
) {
    violations.required(&format!("{path}.indexName"), name.as_ref());
    violations.length(&format!("{path}.indexName"), name, 3, 255);
    violations.at_least(&format!("{path}.{capacity}Units"), units, 1);
    if let Some(scaling) = scaling {
        scaling.check(violations, &format!("{path}.{capacity}AutoScalingSettingsUpdate"));
    }
}

fn index_settings(
    table: &str,
    index: Option<String>,
    units: Option<i64>,
    scaling: Option<ScalingSettingsUpdate>,
) -> Result<(String, CapacitySettings), Error> {
    Ok((index.unwrap_or_default(), CapacitySettings::new(table, units, scaling)?))
}

fn replica_settings(table: &str, given: ReplicaSettingsUpdateInput) -> Result<LegacyReplicaSettings, Error> {
    let indexes = given.indexes.unwrap_or_default().into_iter();
    let indexes = indexes
        .map(|index| index_settings(table, index.index_name, index.units, index.scaling))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(LegacyReplicaSettings {
        region: given.region_name.unwrap_or_default(),
        read: CapacitySettings::new(table, given.units, given.scaling)?,
        indexes,
        class: read_table_class(given.class.as_deref())?,
    })
}
