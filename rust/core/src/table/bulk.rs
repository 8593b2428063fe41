//! Bulk operations: StartBulkPutItems and what becomes of it.
//!
//! AWS's bulk operation reads objects of Amazon S3. The engine has no files and no sockets, and no door gives it objects
//! yet, so an operation is checked, kept, described, listed and cancelled as AWS does, and ends as `FAILED` with a
//! message that says that there is nothing to read. It never counts an item, because it never reads one; the statuses
//! `COMPLETED` and `COMPLETED_WITH_ERRORS` come with a source of objects.

mod operation;
mod record;
mod registry;

pub use operation::{
    BulkOperation, BulkRequest, BulkState, CompressionType, InputFormat, OutputType, PerformanceTier,
    S3Input, S3Output, SseAlgorithm,
};
pub use registry::BulkOperations;
