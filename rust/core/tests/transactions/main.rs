//! Transactions by the JSON that reaches them: what they do, what cancels them, what they cost, who conflicts with
//! them, and random ones against a model.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod capacity;
mod conflicts;
mod database;
mod faults;
mod model;
mod reads;
mod refusals;
mod throttling;
mod tokens;
mod writes;
