//! Replicas that were deleted here, until the other processes know.

use std::collections::{BTreeMap, BTreeSet};

use crate::table::tables::Tables;

/// Tables that were replicated with other processes and are gone, with the Regions that have not been told.
#[derive(Clone, Default)]
pub(in crate::table) struct Departures {
    pub(in crate::table) untold: BTreeMap<String, BTreeSet<String>>,
    /// Whether the store says something else.
    pub(in crate::table) is_changed: bool,
}

impl Tables {
    /// Takes note of the Regions that have to be told that a table goes.
    pub(in crate::table) fn note_departure(&mut self, name: &str) {
        let others: BTreeSet<String> = self.peer_places(name).map(|(region, _)| region.clone()).collect();
        if !others.is_empty() {
            self.departures.untold.insert(name.to_owned(), others);
            self.departures.is_changed = true;
        }
    }

    /// The tables of which a Region has to be told that they are gone.
    #[must_use]
    pub fn departures(&self, region: &str) -> Vec<String> {
        let untold = self.departures.untold.iter().filter(|(_, regions)| regions.contains(region));
        untold.map(|(name, _)| name.clone()).collect()
    }

    /// Whether some Region has to be told that a table is gone.
    #[must_use]
    pub fn has_departed(&self, name: &str) -> bool {
        self.departures.untold.contains_key(name)
    }

    /// Takes note that a Region was told.
    pub fn tell_departure(&mut self, name: &str, region: &str) {
        let Some(regions) = self.departures.untold.get_mut(name) else { return };
        self.departures.is_changed |= regions.remove(region);
        if regions.is_empty() {
            self.departures.untold.remove(name);
        }
    }
}
