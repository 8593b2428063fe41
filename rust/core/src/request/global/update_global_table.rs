//! UpdateGlobalTable, of version 2017.11.29.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::global::create_global_table::first_twice;
use crate::request::global::global_table_description::GlobalTableOutput;
use crate::request::global::texts::{global_table_not_found, invalid, version_unsupported};
use crate::request::replica_members::RegionInput;
use crate::request::table_name::TableName;

input_shape! {
    /// One element of `ReplicaUpdates`.
    pub struct LegacyReplicaUpdateInput {
        create: RegionInput = "Create",
        delete: RegionInput = "Delete",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct UpdateGlobalTableInput {
        global_table_name: String = "GlobalTableName",
        replica_updates: Vec<LegacyReplicaUpdateInput> = "ReplicaUpdates",
    }
}

/// What becomes of a replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LegacyReplicaUpdate {
    /// The table in a Region joins.
    Create(String),
    /// The table in a Region leaves, and stays what it is.
    Delete(String),
}

/// An UpdateGlobalTable that passed its checks.
pub struct UpdateGlobalTable {
    name: TableName,
    updates: Vec<LegacyReplicaUpdate>,
}

impl UpdateGlobalTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: UpdateGlobalTableInput) -> Result<Self, Error> {
        let name = TableName::at("globalTableName", input.global_table_name)?;
        let mut violations = Violations::default();
        violations.length("globalTableName", Some(name.name()), 3, 255);
        violations.required("replicaUpdates", input.replica_updates.as_ref());
        let given = input.replica_updates.unwrap_or_default();
        for (index, update) in given.iter().enumerate() {
            for (action, region) in [("create", &update.create), ("delete", &update.delete)] {
                if let Some(region) = region {
                    let path = format!("replicaUpdates.{}.member.{action}.regionName", index + 1);
                    violations.required(&path, region.region_name.as_ref());
                }
            }
        }
        violations.finish()?;
        if given.is_empty() {
            // AWS says no more (LAB DDB-GLOBALTABLE-004).
            return Err(Error::validation("One or more parameter values were invalid"));
        }
        let updates = given.into_iter().map(read_update).collect::<Result<Vec<_>, _>>()?;
        let regions: Vec<String> = updates.iter().map(|update| update.region().to_owned()).collect();
        if let Some(twice) = first_twice(&regions) {
            return Err(invalid(&format!("Region {twice} is in the ReplicaUpdates more than once")));
        }
        Ok(Self { name, updates })
    }

    /// `GlobalTableName`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.name()
    }

    /// What becomes of its replicas, each Region once.
    #[must_use]
    pub fn updates(&self) -> &[LegacyReplicaUpdate] {
        &self.updates
    }

    /// Refuses the request: a database by itself has no global tables. That a replica is to be created is refused before (LAB
    /// DDB-GLOBALTABLE-004).
    ///
    /// # Errors
    /// `ValidationException`, `GlobalTableNotFoundException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<GlobalTableOutput, Error> {
        if self.updates.iter().any(|update| matches!(update, LegacyReplicaUpdate::Create(_))) {
            return Err(version_unsupported());
        }
        Err(global_table_not_found(self.name()))
    }
}

impl LegacyReplicaUpdate {
    /// The Region it is about.
    #[must_use]
    pub fn region(&self) -> &str {
        let (Self::Create(region) | Self::Delete(region)) = self;
        region
    }
}

fn read_update(given: LegacyReplicaUpdateInput) -> Result<LegacyReplicaUpdate, Error> {
    let name = |region: RegionInput| region.region_name.unwrap_or_default();
    match (given.create, given.delete) {
        (Some(create), None) => Ok(LegacyReplicaUpdate::Create(name(create))),
        (None, Some(delete)) => Ok(LegacyReplicaUpdate::Delete(name(delete))),
        (None, None) => Err(Error::validation("One or more parameter values were invalid")),
        (Some(_), Some(_)) => Err(invalid(
            "A ReplicaUpdate structure cannot contain both a create replica action and a delete replica action",
        )),
    }
}
