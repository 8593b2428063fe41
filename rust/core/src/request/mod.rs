//! Requests: read from any door, checked, carried out, answered.
//!
//! One file an operation: its input shape, the checks that need no table (`new`), the work (`execute`) and its
//! output shape. The table of operations below is the only list of them.

mod batch_get_item;
mod batch_write_item;
pub mod constraint;
mod consumed_capacity;
mod context;
mod create_table;
mod delete_item;
mod delete_table;
mod describe_table;
mod expression_attributes;
mod get_item;
mod index_description;
mod index_members;
mod index_read;
mod index_update_members;
mod item_collection;
mod key_members;
mod legacy;
mod list_tables;
mod operation;
mod page_options;
mod put_item;
mod query;
mod return_values;
mod scaling;
mod scan;
mod service;
mod table_description;
mod table_name;
mod throughput_members;
mod transact_get_items;
mod transact_write_items;
mod transaction;
mod unsupported;
mod update_item;
mod update_table;

pub use context::Context;
pub use operation::{Operation, Response};
pub use service::Service;
pub(crate) use transaction::begin_transaction;
