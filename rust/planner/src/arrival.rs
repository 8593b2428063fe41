//! When requests come.

use dynacore::random::Random;

use crate::scenario::{Arrivals, Rate};

/// The times of a load's requests, one after the other, in seconds.
pub struct ArrivalTimes {
    rate: Rate,
    arrivals: Arrivals,
    now: f64,
}

/// How far apart the moments are at which a rate of zero is looked at again.
const IDLE_SECONDS: f64 = 1.0;

impl ArrivalTimes {
    /// Times from 0 on.
    pub fn new(rate: Rate, arrivals: Arrivals) -> Self {
        Self { rate, arrivals, now: 0.0 }
    }

    /// The next time, or `None` when none comes before `end`.
    pub fn next(&mut self, random: &mut Random, end: f64) -> Option<f64> {
        // What is drawn is how many requests' worth of rate passes until the next one; the rate's curve says when
        // that has passed.
        let mut due = match self.arrivals {
            Arrivals::Even => 1.0,
            Arrivals::Poisson => exponential(random),
        };
        while self.now < end {
            let rate = self.rate_at(self.now);
            let until = self.next_point(self.now).min(self.now + IDLE_SECONDS).min(end);
            // Within so short a stretch the rate's line is taken at its middle.
            let mean = f64::midpoint(rate, self.rate_at(until));
            let passes = mean * (until - self.now);
            if passes >= due && mean > 0.0 {
                self.now += due / mean;
                return (self.now < end).then_some(self.now);
            }
            due -= passes;
            self.now = until;
        }
        None
    }

    fn rate_at(&self, second: f64) -> f64 {
        let points = match &self.rate {
            Rate::Constant(rate) => return *rate,
            Rate::Curve(points) => points,
            Rate::Recorded(_) => unreachable!("a simulation refuses a rate that was not read"),
        };
        let after = points.partition_point(|(at, _)| *at <= second);
        match (after.checked_sub(1).map(|before| &points[before]), points.get(after)) {
            (None, Some((_, rate))) | (Some((_, rate)), None) => *rate,
            (Some((start, from)), Some((end, to))) => from + (to - from) * (second - start) / (end - start),
            (None, None) => 0.0,
        }
    }

    /// Where the line that holds at a second ends.
    fn next_point(&self, second: f64) -> f64 {
        match &self.rate {
            Rate::Constant(_) | Rate::Recorded(_) => f64::INFINITY,
            Rate::Curve(points) => {
                points.iter().map(|(at, _)| *at).find(|at| *at > second).unwrap_or(f64::INFINITY)
            }
        }
    }
}

/// A number from 0 to below 1.
pub fn unit(random: &mut Random) -> f64 {
    // 53 bits are as many as a float tells apart here.
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number with mean 1, as the gaps of a Poisson process have.
pub fn exponential(random: &mut Random) -> f64 {
    -(1.0 - unit(random)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(rate: Rate, arrivals: Arrivals, end: f64) -> Vec<f64> {
        let mut random = Random::new(7);
        let mut times = ArrivalTimes::new(rate, arrivals);
        std::iter::from_fn(|| times.next(&mut random, end)).collect()
    }

    #[test]
    fn even_arrivals_have_equal_gaps() {
        let times = times(Rate::Constant(4.0), Arrivals::Even, 2.0);
        assert_eq!(times.len(), 7);
        assert!(times.iter().zip(1..).all(|(time, number)| (time - f64::from(number) / 4.0).abs() < 1e-9));
    }

    #[test]
    fn a_poisson_process_has_its_rate_and_gaps_that_differ() {
        let times = times(Rate::Constant(50.0), Arrivals::Poisson, 1_000.0);
        assert!((49_000..51_000).contains(&times.len()), "{}", times.len());
        let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // Of an exponential distribution the deviation is the mean.
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.02);
    }

    #[test]
    fn a_curve_is_followed() {
        let curve = Rate::Curve(vec![(0.0, 0.0), (100.0, 100.0), (100.001, 0.0), (200.0, 0.0)]);
        let times = times(curve, Arrivals::Even, 300.0);
        assert!((4_950..=5_050).contains(&times.len()), "{}", times.len());
        let early = times.iter().filter(|time| **time < 50.0).count();
        assert!((1_200..=1_300).contains(&early), "{early}");
        assert!(times.iter().all(|time| *time < 101.0));
    }

    #[test]
    fn no_rate_is_no_request() {
        assert!(times(Rate::Constant(0.0), Arrivals::Poisson, 1_000.0).is_empty());
    }
}
