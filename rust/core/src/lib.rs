//! dynacore: a DynamoDB that lives in your process.
//!
//! This crate is the engine: a deterministic state machine. It is **not** a server, has no threads, opens no
//! sockets and never asks the operating system what time it is; time, seed and storage come in from outside.
//!
//! A request flows downward and nothing calls upward. A module uses only those to its right (`tests/tidy.rs` reads
//! the `use` lines); `testing` may use all:
//! `world -> engine -> request -> trigger -> cloudwatch -> table -> expression -> wire -> store -> error -> value -> random -> metric -> clock`.

pub mod clock;
pub mod cloudwatch;
pub mod engine;
pub mod error;
pub mod expression;
pub mod metric;
pub mod random;
pub mod request;
pub mod store;
pub mod table;
#[cfg(any(test, feature = "test-util"))]
pub mod testing;
pub mod trigger;
pub mod value;
pub mod wire;
pub mod world;
