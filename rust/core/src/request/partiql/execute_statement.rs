//! ExecuteStatement.

use super::next_token::{self, Fingerprint, PagePosition};
use super::prepared::{self, Prepared};
use super::select::{SelectOptions, Selected, select};
use super::write_plan::PlannedWrite;
use crate::error::Error;
use crate::expression::{BoundStatement, Cache};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::return_values::read_on_condition_failure;
use crate::table::Consistency;
use crate::value::{Item, Value};
use crate::wire::{Checked, Document};
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct ExecuteStatementInput {
        statement: String = "Statement",
        parameters: Vec<Checked<Value>> = "Parameters",
        consistent_read: bool = "ConsistentRead",
        next_token: String = "NextToken",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
        limit: i32 = "Limit",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ExecuteStatementOutput {
        items: Vec<Document> = "Items",
        next_token: String = "NextToken",
        consumed_capacity: Box<ConsumedCapacity> = "ConsumedCapacity",
        last_evaluated_key: Item = "LastEvaluatedKey",
    }
}

/// An ExecuteStatement that passed every check that needs no table. A write keeps `Limit` and `ConsistentRead` by what it
/// is: it is about one item, which it reads consistently. Nobody has seen DynamoDB refuse them there.
pub struct ExecuteStatement {
    statement: Prepared,
    fingerprint: Fingerprint,
    limit: Option<usize>,
    consistency: Consistency,
    next_token: Option<String>,
    return_consumed_capacity: ReturnConsumedCapacity,
    item_on_condition_failure: bool,
}

impl ExecuteStatement {
    /// Checks a request. What is wrong with the statement itself is said when it is carried out, because some of that
    /// depends on the table.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ExecuteStatementInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        prepared::check_members(&mut violations, "", input.statement.as_ref(), input.parameters.as_ref());
        violations.length("nextToken", input.next_token.as_deref(), 1, next_token::LENGTH_MAX);
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        violations.at_least("limit", input.limit.map(i64::from), 1);
        let item_on_condition_failure = read_on_condition_failure(
            &mut violations,
            input.return_values_on_condition_check_failure.as_deref(),
        );
        violations.finish()?;
        let text = input.statement.expect("presence was checked above");
        let parameters = input.parameters.unwrap_or_default();
        let fingerprint = Fingerprint::new(&text, parameters.iter().flatten());
        Ok(Self {
            statement: Prepared::new(&text, parameters, cache),
            fingerprint,
            limit: input.limit.and_then(|limit| usize::try_from(limit).ok()),
            consistency: Consistency::requested(input.consistent_read),
            next_token: input.next_token,
            return_consumed_capacity,
            item_on_condition_failure,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of ExecuteStatement.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ExecuteStatementOutput, Error> {
        let (statement, table) = self.statement.bound(context.tables)?;
        let start = self.next_token.as_deref().map(|token| PagePosition::read(token, self.fingerprint));
        let start = start.transpose()?;
        match statement {
            BoundStatement::Select(query) => {
                let mut reading = context.tables.reading(table.name(), context.now)?;
                let options = SelectOptions { limit: self.limit, consistency: self.consistency, start };
                let page = select(&mut reading, self.statement.index(), query, options)?;
                let Selected { documents, next, last_key, consumed } = page;
                Ok(ExecuteStatementOutput {
                    items: Some(documents),
                    next_token: next.map(|position| position.token(self.fingerprint)),
                    consumed_capacity: self
                        .return_consumed_capacity
                        .answer(table, reading.table, &consumed)
                        .map(Box::new),
                    last_evaluated_key: last_key,
                })
            }
            BoundStatement::Exists(_) => Err(outside_transaction()),
            _ => {
                let mut writing = context.tables.writing(table.name(), context.now)?;
                let plan = PlannedWrite::new(statement, writing.table)?;
                let done = plan.run(&mut writing, self.item_on_condition_failure)?;
                let consumed = &done.consumed;
                Ok(ExecuteStatementOutput {
                    // A write answers with a list, even an empty one (measured).
                    items: Some(done.document.into_iter().collect()),
                    consumed_capacity: self
                        .return_consumed_capacity
                        .answer(table, writing.table, consumed)
                        .map(Box::new),
                    ..ExecuteStatementOutput::default()
                })
            }
        }
    }
}

/// The refusal of `EXISTS` where there is no transaction.
pub fn outside_transaction() -> Error {
    Error::validation("EXISTS can only be used in ExecuteTransaction write requests.")
}
