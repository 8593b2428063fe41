//! Decisions of a test that makes things up: from a seed, or from the bytes of a fuzzer.

use crate::random::Random;

/// A source of decisions. The same seed or the same bytes give the same ones; where bytes have run out every
/// decision is the first, which lets a fuzzer or a shrinking property test cut a run short.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    source: Source<'a>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    Bytes(&'a [u8]),
    Random(Random),
}

impl<'a> Choices<'a> {
    /// Decisions that follow from a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Random(Random::new(seed)) }
    }

    /// Decisions that bytes make, one each.
    #[must_use]
    pub fn of_bytes(bytes: &'a [u8]) -> Self {
        Self { source: Source::Bytes(bytes) }
    }

    /// Whether bytes have run out; never for a seed.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        matches!(&self.source, Source::Bytes([]))
    }

    /// A number from 0 to `limit` - 1; bytes reach only the first 256.
    ///
    /// # Panics
    /// When `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        assert!(limit > 0, "there is no number below 0");
        match &mut self.source {
            Source::Random(random) => random.below(limit as u64) as usize,
            Source::Bytes([]) => 0,
            Source::Bytes([first, rest @ ..]) => {
                let decision = usize::from(*first) % limit;
                self.source = Source::Bytes(rest);
                decision
            }
        }
    }

    /// True in about `percent` of 100 calls; false where bytes have run out.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of several things.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.below(from.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn bytes_decide_until_they_run_out() {
        let mut choices = Choices::of_bytes(&[7, 255]);
        assert_eq!((choices.below(10), choices.chance(60), choices.exhausted()), (7, true, true));
        assert_eq!((choices.below(10), choices.chance(99)), (0, false));
    }

    #[test]
    fn a_seed_decides_the_same_twice() {
        let run = |seed| {
            let mut choices = Choices::seeded(seed);
            std::array::from_fn::<usize, 20, _>(|_| choices.below(1000))
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}
