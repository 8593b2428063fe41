//! Bulk operations: StartBulkPutItems and what becomes of it.
//!
//! AWS's bulk operation reads objects of Amazon S3. The engine has no files and no sockets: it checks, keeps, describes,
//! lists and cancels operations, and leaves the reading to who has files (`table/transfer`).

mod operation;
mod record;
mod registry;

pub use operation::{
    BulkOperation, BulkRequest, BulkState, CompressionType, InputFormat, OutputType, PerformanceTier,
    S3Input, S3Output, SseAlgorithm,
};
pub use registry::BulkOperations;
