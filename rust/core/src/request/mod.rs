//! Requests: read from any door, checked, carried out, answered.
//!
//! One file an operation: its input shape, the checks that need no table (`new`), the work (`execute`) and its
//! output shape. The table of operations below is the only list of them.

mod batch_get_item;
mod batch_write_item;
mod capacity_description;
mod capacity_members;
mod cloudwatch;
pub mod constraint;
mod consumed_capacity;
mod context;
mod create_table;
mod delete_item;
mod delete_resource_policy;
mod delete_table;
mod describe_contributor_insights;
mod describe_endpoints;
mod describe_limits;
mod describe_table;
mod describe_time_to_live;
mod encryption_members;
mod expression_attributes;
mod get_item;
mod get_resource_policy;
mod index_description;
mod index_members;
mod index_read;
mod index_update_members;
mod insights_members;
mod item_collection;
mod key_members;
mod legacy;
mod list_contributor_insights;
mod list_tables;
mod list_tags_of_resource;
mod operation;
mod page_options;
mod partiql;
mod put_item;
mod put_resource_policy;
mod query;
mod resource_arn;
mod return_values;
mod scaling;
mod scan;
mod service;
mod table_class_member;
mod table_description;
mod table_name;
mod tag_members;
mod tag_resource;
mod throughput_members;
mod transact_get_items;
mod transact_write_items;
mod transaction;
mod unsupported;
mod untag_resource;
mod update_contributor_insights;
mod update_item;
mod update_table;
mod update_time_to_live;

pub use context::Context;
pub use operation::{Operation, Response};
pub use service::Service;
pub(crate) use transaction::begin_transaction;
