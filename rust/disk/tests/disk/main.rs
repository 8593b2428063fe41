//! The durable store from outside.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod faults;
mod model;
mod opening;
