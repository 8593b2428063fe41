//! What auto scaling sees of the tables.

use crate::clock::Timestamp;
use crate::table::autoscale::{Capacity, Metrics, ResourceId};
use crate::table::catalog::State;
use crate::table::meter::{MINUTE, Point};
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode};

impl Metrics for Tables {
    fn capacity(&self, resource: &ResourceId, kind: Kind) -> Capacity {
        // No table has an index yet, so an index that is named is missing.
        let table = self.find(&resource.table).filter(|_| resource.index.is_none());
        let Some(table) = table else { return Capacity::Missing };
        match (table.definition().mode, table.state()) {
            (_, State::Deleting { .. }) => Capacity::Missing,
            (Mode::PayPerRequest, _) => Capacity::OnDemand,
            (mode, State::Active) => Capacity::Provisioned(mode.units(kind)),
            (mode, _) => Capacity::Busy(mode.units(kind)),
        }
    }

    fn minute(&self, resource: &ResourceId, kind: Kind, start: Timestamp) -> Option<Point> {
        let table = self.find(&resource.table).filter(|_| resource.index.is_none())?;
        table.throughput().meter(kind).point(start, start + MINUTE)
    }
}
