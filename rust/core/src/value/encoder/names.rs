//! Finding a name that was written before, at next to no cost when there is none.

use xxhash_rust::xxh3::xxh3_64;

use super::layout;

/// Above this many entries an index replaces looking through them.
const SCANNED_ENTRIES_MAX: usize = 32;

/// The names of a map being written.
///
/// A filter of 128 bits answers most names of a small map with "new" from a few instructions; a name whose bit is
/// taken is looked for among the entries. A large map gets a hash index. Neither decides any order, so the
/// bytes written do not depend on hashes.
pub(super) struct Names {
    filter: u128,
    index: Option<Box<Index>>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { filter: 0, index: None }
    }

    /// Notes a name that is about to be written behind `entries`; gives the offset of the latest entry of the
    /// same name, if there is one.
    pub(super) fn note(&mut self, name: &[u8], entries: &[u8], count: usize) -> Option<usize> {
        if count > SCANNED_ENTRIES_MAX {
            let index = self.index.get_or_insert_with(|| Box::new(Index::of(entries)));
            return index.insert(name, entries.len(), entries);
        }
        let bit = 1 << bucket(name);
        let taken = self.filter & bit != 0;
        self.filter |= bit;
        if taken { last_offset(name, entries) } else { None }
    }

    /// Lets a name pass that is known to be new. The filter no longer says which names there are, so any later one that
    /// is noted is looked for.
    #[inline]
    pub(super) fn pass(&mut self, name: &[u8], entries: &[u8]) {
        self.filter = u128::MAX;
        if let Some(index) = &mut self.index {
            index.insert(name, entries.len(), entries);
        }
    }
}

/// One of 128 buckets from a name's length, beginning and end.
fn bucket(name: &[u8]) -> u32 {
    let (first, last) = if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
    } else {
        let end = name.iter().fold(0, |end, byte| end << 8 | u64::from(*byte));
        (end, end)
    };
    let mixed = (first ^ last.rotate_left(23)).wrapping_add(name.len() as u64);
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 57) as u32
}

/// The offset of the latest entry of a name.
fn last_offset(name: &[u8], entries: &[u8]) -> Option<usize> {
    let (mut rest, mut found) = (entries, None);
    while !rest.is_empty() {
        let (candidate, _, after) = layout::split_entry(rest);
        if candidate == name {
            found = Some(entries.len() - rest.len());
        }
        rest = after;
    }
    found
}

/// An open-addressing table from names to where their latest entries begin.
struct Index {
    /// An offset plus one, or 0 for a free slot. The length is a power of two, at most half of it taken.
    slots: Vec<u32>,
    taken: usize,
}

impl Index {
    fn of(entries: &[u8]) -> Self {
        let mut index = Self { slots: vec![0; 4 * SCANNED_ENTRIES_MAX], taken: 0 };
        let mut rest = entries;
        while !rest.is_empty() {
            let (name, _, after) = layout::split_entry(rest);
            index.insert(name, entries.len() - rest.len(), entries);
            rest = after;
        }
        index
    }

    /// Puts a name's latest offset in; gives the one it replaces.
    fn insert(&mut self, name: &[u8], offset: usize, entries: &[u8]) -> Option<usize> {
        if self.taken * 2 >= self.slots.len() {
            self.grow(entries);
        }
        let stored = u32::try_from(offset + 1).expect("a map is below 4 GiB");
        let slot = self.slot(name, entries);
        let earlier = std::mem::replace(&mut self.slots[slot], stored);
        self.taken += usize::from(earlier == 0);
        earlier.checked_sub(1).map(|offset| offset as usize)
    }

    /// The slot a name has, or the free one it would take.
    fn slot(&self, name: &[u8], entries: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = xxh3_64(name) as usize & mask;
        while self.slots[slot] != 0 {
            if layout::entry_name(&entries[self.slots[slot] as usize - 1..]) == name {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self, entries: &[u8]) {
        let doubled = vec![0; self.slots.len() * 2];
        let slots = std::mem::replace(&mut self.slots, doubled);
        for stored in slots.into_iter().filter(|stored| *stored != 0) {
            let name = layout::entry_name(&entries[stored as usize - 1..]);
            let slot = self.slot(name, entries);
            self.slots[slot] = stored;
        }
    }
}
