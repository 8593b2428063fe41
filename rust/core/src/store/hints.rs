//! Where the entries of a large tree probably lie.
//!
//! A search waits for the leaf, which says where the entry is, and then for the entry. Here a table of half addresses says
//! that too, mostly, before the leaf is there, so that both are waited for at once. What it says is only ever asked for
//! and never read by: keys of equal hashes overwrite each other, an entry may have moved or gone, and nothing depends on
//! it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use triomphe::Arc;
use xxhash_rust::xxh3::xxh3_64;

use super::Entry;
use super::key_array::KeyArray;
use super::prefetch::prefetch_line_of;

/// Entries from which on a tree has hints: fewer lie in a processor's caches.
const ENTRIES_MIN: u64 = 1 << 15;

/// Slots for each entry: with two, four of five entries keep their own.
const SLOTS_AN_ENTRY: u64 = 2;

/// Slots that are allocated together.
const SEGMENT: usize = 1 << 14;

/// Each level has as many segments as all below it, so these are for more entries than a memory holds.
const LEVELS: usize = 24;

/// Entries lie at multiples of this; an allocator gives no finer addresses for so many bytes.
const ALIGNMENT_BITS: u32 = 4;

/// Bits of an address that a slot and the alignment leave open: those of a leaf nearby are taken for them.
const OPEN_BITS: u32 = u64::BITS - u32::BITS - ALIGNMENT_BITS;

type Segment = Box<[AtomicU32]>;
type Level = Box<[OnceLock<Segment>]>;

/// The hints of a tree and its clones, which share them. They cost memory once they are learned.
///
/// A slot's place follows from how many entries there are: a table grows by a segment at a time, and only keys of one
/// other segment move there (linear hashing).
#[derive(Clone, Default)]
pub(super) struct Hints {
    levels: Option<Arc<[OnceLock<Level>; LEVELS]>>,
    /// The most entries since there were none.
    peak: u64,
}

/// What is known of one key.
#[derive(Clone, Copy)]
pub(super) struct Hint<'a> {
    slot: Option<&'a AtomicU32>,
}

impl Hints {
    /// The hint for a key in a tree of so many entries; asks for its memory.
    #[inline]
    pub(super) fn of(&self, key: &[u8], length: u64) -> Hint<'_> {
        let slot = match &self.levels {
            Some(levels) if length >= ENTRIES_MIN => known_slot(levels, key, length),
            _ => None,
        };
        if let Some(slot) = slot {
            prefetch_line_of(slot);
        }
        Hint { slot }
    }

    /// Remembers where an entry is that a tree of so many entries gets.
    #[inline]
    pub(super) fn learn(&mut self, entry: &Entry, length: u64) {
        if length < ENTRIES_MIN {
            return;
        }
        self.peak = self.peak.max(length);
        let levels = self.levels.get_or_insert_with(|| Arc::new([const { OnceLock::new() }; LEVELS]));
        Hint { slot: Some(slot(levels, entry.key(), length)) }.learn(entry);
    }

    /// Gives memory back where a tree has lost most of its entries.
    #[inline]
    pub(super) fn shrink(&mut self, length: u64) {
        if length < self.peak / 4 {
            *self = Self::default();
        }
    }
}

impl Hint<'_> {
    /// Asks for the entry's memory, before the leaf that it is in is read.
    #[inline]
    pub(super) fn prefetch(self, leaf: &KeyArray) {
        let Some(slot) = self.slot else { return };
        let low = slot.load(Ordering::Relaxed);
        if low != 0 {
            Entry::prefetch_at(address(low, std::ptr::from_ref(leaf).addr()));
        }
    }

    /// Remembers where the entry is.
    #[inline]
    pub(super) fn learn(self, entry: &Entry) {
        let Some(slot) = self.slot else { return };
        let low = (entry.address() as u64 >> ALIGNMENT_BITS) as u32;
        // Whoever reads the same keys again and again writes to no line that others read.
        if slot.load(Ordering::Relaxed) != low {
            slot.store(low, Ordering::Relaxed);
        }
    }
}

/// The address that a slot stands for: of those that it may be, the nearest to another one.
#[inline]
fn address(low: u32, near: usize) -> usize {
    let (near, low) = (near as u64, u64::from(low) << ALIGNMENT_BITS);
    let distance = (low.wrapping_sub(near) << OPEN_BITS) as i64 >> OPEN_BITS;
    near.wrapping_add_signed(distance) as usize
}

/// Where a key's slot is: the number of its segment, and the slot in it.
#[inline]
fn place(key: &[u8], length: u64) -> (usize, usize) {
    let hash = xxh3_64(key) as usize;
    let segments = (length * SLOTS_AN_ENTRY) as usize / SEGMENT;
    let wide = (hash / SEGMENT) & (segments.next_power_of_two() - 1);
    // The upper half of the segments is not all there yet.
    let segment = if wide < segments { wide } else { parent_of(wide) };
    (segment, hash % SEGMENT)
}

