//! The network between Regions, simulated in the clock's time.

use std::time::Duration;

use crate::random::Random;

/// How long a change takes from one Region to another unless it is set: DynamoDB's replication needs 0.5 to 2.5 seconds
/// between near Regions (facts 7.1), most of it not on the wire.
pub const DEFAULT_LATENCY: Duration = Duration::from_millis(500);

/// A lost message is sent again after this long, and after twice as long the next time, as TCP does.
const RETRANSMISSION: Duration = Duration::from_millis(200);

/// Of how many losses in a row the waiting time still doubles.
const DOUBLINGS_MAX: u32 = 8;

/// A million, in which chances are counted.
const MILLION: u64 = 1_000_000;

/// One direction between two Regions.
#[derive(Clone, Copy, Debug)]
struct Route {
    latency: Duration,
    jitter: Duration,
    /// Messages of a million that are lost.
    loss: u64,
    is_cut: bool,
}

/// The network. Routes are set for both directions at once.
#[derive(Debug)]
pub struct Network {
    routes: Vec<Vec<Route>>,
    random: Random,
}

impl Network {
    pub(super) fn new(regions: usize, random: Random) -> Self {
        let route = Route { latency: DEFAULT_LATENCY, jitter: Duration::ZERO, loss: 0, is_cut: false };
        Self { routes: vec![vec![route; regions]; regions], random }
    }

    fn change(&mut self, one: usize, other: usize, change: impl Fn(&mut Route)) {
        change(&mut self.routes[one][other]);
        change(&mut self.routes[other][one]);
    }

    /// Sets how long a message takes between two Regions.
    pub fn set_latency(&mut self, one: usize, other: usize, latency: Duration) {
        self.change(one, other, |route| route.latency = latency);
    }

    /// Sets how much longer a message may take; each takes any time up to that, as chance has it.
    pub fn set_jitter(&mut self, one: usize, other: usize, jitter: Duration) {
        self.change(one, other, |route| route.jitter = jitter);
    }

    /// Sets the share of messages that are lost, of 1. They are sent again, so they arrive later.
    pub fn set_loss(&mut self, one: usize, other: usize, share: f64) {
        let loss = (share.clamp(0.0, 1.0) * MILLION as f64).round() as u64;
        self.change(one, other, |route| route.loss = loss);
    }

    /// How long a message takes from one Region to another, without chance.
    #[must_use]
    pub fn latency(&self, from: usize, to: usize) -> Duration {
        if from == to { Duration::ZERO } else { self.routes[from][to].latency }
    }

    /// Whether nothing passes from one Region to another.
    #[must_use]
    pub fn is_cut(&self, from: usize, to: usize) -> bool {
        from != to && (self.routes[from][to].is_cut || self.routes[from][to].loss >= MILLION)
    }

    pub(super) fn cut(&mut self, one: usize, other: usize) {
        self.change(one, other, |route| route.is_cut = true);
    }

    pub(super) fn heal(&mut self, one: usize, other: usize) {
        self.change(one, other, |route| route.is_cut = false);
    }

    /// How long the next message takes, with the times it is sent again.
    pub(super) fn next_delay(&mut self, from: usize, to: usize) -> Duration {
        let route = self.routes[from][to];
        let mut delay = route.latency;
        if !route.jitter.is_zero() {
            let nanos = u64::try_from(route.jitter.as_nanos()).unwrap_or(u64::MAX - 1);
            delay += Duration::from_nanos(self.random.below(nanos + 1));
        }
        let mut losses = 0;
        while route.loss > 0 && route.loss < MILLION && self.random.below(MILLION) < route.loss {
            delay += RETRANSMISSION * (1 << losses.min(DOUBLINGS_MAX));
            losses += 1;
        }
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_takes_its_latency_and_jitter_and_what_losses_add() {
        let mut network = Network::new(2, Random::new(7));
        assert_eq!(network.next_delay(0, 1), DEFAULT_LATENCY);
        network.set_latency(0, 1, Duration::from_millis(80));
        network.set_jitter(1, 0, Duration::from_millis(20));
        let delays: Vec<Duration> = (0..100).map(|_| network.next_delay(0, 1)).collect();
        let range = Duration::from_millis(80)..=Duration::from_millis(100);
        assert!(delays.iter().all(|delay| range.contains(delay)));
        assert!(delays.iter().any(|delay| *delay != delays[0]));
        network.set_loss(0, 1, 0.5);
        let late = (0..100).filter(|_| network.next_delay(0, 1) > *range.end()).count();
        assert!((20..80).contains(&late), "about half of them are sent again, not {late}");
        network.set_loss(0, 1, 1.0);
        assert!(network.is_cut(0, 1) && network.is_cut(1, 0) && !network.is_cut(0, 0));
    }
}
