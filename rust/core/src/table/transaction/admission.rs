//! Admission: what the actions of a transaction ask of one table's throughput, all together or one by one.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::capacity::CapacityUnits;
use crate::table::catalog::Table;
use crate::table::consumption::index_reason;
use crate::table::index::IndexChange;
use crate::table::provision::Place;
use crate::table::throughput::{Kind, Throttle};

/// What one action asks of its table and, where it writes, of the indexes it changes.
#[derive(Clone, Copy)]
pub(super) struct Demand<'a> {
    /// Which of the transaction's actions.
    pub(super) action: usize,
    /// Where in the table it falls.
    pub(super) key: &'a [u8],
    /// The table's part, local indexes left out.
    pub(super) units: CapacityUnits,
    /// What it changes in indexes.
    pub(super) changes: &'a [IndexChange],
}

/// A limit that was met: of the index at a position, or of the table.
type Met = (Option<usize>, Throttle);

impl Table {
    /// The actions that the table's throughput has no room for, with the exception that a single request would get for
    /// the limits each of them met; nothing where all demands together fit. Nothing is taken. Each limit met counts as a throttle event.
    pub(super) fn refused_demands(
        &mut self,
        kind: Kind,
        demands: &[Demand<'_>],
        now: Timestamp,
    ) -> Vec<(usize, Error)> {
        if self.limits_met(kind, demands, now).is_empty() {
            return Vec::new();
        }
        // Only now is it worth to look at each: an action is refused for what it adds to those before it.
        let mut fitting: Vec<Demand<'_>> = Vec::with_capacity(demands.len());
        let mut refused = Vec::new();
        for demand in demands {
            fitting.push(*demand);
            let met = self.limits_met(kind, &fitting, now);
            if let Some(error) = self.refuse_for(demand, &met, now) {
                fitting.pop();
                refused.push((demand.action, error));
            }
        }
        refused
    }

    fn limits_met(&self, kind: Kind, demands: &[Demand<'_>], now: Timestamp) -> Vec<Met> {
        let located = |demand: &Demand<'_>| (self.provision.locate(demand.key), self.table_part(demand));
        let parts: Vec<_> = demands.iter().map(located).collect();
        let mut met = Vec::new();
        met.extend(self.provision.check(&parts, kind, now).err().map(|throttle| (None, throttle)));
        for (position, index) in self.indexes.iter().enumerate() {
            let Some(provision) = index.provision() else { continue };
            let changes = demands.iter().flat_map(|demand| demand.changes);
            let parts: Vec<_> = changes
                .filter(|change| change.index == position)
                .flat_map(|change| change.parts.iter().map(|part| (part.partition, part.units)))
                .collect();
            if !parts.is_empty() {
                met.extend(
                    provision.check(&parts, kind, now).err().map(|throttle| (Some(position), throttle)),
                );
            }
        }
        met
    }

    /// What a demand costs the table itself, which pays for its local indexes.
    fn table_part(&self, demand: &Demand<'_>) -> CapacityUnits {
        let local = demand.changes.iter().filter(|change| !self.indexes[change.index].is_global());
        demand.units + local.map(IndexChange::units).sum()
    }

    fn refuse_for(&mut self, demand: &Demand<'_>, met: &[Met], now: Timestamp) -> Option<Error> {
        let mut reasons = Vec::with_capacity(met.len());
        for (position, throttle) in met {
            match position {
                None => {
                    let place = Place { partition: self.provision.locate(demand.key), key: demand.key };
                    self.provision.refuse(place, *throttle, now);
                    reasons.push(self.reason(*throttle));
                }
                Some(position) => {
                    let index = &mut self.indexes[*position];
                    let change = demand.changes.iter().find(|change| change.index == *position);
                    let part = change.and_then(|change| Some((change, change.parts.first()?)));
                    if let (Some(provision), Some((change, part))) = (index.provision_mut(), part) {
                        let place = Place { partition: part.partition, key: change.key(part) };
                        provision.refuse(place, *throttle, now);
                    }
                    reasons.push(index_reason(index, *throttle));
                }
            }
        }
        let (_, first) = met.first()?;
        Some(first.error(reasons))
    }

    /// Takes what a demand costs, whatever is left: after all were admitted.
    pub(super) fn charge_demand(&mut self, kind: Kind, demand: &Demand<'_>, now: Timestamp) {
        let units = self.table_part(demand);
        let place = Place { partition: self.provision.locate(demand.key), key: demand.key };
        self.provision.charge(place, kind, units, now);
        for change in demand.changes {
            let Some(provision) = self.indexes[change.index].provision_mut() else { continue };
            for part in &change.parts {
                let place = Place { partition: part.partition, key: change.key(part) };
                provision.charge(place, kind, part.units, now);
            }
        }
    }
}
