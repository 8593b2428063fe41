//! A vector index of a table: where its entries are and where it is in its life.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Space, Write};
use crate::table::index::IndexState;
use crate::table::partition::Tally;
use crate::table::schema::KeySchema;
use crate::table::tables::Tables;
use crate::table::vector::definition::{NewVectorIndex, VectorIndexDefinition};

/// A vector index of a table. It has no throughput of its own: it is always on demand, and what it consumes is metered
/// in bytes. Its states are those of a global index; it has no `Updating`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorIndex {
    pub(in crate::table) definition: VectorIndexDefinition,
    pub(in crate::table) arn: String,
    pub(in crate::table) space: Space,
    pub(in crate::table) state: IndexState,
    pub(in crate::table) tally: Tally,
}

impl VectorIndex {
    /// An index of the table with this ARN and key.
    pub(in crate::table) fn new(
        (table_arn, schema): (&str, &KeySchema),
        new: &NewVectorIndex,
        (space, state): (Space, IndexState),
    ) -> Self {
        Self {
            definition: VectorIndexDefinition::new(new, schema),
            arn: format!("{table_arn}/index/{}", new.name),
            space,
            state,
            tally: Tally::default(),
        }
    }

    /// What defines it.
    #[must_use]
    pub fn definition(&self) -> &VectorIndexDefinition {
        &self.definition
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.definition.name()
    }

    /// `IndexArn`.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Where its entries are in the store.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// Where it is in its life.
    #[must_use]
    pub fn state(&self) -> &IndexState {
        &self.state
    }

    /// Entries and their bytes; exact, where DynamoDB counts about every six hours.
    #[must_use]
    pub fn totals(&self) -> Tally {
        self.tally
    }

    /// Whether writes keep it up.
    pub(in crate::table) fn is_kept(&self) -> bool {
        !matches!(self.state, IndexState::Deleting { .. })
    }

    /// Counts entries and bytes gained or lost.
    pub(in crate::table) fn resize(&mut self, items: i64, bytes: i64) {
        self.tally.resize(items, bytes);
    }
}

impl Tables {
    /// Ends the states of a table's vector indexes that are due.
    pub(in crate::table) fn end_vector_states(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let pace = self.pace();
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let mut dropped = false;
        for index in &mut table.vector_indexes {
            if !index.state.is_due(now) {
                continue;
            }
            match index.state {
                IndexState::Active | IndexState::Updating { .. } => {}
                IndexState::Allocating { until } => {
                    index.state = IndexState::Backfilling { until, behind: None, items: 0 };
                }
                IndexState::Backfilling { .. } => {
                    index.backfill(table.space, self.store.as_mut(), pace, now)?;
                }
                IndexState::Deleting { .. } => {
                    let writes = [Write::Clear(index.space)].into_iter().collect();
                    self.store.commit(Batch { writes })?;
                    dropped = true;
                }
            }
        }
        table.vector_indexes.retain(|index| !index.state.is_gone(now));
        if dropped {
            self.reclaim(now);
        }
        Ok(())
    }
}
