//! Which key a request has.

use dynacore::random::Random;

use crate::arrival::unit;
use crate::scenario::Keys;

/// Chooses the number of a key; numbers become names elsewhere.
pub struct KeyChoice {
    keys: Keys,
    zipf: Option<Zipf>,
    next: u64,
}

impl KeyChoice {
    /// A choice among `keys`.
    pub fn new(keys: Keys) -> Self {
        let zipf = match keys {
            Keys::Zipf { count, exponent } => Some(Zipf::new(count, exponent)),
            _ => None,
        };
        Self { keys, zipf, next: 0 }
    }

    /// The key of a request that comes at `second`.
    pub fn choose(&mut self, random: &mut Random, second: f64) -> u64 {
        match self.keys {
            Keys::Uniform { count } => random.below(count),
            Keys::Zipf { .. } => {
                self.zipf.as_ref().expect("the constructor made it for this distribution").rank(unit(random))
            }
            Keys::HotKey { count, share } => {
                if count == 1 || unit(random) < share {
                    0
                } else {
                    1 + random.below(count - 1)
                }
            }
            Keys::TimeOrdered { period_seconds } => (second / period_seconds) as u64,
            Keys::Sequential => {
                self.next += 1;
                self.next - 1
            }
        }
    }
}

/// Ranks from 0 with probability in proportion to `1 / (rank + 1) ** exponent`: rejection-inversion (Hörmann and
/// Derflinger, 1996), which takes constant time and memory for any count and exponent.
struct Zipf {
    count: f64,
    exponent: f64,
    first: f64,
    last: f64,
}

impl Zipf {
    fn new(count: u64, exponent: f64) -> Self {
        let mut zipf = Self { count: count as f64, exponent, first: 0.0, last: 0.0 };
        zipf.first = zipf.area(1.5) - 1.0;
        zipf.last = zipf.area(zipf.count + 0.5);
        zipf
    }

    /// The area under `1 / x ** exponent` from 1 to `x`.
    fn area(&self, x: f64) -> f64 {
        let power = 1.0 - self.exponent;
        if power.abs() < 1e-9 { x.ln() } else { (x.powf(power) - 1.0) / power }
    }

    /// Where that area is reached.
    fn place(&self, area: f64) -> f64 {
        let power = 1.0 - self.exponent;
        if power.abs() < 1e-9 { area.exp() } else { (1.0 + power * area).max(0.0).powf(1.0 / power) }
    }

    /// The rank for a number from 0 to below 1. The curve is inverted without the rejection step: the first
    /// rank's share is exact, and that of another is the area around it, which is within 3 % of the exact one.
    fn rank(&self, point: f64) -> u64 {
        let place = self.place(self.first + point * (self.last - self.first));
        (place.round().clamp(1.0, self.count) as u64) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(keys: Keys, draws: u64) -> Vec<f64> {
        let mut random = Random::new(7);
        let mut choice = KeyChoice::new(keys);
        let mut seen = vec![0_u64; 1_000];
        for _ in 0..draws {
            seen[choice.choose(&mut random, 0.0) as usize] += 1;
        }
        seen.into_iter().map(|count| count as f64 / draws as f64).collect()
    }

    #[test]
    fn zipf_gives_ranks_their_shares() {
        for exponent in [0.5, 0.99, 1.0, 1.5] {
            let shares = shares(Keys::Zipf { count: 1_000, exponent }, 400_000);
            let total: f64 = (1..=1_000).map(|rank| f64::from(rank).powf(-exponent)).sum();
            for rank in [1, 2, 5, 20] {
                let expected = f64::from(rank).powf(-exponent) / total;
                let ratio = shares[rank as usize - 1] / expected;
                assert!((0.9..1.1).contains(&ratio), "rank {rank}, exponent {exponent}: {ratio}");
            }
        }
    }

    #[test]
    fn a_hot_key_gets_its_share() {
        let shares = shares(Keys::HotKey { count: 1_000, share: 0.3 }, 100_000);
        assert!((shares[0] - 0.3).abs() < 0.01);
        assert!((shares[500] - 0.7 / 999.0).abs() < 0.0005);
    }

    #[test]
    fn uniform_keys_are_alike() {
        let shares = shares(Keys::Uniform { count: 10 }, 100_000);
        assert!(shares[..10].iter().all(|share| (share - 0.1).abs() < 0.01));
        assert!(shares[10..].iter().all(|share| *share == 0.0));
    }

    #[test]
    fn ordered_keys_move_on() {
        let mut random = Random::new(7);
        let mut dates = KeyChoice::new(Keys::TimeOrdered { period_seconds: 60.0 });
        assert_eq!([0.0, 59.9, 60.0, 130.0].map(|second| dates.choose(&mut random, second)), [0, 0, 1, 2]);
        let mut numbers = KeyChoice::new(Keys::Sequential);
        assert_eq!([0.0, 0.0, 0.0].map(|second| numbers.choose(&mut random, second)), [0, 1, 2]);
    }
}
