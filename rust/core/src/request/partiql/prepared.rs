//! A statement of a request, read as far as that needs no table.

use triomphe::Arc;

use crate::error::Error;
use crate::expression::{BoundStatement, Cache, STATEMENT_SIZE_MAX, Statement};
use crate::request::constraint::Violations;
use crate::request::table_name::TableName;
use crate::table::{Table, Tables};
use crate::value::Value;
use crate::wire::Checked;

/// A statement with its parameters, or why there is none. A refusal waits, because a batch reports it beside the
/// answers of its other statements.
pub struct Prepared {
    /// Whether a parameter is refused, whatever the text says.
    parameter_refused: bool,
    /// None where the text or a parameter is refused.
    statement: Option<Arc<Statement>>,
    table: Option<TableName>,
    bound: Result<BoundStatement, Error>,
}

/// Notes violations of the members that describe a statement.
pub fn check_members(
    violations: &mut Violations,
    prefix: &str,
    statement: Option<&String>,
    parameters: Option<&Vec<Checked<Value>>>,
) {
    let path = format!("{prefix}statement");
    violations.required(&path, statement);
    violations.length(&path, statement.map(String::as_str), 1, STATEMENT_SIZE_MAX);
    if parameters.is_some_and(Vec::is_empty) {
        let path = format!("{prefix}parameters");
        violations.note(&path, &"[]", "Member must have length greater than or equal to 1");
    }
}

impl Prepared {
    /// Reads a statement. Its parameters are looked at first, in their order.
    #[must_use]
    pub fn new(text: &str, parameters: Vec<Checked<Value>>, cache: &Cache) -> Self {
        let parameters = match parameters.into_iter().collect::<Result<Vec<Value>, Error>>() {
            Ok(parameters) => parameters,
            Err(error) => return Self { parameter_refused: true, ..Self::refused(error) },
        };
        let statement = match cache.statement(text) {
            Ok(statement) => statement,
            Err(error) => return Self::refused(error.into()),
        };
        let table = match statement.target().map(|target| TableName::of_statement(&target.table)).transpose()
        {
            Ok(table) => table,
            Err(error) => return Self::refused(error),
        };
        let bound = statement.bind(&parameters).map_err(Error::from);
        Self { parameter_refused: false, statement: Some(statement), table, bound }
    }

    fn refused(error: Error) -> Self {
        Self { parameter_refused: false, statement: None, table: None, bound: Err(error) }
    }

    /// The refusal of a parameter.
    #[must_use]
    pub fn refused_parameter(&self) -> Option<&Error> {
        self.bound.as_ref().err().filter(|_| self.parameter_refused)
    }

    /// Whether it is a `SELECT`; nothing is said of one that DynamoDB has no meaning for.
    #[must_use]
    pub fn reads(&self) -> Option<bool> {
        match &self.bound {
            Ok(bound) => Some(matches!(bound, BoundStatement::Select(_))),
            Err(_) => self.statement.as_ref().filter(|statement| statement.reads()).map(|_| true),
        }
    }

    /// The table it names.
    #[must_use]
    pub fn table(&self) -> Option<&TableName> {
        self.table.as_ref()
    }

    /// The index it names.
    #[must_use]
    pub fn index(&self) -> Option<&String> {
        self.statement.as_ref()?.target()?.index.as_ref()
    }

    /// The statement and its table.
    ///
    /// # Errors
    /// Why it is refused. That an index has several partition or sort attributes comes before what the statement
    /// means (measured by the public conformance suite).
    pub fn bound(&self, tables: &Tables) -> Result<(&BoundStatement, &TableName), Error> {
        if let (Some(name), Some(index)) = (&self.table, self.index()) {
            tables.find(name.name()).map_or(Ok(()), |table| refuse_several_attributes(table, index))?;
        }
        match (&self.bound, &self.table) {
            (Ok(bound), Some(table)) => Ok((bound, table)),
            (Err(error), _) => Err(error.clone()),
            (Ok(_), None) => unreachable!("invariant: a statement that means something names its table"),
        }
    }
}

fn refuse_several_attributes(table: &Table, index: &str) -> Result<(), Error> {
    let found = table.indexes().iter().find(|each| each.name() == index);
    let several = |keys: &crate::table::IndexKeys| keys.partition.len() > 1 || keys.sort.len() > 1;
    if found.is_some_and(|index| several(index.definition().keys())) {
        return Err(Error::validation(
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE \
             keys.",
        ));
    }
    Ok(())
}
