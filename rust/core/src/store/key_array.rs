//! A sorted array of entries that is searched without touching the entries.

use std::ops::Range;

use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

use super::Entry;
use super::prefetch::{prefetch, prefetch_line_of};

/// The entries an array has room for. A node splits when it reaches this, so at rest an array holds one less.
/// Measured with 30-byte keys at 10,000 and 1,000,000 entries against 32 and 128: gets and puts showed no order that
/// held for all shapes of keys; 32 spends about 4 bytes more on each entry, and with 128 a put while a snapshot is
/// alive takes half as long again.
pub(super) const CAPACITY: usize = 64;

/// An array with fewer entries than this after a deletion is merged with a neighbour or filled from it.
pub(super) const SPARSE: usize = CAPACITY / 3;

/// Two neighbours are merged when what they hold together leaves a quarter of a node free, so that the next
/// insertions do not split it again.
pub(super) const MERGED_MAX: usize = CAPACITY * 3 / 4;

/// The bytes of a key in its head.
pub(super) const HEAD_BYTES: usize = 8;

/// Insertions side by side after which an array takes its writer for one that walks in key order.
const RUN_OF_A_WALKER: u16 = 12;

/// Bytes that the shared prefix must grow by before heads are computed anew. Computing them touches every key;
/// while four bytes of eight still differ, heads tell keys apart well enough.
const SKIP_GAIN_MIN: usize = 4;

/// Sorted entries with, beside each, eight bytes of its key as a number (its head).
///
/// All keys in an array begin with the same `skip` bytes, which the heads leave out. So heads tell apart the
/// hashes of different partitions and, in the nodes below, the sort keys of one partition; whole keys, each a
/// likely cache miss, are only compared where heads are equal. That is so in a leaf that holds the ends of two
/// partitions: their hashes differ, so nothing is skipped, and inside each partition all heads are one. There a
/// byte of each key's hash (its tag) finds a key that is present with one comparison in place of six.
#[derive(Clone)]
#[repr(C)]
pub(super) struct KeyArray {
    /// Leading bytes the heads leave out.
    pub(super) skip: usize,
    /// Leading bytes that any key routed here shares with the entries. While `skip` is not greater a search need
    /// not compare what it skips; only nodes at the ends of the tree or of their parent may skip more.
    pub(super) assured: usize,
    run: Run,
    pub(super) heads: [u64; CAPACITY],
    pub(super) entries: SmallVec<[Entry; CAPACITY]>,
    pub(super) tags: [u8; CAPACITY],
}

/// The last insertions, to notice a writer that walks in key order (times, counters) and to split behind it:
/// its nodes then stay full instead of half empty.
#[derive(Clone, Copy, Default)]
struct Run {
    last: u16,
    ascending: u16,
    descending: u16,
}

impl Run {
    fn record(&mut self, index: usize) {
        let index = index as u16;
        self.ascending =
            if index == self.last.wrapping_add(1) { self.ascending.saturating_add(1) } else { 0 };
        self.descending = if index == self.last { self.descending.saturating_add(1) } else { 0 };
        self.last = index;
    }
}

impl KeyArray {
    /// An empty array that skips nothing.
    pub(super) fn new() -> Self {
        let entries = SmallVec::new();
        let (heads, tags) = ([0; CAPACITY], [0; CAPACITY]);
        Self { heads, tags, entries, skip: 0, assured: 0, run: Run::default() }
    }

    /// Asks for the memory that a search of separators reads.
    #[inline]
    pub(super) fn prefetch_heads(&self) {
        prefetch(&self.skip);
        prefetch(&self.heads);
    }

    /// Asks for the memory that [`KeyArray::suspect`] reads: all but the entries.
    #[inline]
    pub(super) fn prefetch_for_suspicion(&self) {
        self.prefetch_heads();
        // Where the entries begin it says how many they are.
        prefetch_line_of(&self.entries);
        prefetch(&self.tags);
    }

