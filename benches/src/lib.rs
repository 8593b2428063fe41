//! What the benches share: the item that is measured, a database that holds many of it, and the rule that numbers
//! come from a release build.
//!
//! The same item is measured through every door: a record of `cars.json` with the two key attributes put in front
//! (see [`Car`]); `benches/measure/cars.py` makes the same one for Python and HTTP.

mod car;
pub mod database;
mod processor_time;
mod scale;

pub use car::{Car, Cars};
pub use database::Database;
pub use scale::{Bench, Scale, measure};
