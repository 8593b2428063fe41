//! UpdateTableReplicaAutoScaling, of version 2019.11.21.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::global::create_global_table::first_twice;
use crate::request::global::replica_scaling_description::TableScalingOutput;
use crate::request::global::scaling_members::ScalingSettingsUpdate;
use crate::request::global::texts::{replica_scaling_not_found, settings_invalid};
use crate::request::table_name::TableName;
use crate::table::autoscale::ScalingChange;

input_shape! {
    /// One element of `GlobalSecondaryIndexUpdates`.
    pub struct IndexWriteScalingInput {
        index_name: String = "IndexName",
        write: ScalingSettingsUpdate = "ProvisionedWriteCapacityAutoScalingUpdate",
    }
}

input_shape! {
    /// One element of `ReplicaGlobalSecondaryIndexUpdates`.
    pub struct IndexReadScalingInput {
        index_name: String = "IndexName",
        read: ScalingSettingsUpdate = "ProvisionedReadCapacityAutoScalingUpdate",
    }
}

input_shape! {
    /// One element of `ReplicaUpdates`.
    pub struct ReplicaScalingInput {
        region_name: String = "RegionName",
        indexes: Vec<IndexReadScalingInput> = "ReplicaGlobalSecondaryIndexUpdates",
        read: ScalingSettingsUpdate = "ReplicaProvisionedReadCapacityAutoScalingUpdate",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct UpdateTableReplicaAutoScalingInput {
        indexes: Vec<IndexWriteScalingInput> = "GlobalSecondaryIndexUpdates",
        table_name: String = "TableName",
        write: ScalingSettingsUpdate = "ProvisionedWriteCapacityAutoScalingUpdate",
        replica_updates: Vec<ReplicaScalingInput> = "ReplicaUpdates",
    }
}

/// How the reads of one replica are to scale.
#[derive(Clone, PartialEq, Debug)]
pub struct ReplicaReadScaling {
    /// `RegionName`.
    pub region: String,
    /// Of its table.
    pub table: Option<ScalingChange>,
    /// Of its indexes, by name.
    pub indexes: Vec<(String, ScalingChange)>,
}

/// An UpdateTableReplicaAutoScaling that passed its checks.
pub struct UpdateTableReplicaAutoScaling {
    table: TableName,
    write: Option<ScalingChange>,
    indexes: Vec<(String, ScalingChange)>,
    replicas: Vec<ReplicaReadScaling>,
}

impl UpdateTableReplicaAutoScaling {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateTableReplicaAutoScalingInput) -> Result<Self, Error> {
        let table = TableName::new(input.table_name.clone())?;
        check_model(&input)?;
        let name = table.name().to_owned();
        let (indexes, replicas) =
            (input.indexes.unwrap_or_default(), input.replica_updates.unwrap_or_default());
        if input.write.is_none() && indexes.is_empty() && replicas.is_empty() {
            return Err(settings_invalid(&name, " because at least one update parameter must be specified."));
        }
        let write = input.write.map(|write| write.change(&name)).transpose()?;
        let indexes = indexes
            .into_iter()
            .map(|given| index_change(&name, given.index_name, given.write))
            .collect::<Result<Vec<_>, _>>()?;
        let replicas =
            replicas.into_iter().map(|given| replica_change(&name, given)).collect::<Result<Vec<_>, _>>()?;
        let regions: Vec<String> = replicas.iter().map(|replica| replica.region.clone()).collect();
        if let Some(twice) = first_twice(&regions) {
            let problem = format!(" because the regions: ‘[{twice}]’ were specified more than once.");
            return Err(settings_invalid(&name, &problem));
        }
        Ok(Self { table, write, indexes, replicas })
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.table.name()
    }

    /// How writes of all replicas are to scale.
    #[must_use]
    pub fn write(&self) -> Option<&ScalingChange> {
        self.write.as_ref()
    }

    /// The same of their global indexes, by name.
    #[must_use]
    pub fn indexes(&self) -> &[(String, ScalingChange)] {
        &self.indexes
    }

    /// How reads of replicas are to scale, each Region once.
    #[must_use]
    pub fn replicas(&self) -> &[ReplicaReadScaling] {
        &self.replicas
    }

    /// Refuses the request: a table of one Region has no replicas (LAB DDB-TABLE-187).
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<TableScalingOutput, Error> {
        Err(replica_scaling_not_found(self.name()))
    }
}

/// What the service model asks for.
fn check_model(input: &UpdateTableReplicaAutoScalingInput) -> Result<(), Error> {
    let mut violations = Violations::default();
    let mut check = |path: &str, name: Option<&Option<String>>, scaling: Option<&ScalingSettingsUpdate>| {
        if let Some(name) = name {
            violations.required(&format!("{path}.indexName"), name.as_ref());
            violations.length(&format!("{path}.indexName"), name.as_deref(), 3, 255);
        }
        if let Some(scaling) = scaling {
            scaling.check(&mut violations, path);
        }
    };
    for (number, index) in input.indexes.iter().flatten().enumerate() {
        let path = format!("globalSecondaryIndexUpdates.{}.member", number + 1);
        check(&path, Some(&index.index_name), index.write.as_ref());
    }
    check("provisionedWriteCapacityAutoScalingUpdate", None, input.write.as_ref());
    for (number, replica) in input.replica_updates.iter().flatten().enumerate() {
        let path = format!("replicaUpdates.{}.member", number + 1);
        let read = format!("{path}.replicaProvisionedReadCapacityAutoScalingUpdate");
        check(&read, None, replica.read.as_ref());
        for (number, index) in replica.indexes.iter().flatten().enumerate() {
            let path = format!("{path}.replicaGlobalSecondaryIndexUpdates.{}.member", number + 1);
            check(&path, Some(&index.index_name), index.read.as_ref());
        }
    }
    for (number, replica) in input.replica_updates.iter().flatten().enumerate() {
        let path = format!("replicaUpdates.{}.member.regionName", number + 1);
        violations.required(&path, replica.region_name.as_ref());
    }
    for (path, length) in [
        ("globalSecondaryIndexUpdates", input.indexes.as_ref().map(Vec::len)),
        ("replicaUpdates", input.replica_updates.as_ref().map(Vec::len)),
    ] {
        if length == Some(0) {
            violations.note(path, &"[]", "Member must have length greater than or equal to 1");
        }
    }
    violations.finish()
}

fn index_change(
    table: &str,
    index: Option<String>,
    scaling: Option<ScalingSettingsUpdate>,
) -> Result<(String, ScalingChange), Error> {
    let index = index.unwrap_or_default();
    let Some(scaling) = scaling else {
        let problem = format!(
            " because at least one update parameter must be specified for global secondary index: ‘{index}’."
        );
        return Err(settings_invalid(table, &problem));
    };
    Ok((index, scaling.change(table)?))
}

fn replica_change(table: &str, given: ReplicaScalingInput) -> Result<ReplicaReadScaling, Error> {
    let region = given.region_name.unwrap_or_default();
    let indexes = given.indexes.unwrap_or_default();
    if given.read.is_none() && indexes.is_empty() {
        let problem =
            format!(" because at least one update parameter must be specified for region: ‘{region}’.");
        return Err(settings_invalid(table, &problem));
    }
    let indexes = indexes
        .into_iter()
        .map(|index| index_change(table, index.index_name, index.read))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ReplicaReadScaling { table: given.read.map(|read| read.change(table)).transpose()?, region, indexes })
}
