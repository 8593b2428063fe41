//! ExecuteTransaction.

use super::batch_execute_statement::{check_count, item_key};
use super::prepared::{self, Prepared};
use super::select::project;
use crate::error::{CancellationReason, Error};
use crate::expression::{BoundStatement, Cache, KeyNames, SelectStatement, Where};
use crate::request::constraint::Violations;
use crate::request::consumed_capacity::{ConsumedCapacity, ReturnConsumedCapacity};
use crate::request::context::Context;
use crate::request::item_collection::ReturnItemCollectionMetrics;
use crate::request::return_values::read_on_condition_failure;
use crate::request::table_name::TableName;
use crate::request::transaction::{
    ReadAction, ReadTransaction, WriteAction, WriteChange, WriteTransaction, list_digest, text_digest,
    value_digest,
};
use crate::table::{KeySchema, PUT_TOO_LARGE, Table, TransactionToken, check_item_size};
use crate::value::{Encoder, Item, Value};
use crate::wire::{Checked, Document, NESTING_EXCEEDED};
use crate::{input_shape, output_shape};

input_shape! {
    /// One statement of a transaction.
    pub struct ParameterizedStatement {
        statement: String = "Statement",
        parameters: Vec<Checked<Value>> = "Parameters",
        return_values_on_condition_check_failure: String = "ReturnValuesOnConditionCheckFailure",
    }
}

input_shape! {
    /// What a caller sends.
    pub struct ExecuteTransactionInput {
        transact_statements: Vec<ParameterizedStatement> = "TransactStatements",
        client_request_token: String = "ClientRequestToken",
        return_consumed_capacity: String = "ReturnConsumedCapacity",
    }
}

output_shape! {
    /// What was read for one statement.
    pub struct StatementResponse {
        item: Document = "Item",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct ExecuteTransactionOutput {
        responses: Vec<StatementResponse> = "Responses",
        consumed_capacity: Vec<ConsumedCapacity> = "ConsumedCapacity",
    }
}

/// Statements in a transaction at most (facts 1.7).
const STATEMENTS_MAX: usize = 100;
/// Characters of a client token at most (service model).
const TOKEN_CHARACTERS_MAX: usize = 36;

struct Member {
    statement: Prepared,
    item_on_condition_failure: bool,
}

/// An ExecuteTransaction that passed every check that needs no table.
pub struct ExecuteTransaction {
    members: Vec<Member>,
    token: Option<TransactionToken>,
    return_consumed_capacity: ReturnConsumedCapacity,
}

impl ExecuteTransaction {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: ExecuteTransactionInput, cache: &Cache) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("transactStatements", input.transact_statements.as_ref());
        let given = input.transact_statements.unwrap_or_default();
        check_count(&mut violations, "transactStatements", given.len(), STATEMENTS_MAX);
        let token = input.client_request_token;
        violations.length("clientRequestToken", token.as_deref(), 1, TOKEN_CHARACTERS_MAX);
        let return_consumed_capacity =
            ReturnConsumedCapacity::read(&mut violations, input.return_consumed_capacity.as_deref());
        let mut failures = Vec::with_capacity(given.len());
        for (index, member) in given.iter().enumerate() {
            let prefix = format!("transactStatements.{}.member.", index + 1);
            let (text, parameters) = (member.statement.as_ref(), member.parameters.as_ref());
            prepared::check_members(&mut violations, &prefix, text, parameters);
            failures.push(read_on_condition_failure(
                &mut violations,
                member.return_values_on_condition_check_failure.as_deref(),
            ));
        }
        violations.finish()?;
        let token = token.map(|token| TransactionToken {
            identity: list_digest([text_digest("ExecuteTransaction"), text_digest(&token)]),
            payload: list_digest(given.iter().map(ParameterizedStatement::digest)),
        });
        let members = given.into_iter().zip(failures).map(|(member, item_on_condition_failure)| {
            let text = member.statement.expect("presence was checked above");
            let statement = Prepared::new(&text, member.parameters.unwrap_or_default(), cache);
            Member { statement, item_on_condition_failure }
        });
        let members: Vec<Member> = members.collect();
        if let Some(error) = members.iter().find_map(|member| member.statement.refused_parameter()) {
            return Err(error.clone());
        }
        Ok(Self { members, token, return_consumed_capacity })
    }

    /// Carries the request out: all statements or none.
    ///
    /// # Errors
    /// The exceptions of ExecuteTransaction.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ExecuteTransactionOutput, Error> {
        let statements = self.statements(context)?;
        let reads = |statement: &&Known<'_>| matches!(statement.bound, BoundStatement::Select(_));
        let known = || statements.iter().filter_map(|statement| statement.as_ref().ok());
        let read_count = known().filter(reads).count();
        if read_count > 0 && read_count < known().count() {
            return Err(Error::validation(
                "ExecuteTransaction API does not support both read and write operations in the same request.",
            ));
        }
        if read_count > 0 { self.read(statements, context) } else { self.write(statements, context) }
    }

    /// The statements with their tables; a statement whose table is not there is a reason to cancel.
    fn statements(
        &self,
        context: &mut Context<'_>,
    ) -> Result<Vec<Result<Known<'_>, CancellationReason>>, Error> {
        let mut statements = Vec::with_capacity(self.members.len());
        for (position, member) in self.members.iter().enumerate() {
            let missing = member.statement.table().and_then(|table| {
                let found = context.tables.reading(table.name(), context.now).map(drop);
                found.err()
            });
            if let Some(error) = missing {
                statements.push(Err(not_found(&error)));
                continue;
            }
            let bound = member.statement.bound(context.tables);
            let (bound, table) = bound.map_err(|error| failed(position, error))?;
            refuse_member(bound, member.statement.index().is_some())
                .map_err(|error| failed(position, error))?;
            statements.push(Ok(Known {
                position,
                bound,
                table,
                item_on_condition_failure: member.item_on_condition_failure,
            }));
        }
        Ok(statements)
    }

    fn read(
        &self,
        statements: Vec<Result<Known<'_>, CancellationReason>>,
        context: &mut Context<'_>,
    ) -> Result<ExecuteTransactionOutput, Error> {
        let mut columns = Vec::with_capacity(statements.len());
        let actions = planned(statements, context, |known, table| {
            let BoundStatement::Select(statement) = known.bound else {
                unreachable!("invariant: all statements are reads")
            };
            columns.push(statement.columns.as_deref());
            let key = read_key(table, statement).map_err(|error| failed(known.position, error))?;
            Ok(key.map(|key| ReadAction { table: known.table.clone(), key, projection: None }))
        })?;
        let transaction =
            ReadTransaction { actions, return_consumed_capacity: self.return_consumed_capacity };
        let (documents, consumed_capacity) = transaction.execute(context)?;
        let responses = documents.into_iter().zip(columns).map(|(document, columns)| {
            let mut documents: Vec<Document> = document.into_iter().collect();
            project(&mut documents, columns);
            StatementResponse { item: documents.pop() }
        });
        Ok(ExecuteTransactionOutput { responses: Some(responses.collect()), consumed_capacity })
    }

    fn write(
        &self,
        statements: Vec<Result<Known<'_>, CancellationReason>>,
        context: &mut Context<'_>,
    ) -> Result<ExecuteTransactionOutput, Error> {
        let actions = planned(statements, context, |known, table| {
            let planned = write_change(known.bound, table).map_err(|error| failed(known.position, error))?;
            Ok(planned.map(|(change, filter)| WriteAction {
                table: known.table.clone(),
                change,
                condition: filter.map(|filter| filter.condition().clone()),
                item_on_condition_failure: known.item_on_condition_failure,
            }))
        })?;
        let transaction = WriteTransaction {
            actions,
            token: self.token,
            return_consumed_capacity: self.return_consumed_capacity,
            return_item_collection_metrics: ReturnItemCollectionMetrics::None,
        };
        let answer = transaction.execute(context).map_err(reworded)?;
        Ok(ExecuteTransactionOutput {
            // A transaction of writes answers with an empty list (measured).
            responses: Some(Vec::new()),
            consumed_capacity: answer.consumed_capacity,
        })
    }
}

