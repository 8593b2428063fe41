//! Filling an index with the items its table has.
//!
//! Items are copied in the order of their keys, a bounded number in each step of time. Writes that come meanwhile
//! change the index as they would later, so an item may have its entry before its turn comes; it is passed over then.
//! DynamoDB reads the table at no charge and takes the writes from the index's own throughput (facts 4.3).

use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Direction, Entry, KeyRange, Space, Store, StoreError, Write};
use crate::table::capacity::CapacityUnits;
use crate::table::index::lifecycle::{Index, IndexState};
use crate::table::observed::BackfillStep;
use crate::value::{IndexKey, ItemRef, KeyBytes};

/// How fast an index is filled.
#[derive(Clone, Copy, Debug)]
pub(in crate::table) struct Pace {
    /// Items looked at in a step.
    pub(in crate::table) items: u64,
    /// From one step to the next. Without it the steps follow each other at one moment and take no throughput.
    pub(in crate::table) step: Duration,
}

/// The next items of a table to be made entries of: those behind a key.
pub(in crate::table) struct Portion {
    pub(in crate::table) items: Vec<Entry>,
    /// Whether there are no more.
    pub(in crate::table) at_end: bool,
}

impl Portion {
    /// Reads as many items of the table in space `table` as a step looks at.
    pub(in crate::table) fn read(
        store: &dyn Store,
        table: Space,
        behind: Option<&KeyBytes>,
        pace: Pace,
    ) -> Result<Self, StoreError> {
        let range = KeyRange {
            lower: behind.map_or(Bound::Unbounded, |key| Bound::Excluded(&key[..])),
            upper: Bound::Unbounded,
        };
        let mut items: Vec<Entry> = Vec::new();
        store.scan(table, range, Direction::Forward, &mut |entry| {
            items.push(entry.clone());
            if (items.len() as u64) < pace.items { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let at_end = (items.len() as u64) < pace.items;
        Ok(Self { items, at_end })
    }
}

/// An entry to be written.
struct Copied {
    partition: usize,
    size: usize,
    entry: Entry,
}

impl Index {
    /// Copies the next items of the table in space `table`; the index is active when there are no more.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; the step can be repeated then.
    pub(in crate::table) fn backfill(
        &mut self,
        table: Space,
        store: &mut dyn Store,
        pace: Pace,
        now: Timestamp,
    ) -> Result<BackfillStep, Error> {
        let mut step = BackfillStep::default();
        let IndexState::Backfilling { behind, items: before, .. } = &self.state else { return Ok(step) };
        step.items = *before;
        let Portion { items, at_end } = Portion::read(store, table, behind.as_ref(), pace)?;
        let mut last = behind.clone();
        let mut copies: Vec<Copied> = Vec::new();
        for item in &items {
            let copied = self.copy(item, store)?;
            if let Some(copied) = copied {
                let paced = !pace.step.is_zero();
                let units = CapacityUnits::write(copied.size);
                if paced && !self.afford(&copied, units, now) {
                    step.is_held_up = true;
                    break;
                }
                step.units += units;
                copies.push(copied);
            }
            last = Some(KeyBytes::from_slice(item.key()));
            step.items += 1;
        }
        self.write_copies(copies, store, now)?;
        self.state = if at_end && !step.is_held_up {
            IndexState::Active
        } else {
            IndexState::Backfilling { until: now + pace.step, behind: last, items: step.items }
        };
        Ok(step)
    }

    /// The entry an item is to get: none where it has none, or has it already.
    fn copy(&self, item: &Entry, store: &dyn Store) -> Result<Option<Copied>, Error> {
        let (table_key, item) = (item.key(), ItemRef::trusted(item.value()));
        let Some(key): Option<IndexKey> = self.definition.key_of(item, table_key) else { return Ok(None) };
        if store.get(self.space, key.as_bytes())?.is_some() {
            return Ok(None);
        }
        let entry = self.definition.entry(&key, item);
        Ok(Some(Copied {
            partition: self.locate(key.as_bytes()),
            size: self.definition.entry_size(item),
            entry,
        }))
    }

    /// Takes what an entry's write costs, if there is enough of it.
    fn afford(&mut self, copied: &Copied, units: CapacityUnits, now: Timestamp) -> bool {
        self.provision_mut().is_none_or(|provision| provision.take_unmetered(copied.partition, units, now))
    }

    fn write_copies(
        &mut self,
        copies: Vec<Copied>,
        store: &mut dyn Store,
        now: Timestamp,
    ) -> Result<(), Error> {
        if copies.is_empty() {
            return Ok(());
        }
        let writes = copies.iter().map(|copied| Write::put(self.space, copied.entry.clone())).collect();
        store.commit(Batch { writes })?;
        for copied in copies {
            self.resize(copied.partition, 1, copied.size as i64, now);
        }
        Ok(())
    }
}
