//! A parsed statement: what is kept of its text.

use triomphe::Arc;

use super::columns::Columns;
use super::parser;
use super::translate;
use super::where_clause::WhereTree;
use crate::expression::ast::UpdateTree;
use crate::expression::error::ExpressionError;
use crate::value::Value;

/// A parsed statement. It may be well-formed and still be one that DynamoDB refuses: that refusal waits until the
/// caller has seen what the statement is about ([`Statement::target`]).
#[derive(Debug)]
pub struct Statement {
    pub(super) target: Option<Target>,
    pub(super) meaning: Result<Meaning, String>,
    pub(super) parameters: usize,
}

/// What a statement is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The table's name or ARN.
    pub table: String,
    /// The index behind it.
    pub index: Option<String>,
}

/// A term of `ORDER BY`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderTerm {
    /// The attribute.
    pub name: String,
    /// `DESC`.
    pub descending: bool,
}

/// Which attributes a change answers with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returning {
    /// `ALL OLD *`
    AllOld,
    /// `ALL NEW *`
    AllNew,
    /// `MODIFIED OLD *`
    ModifiedOld,
    /// `MODIFIED NEW *`
    ModifiedNew,
}

/// What a statement asks for.
#[derive(Debug)]
pub(super) enum Meaning {
    Select(SelectMeaning),
    /// `EXISTS(SELECT ...)`, a condition of a transaction.
    Exists(SelectMeaning),
    Insert {
        attributes: Vec<(Box<str>, Slot)>,
    },
    Update(UpdateMeaning),
    Delete {
        filter: Option<Arc<WhereTree>>,
        returning: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct SelectMeaning {
    /// None for `*`.
    pub columns: Option<Arc<Columns>>,
    pub filter: Option<Arc<WhereTree>>,
    pub order: Arc<Vec<OrderTerm>>,
}

#[derive(Debug)]
pub(super) struct UpdateMeaning {
    pub tree: Arc<UpdateTree>,
    pub slots: Vec<Slot>,
    /// Slots that must hold sets, with the refusal of anything else.
    pub sets: Vec<(u16, String)>,
    pub filter: Option<Arc<WhereTree>>,
    pub returning: Option<Returning>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// The statement's text.
    Literal(Value),
    /// The request's parameter of that index.
    Parameter(u16),
}

impl Statement {
    /// Parses a statement.
    ///
    /// # Errors
    /// The text is no statement.
    pub(in crate::expression) fn parse(text: &str) -> Result<Self, ExpressionError> {
        let refusal = |problem: super::problem::Problem| ExpressionError::Request(problem.into_text());
        let (node, parameters) = parser::parse(text).map_err(refusal)?;
        let (target, meaning) = translate::statement(node);
        let meaning = meaning.map_err(super::problem::Problem::into_text);
        Ok(Self { target, meaning, parameters })
    }

    /// The table or index it names; none where it names none that could be one.
    #[must_use]
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// Whether it only reads: a `SELECT`.
    #[must_use]
    pub fn reads(&self) -> bool {
        matches!(self.meaning, Ok(Meaning::Select(_)))
    }
}
