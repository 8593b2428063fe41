//! Secondary indexes by the JSON that reaches them: definitions, writes, reads, capacity, UpdateTable; and random
//! writes against a model that makes every index anew from its table.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod capacity;
mod cost;
mod database;
mod definitions;
mod model;
mod reads;
mod scaling;
mod updates;
mod writes;
