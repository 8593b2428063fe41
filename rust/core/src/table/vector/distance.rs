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
