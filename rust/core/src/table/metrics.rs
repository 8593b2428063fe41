//! What auto scaling sees of the tables and their global indexes.

use crate::clock::Timestamp;
use crate::table::autoscale::{Capacity, Metrics, ResourceId};
use crate::table::catalog::{State, Table};
use crate::table::index::{Index, IndexState};
use crate::table::meter::{MINUTE, Point};
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode, Throughput};

impl Tables {
    /// The table or global index that a resource names, with what it may consume.
    fn scaled(&self, resource: &ResourceId) -> Option<(&Table, Option<&Index>, &Throughput)> {
        let table = self.find(&resource.table)?;
        let Some(name) = &resource.index else { return Some((table, None, table.throughput())) };
        let index = table.indexes().iter().find(|index| index.name() == name)?;
        Some((table, Some(index), index.throughput()?))
    }
}

impl Metrics for Tables {
    fn capacity(&self, resource: &ResourceId, kind: Kind) -> Capacity {
        let Some((table, index, throughput)) = self.scaled(resource) else { return Capacity::Missing };
        let mode = throughput.mode();
        let state = index.map(Index::state);
        if matches!(table.state(), State::Deleting { .. })
            || matches!(state, Some(IndexState::Deleting { .. }))
        {
            return Capacity::Missing;
        }
        let active = table.state() == State::Active && state.is_none_or(|state| *state == IndexState::Active);
        match mode {
            Mode::PayPerRequest => Capacity::OnDemand,
            _ if active => Capacity::Provisioned(mode.units(kind)),
            _ => Capacity::Busy(mode.units(kind)),
        }
    }

    fn minute(&self, resource: &ResourceId, kind: Kind, start: Timestamp) -> Option<Point> {
        let (_, _, throughput) = self.scaled(resource)?;
        throughput.meter(kind).point(start, start + MINUTE)
    }
}
