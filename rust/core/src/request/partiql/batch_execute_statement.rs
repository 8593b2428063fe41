//! BatchExecuteStatement.

use std::collections::BTreeSet;

use super::execute_statement::outside_transaction;
use super::prepared::{self, Prepared};
use super::select;
use super::statement_error::StatementError;
use super::write_plan::PlannedWrite;
use crate::error::Error;
use crate::expression::{BoundStatement, Cache, SelectStatement};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::return_values::read_on_condition_failure;
use crate::request::table_name::TableName;
use crate::table::{CapacityUnits, Consistency, Consumed, Table};
use crate::value::{Encoder, Item, ItemRef, Key, Value};
use crate::wire::{Checked, Document};
use crate::{input_shape, output_shape};

input_shape! {
    /// One statement of a batch.
    pub struct BatchStatementRequest {
        statement: String = "Statement",
        parameters: Vec<Checked<Value>> = "Parameters",
        consistent_read: bool = "ConsistentRead",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct BatchExecuteStatementInput {
        statements: Vec<BatchStatementRequest> = "Statements",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
    }
}

output_shape! {
    /// What became of one statement.
    pub struct BatchStatementResponse {
        error: StatementError = "Error",
        table_name: String = "TableName",
        item: Document = "Item",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct BatchExecuteStatementOutput {
        responses: Vec<BatchStatementResponse> = "Responses",
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
    }
}

/// Statements in a batch at most (facts 1.7).
const STATEMENTS_MAX: usize = 25;

struct Member {
    statement: Prepared,
    consistency: Consistency,
    item_on_condition_failure: bool,
}

/// A BatchExecuteStatement that passed every check that needs no table.
pub struct BatchExecuteStatement {
    members: Vec<Member>,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl BatchExecuteStatement {
    /// Checks a request. What is wrong with a statement is said in its own response.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: BatchExecuteStatementInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("statements", input.statements.as_ref());
        let given = input.statements.unwrap_or_default();
        check_count(&mut violations, "statements", given.len(), STATEMENTS_MAX);
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let mut failures = Vec::with_capacity(given.len());
        for (index, member) in given.iter().enumerate() {
            let prefix = format!("statements.{}.member.", index + 1);
            let (text, parameters) = (member.statement.as_ref(), member.parameters.as_ref());
            prepared::check_members(&mut violations, &prefix, text, parameters);
            failures.push(read_on_condition_failure(
                &mut violations,
                member.return_values_on_condition_check_failure.as_deref(),
            ));
        }
        violations.finish()?;
        let members = given.into_iter().zip(failures).map(|(member, item_on_condition_failure)| {
            let text = member.statement.expect("presence was checked above");
            Member {
                statement: Prepared::new(&text, member.parameters.unwrap_or_default(), cache),
                consistency: Consistency::requested(member.consistent_read),
                item_on_condition_failure,
            }
        });
        let members: Vec<Member> = members.collect();
        let reads = |wanted: bool| members.iter().any(|member| member.statement.reads() == Some(wanted));
        if reads(true) && reads(false) {
            return Err(Error::validation(
                "Read and write requests together in the same batch is not supported.",
            ));
        }
        Ok(Self { members, return_consumed_capacity })
    }

    /// Carries the request out: each statement succeeds or fails by itself.
    ///
    /// # Errors
    /// `ValidationException` where two statements are about one item.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<BatchExecuteStatementOutput, Error> {
        let plans: Vec<Result<Planned<'_>, Error>> =
            self.members.iter().map(|member| member.plan(context)).collect();
        refuse_repeated_items(&self.members, &plans)?;
        let mut bills: Vec<Bill<'_>> = Vec::new();
        let mut responses = Vec::with_capacity(plans.len());
        for (member, plan) in self.members.iter().zip(plans) {
            responses.push(self.run(member, plan, context, &mut bills));
        }
        let asked = self.return_consumed_capacity != ReturnConsumedCapacity::None;
        let mut consumed = Vec::new();
        for bill in bills.iter().filter(|bill| asked && bill.succeeded) {
            if let Some(table) = context.tables.find(bill.table.name()) {
                consumed.extend(bill.answer(self.return_consumed_capacity, table));
            }
        }
        let consumed_capacity = (!consumed.is_empty()).then_some(consumed);
        Ok(BatchExecuteStatementOutput { responses: Some(responses), consumed_capacity })
    }

    fn run<'m>(
        &self,
        member: &'m Member,
        plan: Result<Planned<'_>, Error>,
        context: &mut Context<'_>,
        bills: &mut Vec<Bill<'m>>,
    ) -> BatchStatementResponse {
        let table = member.statement.table();
        // The table is named where the statement reached it, and where there is none.
        let mut reached = matches!(plan, Ok(_) | Err(Error::ResourceNotFound(_)));
        let result = plan.and_then(|plan| {
            let table = table.expect("invariant: a planned statement names its table");
            let bill = bill_of(bills, table);
            let result = plan.run(member, table, context);
            match &result {
                Ok((_, consumed)) => bill.pay(consumed),
                Err(_) => bill.failed += plan.attempted(table, context),
            }
            result
        });
        let table_name = table.map(|table| table.given().to_owned());
        match result {
            Ok((item, _)) => BatchStatementResponse { error: None, table_name, item },
            Err(error) => {
                reached &= table_name.is_some();
                let table_name = table_name.filter(|_| reached);
                BatchStatementResponse { error: Some(StatementError::new(error)), table_name, item: None }
            }
        }
    }
}