impl ParameterizedStatement {
    /// A digest of everything that decides what the statement does.
    fn digest(&self) -> u128 {
        let text = |text: &Option<String>| text.as_deref().map_or(0, text_digest);
        let parameters = self.parameters.iter().flatten().flatten();
        let parameters = parameters.map(|value| value_digest(value.as_ref()));
        list_digest([
            text(&self.statement),
            list_digest(parameters),
            text(&self.return_values_on_condition_check_failure),
        ])
    }
}

/// A statement whose table is there.
struct Known<'s> {
    position: usize,
    bound: &'s BoundStatement,
    table: &'s TableName,
    item_on_condition_failure: bool,
}

/// The actions of a transaction. What is wrong with the key of a statement is the reason of that statement; every
/// such reason is given (measured), and the transaction is cancelled.
fn planned<'s, T>(
    statements: Vec<Result<Known<'s>, CancellationReason>>,
    context: &mut Context<'_>,
    mut plan: impl FnMut(&Known<'s>, &Table) -> Result<Result<T, Error>, Error>,
) -> Result<Vec<T>, Error> {
    let mut actions = Vec::with_capacity(statements.len());
    let mut reasons = Vec::with_capacity(statements.len());
    for statement in statements {
        let reason = match statement {
            Err(reason) => reason,
            Ok(known) => {
                let reading = context.tables.reading(known.table.name(), context.now)?;
                match plan(&known, reading.table)? {
                    Ok(action) => {
                        actions.push(action);
                        CancellationReason::none()
                    }
                    Err(error) => CancellationReason::of(error)?,
                }
            }
        };
        reasons.push(reason);
    }
    if reasons.iter().all(CancellationReason::is_none) { Ok(actions) } else { Err(Error::cancelled(reasons)) }
}

/// The refusal of one statement, which refuses the request.
fn failed(position: usize, error: Error) -> Error {
    match error {
        Error::Validation(text) => {
            Error::Validation(format!("Validation failed in TransactStatements[{position}]: {text}"))
        }
        error => error,
    }
}

