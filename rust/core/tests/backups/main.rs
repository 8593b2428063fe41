//! Backups, point-in-time recovery and restores.

#![expect(clippy::unwrap_used, reason = "a test that stops early fails")]

mod database;
mod lives;
mod model;
