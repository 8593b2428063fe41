//! Fakes and models for tests and benches (feature `test-util`); never in a release.

mod agreement;
mod choices;
mod counting_store;
mod database;
mod faulty_store;
mod generator;
mod lasting_store;
pub mod model;
mod request_body;
mod request_fuzz;

pub use agreement::{Agreement, Outcomes, fuzz_sequence};
pub use choices::Choices;
pub use counting_store::{Asked, Count, CountingStore};
pub use database::{Database, members, number, text, units, with};
pub use faulty_store::FaultyStore;
pub use generator::{Scope, request};
pub use lasting_store::{LastingStore, StorePlace};
pub use request_body::request_body;
pub use request_fuzz::fuzz_request;
