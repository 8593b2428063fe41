//! A statement as its grammar sees it: the service parses all of PartiQL and refuses most of it afterwards, so this
//! tree holds what DynamoDB has no meaning for too.

use super::token::Position;

/// A part of a statement, with the place of the token that its messages point at.
#[derive(Debug)]
pub(super) struct Node {
    pub at: Position,
    pub form: Form,
}

/// What a part is.
#[derive(Debug)]
pub(super) enum Form {
    Name(String),
    Path {
        root: Box<Node>,
        steps: Vec<PathStep>,
    },
    /// With its sign, as written otherwise.
    Number(String),
    Text(String),
    Boolean(bool),
    Null,
    Missing,
    Ion(String),
    Parameter(u16),
    List(Vec<Node>),
    Bag(Vec<Node>),
    Struct(Vec<(Node, Node)>),
    /// The name in lower case.
    Call {
        name: String,
        arguments: Vec<Node>,
    },
    Not(Box<Node>),
    /// A sign before something that is no number.
    Sign(&'static str),
    Binary {
        operator: &'static str,
        left: Box<Node>,
        right: Box<Node>,
    },
    Between {
        operand: Box<Node>,
        low: Box<Node>,
        high: Box<Node>,
        negated: bool,
    },
    In {
        operand: Box<Node>,
        candidates: Box<Node>,
        negated: bool,
    },
    Is {
        operand: Box<Node>,
        type_: &'static str,
        negated: bool,
    },
    Select(Box<Select>),
    Change(Box<Change>),
    /// Something that the grammar has and DynamoDB has not; the name its message gives it.
    Unsupported(&'static str),
}

/// A step of a path.
#[derive(Debug)]
pub(super) enum PathStep {
    Name(String),
    Index(Node),
    /// `.*`
    Unpivot,
    /// `[*]`
    Wildcard,
}

/// `SELECT`.
#[derive(Debug)]
pub(super) struct Select {
    pub projection: Projection,
    pub source: Source,
    pub condition: Option<Node>,
    pub order: Vec<OrderTerm>,
    /// The first clause that DynamoDB does not have.
    pub unsupported: Option<(&'static str, Position)>,
}

/// What `SELECT` asks for.
#[derive(Debug)]
pub(super) enum Projection {
    Star,
    Columns(Vec<Column>),
    /// `SELECT VALUE` or `PIVOT`.
    Other,
}

/// A part of a projection.
#[derive(Debug)]
pub(super) struct Column {
    pub node: Node,
    pub aliased: bool,
}

/// What a statement reads from or changes.
#[derive(Debug)]
pub(super) struct Source {
    pub node: Node,
    pub aliased: bool,
    pub joined: bool,
}

/// A term of `ORDER BY`.
#[derive(Debug)]
pub(super) struct OrderTerm {
    pub node: Node,
    pub descending: bool,
}

/// `INSERT`, `UPDATE` or `DELETE`.
#[derive(Debug)]
pub(super) struct Change {
    pub operations: Vec<Operation>,
    /// None for an `INSERT`, which names its table itself, and for an operation that stands alone.
    pub source: Option<Source>,
    pub condition: Option<Node>,
    pub returning: Option<Vec<Returning>>,
}

/// One operation of a change.
#[derive(Debug)]
pub(super) enum Operation {
    InsertValue { target: Node, value: Node, positioned: bool, on_conflict: bool },
    Insert { target: Node },
    Set(Vec<(Node, Node)>),
    Remove(Node),
    Delete,
}

/// An element of `RETURNING`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Returning {
    /// Such as `ALL OLD`.
    pub which: &'static str,
    pub star: bool,
}
