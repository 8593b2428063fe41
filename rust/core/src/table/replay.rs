//! What commits that are replayed change in what tables count.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use crate::clock::Timestamp;
use crate::store::{Batch, Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::record::{self, CATALOG};
use crate::table::tables::Tables;
use crate::table::vector::VectorIndexDefinition;
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
    /// Of each space that holds a table's items or an index's entries.
    growth: BTreeMap<Space, Followed>,
    /// The spaces of each table, by the key of its record.
    spaces: BTreeMap<Vec<u8>, Vec<Space>>,
    is_begun: bool,
}

/// What a space gains.
#[derive(Default)]
struct Followed {
    /// By key: a partition may begin inside an item collection.
    by_key: BTreeMap<KeyBytes, Growth>,
    /// Where entries are a vector index's, what they are; others are items.
    vectors: Option<VectorIndexDefinition>,
}

impl Followed {
    fn size(&self, entry: &Entry) -> i64 {
        match &self.vectors {
            Some(definition) => definition.entry_size(entry) as i64,
            None => ItemRef::trusted(entry.value()).size() as i64,
        }
    }
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
                Write::Put(CATALOG, entry, _) => self.take(entry)?,
                Write::Put(space, entry, _) if self.growth.contains_key(space) => {
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
            let Some(followed) = self.growth.get_mut(&space) else { continue };
            let size = |entry: Option<&Entry>| entry.map_or(0, |entry| followed.size(entry));
            let bytes = size(new) - size(old.as_ref());
            let of_key = followed.by_key.entry(KeyBytes::from_slice(key)).or_default();
            of_key.items += i64::from(new.is_some()) - i64::from(old.is_some());
            of_key.bytes += bytes;
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
        let table = record::read_table(record)?;
        let vectors = table.vector_indexes.iter().map(|index| (index.space, Some(index.definition.clone())));
        let followed: Vec<_> = table.item_spaces().map(|space| (space, None)).chain(vectors).collect();
        self.spaces.insert(record.key().to_vec(), followed.iter().map(|(space, _)| *space).collect());
        let begin = |(space, vectors)| (space, Followed { vectors, ..Followed::default() });
        self.growth.extend(followed.into_iter().map(begin));
        Ok(())
    }

    /// What a space gained since the record of its table, by key.
    pub(in crate::table) fn growth(&self, space: Space) -> impl Iterator<Item = (&KeyBytes, Growth)> {
        let by_key = self.growth.get(&space).map(|followed| &followed.by_key);
        by_key.into_iter().flatten().map(|(key, growth)| (key, *growth))
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
            for index in &mut table.vector_indexes {
                for (_, Growth { items, bytes }) in replay.growth(index.space) {
                    index.resize(items, bytes);
                }
            }
        }
    }
}
