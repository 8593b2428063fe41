//! Fakes and models for tests and benches (feature `test-util`); never in a release.

mod faulty_store;

pub use faulty_store::FaultyStore;