/// The segment whose keys a segment takes over a part of.
#[inline]
fn parent_of(segment: usize) -> usize {
    segment & !(1 << segment.ilog2())
}

/// A segment's level, and its position there.
#[inline]
fn level_of(segment: usize) -> (usize, usize) {
    if segment == 0 { (0, 0) } else { (segment.ilog2() as usize + 1, parent_of(segment)) }
}

#[inline]
fn known_segment(levels: &[OnceLock<Level>; LEVELS], segment: usize) -> Option<&Segment> {
    let (level, position) = level_of(segment);
    levels[level].get()?[position].get()
}

#[inline]
fn known_slot<'a>(levels: &'a [OnceLock<Level>; LEVELS], key: &[u8], length: u64) -> Option<&'a AtomicU32> {
    let (segment, slot) = place(key, length);
    Some(&known_segment(levels, segment)?[slot])
}

#[inline]
fn slot<'a>(levels: &'a [OnceLock<Level>; LEVELS], key: &[u8], length: u64) -> &'a AtomicU32 {
    let (segment, slot) = place(key, length);
    match known_segment(levels, segment) {
        Some(segment) => &segment[slot],
        None => &new_segment(levels, segment)[slot],
    }
}

/// A segment begins with what its parent has, so that keys which move take what is known of them along.
#[cold]
fn new_segment(levels: &[OnceLock<Level>; LEVELS], segment: usize) -> &Segment {
    let (level, position) = level_of(segment);
    let count = if level == 0 { 1 } else { 1 << (level - 1) };
    let segments = levels[level].get_or_init(|| (0..count).map(|_| OnceLock::new()).collect());
    segments[position].get_or_init(|| {
        let parent = if segment == 0 { None } else { known_segment(levels, parent_of(segment)) };
        let low = |slot: usize| parent.map_or(0, |parent| parent[slot].load(Ordering::Relaxed));
        (0..SEGMENT).map(|slot| AtomicU32::new(low(slot))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> [u8; 16] {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        key[8..].copy_from_slice(&number.to_be_bytes());
        key
    }

    #[test]
    fn a_slot_stands_for_the_nearest_address() {
        let leaves: [u64; 5] = [1 << 20, 0x7F12_3456_7890, (1 << 36) - 64, 1 << 36, (5 << 36) + 16];
        for leaf in leaves {
            for distance in [0, 16, -16, 4_096, 1 << 34, -(1 << 34), (1 << 35) - 16] {
                let Some(entry) = leaf.checked_add_signed(distance) else { continue };
                let low = (entry >> ALIGNMENT_BITS) as u32;
                assert_eq!(address(low, leaf as usize), entry as usize, "{leaf:#x} {distance:#x}");
            }
        }
    }

    #[test]
    fn a_small_tree_has_none() {
        let mut hints = Hints::default();
        hints.learn(&Entry::new(&key(1), b"value"), ENTRIES_MIN - 1);
        assert!(hints.levels.is_none());
        assert!(hints.of(&key(1), ENTRIES_MIN - 1).slot.is_none());
    }

    #[test]
    fn most_entries_are_known_while_a_tree_grows() {
        let mut hints = Hints::default();
        let entries: Vec<Entry> = (0..300_000).map(|number| Entry::new(&key(number), b"value")).collect();
        for (length, entry) in entries.iter().enumerate() {
            hints.learn(entry, length as u64);
        }
        let length = entries.len() as u64;
        let is_known = |entry: &&Entry| {
            let low = hints.of(entry.key(), length).slot.map_or(0, |slot| slot.load(Ordering::Relaxed));
            address(low, entry.address()) == entry.address()
        };
        let known = || entries.iter().filter(is_known).count();
        // Others have taken the slots of a third of them, and nothing is known from before it was large.
        assert!(known() > entries.len() / 2, "{} of {length}", known());
        // Reading an entry teaches where it is, and of few that no other takes the slot.
        for entry in entries.iter().step_by(8) {
            hints.of(entry.key(), length).learn(entry);
        }
        let read = entries.iter().step_by(8);
        let (count, known) = (read.len(), read.filter(is_known).count());
        assert!(known > count * 9 / 10, "{known} of {count}");
    }

    #[test]
    fn memory_goes_when_most_entries_have() {
        let mut hints = Hints::default();
        hints.learn(&Entry::new(&key(1), b"value"), 4 * ENTRIES_MIN);
        hints.shrink(ENTRIES_MIN);
        assert!(hints.levels.is_some());
        hints.shrink(ENTRIES_MIN - 1);
        assert!(hints.levels.is_none());
    }
}
