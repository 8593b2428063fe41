//! PartiQL by the JSON that reaches it: what statements read and change, in which order, what they are refused with and
//! what they cost. Most expectations are what public suites measured on the service.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod batches;
mod capacity;
mod changes;
mod conditions;
mod database;
mod grammar;
mod indexes;
mod keys;
mod pages;
mod transactions;
