//! What an operation works on.

use crate::clock::Timestamp;
use crate::cloudwatch::CloudWatch;
use crate::request::transfer::{Exports, Imports};
use crate::table::{AutoScaling, BulkOperations, Order, Tables};
use crate::trigger::Triggers;

/// The parts of the engine that operations reach, with the time of the request.
pub struct Context<'a> {
    /// The tables and their store.
    pub tables: &'a mut Tables,
    /// Application Auto Scaling.
    pub scaling: &'a mut AutoScaling,
    /// The bulk operations.
    pub bulk: &'a mut BulkOperations,
    /// The imports.
    pub imports: &'a mut Imports,
    /// The exports.
    pub exports: &'a mut Exports,
    /// Work that operations leave for those who have files.
    pub orders: &'a mut Vec<Order>,
    /// CloudWatch.
    pub watch: &'a mut CloudWatch,
    /// Mappings, rules and their functions.
    pub triggers: &'a mut Triggers,
    /// When the request arrived.
    pub now: Timestamp,
}
