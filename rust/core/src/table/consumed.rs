//! What a request consumed of a table and of its indexes.

use crate::table::capacity::CapacityUnits;

/// Capacity consumed, part by part. An index that a request did not touch does not appear (facts 1.5).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Consumed {
    /// The table's part.
    pub table: CapacityUnits,
    /// The parts of indexes, by their position in the table; local ones, though it is the table that pays, too.
    pub indexes: Vec<(usize, CapacityUnits)>,
    /// Bytes metered for vector indexes, by their position among these in the table. They are no capacity units.
    pub vectors: Vec<(usize, u64)>,
}

impl Consumed {
    /// What the table alone consumed.
    #[must_use]
    pub fn table(units: CapacityUnits) -> Self {
        Self { table: units, ..Self::default() }
    }

    /// All parts together.
    #[must_use]
    pub fn total(&self) -> CapacityUnits {
        self.table + self.indexes.iter().map(|(_, units)| *units).sum()
    }

    /// Adds what another request consumed of the same table.
    pub fn add(&mut self, other: &Self) {
        self.table += other.table;
        for (index, units) in &other.indexes {
            match self.indexes.iter_mut().find(|(known, _)| known == index) {
                Some((_, sum)) => *sum += *units,
                None => self.indexes.push((*index, *units)),
            }
        }
        for (index, bytes) in &other.vectors {
            match self.vectors.iter_mut().find(|(known, _)| known == index) {
                Some((_, sum)) => *sum += *bytes,
                None => self.vectors.push((*index, *bytes)),
            }
        }
    }
}
