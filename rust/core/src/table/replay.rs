//! What commits that are replayed change in what tables count.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use crate::clock::Timestamp;
use crate::store::{Batch, Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::record::{self, CATALOG};
use crate::table::tables::Tables;
use crate::value::{ItemRef, KeyBytes};

/// Items and bytes gained or lost.
#[derive(Clone, Copy, Default)]
pub(in crate::table) struct Growth {
    pub(in crate::table) items: i64,
    pub(in crate::table) bytes: i64,
}

/// Follows the commits that a store replays when it is opened. A table's record says what the table held when it was
/// written; this adds what came after, so that counts are exact without reading the table.
#[derive(Default)]
pub struct Replay {
    /// Of each space that holds a table's items or an index's entries, by key: a partition may begin inside an item
    /// collection.
    growth: BTreeMap<Space, BTreeMap<KeyBytes, Growth>>,
    /// The spaces of each table, by the key of its record.
    spaces: BTreeMap<Vec<u8>, Vec<Space>>,
    is_begun: bool,
}

impl Replay {
    /// Sees a commit, with what was there before it.
    ///
    /// # Errors
    /// [`StoreError`] of the reading.
    pub fn observe(&mut self, before: &dyn Read, batch: &Batch) -> Result<(), StoreError> {
        if !self.is_begun {
            self.is_begun = true;
            for record in records(before)? {
                self.take(&record)?;
            }
        }
        // Within one batch a key may be written twice; what counts is what it had before the batch and has after it.
        let mut changed: BTreeMap<(Space, &[u8]), Option<&Entry>> = BTreeMap::new();
        for write in &batch.writes {
            match write {
                Write::Put(CATALOG, entry) => self.take(entry)?,
                Write::Put(space, entry) if self.growth.contains_key(space) => {
                    changed.insert((*space, entry.key()), Some(entry));
                }
                Write::Delete(space, key) if self.growth.contains_key(space) => {
                    changed.insert((*space, key), None);
                }
                Write::Put(..) | Write::Delete(..) | Write::Clear(_) => {}
            }
        }
        for ((space, key), new) in changed {
            let old = before.get(space, key)?;
            let Some(growth) = self.growth.get_mut(&space) else { continue };
            let size = |entry: &Entry| ItemRef::trusted(entry.value()).size() as i64;
            let of_key = growth.entry(KeyBytes::from_slice(key)).or_default();
            of_key.items += i64::from(new.is_some()) - i64::from(old.is_some());
            of_key.bytes += new.map_or(0, size) - old.as_ref().map_or(0, size);
        }
        Ok(())
    }

    /// A table's record counts what there was up to its own commit.
    fn take(&mut self, record: &Entry) -> Result<(), StoreError> {
        if record::table_name(record.key()).is_none() {
            return Ok(());
        }
        for space in self.spaces.remove(record.key()).unwrap_or_default() {
            self.growth.remove(&space);
        }
        let spaces: Vec<Space> = record::read_table(record)?.item_spaces().collect();
        self.growth.extend(spaces.iter().map(|space| (*space, BTreeMap::new())));
        self.spaces.insert(record.key().to_vec(), spaces);
        Ok(())
    }

    /// What a space gained since the record of its table, by key.
    pub(in crate::table) fn growth(&self, space: Space) -> impl Iterator<Item = (&KeyBytes, Growth)> {
        self.growth.get(&space).into_iter().flatten().map(|(key, growth)| (key, *growth))
    }
}

/// All records of a store.
pub(in crate::table) fn records(store: &dyn Read) -> Result<Vec<Entry>, StoreError> {
    let mut records = Vec::new();
    let everything = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
    store.scan(CATALOG, everything, Direction::Forward, &mut |entry| {
        records.push(entry.clone());
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

impl Tables {
    /// Counts what came after the tables' records.
    pub(in crate::table) fn catch_up(&mut self, replay: &Replay) {
        // What is too much for a partition by now is split as soon as time is told.
        let now = Timestamp::default();
        for table in self.by_name.values_mut() {
            for (key, Growth { items, bytes }) in replay.growth(table.space) {
                table.resize(key, items, bytes, now);
            }
            for index in &mut table.indexes {
                for (key, Growth { items, bytes }) in replay.growth(index.space) {
                    let partition = index.provision().map_or(0, |provision| provision.locate(key));
                    index.resize(partition, items, bytes, now);
                }
            }
        }
    }
}
