//! The heaviest of very many keys, in bounded memory.

use std::collections::{BTreeMap, BTreeSet};

/// What is known of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Count {
    weight: u64,
    /// How much of it may be of keys that were dropped.
    error: u64,
}

/// The keys with the most weight (the space-saving sketch of Metwally, Agrawal and El Abbadi, 2005).
///
/// A key that is not known takes the place of the lightest one together with its weight. So a weight is never too low,
/// is too high by [`TopKey::error`] at most, and a key with more than the whole weight divided by the number of places
/// is always there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopKeys {
    places: usize,
    counts: BTreeMap<Box<[u8]>, Count>,
    /// Lightest first.
    by_weight: BTreeSet<(u64, Box<[u8]>)>,
}

/// One of the heaviest keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TopKey<'a> {
    /// The key.
    pub key: &'a [u8],
    /// Its weight, which is never too low.
    pub weight: u64,
    /// By how much it may be too high.
    pub error: u64,
}

impl TopKeys {
    /// With room for so many keys.
    ///
    /// # Panics
    /// Where `places` is zero.
    #[must_use]
    pub fn new(places: usize) -> Self {
        assert!(places > 0, "a sketch has at least one place");
        Self { places, counts: BTreeMap::new(), by_weight: BTreeSet::new() }
    }

    /// Adds to a key's weight.
    pub fn add(&mut self, key: &[u8], weight: u64) {
        let mut count = Count { weight: 0, error: 0 };
        if let Some((owned, known)) = self.counts.remove_entry(key) {
            self.by_weight.remove(&(known.weight, owned));
            count = known;
        } else if self.counts.len() == self.places
            && let Some((lightest, dropped)) = self.by_weight.pop_first()
        {
            self.counts.remove(&dropped);
            count = Count { weight: lightest, error: lightest };
        }
        count.weight = count.weight.saturating_add(weight);
        self.by_weight.insert((count.weight, key.into()));
        self.counts.insert(key.into(), count);
    }

    /// The `most` heaviest keys, heaviest first.
    pub fn heaviest(&self, most: usize) -> impl Iterator<Item = TopKey<'_>> {
        self.by_weight.iter().rev().take(most).map(|(weight, key)| {
            let error = self.counts.get(key).map_or(0, |count| count.error);
            TopKey { key, weight: *weight, error }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_heaviest_come_first() {
        let mut keys = TopKeys::new(3);
        for (key, weight) in [("a", 5), ("b", 1), ("c", 7), ("a", 3)] {
            keys.add(key.as_bytes(), weight);
        }
        let found: Vec<_> = keys.heaviest(2).map(|top| (top.key.to_vec(), top.weight, top.error)).collect();
        assert_eq!(found, [(b"a".to_vec(), 8, 0), (b"c".to_vec(), 7, 0)]);
        // A new one takes the place of the lightest, with its weight as the error.
        keys.add(b"d", 1);
        let lightest = keys.heaviest(9).last().unwrap();
        assert_eq!((lightest.key, lightest.weight, lightest.error), (&b"d"[..], 2, 1));
    }

    proptest! {
        #[test]
        fn weights_are_right_within_their_error(additions in prop::collection::vec((0..40_u8, 1..100_u64), 1..500)) {
            let mut keys = TopKeys::new(8);
            let mut exact = BTreeMap::new();
            for (key, weight) in &additions {
                keys.add(&[*key], *weight);
                *exact.entry(*key).or_insert(0_u64) += weight;
            }
            let all: u64 = exact.values().sum();
            for top in keys.heaviest(8) {
                let right = exact[&top.key[0]];
                prop_assert!(right <= top.weight && top.weight - top.error <= right, "{top:?} is {right}");
            }
            for (key, weight) in exact {
                let there = keys.heaviest(8).any(|top| top.key == [key]);
                prop_assert!(there || weight <= all / 8, "{key} with {weight} of {all}");
            }
        }
    }
}
