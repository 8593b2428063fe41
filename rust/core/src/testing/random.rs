//! Numbers that look random and are the same for the same seed on every machine.

/// A splitmix64 generator: tests print its seed, and the seed replays the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    /// A generator that repeats itself for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// The seed it was made with, to be printed by a test that fails.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit` - 1.
    ///
    /// # Panics
    /// When `limit` is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        assert!(limit > 0, "there is no number below 0");
        // The high half of the product: close enough to uniform for limits far below 2^64.
        ((u128::from(self.number()) * u128::from(limit)) >> 64) as u64
    }

    /// True in `percent` of 100 calls.
    pub fn chance(&mut self, percent: u8) -> bool {
        self.below(100) < u64::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn repeats_the_published_sequence_of_splitmix64() {
        let mut random = Random::new(1_234_567);
        let numbers: [u64; 3] = std::array::from_fn(|_| random.number());
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        assert_eq!(random.seed(), 1_234_567);
    }

    #[test]
    fn stays_below_its_limit_and_reaches_all_of_it() {
        let mut random = Random::new(7);
        let mut seen = [false; 6];
        for _ in 0..200 {
            seen[random.below(6) as usize] = true;
        }
        assert_eq!(seen, [true; 6]);
    }

    #[test]
    fn a_chance_of_none_and_of_all() {
        let mut random = Random::new(7);
        assert!((0..100).all(|_| !random.chance(0)));
        assert!((0..100).all(|_| random.chance(100)));
    }
}
