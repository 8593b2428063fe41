//! Triggers: mappings of streams to functions, and rules.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it does not expect fails")]

mod database;
mod delivery;
mod failures;
mod mappings;
mod model;
mod reopening;
mod rules;
mod windows;