/// Notes that a list has too few or too many elements.
pub fn check_count(violations: &mut Violations, path: &str, count: usize, maximum: usize) {
    if count == 0 {
        violations.note(path, &"[]", "Member must have length greater than or equal to 1");
    }
    if count > maximum {
        let constraint = format!("Member must have length less than or equal to {maximum}");
        violations.note(path, &format_args!("[{count} statements]"), &constraint);
    }
}

/// A statement, planned for its table.
enum Planned<'s> {
    Read { statement: &'s SelectStatement, key: Key },
    Write(PlannedWrite<'s>),
}

impl Member {
    fn plan(&self, context: &mut Context<'_>) -> Result<Planned<'_>, Error> {
        let (statement, table) = self.statement.bound(context.tables)?;
        match statement {
            BoundStatement::Select(statement) => {
                let reading = context.tables.reading(table.name(), context.now)?;
                let key = item_key(reading.table, self.statement.index(), statement)?;
                let key = key.ok_or_else(|| {
                    Error::validation(
                        "Select statements within BatchExecuteStatement must specify the primary key in the where \
                         clause.",
                    )
                })?;
                let key = reading.table.schema().key_alone(key.as_ref())?;
                Ok(Planned::Read { statement, key })
            }
            BoundStatement::Exists(_) => Err(outside_transaction()),
            write => {
                let writing = context.tables.writing(table.name(), context.now)?;
                PlannedWrite::new(write, writing.table).map(Planned::Write)
            }
        }
    }
}

/// The key of the one item that a `SELECT` reads; none where it reads an index, more, or under a condition.
///
/// # Errors
/// `ValidationException`.
pub fn item_key(
    table: &Table,
    index: Option<&String>,
    statement: &SelectStatement,
) -> Result<Option<Item>, Error> {
    if index.is_some() {
        return Ok(None);
    }
    let read = select::read_of(table, None, Consistency::Eventual)?;
    let (plan, _) = select::plan(read, statement)?;
    let Some((partition, sort)) = plan.item_key() else { return Ok(None) };
    let schema = table.schema();
    let mut key = Encoder::item();
    for (attribute, value) in schema.attributes().zip(std::iter::once(partition).chain(sort)) {
        key.name(&attribute.name);
        key.raw(value.as_ref());
    }
    Ok(Some(key.finish_item()))
}

impl Planned<'_> {
    fn key(&self) -> &Key {
        match self {
            Self::Read { key, .. } => key,
            Self::Write(plan) => &plan.key,
        }
    }

    fn run(
        &self,
        member: &Member,
        table: &TableName,
        context: &mut Context<'_>,
    ) -> Result<(Option<Document>, Consumed), Error> {
        match self {
            Self::Read { statement, key } => {
                let mut reading = context.tables.reading(table.name(), context.now)?;
                let (entry, units) = reading.get(key, member.consistency)?;
                let mut documents: Vec<Document> = entry.map(Document::Stored).into_iter().collect();
                select::project(&mut documents, statement.columns.as_deref());
                Ok((documents.pop(), Consumed::table(units)))
            }
            Self::Write(plan) => {
                let mut writing = context.tables.writing(table.name(), context.now)?;
                let done = plan.run(&mut writing, member.item_on_condition_failure)?;
                Ok((done.document, done.consumed))
            }
        }
    }

    /// What a failed write counts: as much as if it had been made, by the larger of the stored item and the one that
    /// an `INSERT` brings (measured by dynoxide's authors).
    fn attempted(&self, table: &TableName, context: &mut Context<'_>) -> CapacityUnits {
        let Self::Write(plan) = self else { return CapacityUnits::ZERO };
        let Ok(reading) = context.tables.reading(table.name(), context.now) else {
            return CapacityUnits::ZERO;
        };
        let stored = reading.store.get(reading.table.space(), plan.key.as_bytes());
        let stored = stored.ok().flatten().map_or(0, |entry| ItemRef::trusted(entry.value()).size());
        let inserted = plan.inserted().map_or(0, |item: &Item| item.as_ref().size());
        CapacityUnits::write(stored.max(inserted))
    }
}

/// Two statements may not be about one item.
fn refuse_repeated_items(members: &[Member], plans: &[Result<Planned<'_>, Error>]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for (member, plan) in members.iter().zip(plans) {
        if let (Some(table), Ok(plan)) = (member.statement.table(), plan)
            && !seen.insert((table.name(), plan.key().as_bytes()))
        {
            return Err(Error::validation("Provided list of item keys contains duplicates"));
        }
    }
    Ok(())
}

/// What a batch consumed of one table.
struct Bill<'m> {
    table: &'m TableName,
    consumed: Consumed,
    /// What failed statements add to the total, though to no part of it (measured by dynoxide's authors).
    failed: CapacityUnits,
    /// A table of which every statement failed is not in the answer.
    succeeded: bool,
}

fn bill_of<'b, 'm>(bills: &'b mut Vec<Bill<'m>>, table: &'m TableName) -> &'b mut Bill<'m> {
    let position = bills.iter().position(|bill| bill.table.name() == table.name()).unwrap_or_else(|| {
        let (consumed, failed) = (Consumed::default(), CapacityUnits::ZERO);
        bills.push(Bill { table, consumed, failed, succeeded: false });
        bills.len() - 1
    });
    &mut bills[position]
}

impl Bill<'_> {
    fn pay(&mut self, consumed: &Consumed) {
        self.consumed.add(consumed);
        self.succeeded = true;
    }

    fn answer(&self, asked: ReturnConsumedCapacity, table: &Table) -> Option<ConsumedCapacity> {
        let mut answer = asked.answer(self.table, table, &self.consumed)?;
        answer.capacity_units = Some((self.consumed.total() + self.failed).as_f64());
        Some(answer)
    }
}
