//! Tables that an import fills.

use crate::clock::Timestamp;
use crate::table::author::Author;
use crate::table::catalog::State;
use crate::table::tables::Tables;
use crate::table::write::Writing;

impl Tables {
    /// Keeps a table that was just made in CREATING until its import ends.
    pub fn begin_import(&mut self, name: &str) {
        if let Some(table) = self.change(name) {
            table.state = State::Importing;
        }
    }

    /// A table that is being imported, open for writing; `None` where it is gone.
    pub fn importing(&mut self, name: &str, id: &str, now: Timestamp) -> Option<Writing<'_>> {
        let table = self.by_name.get_mut(name)?;
        if table.state != State::Importing || table.id != id {
            return None;
        }
        let (store, in_flight, schedule) = (self.store.as_mut(), &mut self.in_flight, &mut self.schedule);
        let agenda = &mut self.agenda;
        Some(Writing { table, store, in_flight, now, schedule, author: Author::Load, given: None, agenda })
    }

    /// Ends an import: its table serves from now on, or is removed.
    pub fn end_import(&mut self, name: &str, id: &str, keep: bool, now: Timestamp) {
        let Some(table) = self.change(name) else { return };
        if table.state == State::Importing && table.id == id {
            table.state = if keep { State::Active } else { State::Deleting { until: now } };
            self.expect_transition(name, now);
        }
    }
}
