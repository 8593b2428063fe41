//! The settings of tables by the JSON that reaches them, and the removal of items whose time has passed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod capacity;
mod database;
mod expiry;
mod expiry_model;
mod insights;
mod policies;
mod table_settings;
mod tags;
mod time_to_live;
