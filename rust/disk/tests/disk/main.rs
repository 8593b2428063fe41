//! The durable store from outside.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod model;
mod opening;
