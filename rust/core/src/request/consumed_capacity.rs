//! `ReturnConsumedCapacity` and the `ConsumedCapacity` it asks for (facts 1.5).

use crate::output_shape;
use crate::request::constraint::Violations;
use crate::request::table_name::TableName;
use crate::table::CapacityUnits;

/// What a request wants to know about the capacity it consumed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReturnConsumedCapacity {
    /// Nothing.
    #[default]
    None,
    /// The total.
    Total,
    /// The total, the table's part and each index's part.
    Indexes,
}

impl ReturnConsumedCapacity {
    /// Reads the member of the same name.
    pub fn read(violations: &mut Violations, given: Option<&str>) -> Self {
        let choices = [("INDEXES", Self::Indexes), ("TOTAL", Self::Total), ("NONE", Self::None)];
        violations.choice("returnConsumedCapacity", given, &choices).unwrap_or_default()
    }

    /// The answer's member for one table, or `None` where it was not asked for.
    #[must_use]
    pub fn answer(self, table: &TableName, units: CapacityUnits) -> Option<ConsumedCapacity> {
        let part = || Capacity { capacity_units: Some(units.as_f64()) };
        match self {
            Self::None => None,
            Self::Total | Self::Indexes => Some(ConsumedCapacity {
                table_name: Some(table.given().to_owned()),
                capacity_units: Some(units.as_f64()),
                table: (self == Self::Indexes).then(part),
            }),
        }
    }
}

output_shape! {
    /// Capacity consumed on one table or index.
    pub struct Capacity {
        capacity_units: f64 = "CapacityUnits",
    }
}

output_shape! {
    /// Capacity consumed by a request on one table.
    pub struct ConsumedCapacity {
        table_name: String = "TableName",
        capacity_units: f64 = "CapacityUnits",
        table: Capacity = "Table",
    }
}
