//! `ReturnConsumedCapacity` and the `ConsumedCapacity` it asks for (facts 1.5).

use crate::output_shape;
use crate::request::constraint::Violations;
use crate::request::table_name::TableName;
use crate::table::{CapacityUnits, Consumed, Table};

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

    /// The answer's member for one table of which no index was touched, or `None` where it was not asked for.
    #[must_use]
    pub fn answer_table(self, name: &TableName, units: CapacityUnits) -> Option<ConsumedCapacity> {
        (self != Self::None).then(|| ConsumedCapacity {
            table_name: Some(name.given().to_owned()),
            capacity_units: Some(units.as_f64()),
            table: (self == Self::Indexes).then(|| Capacity::new(units)),
            ..ConsumedCapacity::default()
        })
    }

    /// The answer's member for one table and what was touched of its indexes.
    #[must_use]
    pub fn answer(self, name: &TableName, table: &Table, consumed: &Consumed) -> Option<ConsumedCapacity> {
        if self == Self::None {
            return None;
        }
        let indexes = |global: bool| {
            let of_kind =
                consumed.indexes.iter().filter(|(index, _)| table.indexes()[*index].is_global() == global);
            let parts: Vec<(String, Capacity)> = of_kind
                .map(|(index, units)| (table.indexes()[*index].name().to_owned(), Capacity::new(*units)))
                .collect();
            (self == Self::Indexes && !parts.is_empty()).then_some(parts)
        };
        Some(ConsumedCapacity {
            table_name: Some(name.given().to_owned()),
            capacity_units: Some(consumed.total().as_f64()),
            table: (self == Self::Indexes).then(|| Capacity::new(consumed.table)),
            local_secondary_indexes: indexes(false),
            global_secondary_indexes: indexes(true),
            vector_indexes: self.vector_indexes(table, consumed),
        })
    }

    /// What was metered for vector indexes, which only `INDEXES` asks for.
    fn vector_indexes(self, table: &Table, consumed: &Consumed) -> Option<Vec<(String, VectorCapacity)>> {
        if self != Self::Indexes || consumed.vectors.is_empty() {
            return None;
        }
        let part = |(index, bytes): &(usize, u64)| {
            let capacity = VectorCapacity {
                vector_write_request_bytes: Some(*bytes as f64),
                ..VectorCapacity::default()
            };
            (table.vector_indexes()[*index].name().to_owned(), capacity)
        };
        Some(consumed.vectors.iter().map(part).collect())
    }

    /// The answer's member for a vector search.
    #[must_use]
    pub fn answer_search(self, bytes: f64) -> Option<VectorCapacity> {
        (self != Self::None)
            .then(|| VectorCapacity { vector_search_request_bytes: Some(bytes), ..VectorCapacity::default() })
    }
}

output_shape! {
    /// Capacity consumed on one table or index.
    pub struct Capacity {
        capacity_units: f64 = "CapacityUnits",
    }
}

impl Capacity {
    fn new(units: CapacityUnits) -> Self {
        Self { capacity_units: Some(units.as_f64()) }
    }
}

output_shape! {
    /// Capacity consumed by a request on one table.
    pub struct ConsumedCapacity {
        table_name: String = "TableName",
        capacity_units: f64 = "CapacityUnits",
        table: Capacity = "Table",
        local_secondary_indexes: Vec<(String, Capacity)> = "LocalSecondaryIndexes",
        global_secondary_indexes: Vec<(String, Capacity)> = "GlobalSecondaryIndexes",
        vector_indexes: Vec<(String, VectorCapacity)> = "VectorIndexes",
    }
}

output_shape! {
    /// Bytes metered for a vector index; they are no capacity units.
    pub struct VectorCapacity {
        vector_search_request_bytes: f64 = "VectorSearchRequestBytes",
        vector_write_request_bytes: f64 = "VectorWriteRequestBytes",
    }
}
