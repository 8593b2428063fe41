//! The expression language: conditions, filters, projections, updates and key conditions.
//!
//! Text is parsed once to a tree whose names and values are placeholders ([`Cache`] keeps the trees of recent texts);
//! [`Binder`] puts a request's names and values in and checks what DynamoDB checks; the bound [`Condition`],
//! [`Projection`], [`Update`] and [`KeyCondition`] then work on encoded items and hold no text but attribute names.
//! The parameters that were there before expressions become the same four, without text in between (`legacy`), and so
//! do PartiQL's statements (`partiql`).
//!
//! It does **not** know tables: which names are key attributes is the caller's business
//! ([`Condition::top_level_names`], [`KeyCondition::resolve`]).
//!
//! Sources of the rules: developer guide, "Expressions in DynamoDB" and "Service, account, and table quotas"; where
//! the guide is silent, what public test suites measured on the service.

mod ast;
mod binder;
mod cache;
mod condition;
mod error;
#[cfg(any(test, feature = "test-util"))]
mod fuzz;
mod key_condition;
mod legacy;
mod lexer;
#[cfg(test)]
mod model;
mod names;
mod operand;
mod parser;
mod partiql;
mod path_tree;
mod projection;
mod reserved;
#[cfg(test)]
mod samples;
mod search_condition;
mod update;

pub use binder::{Binder, Names, Values};
pub use cache::Cache;
pub use condition::Condition;
pub use error::ExpressionError;
#[cfg(any(test, feature = "test-util"))]
pub use fuzz::fuzz_expression;
pub use key_condition::{IndexQuery, KeyCondition, KeyQuery, SortCondition};
pub use legacy::{AttributeChange, Comparison, ComparisonOperator, ConditionalOperator};
#[cfg(any(test, feature = "test-util"))]
pub use partiql::fuzz_statement;
pub use partiql::{
    BoundStatement, Branch, Columns, DeleteStatement, InsertStatement, KeyNames, OrderTerm, Returning,
    STATEMENT_SIZE_MAX, SelectStatement, Statement, Target, UpdateStatement, Where,
};
pub use projection::Projection;
pub use search_condition::{Equality, SearchCondition};
pub use update::{Update, Updated};

/// The longest expression in bytes (developer guide, "Service quotas": 4 KB).
pub const SIZE_MAX: usize = 4096;

/// The longest key of `ExpressionAttributeNames` and `ExpressionAttributeValues` in bytes, `#` or `:` included.
pub const PLACEHOLDER_SIZE_MAX: usize = 255;
