//! Which table has something to do by itself next, told without looking at every table.

use std::collections::BTreeSet;

use crate::clock::Timestamp;
use crate::table::changes::Changes;

/// Tables in the order of the times at which their changes are due. A table stands here once at most.
#[derive(Clone, Default)]
pub(in crate::table) struct Schedule {
    due: BTreeSet<(Timestamp, String)>,
}

impl Schedule {
    /// Puts a table where its changes want it. Costs nothing where it stands there already.
    pub(in crate::table) fn place(&mut self, table: &str, changes: &mut Changes) {
        let next = changes.next_event_at();
        if next == changes.scheduled {
            return;
        }
        self.remove(table, changes);
        if let Some(next) = next {
            self.due.insert((next, table.to_owned()));
            changes.scheduled = Some(next);
        }
    }

    /// Takes a table out.
    pub(in crate::table) fn remove(&mut self, table: &str, changes: &mut Changes) {
        if let Some(at) = changes.scheduled.take() {
            let was_there = self.due.remove(&(at, table.to_owned()));
            assert!(was_there, "a table knows where it stands in the schedule");
        }
    }

    /// When the first table is due.
    pub(in crate::table) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The first table that is due at `now`.
    pub(in crate::table) fn first_due(&self, now: Timestamp) -> Option<String> {
        self.due.first().filter(|(at, _)| *at <= now).map(|(_, table)| table.clone())
    }
}
