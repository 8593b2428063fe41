//! What happens by itself in a table with a time to live: its index is filled, and items are removed.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::author::Author;
use crate::table::catalog::State;
use crate::table::index::Portion;
use crate::table::tables::Tables;
use crate::table::time_to_live::Phase;
use crate::table::write::{Change, WritePlan, Writing};
use crate::value::{ItemRef, Key, KeyBytes};

/// Items removed by one event at most, in one commit; what is left follows at the same moment.
const REMOVALS_MAX: usize = 100;

impl Tables {
    /// Takes the step of a table's time to live that is due.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; the step is repeated then.
    pub(in crate::table) fn step_time_to_live(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        if !matches!(table.state, State::Active | State::Updating { .. })
            || table.time_to_live.next_event_at().is_none_or(|at| at > now)
        {
            return Ok(());
        }
        match table.time_to_live.phase {
            Phase::Disabled => Ok(()),
            Phase::Disabling { .. } => {
                table.time_to_live.phase = Phase::Disabled;
                Ok(())
            }
            Phase::Enabling { .. } => self.fill_expiries(name, now),
            Phase::Enabled { .. } if table.leaves_expiry() => Ok(()),
            Phase::Enabled { .. } => self.remove_ended(name, now),
        }
    }

    /// Enters the next items of the table into the index, at the pace at which indexes are filled.
    fn fill_expiries(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let pace = self.pace();
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let Phase::Enabling { index, behind, .. } = &mut table.time_to_live.phase else { return Ok(()) };
        let store = self.store.as_ref();
        let Portion { items, at_end } = Portion::read(store, table.space, behind.as_ref(), pace)?;
        let mut writes = Batch::default().writes;
        for item in &items {
            if let Some(change) = index.change((None, Some(ItemRef::trusted(item.value()))), now) {
                writes.extend(index.writes(change, item.key()));
            }
        }
        if !writes.is_empty() {
            self.store.commit(Batch { writes })?;
        }
        let last = items.last().map(|item| KeyBytes::from_slice(item.key())).or_else(|| behind.take());
        let mut index = index.clone();
        table.time_to_live.phase = if at_end {
            index.look_for_first(self.store.as_ref())?;
            Phase::Enabled { index }
        } else {
            Phase::Enabling { index, until: now + pace.step, behind: last }
        };
        Ok(())
    }

    /// Removes the next items that have ended. Each is looked at again: what its entry says may be old.
    fn remove_ended(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let store = self.store.as_mut();
        let Phase::Enabled { index } = &table.time_to_live.phase else { return Ok(()) };
        let mut keys: Vec<Key> = Vec::new();
        let mut stale: Vec<Write> = Vec::new();
        for (second, table_key) in index.due(store, index.last_due(now), REMOVALS_MAX)? {
            let entry = store.get(table.space, &table_key)?;
            let item = entry.as_ref().map(|entry| ItemRef::trusted(entry.value()));
            match item.filter(|item| index.still_ends(*item, second, now)) {
                Some(item) => keys.push(table.definition.schema.key_of_item(item)?),
                None => stale.push(index.removal(second, &table_key)),
            }
        }
        if !stale.is_empty() {
            store.commit(Batch { writes: stale.into_iter().collect() })?;
        }
        let plans: Vec<WritePlan<'_>> = keys
            .iter()
            .map(|key| WritePlan {
                key,
                condition: None,
                item_on_condition_failure: false,
                change: Change::Delete,
            })
            .collect();
        let (in_flight, schedule) = (&mut self.in_flight, &mut self.schedule);
        let (author, agenda) = (Author::TimeToLive, &mut self.agenda);
        let mut writing = Writing { table, store, in_flight, now, schedule, author, given: None, agenda };
        let mut removed_count = 0.0;
        for removed in writing.write_each(&plans)? {
            removed?;
            removed_count += 1.0;
        }
        if removed_count > 0.0 {
            table.traffic.observe("TimeToLiveDeletedItemCount", removed_count, now);
        }
        if let Some(index) = table.time_to_live.index_mut() {
            index.look_for_first(self.store.as_ref())?;
        }
        Ok(())
    }
}
