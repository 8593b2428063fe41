//! Fakes and models for tests and benches (feature `test-util`); never in a release.

mod faulty_store;
mod random;

pub use faulty_store::FaultyStore;
pub use random::Random;
