//! What DynamoDB does with Amazon S3, on buckets that are directories or what else a host has.
//!
//! The engine leaves an `Order` and opens nothing; [`carry_out`] reads or writes the objects and says how it ended. Items
//! go to the engine in batches, through a [`Desk`]. No rule of DynamoDB's tables is in this crate: it knows buckets,
//! formats and compression.
//!
//! - `bucket`, `directory`: where objects are.
//! - `object`: an object as it is read, decompressed and counted; `record`: what is in it, in any format.
//! - `json_lines`, `csv_rows`, `ion`: the formats.
//! - `load`, `fault_report`: putting items into a table; `export`, `upload`, `manifest`: writing a table.

mod bucket;
mod csv_rows;
mod desk;
mod directory;
mod export;
mod fault_report;
mod image;
mod ion;
mod json_lines;
mod load;
mod manifest;
mod object;
mod record;
mod upload;

pub use bucket::{Bucket, Buckets, Upload};
pub use desk::{Desk, carry_out};
pub use directory::DirectoryBucket;
pub use image::{write_item, write_line};
pub use object::{Compression, Object};
pub use record::{Fault, Position, Record, Records};
