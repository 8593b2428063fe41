//! Throughput: partitions under load, on-demand mode, scheduled scaling and metrics, by the engine's own door.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod database;
mod metrics;
mod partitions;
mod published;
