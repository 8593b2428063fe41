//! Vector indexes by the JSON that reaches them: definitions, writes, searches, UpdateTable; and random writes against a
//! reference that looks at every item of the table.
//!
//! The texts are those that dynoxide's and extenddb's authors captured on the service in August 2026, and those of the
//! developer guide.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

#[path = "../indexes/database.rs"]
#[allow(dead_code, reason = "shared with the tests of secondary indexes")]
mod database;
mod definitions;
mod model;
mod searches;
mod table;
mod updates;
mod writes;
