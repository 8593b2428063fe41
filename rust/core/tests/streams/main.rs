//! Streams by the JSON that reaches them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod database;
mod iterators;
mod kinesis;
mod life;
mod model;
mod reader;
mod records;
mod shards;
