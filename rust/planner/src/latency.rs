//! How long an answer takes.

use dynacore::random::Random;

use crate::arrival::unit;
use crate::scenario::Latency;

/// Standard deviations of the 99th percentile of a normal distribution.
const P99_DEVIATIONS: f64 = 2.326_347_874;

/// Draws from a log-normal distribution.
pub struct LatencyDraw {
    median: f64,
    deviation: f64,
}

impl LatencyDraw {
    /// Draws with this median and 99th percentile.
    pub fn new(latency: Latency) -> Self {
        Self { median: latency.median, deviation: (latency.p99 / latency.median).ln() / P99_DEVIATIONS }
    }

    /// The seconds of one answer.
    pub fn draw(&self, random: &mut Random) -> f64 {
        // Box and Muller (1958): two uniform numbers make a normal one.
        let radius = (-2.0 * (1.0 - unit(random)).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * unit(random)).cos();
        self.median * (self.deviation * normal).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_percentiles_it_was_made_with() {
        let draw = LatencyDraw::new(Latency { median: 0.004, p99: 0.020 });
        let mut random = Random::new(7);
        let mut seconds: Vec<f64> = (0..100_000).map(|_| draw.draw(&mut random)).collect();
        seconds.sort_by(f64::total_cmp);
        assert!((seconds[50_000] / 0.004 - 1.0).abs() < 0.02);
        assert!((seconds[99_000] / 0.020 - 1.0).abs() < 0.05);
    }
}
