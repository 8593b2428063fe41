//! The parameters that were there before expressions: `Expected`, `AttributeUpdates`, `KeyConditions`, `QueryFilter`,
//! `ScanFilter`, `ConditionalOperator` and `AttributesToGet`.
//!
//! Each file reads one shape, reports what breaks the service's model together with the request's other violations,
//! then checks the rules in DynamoDB's order and hands typed values to the expression layer
//! ([`ComparisonOperator`](crate::expression::ComparisonOperator) and its neighbours). Texts and order are those
//! that dynalite's tests and ExtendDB's `test_conditional_operator.py` measured on the service.

mod attribute_updates;
mod attributes_to_get;
mod comparison;
mod entries;
mod expected;
mod filter;
mod operator;

pub use attribute_updates::{AttributeUpdates, AttributeValueUpdate};
pub use attributes_to_get::AttributesToGet;
pub use entries::Entries;
pub use expected::{Expected, ExpectedAttributeValue};
pub use filter::{Condition, Filter, KeyConditions};

/// What most refusals of a parameter's value begin with.
const INVALID: &str = "One or more parameter values were invalid";
