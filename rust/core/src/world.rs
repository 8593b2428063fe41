//! Several Regions on one clock: a network between them, failures of whole Regions, and global tables.
//!
//! A [`World`] owns no engine. It works on those that it is given ([`Regions`]), one at a time, so that a host may keep
//! each behind a lock of its own: writes of one Region wait for no other. It pulls the changes of each Region from the
//! log that the Region commits, sends them through a simulated network in the clock's time, and has them applied
//! elsewhere. Chance comes from the seed.

mod copy;
mod events;
mod global;
mod health;
mod legacy;
mod legacy_settings;
mod link;
mod members;
mod network;
mod operations;
pub mod peers;
mod regions;
mod replica_scaling;
mod replica_update;
mod single_master;
mod strong;

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::random::Random;

use global::Global;
pub use health::HealthCheck;
use health::Outages;
pub use network::{DEFAULT_LATENCY, Network};
pub use regions::Regions;
pub use single_master::{Comparison, Lag};

/// A Region of the world.
struct Region {
    name: String,
    /// Whether it answers and takes part.
    is_up: bool,
    outages: Outages,
}

/// What is between Regions. See the module.
pub struct World {
    regions: Vec<Region>,
    network: Network,
    /// The global tables by their name.
    globals: BTreeMap<String, Global>,
    /// The latest time it was told.
    now: Timestamp,
    /// Items a second that a new replica is filled with, where that takes time.
    copied_per_second: Option<u64>,
    /// Whether who reaches whom has changed since strongly consistent tables were told.
    reach_changed: bool,
}

impl World {
    /// A world of these Regions, without global tables. Names are not repeated. New replicas are filled with
    /// `copied_per_second` items a second, or as fast as the network carries them.
    #[must_use]
    pub fn new(names: &[String], copied_per_second: Option<u64>, seed: u64) -> Self {
        let regions = names
            .iter()
            .map(|name| Region { name: name.clone(), is_up: true, outages: Outages::default() })
            .collect();
        Self {
            regions,
            network: Network::new(names.len(), Random::new(seed)),
            globals: BTreeMap::new(),
            now: Timestamp::default(),
            copied_per_second,
            reach_changed: false,
        }
    }

    /// The position of a Region.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.regions.iter().position(|region| region.name == name)
    }

    /// The name of a Region.
    #[must_use]
    pub fn name(&self, region: usize) -> &str {
        &self.regions[region].name
    }

    /// Whether a Region answers.
    #[must_use]
    pub fn is_up(&self, region: usize) -> bool {
        self.regions[region].is_up
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The network, to set how long messages take. Cutting it is [`World::cut`].
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Lets nothing pass between two Regions, in either direction; what is under way is lost and sent again later.
    pub fn cut(&mut self, one: usize, other: usize) {
        self.network.cut(one, other);
        self.reach_changed = true;
        self.drop_messages(|from, to| (from, to) == (one, other) || (from, to) == (other, one));
    }

    /// Lets messages pass between two Regions again.
    pub fn heal(&mut self, one: usize, other: usize) {
        self.network.heal(one, other);
        self.reach_changed = true;
    }

    /// Lets a whole Region fail: it answers nobody, and nothing happens in it. What it has stays.
    pub fn fail(&mut self, region: usize) {
        self.regions[region].is_up = false;
        self.regions[region].outages.note(self.now, false);
        self.reach_changed = true;
        self.drop_messages(|from, to| from == region || to == region);
    }

    /// Brings a Region back, with all it had. What was due there meanwhile happens now.
    pub fn recover(&mut self, region: usize) {
        self.regions[region].is_up = true;
        self.regions[region].outages.note(self.now, true);
        self.reach_changed = true;
    }

    fn drop_messages(&mut self, on: impl Fn(usize, usize) -> bool) {
        for global in self.globals.values_mut() {
            global.drop_messages(&on);
        }
    }

    /// Whether messages pass from one Region to another.
    fn connects(&self, from: usize, to: usize) -> bool {
        self.regions[from].is_up && self.regions[to].is_up && !self.network.is_cut(from, to)
    }
}
