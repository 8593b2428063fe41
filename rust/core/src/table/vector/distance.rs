//! Scores of vectors.
//!
//! Floats are multiplied and added as doubles, in eight sums that are joined at the end: that order is fixed, so the
//! same vectors give the same score on every machine, and it is one that the compiler turns into vector instructions.
//! DynamoDB sums in more than 32 bits as well and answers with a 32-bit float that ends at the largest one (measured
//! by dynoxide's authors): 3.4E38 * 3.4E38 - 3.4E38 * 3.4E38 is 0, not NaN.

use crate::table::vector::definition::DistanceFunction;
use crate::table::vector::embedding::FLOAT_BYTES;

const LANES: usize = 8;

/// Adds numbers in the one order in which all of them are added here.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    lanes: [f64; LANES],
    next: usize,
}

impl Sum {
    /// Adds one.
    pub fn add(&mut self, number: f64) {
        self.lanes[self.next] += number;
        self.next = (self.next + 1) % LANES;
    }

    /// The sum of all.
    pub fn total(&self) -> f64 {
        total(&self.lanes)
    }
}

/// Joins the lanes, always in the same order.
fn total(lanes: &[f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = *lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// A vector to compare others with.
pub(super) struct Query {
    distance: DistanceFunction,
    vector: Vec<f64>,
    square: f64,
}

impl Query {
    /// The vector as a request gave it.
    pub fn new(distance: DistanceFunction, vector: &[f32]) -> Self {
        let vector: Vec<f64> = vector.iter().copied().map(f64::from).collect();
        let mut square = Sum::default();
        vector.iter().for_each(|number| square.add(number * number));
        Self { distance, vector, square: square.total() }
    }

    /// The score of a stored vector, whose squared length is `square`.
    pub fn score(&self, stored: &[u8], square: f64) -> f32 {
        let score = match self.distance {
            DistanceFunction::DotProduct => self.dot(stored),
            DistanceFunction::Euclidean => self.squared_distance(stored).sqrt(),
            // A vector without a direction stands at a right angle to every other.
            DistanceFunction::Cosine if self.square == 0.0 || square == 0.0 => 1.0,
            // The root of a square is exact, so that a vector's distance from itself is 0.
            DistanceFunction::Cosine => {
                (1.0 - self.dot(stored) / (self.square * square).sqrt()).clamp(0.0, 2.0)
            }
        };
        score.clamp(-f64::from(f32::MAX), f64::from(f32::MAX)) as f32
    }

    fn dot(&self, stored: &[u8]) -> f64 {
        self.summed(stored, |query, stored| query * stored)
    }

    fn squared_distance(&self, stored: &[u8]) -> f64 {
        self.summed(stored, |query, stored| (query - stored) * (query - stored))
    }

    /// The sum of `term` over all dimensions.
    #[inline]
    fn summed(&self, stored: &[u8], term: impl Fn(f64, f64) -> f64) -> f64 {
        let (floats, _) = stored.as_chunks::<FLOAT_BYTES>();
        let (stored_blocks, stored_rest) = floats.as_chunks::<LANES>();
        let (blocks, rest) = self.vector.as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        for (block, stored) in blocks.iter().zip(stored_blocks) {
            for lane in 0..LANES {
                lanes[lane] += term(block[lane], f64::from(f32::from_le_bytes(stored[lane])));
            }
        }
        for (lane, (query, stored)) in rest.iter().zip(stored_rest).enumerate() {
            lanes[lane] += term(*query, f64::from(f32::from_le_bytes(*stored)));
        }
        total(&lanes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(distance: DistanceFunction, query: &[f32], stored: &[f32]) -> f32 {
        let bytes: Vec<u8> = stored.iter().flat_map(|float| float.to_le_bytes()).collect();
        let mut square = Sum::default();
        stored.iter().for_each(|float| square.add(f64::from(*float) * f64::from(*float)));
        Query::new(distance, query).score(&bytes, square.total())
    }

    /// The definitions of the distances, summed from front to back.
    fn naive(distance: DistanceFunction, query: &[f32], stored: &[f32]) -> f64 {
        let pairs = || query.iter().zip(stored).map(|(left, right)| (f64::from(*left), f64::from(*right)));
        let dot: f64 = pairs().map(|(left, right)| left * right).sum();
        let squares = |of: fn((f64, f64)) -> f64| pairs().map(of).map(|number| number * number).sum::<f64>();
        match distance {
            DistanceFunction::DotProduct => dot,
            DistanceFunction::Euclidean => squares(|(left, right)| left - right).sqrt(),
            DistanceFunction::Cosine => {
                1.0 - dot / (squares(|(left, _)| left).sqrt() * squares(|(_, right)| right).sqrt())
            }
        }
    }

    /// What the service was seen to answer (dynoxide's captures).
    #[test]
    fn scores_that_the_service_gave() {
        use DistanceFunction::{Cosine, DotProduct, Euclidean};
        assert_eq!(score(Cosine, &[1.0, 0.0, 0.0], &[-1.0, 0.0, 0.0]), 2.0);
        assert_eq!(score(Cosine, &[0.0, 0.0], &[1.0, 0.0]), 1.0);
        assert_eq!(score(Cosine, &[0.0, 0.0], &[0.0, 0.0]), 1.0);
        assert_eq!(score(Cosine, &[1e-23, 0.0], &[1e-23, 0.0]), 0.0);
        assert_eq!(score(Cosine, &[1.0, 0.0, 0.0, 0.0], &[10.0, 0.0, 0.0, 0.0]), 0.0);
        assert_eq!(score(Euclidean, &[1.0, 0.0, 0.0, 0.0], &[10.0, 0.0, 0.0, 0.0]), 9.0);
        assert_eq!(score(DotProduct, &[3.4e38, 3.4e38], &[3.4e38, -3.4e38]), 0.0);
        assert_eq!(score(Euclidean, &[3.4e38, 0.0], &[-3.4e38, 0.0]), f32::MAX);
        assert_eq!(score(DotProduct, &[3.4e38], &[-3.4e38]), f32::MIN);
    }

    proptest! {
        #[test]
        fn scores_are_those_of_the_definitions(
            pairs in prop::collection::vec((-100.0_f32..100.0, -100.0_f32..100.0), 1..40),
        ) {
            let (query, stored): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            prop_assume!(query.iter().any(|float| *float != 0.0) && stored.iter().any(|float| *float != 0.0));
            for distance in [DistanceFunction::Cosine, DistanceFunction::DotProduct, DistanceFunction::Euclidean] {
                let (found, wanted) = (f64::from(score(distance, &query, &stored)), naive(distance, &query, &stored));
                prop_assert!((found - wanted).abs() <= 1e-6 * wanted.abs().max(1.0), "{found} {wanted}");
            }
        }

        #[test]
        fn a_vector_is_not_away_from_itself(vector in prop::collection::vec(any::<f32>(), 1..40)) {
            prop_assume!(vector.iter().all(|float| float.is_finite()) && vector.iter().any(|float| *float != 0.0));
            prop_assert_eq!(score(DistanceFunction::Cosine, &vector, &vector), 0.0);
            prop_assert_eq!(score(DistanceFunction::Euclidean, &vector, &vector), 0.0);
        }
    }
}
