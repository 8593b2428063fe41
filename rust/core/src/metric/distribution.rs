//! The values of a period, in bounded memory.

use std::collections::BTreeMap;

/// Up to so many different values are kept as they are.
const EXACT_MAX: usize = 100;
/// Buckets at most, once values are no longer exact.
const BUCKETS_MAX: usize = 1_024;
/// Bits that are left out of the first buckets: 64 of them for each power of two, so none is wider than 1.6 %.
const FIRST_SHIFT: u32 = 46;

/// What values of a period are near each other.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Bucket {
    count: f64,
    sum: f64,
}

impl Bucket {
    /// The mean of its values, which stands for each of them.
    fn value(self) -> f64 {
        self.sum / self.count
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
    }
}

/// How often which values were observed. Up to a hundred different values are exact; more of them are gathered in
/// buckets whose width follows the values, 1.6 % at first, and which become wider where a thousand of them do not do.
///
/// A bucket is what the leading bits of a number say, so no logarithm decides it: the same values give the same
/// buckets on every machine.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Distribution {
    /// Bits of a value that do not matter.
    shift: u32,
    /// By the other bits, which are in the order of the values.
    buckets: BTreeMap<i64, Bucket>,
}

impl Distribution {
    /// Takes in a value that was observed `count` times.
    pub fn add(&mut self, value: f64, count: f64) {
        let place = place(value, self.shift);
        self.buckets.entry(place).or_default().add(Bucket { count, sum: value * count });
        self.fit();
    }

    /// Takes in the values of another one.
    pub fn merge(&mut self, other: &Self) {
        self.widen(other.shift.max(self.shift));
        let by = self.shift - other.shift;
        for (place, bucket) in &other.buckets {
            self.buckets.entry(place >> by).or_default().add(*bucket);
        }
        self.fit();
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.buckets.values().map(|bucket| bucket.count).sum()
    }

    /// The values in order, each with how often it is there.
    pub fn values(&self) -> impl Iterator<Item = (f64, f64)> {
        self.buckets.values().map(|bucket| (bucket.value(), bucket.count))
    }

    fn fit(&mut self) {
        if self.shift == 0 && self.buckets.len() > EXACT_MAX {
            self.widen(FIRST_SHIFT);
        }
        while self.buckets.len() > BUCKETS_MAX {
            self.widen(self.shift + 1);
        }
    }

    fn widen(&mut self, shift: u32) {
        let by = shift - self.shift;
        if by == 0 {
            return;
        }
        self.shift = shift;
        for (place, bucket) in std::mem::take(&mut self.buckets) {
            self.buckets.entry(place >> by).or_default().add(bucket);
        }
    }
}

/// The bits of a number that matter, as an integer that has the order of the numbers.
fn place(value: f64, shift: u32) -> i64 {
    // Minus zero is zero.
    let bits = (value + 0.0).to_bits().cast_signed();
    (bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()) >> shift
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_values_are_exact_and_in_order() {
        let mut distribution = Distribution::default();
        for (value, count) in [(3.5, 1.0), (-2.0, 2.0), (0.0, 1.0), (-0.0, 1.0), (-7.25, 1.0), (3.5, 4.0)] {
            distribution.add(value, count);
        }
        let values: Vec<_> = distribution.values().collect();
        assert_eq!(values, [(-7.25, 1.0), (-2.0, 2.0), (0.0, 2.0), (3.5, 5.0)]);
    }

    proptest! {
        #[test]
        fn many_values_keep_their_ranks_within_the_width_of_a_bucket(
            values in prop::collection::vec(0.001..1e6_f64, 1..3_000),
            cut in 0..3_000_usize,
        ) {
            let (mut distribution, mut rest) = (Distribution::default(), Distribution::default());
            for (number, value) in values.iter().enumerate() {
                if number < cut { &mut distribution } else { &mut rest }.add(*value, 1.0);
            }
            distribution.merge(&rest);
            prop_assert!(distribution.buckets.len() <= BUCKETS_MAX);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let mut rank = 0.0;
            for (value, count) in distribution.values() {
                let (first, last) = (sorted[rank as usize], sorted[(rank + count) as usize - 1]);
                let (low, high) = (first * (1.0 - 1e-12), last * (1.0 + 1e-12));
                prop_assert!(low <= value && value <= high);
                // Buckets of twice the first width, as 30 powers of two have to fit into a thousand.
                prop_assert!(last / first <= 1.0 + 1.0 / 32.0, "{first} and {last} are one");
                rank += count;
            }
            prop_assert_eq!(rank, values.len() as f64);
        }

        #[test]
        fn all_numbers_fit(values in prop::collection::vec(prop::num::f64::NORMAL, 1..5_000)) {
            let mut distribution = Distribution::default();
            values.iter().for_each(|value| distribution.add(*value, 1.0));
            prop_assert!(distribution.buckets.len() <= BUCKETS_MAX);
            prop_assert_eq!(distribution.count(), values.len() as f64);
        }
    }
}
