//! Which table has something to do by itself next, told without looking at every table.

use std::collections::BTreeSet;

use crate::clock::Timestamp;

/// Tables in the order of the times at which something is due. A table stands here once at most, and keeps where.
#[derive(Clone, Default)]
pub(in crate::table) struct Schedule {
    due: BTreeSet<(Timestamp, String)>,
    /// Records that streams have got since the beginning: who reads streams sees by it whether there may be news.
    pub(in crate::table) records: u64,
}

impl Schedule {
    /// Puts a table where it has something to do `next`. Costs nothing where it stands there already.
    pub(in crate::table) fn place(
        &mut self,
        table: &str,
        scheduled: &mut Option<Timestamp>,
        next: Option<Timestamp>,
    ) {
        if next == *scheduled {
            return;
        }
        self.remove(table, scheduled);
        if let Some(next) = next {
            self.due.insert((next, table.to_owned()));
            *scheduled = Some(next);
        }
    }

    /// Sees to it that a table stands at `time` or before.
    pub(in crate::table) fn expect(
        &mut self,
        table: &str,
        scheduled: &mut Option<Timestamp>,
        time: Timestamp,
    ) {
        if scheduled.is_none_or(|at| time < at) {
            self.place(table, scheduled, Some(time));
        }
    }

    /// Takes a table out.
    pub(in crate::table) fn remove(&mut self, table: &str, scheduled: &mut Option<Timestamp>) {
        if let Some(at) = scheduled.take() {
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
