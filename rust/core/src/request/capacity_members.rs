//! `OnDemandThroughput` and `WarmThroughput`, of a table or of a global index.

use crate::error::Error;
use crate::input_shape;
use crate::table::{NewLimits, OnDemandChange, OnDemandMaximum, WarmRequest};

/// What clears a maximum.
const NO_MAXIMUM: i64 = -1;

input_shape! {
    /// Units a second at most.
    #[derive(Clone)]
    pub struct OnDemandThroughput {
        max_read_request_units: i64 = "MaxReadRequestUnits",
        max_write_request_units: i64 = "MaxWriteRequestUnits",
    }
}

input_shape! {
    /// Units a second that are served at once.
    #[derive(Clone)]
    pub struct WarmThroughput {
        read_units_per_second: i64 = "ReadUnitsPerSecond",
        write_units_per_second: i64 = "WriteUnitsPerSecond",
    }
}

impl OnDemandThroughput {
    /// The first member that is given.
    #[must_use]
    pub fn first_member(&self) -> Option<&'static str> {
        let read = self.max_read_request_units.map(|_| "MaxReadRequestUnits");
        read.or_else(|| self.max_write_request_units.map(|_| "MaxWriteRequestUnits"))
    }

    /// The change that it asks for; `what` is the table or index as texts name it.
    ///
    /// # Errors
    /// `ValidationException` for what is no number of units and does not clear either.
    pub fn change(&self, what: &str) -> Result<OnDemandChange, Error> {
        let units = |member: &str, value: Option<i64>| match value {
            None => Ok(None),
            Some(NO_MAXIMUM) => Ok(Some(None)),
            Some(units) => match u64::try_from(units) {
                Ok(units) if units > 0 => Ok(Some(Some(units))),
                _ => Err(out_of_range(member, what)),
            },
        };
        Ok(OnDemandChange {
            read: units("MaxReadRequestUnits", self.max_read_request_units)?,
            write: units("MaxWriteRequestUnits", self.max_write_request_units)?,
        })
    }

    /// The maximum of a new table, which has nothing to clear (LAB DDB-TABLE-039).
    fn of_new_table(&self) -> Result<OnDemandMaximum, Error> {
        for (member, value) in [
            ("MaxReadRequestUnits", self.max_read_request_units),
            ("MaxWriteRequestUnits", self.max_write_request_units),
        ] {
            if value == Some(NO_MAXIMUM) {
                return Err(out_of_range(member, "table"));
            }
        }
        Ok(OnDemandMaximum::default().with(self.change("table")?))
    }
}

fn out_of_range(member: &str, what: &str) -> Error {
    Error::Validation(format!(
        "One or more parameter values were invalid: Requested {member} for OnDemandThroughput for {what} is outside of \
         valid range"
    ))
}

impl WarmThroughput {
    /// What it asks for.
    #[must_use]
    pub fn request(&self) -> WarmRequest {
        WarmRequest { read: self.read_units_per_second, write: self.write_units_per_second }
    }
}

/// What CreateTable gives a table.
///
/// # Errors
/// `ValidationException`.
pub fn table_limits(
    maximum: Option<&OnDemandThroughput>,
    warm: Option<&WarmThroughput>,
) -> Result<NewLimits, Error> {
    let maximum = maximum.map(OnDemandThroughput::of_new_table).transpose()?.unwrap_or_default();
    Ok(NewLimits { maximum, warm: warm.map(WarmThroughput::request).unwrap_or_default() })
}

/// What a new global index is given; clearing nothing is allowed here (LAB DDB-TABLE-456).
///
/// # Errors
/// `ValidationException`.
pub fn index_limits(
    index: &str,
    maximum: Option<&OnDemandThroughput>,
    warm: Option<&WarmThroughput>,
) -> Result<NewLimits, Error> {
    let what = format!("index : {index}");
    let change = maximum.map(|maximum| maximum.change(&what)).transpose()?.unwrap_or_default();
    let maximum = OnDemandMaximum::default().with(change);
    Ok(NewLimits { maximum, warm: warm.map(WarmThroughput::request).unwrap_or_default() })
}
