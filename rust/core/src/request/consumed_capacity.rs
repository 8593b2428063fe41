//! `ReturnConsumedCapacity` and the `ConsumedCapacity` it asks for (facts 1.5).

use crate::output_shape;
use crate::request::constraint::Violations;
use crate::request::table_name::TableName;
use crate::table::throughput::Kind;
use crate::table::{CapacityUnits, Consumed, IndexDefinition, IndexKind, Table, Tables};

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
            table: (self == Self::Indexes).then(|| Capacity::new(units, None)),
            ..ConsumedCapacity::default()
        })
    }

    /// The answer's member for one table and what was touched of its indexes.
    #[must_use]
    pub fn answer(self, name: &TableName, table: &Table, consumed: &Consumed) -> Option<ConsumedCapacity> {
        self.answer_as(name, table, consumed, None)
    }

    /// The answer's member for a page of a table, or of an index of it.
    #[must_use]
    pub fn answer_page(
        self,
        name: &TableName,
        index: Option<&IndexDefinition>,
        consumed: &Consumed,
    ) -> Option<ConsumedCapacity> {
        let part = |_| index.map_or(("", false), |index| (index.name(), index.kind() == IndexKind::Global));
        self.answer_parts(name, part, consumed, None)
    }

    /// The answer's member of a transaction: one for each table, in the order in which the request first names it. It
    /// says at every level whether the capacity was read or write capacity (facts 1.5).
    #[must_use]
    pub fn answer_tables<'a>(
        self,
        parts: impl Iterator<Item = (&'a TableName, &'a Consumed)>,
        kind: Kind,
        tables: &Tables,
    ) -> Vec<ConsumedCapacity> {
        let mut sums: Vec<(&TableName, Consumed)> = Vec::new();
        for (name, consumed) in parts {
            match sums.iter_mut().find(|(known, _)| known.name() == name.name()) {
                Some((_, sum)) => sum.add(consumed),
                None => sums.push((name, consumed.clone())),
            }
        }
        let answer = |(name, sum): &(&TableName, Consumed)| {
            self.answer_as(name, tables.find(name.name())?, sum, Some(kind))
        };
        sums.iter().filter_map(answer).collect()
    }

    fn answer_as(
        self,
        name: &TableName,
        table: &Table,
        consumed: &Consumed,
        kind: Option<Kind>,
    ) -> Option<ConsumedCapacity> {
        let part = |index: usize| (table.indexes()[index].name(), table.indexes()[index].is_global());
        let answer = self.answer_parts(name, part, consumed, kind)?;
        Some(ConsumedCapacity { vector_indexes: self.vector_indexes(table, consumed), ..answer })
    }

    /// As [`Self::answer`] without vector indexes; `index_at` gives an index's name, and whether it is a global one.
    fn answer_parts<'a>(
        self,
        name: &TableName,
        index_at: impl Fn(usize) -> (&'a str, bool),
        consumed: &Consumed,
        kind: Option<Kind>,
    ) -> Option<ConsumedCapacity> {
        if self == Self::None {
            return None;
        }
        let indexes = |global: bool| {
            let of_kind = consumed.indexes.iter().filter(|(index, _)| index_at(*index).1 == global);
            let part = |(index, units): &(usize, CapacityUnits)| {
                (index_at(*index).0.to_owned(), Capacity::new(*units, kind))
            };
            let parts: Vec<(String, Capacity)> = of_kind.map(part).collect();
            (self == Self::Indexes && !parts.is_empty()).then_some(parts)
        };
        let total = Capacity::new(consumed.total(), kind);
        Some(ConsumedCapacity {
            table_name: Some(name.given().to_owned()),
            capacity_units: total.capacity_units,
            read_capacity_units: total.read_capacity_units,
            write_capacity_units: total.write_capacity_units,
            table: (self == Self::Indexes).then(|| Capacity::new(consumed.table, kind)),
            local_secondary_indexes: indexes(false),
            global_secondary_indexes: indexes(true),
            vector_indexes: None,
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
        read_capacity_units: f64 = "ReadCapacityUnits",
        write_capacity_units: f64 = "WriteCapacityUnits",
    }
}

impl Capacity {
    /// With a kind, the same figure stands under its name too.
    fn new(units: CapacityUnits, kind: Option<Kind>) -> Self {
        let units = units.as_f64();
        Self {
            capacity_units: Some(units),
            read_capacity_units: (kind == Some(Kind::Read)).then_some(units),
            write_capacity_units: (kind == Some(Kind::Write)).then_some(units),
        }
    }
}

output_shape! {
    /// Capacity consumed by a request on one table.
    pub struct ConsumedCapacity {
        table_name: String = "TableName",
        capacity_units: f64 = "CapacityUnits",
        read_capacity_units: f64 = "ReadCapacityUnits",
        write_capacity_units: f64 = "WriteCapacityUnits",
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
