//! ListGlobalTables, of version 2017.11.29.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListGlobalTablesInput {
        exclusive_start_global_table_name: String = "ExclusiveStartGlobalTableName",
        limit: i32 = "Limit",
        region_name: String = "RegionName",
    }
}

output_shape! {
    /// One element of a listed `ReplicationGroup`.
    pub struct ListedReplica {
        region_name: String = "RegionName",
    }
}

output_shape! {
    /// One element of `GlobalTables`.
    pub struct ListedGlobalTable {
        global_table_name: String = "GlobalTableName",
        replication_group: Vec<ListedReplica> = "ReplicationGroup",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListGlobalTablesOutput {
        global_tables: Vec<ListedGlobalTable> = "GlobalTables",
        last_evaluated_global_table_name: String = "LastEvaluatedGlobalTableName",
    }
}

/// A ListGlobalTables that passed its checks.
pub struct ListGlobalTables {
    start: Option<String>,
    limit: usize,
    region: Option<String>,
}

/// Global tables on a page without a `Limit` (API reference).
const LIMIT: i32 = 100;

impl ListGlobalTables {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListGlobalTablesInput) -> Result<Self, Error> {
        let start = input.exclusive_start_global_table_name;
        let mut violations = Violations::default();
        violations.length("exclusiveStartGlobalTableName", start.as_deref(), 3, 255);
        violations.name_pattern("exclusiveStartGlobalTableName", start.as_deref());
        violations.at_least("limit", input.limit.map(i64::from), 1);
        violations.finish()?;
        let limit = usize::try_from(input.limit.unwrap_or(LIMIT)).unwrap_or(usize::MAX);
        Ok(Self { start, limit, region: input.region_name })
    }

    /// The page of those global tables, given in the order of their names with the Regions of their replicas.
    pub fn page<'a>(&self, tables: impl Iterator<Item = (&'a str, Vec<&'a str>)>) -> ListGlobalTablesOutput {
        let mut wanted = tables.filter(|(name, regions)| {
            self.start.as_deref().is_none_or(|start| *name > start)
                && self.region.as_deref().is_none_or(|region| regions.contains(&region))
        });
        let page: Vec<_> = wanted.by_ref().take(self.limit).collect();
        let last = page.last().filter(|_| wanted.next().is_some()).map(|(name, _)| (*name).to_owned());
        let listed = page.into_iter().map(|(name, regions)| ListedGlobalTable {
            global_table_name: Some(name.to_owned()),
            replication_group: Some(
                regions
                    .into_iter()
                    .map(|region| ListedReplica { region_name: Some(region.to_owned()) })
                    .collect(),
            ),
        });
        ListGlobalTablesOutput {
            global_tables: Some(listed.collect()),
            last_evaluated_global_table_name: last,
        }
    }

    /// Carries the request out for a database by itself, which has no global tables.
    ///
    /// # Errors
    /// None; the signature is that of every operation.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<ListGlobalTablesOutput, Error> {
        Ok(self.page(std::iter::empty()))
    }
}
