//! ListTables.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ListTablesInput {
        exclusive_start_table_name: String = "ExclusiveStartTableName",
        limit: i32 = "Limit",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ListTablesOutput {
        table_names: Vec<String> = "TableNames",
        last_evaluated_table_name: String = "LastEvaluatedTableName",
    }
}

/// A ListTables that passed its checks.
pub struct ListTables {
    start: Option<String>,
    limit: usize,
}

/// Names on a page at most (facts 4.1).
const NAMES_MAX: i32 = 100;

impl ListTables {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ListTablesInput) -> Result<Self, Error> {
        let start = input.exclusive_start_table_name;
        let mut violations = Violations::default();
        violations.length("exclusiveStartTableName", start.as_deref(), 3, 255);
        violations.name_pattern("exclusiveStartTableName", start.as_deref());
        violations.at_least("limit", input.limit.map(i64::from), 1);
        violations.at_most("limit", input.limit.map(i64::from), i64::from(NAMES_MAX));
        violations.finish()?;
        let limit = usize::try_from(input.limit.unwrap_or(NAMES_MAX)).unwrap_or(usize::MAX);
        Ok(Self { start, limit })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None now; the signature is that of every operation.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListTablesOutput, Error> {
        let (names, more) = context.tables.names(self.start.as_deref(), self.limit);
        let last = names.last().filter(|_| more).cloned();
        Ok(ListTablesOutput { table_names: Some(names), last_evaluated_table_name: last })
    }
}