fn not_found(error: &Error) -> CancellationReason {
    CancellationReason {
        code: "ResourceNotFound",
        message: Some(error.message().to_owned()),
        ..CancellationReason::default()
    }
}

/// What a statement may not have in a transaction.
fn refuse_member(bound: &BoundStatement, names_index: bool) -> Result<(), Error> {
    let returns = match bound {
        BoundStatement::Update(update) => update.returning.is_some(),
        BoundStatement::Delete(delete) => delete.returning,
        _ => false,
    };
    let refusal = match bound {
        _ if returns => "RETURNING clause is not supported in ExecuteTransaction.",
        BoundStatement::Select(_) if names_index => "Reads on indices are not supported within transactions.",
        BoundStatement::Exists(_) if names_index => "Operations on indices are not supported in transactions",
        _ => return Ok(()),
    };
    Err(Error::validation(refusal))
}

/// The key that a `SELECT` reads, or what is wrong with its values; the outer error is about the statement.
fn read_key(table: &Table, statement: &SelectStatement) -> Result<Result<Item, Error>, Error> {
    const INCOMPLETE: &str =
        "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
    // A value of another type than the key attribute's is no fault of the statement here.
    if let Some(filter) = &statement.filter
        && filter.is_only_equality_of(&key_names(table.schema()))
        && let Some(key) = key_item(table.schema(), |name| filter.key_value(name).ok().flatten())
        && table.schema().key_alone(key.as_ref()).is_err()
    {
        return Ok(Err(key_mismatch()));
    }
    item_key(table, None, statement)?.ok_or_else(|| Error::validation(INCOMPLETE)).map(Ok)
}

type PlannedChange<'s> = (WriteChange, Option<&'s Where>);

/// What a statement writes, or what is wrong with its key; the outer error is about the statement.
fn write_change<'s>(
    bound: &'s BoundStatement,
    table: &Table,
) -> Result<Result<PlannedChange<'s>, Error>, Error> {
    let schema = table.schema();
    let keyed = |filter: Option<&'s Where>| {
        let key = filter.and_then(|filter| key_item(schema, |name| filter.key_value(name).ok().flatten()));
        let key = key.ok_or_else(key_mismatch)?;
        schema.key_alone(key.as_ref())?;
        Ok::<_, Error>((key, filter))
    };
    Ok(match bound {
        BoundStatement::Insert(insert) => {
            check_item_size(insert.item.as_ref(), PUT_TOO_LARGE)?;
            let key = table.key_of_item(insert.item.as_ref());
            key.map(|_| (WriteChange::Insert(insert.item.clone()), None))
        }
        BoundStatement::Update(update) => keyed(update.filter.as_ref())
            .map(|(key, filter)| (WriteChange::Update { key, update: Some(update.update.clone()) }, filter)),
        BoundStatement::Delete(delete) => keyed(delete.filter.as_ref()).map(|(key, filter)| {
            let filter = filter.filter(|filter| !filter.is_only_equality_of(&key_names(schema)));
            (WriteChange::Delete { key }, filter)
        }),
        BoundStatement::Exists(check) => {
            let filter = check.filter.as_ref();
            let filter = filter.filter(|filter| !filter.is_only_equality_of(&key_names(schema)));
            let key = filter.and_then(|filter| key_item(schema, |name| filter.first_key_value(name)));
            let key = key.ok_or_else(|| {
                Error::validation("EXISTS() must contain a single item read with additional condition")
            })?;
            schema.key_alone(key.as_ref()).map(|_| (WriteChange::Check { key }, filter))
        }
        BoundStatement::Select(_) => unreachable!("invariant: all statements are writes"),
    })
}

fn key_names(schema: &KeySchema) -> KeyNames<'_> {
    KeyNames {
        partition: &schema.partition.name,
        sort: schema.sort.as_ref().map(|attribute| attribute.name.as_str()),
    }
}

fn key_mismatch() -> Error {
    Error::validation("The provided key element does not match the schema")
}

/// The key attributes, if `value` has them all.
fn key_item<'v>(schema: &KeySchema, value: impl Fn(&str) -> Option<&'v Value>) -> Option<Item> {
    let mut item = Encoder::item();
    for attribute in schema.attributes() {
        item.name(&attribute.name);
        item.raw(value(&attribute.name)?.as_ref());
    }
    Some(item.finish_item())
}

/// What an update nested too deeply is said of in fewer words than UpdateItem says (measured).
fn reworded(error: Error) -> Error {
    let Error::TransactionCanceled(cancellation) = &error else { return error };
    let too_deep = |reason: &CancellationReason| reason.message.as_deref() == Some(NESTING_EXCEEDED);
    if !cancellation.reasons().iter().any(too_deep) {
        return error;
    }
    let reasons = cancellation.reasons().iter().map(|reason| {
        let mut reason = reason.clone();
        if too_deep(&reason) {
            reason.message = Some("Nesting Levels have exceeded supported limits".to_owned());
        }
        reason
    });
    Error::cancelled(reasons.collect())
}
