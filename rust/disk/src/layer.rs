//! What was written lately, in memory, above what the tables on disk hold.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use dynacore::store::{
    Batch, Direction, Entry, KeyRange, MemoryStore, Place, Read, Space, Store as _, StoreError, Write,
};
use smallvec::SmallVec;

/// What a layer counts for an entry besides its bytes: its place in the tree and its allocation.
const ENTRY_BYTES: usize = 48;

/// What a layer says about a key.
pub(crate) enum Answer {
    /// It has this entry.
    Entry(Entry),
    /// It was deleted, or its space was cleared.
    Absent,
    /// Nothing: the layer below knows.
    Unknown,
}

/// Commits on top of a lower layer: entries, keys that are gone below, spaces that are empty below.
#[derive(Default)]
pub(crate) struct Layer {
    entries: MemoryStore,
    deleted: MemoryStore,
    cleared: BTreeSet<Space>,
    /// What was written to it since it was made, also what was written again; it bounds the memory it takes.
    bytes: usize,
}

impl Layer {
    /// Applies a commit.
    pub(crate) fn apply(&mut self, batch: Batch) {
        let mut marks: SmallVec<[Write; 2]> = SmallVec::new();
        for write in &batch.writes {
            match write {
                Write::Put(space, entry, _) => {
                    self.bytes += entry.key().len() + entry.value().len() + ENTRY_BYTES;
                    if self.deleted.count(*space) > 0 || !marks.is_empty() {
                        marks.push(Write::Delete(*space, SmallVec::from_slice(entry.key())));
                    }
                }
                Write::Delete(space, key) => {
                    self.bytes += key.len() + ENTRY_BYTES;
                    if !self.cleared.contains(space) {
                        marks.push(Write::put(*space, Entry::new(key, b"")));
                    }
                }
                Write::Clear(space) => {
                    self.bytes += ENTRY_BYTES;
                    self.cleared.insert(*space);
                    marks.push(Write::Clear(*space));
                }
            }
        }
        const NEVER_FAILS: &str = "memory does not fail";
        self.entries.commit(batch).expect(NEVER_FAILS);
        if !marks.is_empty() {
            self.deleted.commit(Batch { writes: marks }).expect(NEVER_FAILS);
        }
    }

    /// About the memory it takes, never less.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The spaces it says anything about, in order.
    pub(crate) fn spaces(&self) -> BTreeSet<Space> {
        let mut spaces = self.cleared.clone();
        spaces.extend(self.entries.spaces());
        spaces.extend(self.deleted.spaces());
        spaces
    }

    /// A view that later commits do not change.
    pub(crate) fn view(&self) -> View {
        View {
            entries: self.entries.snapshot(),
            deleted: self.deleted.snapshot(),
            cleared: self.cleared.clone(),
        }
    }
}

/// What a layer held at some moment.
pub(crate) struct View {
    entries: Box<dyn Read + Send + Sync>,
    deleted: Box<dyn Read + Send + Sync>,
    cleared: BTreeSet<Space>,
}

/// Reading a layer: itself or a view of it.
pub(crate) trait ReadLayer {
    /// Entries.
    fn entries(&self) -> &dyn Read;
    /// Keys that are gone below, with empty values.
    fn deleted(&self) -> &dyn Read;
    /// Spaces of which nothing below is left.
    fn hides(&self, space: Space) -> bool;

    /// What it says about a key, and where a put of that key goes among its entries.
    fn ask(&self, space: Space, key: &[u8]) -> Result<(Answer, Place), StoreError> {
        let found = self.entries().find(space, key)?;
        let answer = match found.entry {
            Some(entry) => Answer::Entry(entry),
            None if self.hides(space) || self.deleted().get(space, key)?.is_some() => Answer::Absent,
            None => Answer::Unknown,
        };
        Ok((answer, found.place))
    }

    /// Up to `count` changes of a range, from its beginning or from its end.
    fn changes(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        count: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let mut entries = take(self.entries(), space, range, direction, count)?.into_iter().peekable();
        let mut deleted = take(self.deleted(), space, range, direction, count)?.into_iter().peekable();
        let mut changes = Vec::with_capacity(entries.len() + deleted.len());
        while changes.len() < count {
            let entry_first = match (entries.peek(), deleted.peek()) {
                (Some(entry), Some(mark)) => match direction {
                    Direction::Forward => entry.key() < mark.key(),
                    Direction::Backward => entry.key() > mark.key(),
                },
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            changes.extend(if entry_first {
                entries.next().map(Change::Put)
            } else {
                deleted.next().map(Change::Delete)
            });
        }
        Ok(changes)
    }
}

impl ReadLayer for Layer {
    fn entries(&self) -> &dyn Read {
        &self.entries
    }

    fn deleted(&self) -> &dyn Read {
        &self.deleted
    }

    fn hides(&self, space: Space) -> bool {
        self.cleared.contains(&space)
    }
}

impl ReadLayer for View {
    fn entries(&self) -> &dyn Read {
        self.entries.as_ref()
    }

    fn deleted(&self) -> &dyn Read {
        self.deleted.as_ref()
    }

    fn hides(&self, space: Space) -> bool {
        self.cleared.contains(&space)
    }
}

/// What a layer changes in the one below.
pub(crate) enum Change {
    /// The key has this entry.
    Put(Entry),
    /// The key of this entry is gone.
    Delete(Entry),
}

impl Change {
    pub(crate) fn key(&self) -> &[u8] {
        match self {
            Self::Put(entry) | Self::Delete(entry) => entry.key(),
        }
    }
}

fn take(
    read: &dyn Read,
    space: Space,
    range: KeyRange<'_>,
    direction: Direction,
    count: usize,
) -> Result<Vec<Entry>, StoreError> {
    let mut taken = Vec::new();
    read.scan(space, range, direction, &mut |entry| {
        taken.push(entry.clone());
        if taken.len() < count { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(taken)
}
