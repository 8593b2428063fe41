//! `BillingMode` and `ProvisionedThroughput`, as CreateTable and UpdateTable take them.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::table::throughput::Mode;

input_shape! {
    /// Units a second.
    #[derive(Clone)]
    pub struct ProvisionedThroughput {
        read_capacity_units: i64 = "ReadCapacityUnits",
        write_capacity_units: i64 = "WriteCapacityUnits",
    }
}

/// Above this, DynamoDB answers that a value is out of bounds.
/// What an on-demand table with provisioned throughput is refused with.
pub const THROUGHPUT_ON_DEMAND: &str = "One or more parameter values were invalid: Neither ReadCapacityUnits nor \
     WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";

const UNITS_MAX: i64 = 1_000_000_000_000;

impl ProvisionedThroughput {
    /// Notes what the service model does not allow.
    pub fn check(&self, violations: &mut Violations, path: &str) {
        let write_path = format!("{path}.writeCapacityUnits");
        violations.required(&write_path, self.write_capacity_units.as_ref());
        violations.at_least(&write_path, self.write_capacity_units, 1);
        let read_path = format!("{path}.readCapacityUnits");
        violations.required(&read_path, self.read_capacity_units.as_ref());
        violations.at_least(&read_path, self.read_capacity_units, 1);
    }

    /// The mode that the two values make.
    ///
    /// # Errors
    /// `ValidationException` where a value is out of bounds.
    pub fn mode(&self) -> Result<Mode, Error> {
        let units = |name: &str, value: Option<i64>| {
            let value = value.unwrap_or_default();
            if value > UNITS_MAX {
                return Err(Error::Validation(format!("Given value {value} for {name} is out of bounds")));
            }
            Ok(value.unsigned_abs())
        };
        let read = units("ReadCapacityUnits", self.read_capacity_units)?;
        let write = units("WriteCapacityUnits", self.write_capacity_units)?;
        Ok(Mode::Provisioned { read, write })
    }
}

/// The two billing modes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BillingMode {
    /// `PROVISIONED`.
    Provisioned,
    /// `PAY_PER_REQUEST`.
    PayPerRequest,
}

/// Reads `BillingMode`.
pub fn read_billing_mode(violations: &mut Violations, given: Option<&str>) -> Option<BillingMode> {
    read_billing_mode_at(violations, "billingMode", given)
}

/// As [`read_billing_mode`], for a member at another path.
pub fn read_billing_mode_at(
    violations: &mut Violations,
    path: &str,
    given: Option<&str>,
) -> Option<BillingMode> {
    let choices =
        [("PROVISIONED", BillingMode::Provisioned), ("PAY_PER_REQUEST", BillingMode::PayPerRequest)];
    violations.choice(path, given, &choices)
}

/// The mode that the two members describe together; without a billing mode it is PROVISIONED (facts 4.4).
///
/// # Errors
/// `ValidationException` where they contradict each other.
pub fn read_mode(
    billing_mode: Option<BillingMode>,
    throughput: Option<&ProvisionedThroughput>,
) -> Result<Mode, Error> {
    match (billing_mode, throughput) {
        (Some(BillingMode::PayPerRequest), None) => Ok(Mode::PayPerRequest),
        (Some(BillingMode::PayPerRequest), Some(_)) => Err(Error::validation(THROUGHPUT_ON_DEMAND)),
        (_, Some(throughput)) => throughput.mode(),
        (_, None) => Err(Error::validation(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be \
             specified when BillingMode is PROVISIONED",
        )),
    }
}
