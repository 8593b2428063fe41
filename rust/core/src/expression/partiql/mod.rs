//! PartiQL: statements, as the same conditions, updates and key conditions that expressions become.
//!
//! A statement's text is read once (`lexer`, `parser`) by the whole grammar of PartiQL, because that is what the
//! service does and what its messages come from. What DynamoDB has a meaning for is translated (`translate`) into the
//! trees of the expression language, with values where a literal or a `?` stood; the [`Cache`](super::Cache) keeps the
//! result, so that a repeated statement costs a look-up. [`Statement::bind`] puts a request's parameters in and checks
//! the operands.
//!
//! It does **not** know tables: which names are keys, and so whether a `WHERE` reads one item, ranges or everything,
//! is worked out by [`Where`] when the caller says so.
//!
//! Sources: developer guide, "PartiQL for DynamoDB"; the open PartiQL grammar; what public conformance suites measured
//! on the service, which is where the messages are from.

mod bind;
mod columns;
#[cfg(any(test, feature = "test-util"))]
mod fuzz;
mod key_plan;
mod keyword;
mod lexer;
mod parser;
mod problem;
mod statement;
mod syntax;
mod token;
mod translate;
mod where_clause;

pub use bind::{BoundStatement, DeleteStatement, InsertStatement, SelectStatement, UpdateStatement};
pub use columns::Columns;
#[cfg(any(test, feature = "test-util"))]
pub use fuzz::fuzz_statement;
pub use key_plan::{Branch, KeyNames};
pub use statement::{OrderTerm, Returning, Statement, Target};
pub use where_clause::Where;

/// The longest statement in characters (API reference of ExecuteStatement).
pub const STATEMENT_SIZE_MAX: usize = 8192;
