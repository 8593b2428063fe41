//! The durable store: a database in a directory.
//!
//! A commit goes to a [log](log) and to a layer in memory. When the layer has grown, a checkpoint writes it as sorted
//! tables, which the engine crate fjall keeps, merges and reads; then the log forgets it. So a write costs what it
//! costs in memory plus an append, and data may be larger than memory. Reads look into the layer and below it.
//!
//! Threads, files and clocks are here; the core sees a `Store`.

mod checkpoint;
mod directory;
#[cfg(feature = "test-util")]
pub mod faulty_files;
mod files;
mod layer;
mod layers;
mod log;
mod merge;
mod snapshot;
mod store;
mod tables;

pub use directory::OpenError;
pub use files::{Files, SystemFiles, WritableFile};
pub use log::Durability;
pub use store::{DiskStore, Options};

/// When a write may be acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SyncMode {
    /// When it is durable: it survives the end of the process and of the machine.
    #[default]
    Commit,
    /// At once; it is durable 100 ms later at most, the time of the fsync itself apart. A crash of the process or of
    /// the machine loses no more than that, and what is left is a state the database was in.
    Interval,
    /// At once; it is handed to the operating system about every 100 ms, and made durable by a checkpoint or when the
    /// database is closed. For tests and for data that can be made again.
    Never,
}
