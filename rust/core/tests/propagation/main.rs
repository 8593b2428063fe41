//! What is not up to date: global indexes that follow their table with a delay, and eventually consistent reads that
//! see former states.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

#[path = "../indexes/database.rs"]
#[allow(dead_code, reason = "shared with the tests of indexes, which use all of it")]
mod database;
mod delay;
mod faults;
mod model;
mod stale;
