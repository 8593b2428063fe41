//! Health checks of Regions, on the world's clock (facts 15).

use std::time::Duration;

use crate::clock::Timestamp;
use crate::world::World;

/// How Regions are checked, as Route 53 does: at a fixed interval, and believed after a few equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HealthCheck {
    /// From one check to the next: 30 seconds, or 10.
    pub interval: Duration,
    /// Equal answers in a row that change the opinion, 1 to 10.
    pub threshold: u32,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self { interval: Duration::from_secs(30), threshold: 3 }
    }
}

/// When a Region began to answer or to fail, in order.
#[derive(Debug, Default)]
pub(super) struct Outages {
    changes: Vec<(Timestamp, bool)>,
}

impl Outages {
    pub(super) fn note(&mut self, at: Timestamp, is_up: bool) {
        if self.changes.last().is_none_or(|(_, before)| *before) != is_up {
            self.changes.push((at, is_up));
        }
    }

    /// What checks at whole multiples of the interval say by `now`. A new check says that all is well (facts 15).
    fn is_healthy(&self, check: HealthCheck, now: Timestamp) -> bool {
        let interval = i64::try_from(check.interval.as_nanos()).unwrap_or(i64::MAX).max(1);
        let checks = |from: Timestamp, until: Timestamp| {
            // Those at or after the beginning and before the end.
            let before = |at: Timestamp| (at.as_nanos() - 1).div_euclid(interval);
            before(until) - before(from)
        };
        let ends = self.changes.iter().skip(1).map(|(at, _)| *at);
        let ends = ends.chain([Timestamp::from_nanos(now.as_nanos() + 1)]);
        let spans = self.changes.iter().zip(ends);
        let believed = spans.filter(|((from, _), until)| checks(*from, *until) >= i64::from(check.threshold));
        believed.last().is_none_or(|((_, is_up), _)| *is_up)
    }
}

impl World {
    /// Whether a Region is believed to answer. Right after it failed it still is, and clients that are sent there see
    /// that nothing answers.
    #[must_use]
    pub fn is_healthy(&self, region: usize, check: HealthCheck, now: Timestamp) -> bool {
        self.regions[region].outages.is_healthy(check, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_believed_after_three_checks_and_so_is_its_end() {
        let at = Timestamp::from_seconds;
        let mut outages = Outages::default();
        let healthy = |outages: &Outages, second| outages.is_healthy(HealthCheck::default(), at(second));
        assert!(healthy(&outages, 0));
        outages.note(at(100), true);
        outages.note(at(100), false);
        // Checks at 120, 150 and 180.
        assert!(healthy(&outages, 179) && !healthy(&outages, 180));
        outages.note(at(300), true);
        assert!(!healthy(&outages, 359) && healthy(&outages, 360));
        // One that is shorter than three checks goes by unnoticed.
        outages.note(at(400), false);
        outages.note(at(470), true);
        assert!(healthy(&outages, 475) && healthy(&outages, 10_000));
    }
}
