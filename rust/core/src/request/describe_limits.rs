//! DescribeLimits.

use crate::error::Error;
use crate::request::context::Context;
use crate::request::table_description::count;
use crate::table::throughput::TABLE_UNITS_MAX;
use crate::{input_shape, output_shape};

/// What all provisioned tables of an account may have together (facts 2.1). It is told and not enforced.
const ACCOUNT_UNITS_MAX: i64 = 80_000;

input_shape! {
    /// What a caller sends.
    pub struct DescribeLimitsInput {}
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeLimitsOutput {
        account_max_read_capacity_units: i64 = "AccountMaxReadCapacityUnits",
        account_max_write_capacity_units: i64 = "AccountMaxWriteCapacityUnits",
        table_max_read_capacity_units: i64 = "TableMaxReadCapacityUnits",
        table_max_write_capacity_units: i64 = "TableMaxWriteCapacityUnits",
    }
}

/// A DescribeLimits.
pub struct DescribeLimits;

impl DescribeLimits {
    /// Checks a request.
    ///
    /// # Errors
    /// None; the signature is that of every operation.
    pub fn new(_input: DescribeLimitsInput) -> Result<Self, Error> {
        Ok(Self)
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// None; the signature is that of every operation.
    pub fn execute(&self, _context: &mut Context<'_>) -> Result<DescribeLimitsOutput, Error> {
        Ok(DescribeLimitsOutput {
            account_max_read_capacity_units: Some(ACCOUNT_UNITS_MAX),
            account_max_write_capacity_units: Some(ACCOUNT_UNITS_MAX),
            table_max_read_capacity_units: Some(count(TABLE_UNITS_MAX)),
            table_max_write_capacity_units: Some(count(TABLE_UNITS_MAX)),
        })
    }
}
