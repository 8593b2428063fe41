//! CreateGlobalTable, of version 2017.11.29.

use crate::error::Error;
use crate::input_shape;
use crate::request::context::Context;
use crate::request::global::global_table_description::GlobalTableOutput;
use crate::request::global::texts::{invalid, version_unsupported};
use crate::request::table_name::TableName;

input_shape! {
    /// One element of `ReplicationGroup`.
    pub struct ReplicaInput {
        region_name: String = "RegionName",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct CreateGlobalTableInput {
        global_table_name: String = "GlobalTableName",
        replication_group: Vec<ReplicaInput> = "ReplicationGroup",
    }
}

/// A CreateGlobalTable that passed its checks.
pub struct CreateGlobalTable {
    name: TableName,
    regions: Vec<String>,
}

impl CreateGlobalTable {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: CreateGlobalTableInput) -> Result<Self, Error> {
        let name = TableName::at("globalTableName", input.global_table_name)?;
        let mut violations = crate::request::constraint::Violations::default();
        violations.length("globalTableName", Some(name.name()), 3, 255);
        violations.required("replicationGroup", input.replication_group.as_ref());
        violations.finish()?;
        let group = input.replication_group.unwrap_or_default();
        if group.is_empty() {
            // The words are AWS's.
            return Err(invalid("Global table must have atleast one replica"));
        }
        let regions: Option<Vec<String>> = group.into_iter().map(|replica| replica.region_name).collect();
        let regions = regions.ok_or_else(|| invalid("ReplicationGroup members must specify RegionName"))?;
        if let Some(twice) = first_twice(&regions) {
            return Err(invalid(&format!("Region {twice} is in the ReplicationGroup more than once")));
        }
        Ok(Self { name, regions })
    }

    /// `GlobalTableName`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.name()
    }

    /// The Regions of its replicas, each once.
    #[must_use]
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// Refuses the request, in the words of AWS, which makes no such tables any more: a database by itself has no other
    /// Regions. A world makes them.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<GlobalTableOutput, Error> {
        Err(version_unsupported())
    }
}

/// The first name that comes a second time.
pub(super) fn first_twice(names: &[String]) -> Option<&str> {
    let twice = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
    twice.map(|(_, name)| name.as_str())
}
