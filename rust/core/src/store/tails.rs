//! What tells separators apart whose heads are equal, without touching them.

use std::ops::Range;

use super::key_array::{CAPACITY, HEAD_BYTES, KeyArray, common_length, head};

/// Eight bytes of each separator (its tail), taken after what it shares with all separators of the same head.
///
/// An item collection that fills several leaves has separators that all begin with its hash and its partition key: their
/// heads are one, and each of them lies in an allocation of its own, which a search would wait for. Tails are the bytes
/// behind that. What they say is a guess, as the key that is looked for may differ from the separators before the tail
/// begins; so a search that ends at a key that is there was right, and any other is repeated with whole separators.
#[derive(Clone)]
#[repr(C)]
pub(super) struct Tails {
    /// Where the tails begin: at one place for all separators of one head.
    offsets: [u8; CAPACITY],
    tails: [u64; CAPACITY],
}

impl Tails {
    /// Tails of separators.
    pub(super) fn of(separators: &KeyArray) -> Self {
        let mut tails = Self { offsets: [0; CAPACITY], tails: [0; CAPACITY] };
        tails.renew(separators, 0, separators.len());
        tails
    }

    /// How many separators are probably not above a key whose head some of them have.
    #[inline]
    pub(super) fn position(&self, key: &[u8], among: Range<usize>) -> usize {
        let tail = head(key, usize::from(self.offsets[among.start]));
        among.start + self.tails[among].iter().take_while(|other| **other <= tail).count()
    }

    /// Makes room for a separator that was inserted.
    pub(super) fn insert(&mut self, separators: &KeyArray, index: usize) {
        let moved = index..separators.len() - 1;
        self.tails.copy_within(moved.clone(), index + 1);
        self.offsets.copy_within(moved, index + 1);
        self.renew(separators, index, index + 1);
    }

    /// Closes the gap of a separator that was removed. The others of its head may share more now, which tails need not
    /// know.
    pub(super) fn remove(&mut self, index: usize) {
        self.tails.copy_within(index + 1.., index);
        self.offsets.copy_within(index + 1.., index);
    }

    /// Asserts that searches find the tails of these separators.
    #[cfg(test)]
    pub(super) fn check(&self, separators: &KeyArray) {
        for (index, entry) in separators.entries().iter().enumerate() {
            let offset = self.offsets[separators.run_of(index).start];
            assert_eq!(self.offsets[index], offset, "tails of one head begin at one place");
            assert_eq!(self.tails[index], head(entry.key(), usize::from(offset)), "tail {index}");
        }
    }

    /// Looks again at the separators `first..last` and those around them of equal heads.
    pub(super) fn renew(&mut self, separators: &KeyArray, first: usize, last: usize) {
        let mut start = first;
        while start < last {
            let run = separators.run_of(start);
            start = run.end;
            let entries = &separators.entries()[run.clone()];
            let (lower, upper) = (entries[0].key(), entries[entries.len() - 1].key());
            // A separator ends with the byte that tells two leaves apart, so one by itself is known by its end.
            let shared = if run.len() > 1 {
                common_length(lower, upper)
            } else {
                lower.len().saturating_sub(HEAD_BYTES)
            };
            // Where more is shared, tails are equal or wrong, and the search is repeated.
            let offset = shared.min(usize::from(u8::MAX));
            for (index, entry) in run.zip(entries) {
                self.offsets[index] = offset as u8;
                self.tails[index] = head(entry.key(), offset);
            }
        }
    }
}
