//! Bulk operations: StartBulkPutItems, DescribeBulkOperation, ListBulkOperations and CancelBulkOperation.

mod cancel_bulk_operation;
mod describe_bulk_operation;
mod description;
mod list_bulk_operations;
mod members;
mod put_record;
mod start_bulk_put_items;

pub use cancel_bulk_operation::{CancelBulkOperation, CancelBulkOperationInput, CancelBulkOperationOutput};
pub use describe_bulk_operation::{DescribeBulkOperation, DescribeBulkOperationInput};
pub use description::BulkOperationOutput;
pub use list_bulk_operations::{ListBulkOperations, ListBulkOperationsInput, ListBulkOperationsOutput};
pub use members::{check_client_token, check_location};
pub use put_record::read_bulk_record;
pub use start_bulk_put_items::{StartBulkPutItems, StartBulkPutItemsInput};