    /// The keys of a root with its first entry. They skip all of that; each insertion takes back what is not shared.
    pub(super) fn of_root(entry: Entry) -> Self {
        let mut keys = Self::new();
        keys.push(entry);
        keys.assure(Assured::AtLeast(0));
        keys
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() == CAPACITY
    }

    pub(super) fn is_sparse(&self) -> bool {
        self.entries.len() < SPARSE
    }

    /// How many leading bytes the heads leave out.
    pub(super) fn skip(&self) -> usize {
        self.skip
    }

    /// The entries whose heads are equal to that of the one at `index`, itself included.
    pub(super) fn run_of(&self, index: usize) -> Range<usize> {
        let (head, heads) = (self.heads[index], &self.heads[..self.entries.len()]);
        let lower = heads.partition_point(|other| *other < head);
        lower..lower + heads[lower..].partition_point(|other| *other == head)
    }

    /// How many leading bytes any key routed here is known to share with the entries.
    pub(super) fn assured(&self) -> usize {
        self.assured
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Replaces the entry at `index` by one of the same key.
    pub(super) fn replace(&mut self, index: usize, entry: Entry) {
        self.entries[index] = entry;
    }

    /// Inserts an entry where [`KeyArray::find`] said and remembers the place for [`KeyArray::split_point`].
    pub(super) fn insert(&mut self, index: usize, entry: Entry) {
        let length = self.entries.len();
        assert!(length < CAPACITY, "an array is split when it is full");
        if self.skip > self.assured {
            // Of an array that lost its last entry, only what is assured holds for the next one.
            let shared = self.entries.first().map(|first| common_length(first.key(), entry.key()));
            self.set_skip(shared.map_or(self.assured, |shared| self.skip.min(shared)));
        }
        self.heads.copy_within(index..length, index + 1);
        self.heads[index] = head(entry.key(), self.skip);
        self.tags.copy_within(index..length, index + 1);
        self.tags[index] = tag(entry.key());
        self.entries.insert(index, entry);
        self.run.record(index);
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.insert(self.entries.len(), entry);
    }

    pub(super) fn remove(&mut self, index: usize) -> Entry {
        self.heads.copy_within(index + 1..self.entries.len(), index);
        self.tags.copy_within(index + 1..self.entries.len(), index);
        self.entries.remove(index)
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.entries.pop()
    }

    /// Drops entries at the end until `length` are left.
    pub(super) fn truncate(&mut self, length: usize) {
        self.entries.truncate(length);
    }

    /// Where to split: in the middle, or at the last insertion when a writer walks through in key order.
    pub(super) fn split_point(&self) -> usize {
        let (last, length) = (usize::from(self.run.last), self.entries.len());
        let point = if self.run.ascending >= RUN_OF_A_WALKER {
            last
        } else if self.run.descending >= RUN_OF_A_WALKER {
            last + 1
        } else {
            length / 2
        };
        point.clamp(1, length - 1)
    }

    /// Takes the entries from `index` on into an array of their own.
    pub(super) fn split_off(&mut self, index: usize) -> Self {
        let mut right = Self { skip: self.skip, assured: self.assured, ..Self::new() };
        let moved = self.entries.len() - index;
        right.heads[..moved].copy_from_slice(&self.heads[index..index + moved]);
        right.tags[..moved].copy_from_slice(&self.tags[index..index + moved]);
        right.entries.extend(self.entries.drain(index..));
        // A walker is still walking in the half that got its last entry.
        let last = usize::from(self.run.last);
        if last >= index {
            right.run = Run { last: (last - index) as u16, ..self.run };
            self.run = Run::default();
        }
        right
    }

    /// Moves the first `count` entries of the array to the right to the end of this one.
    pub(super) fn take_first_of(&mut self, right: &mut Self, count: usize) {
        assert_eq!(self.skip, right.skip, "heads are only comparable under one skip");
        let (length, others) = (self.entries.len(), right.entries.len());
        self.heads[length..length + count].copy_from_slice(&right.heads[..count]);
        right.heads.copy_within(count..others, 0);
        self.tags[length..length + count].copy_from_slice(&right.tags[..count]);
        right.tags.copy_within(count..others, 0);
        self.entries.extend(right.entries.drain(..count));
    }

    /// Moves the last `count` entries of the array to the left to the front of this one.
    pub(super) fn take_last_of(&mut self, left: &mut Self, count: usize) {
        assert_eq!(self.skip, left.skip, "heads are only comparable under one skip");
        let (length, others) = (self.entries.len(), left.entries.len());
        self.heads.copy_within(..length, count);
        self.heads[..count].copy_from_slice(&left.heads[others - count..others]);
        self.tags.copy_within(..length, count);
        self.tags[..count].copy_from_slice(&left.tags[others - count..others]);
        self.entries.insert_many(0, left.entries.drain(others - count..));
    }

    /// Takes note of what keys routed here now share, and skips what the entries share where that makes heads
    /// tell more.
    pub(super) fn assure(&mut self, assured: Assured) {
        let (Assured::Exactly(length) | Assured::AtLeast(length)) = assured;
        self.assured = length;
        let shared = match (assured, self.entries.first(), self.entries.last()) {
            (Assured::AtLeast(_), Some(first), Some(last)) => common_length(first.key(), last.key()),
            _ => length,
        };
        if self.skip > shared || self.skip + SKIP_GAIN_MIN <= shared {
            self.set_skip(shared);
        }
    }

    /// Prepares for entries to pass between this array and a neighbour: both skip what is assured of both.
    pub(super) fn level(&mut self, assured: usize) {
        self.assured = assured;
        self.set_skip(assured);
    }

    fn set_skip(&mut self, skip: usize) {
        if self.skip == skip {
            return;
        }
        self.skip = skip;
        for (slot, entry) in self.heads.iter_mut().zip(&self.entries) {
            *slot = head(entry.key(), skip);
        }
    }

    /// Asserts what must hold of an array whose keys all begin with `shared`.
    #[cfg(test)]
    pub(super) fn check(&self, shared: &[u8]) {
        assert!(self.entries.len() < CAPACITY, "an array at rest is not full");
        assert!(!self.entries.spilled(), "entries stay inside the node");
        assert!(self.assured <= shared.len(), "{} assured, {} are shared", self.assured, shared.len());
        let skipped = self.entries.first().map(|first| &first.key()[..self.skip]).unwrap_or_default();
        for (index, entry) in self.entries.iter().enumerate() {
            assert!(entry.key().starts_with(skipped), "all keys begin with what is skipped");
            assert_eq!(self.heads[index], head(entry.key(), self.skip), "head {index}");
            assert_eq!(self.tags[index], tag(entry.key()), "tag {index}");
        }
        assert!(self.entries.windows(2).all(|pair| pair[0].key() < pair[1].key()), "keys ascend");
    }
}

/// What is known of the keys that may be routed to an array.
#[derive(Clone, Copy, Debug)]
pub(super) enum Assured {
    /// Separators on both sides share this many leading bytes, so all keys do.
    Exactly(usize),
    /// One side is open: all keys share this many leading bytes, the entries themselves possibly more.
    AtLeast(usize),
}

/// How many leading bytes two keys share.
pub(super) fn common_length(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

/// Eight bytes of a key after the skipped ones, as a number that orders like them. A key that ends earlier is
/// filled with zeros, which keeps the order and leaves ties to whole keys.
#[inline]
pub(super) fn head(key: &[u8], skip: usize) -> u64 {
    let rest = key.get(skip..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk::<HEAD_BYTES>() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; HEAD_BYTES];
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(bytes)
}

/// A byte of a key's hash.
pub(super) fn tag(key: &[u8]) -> u8 {
    xxh3_64(key) as u8
}
