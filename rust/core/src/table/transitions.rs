//! What happens to tables by themselves: states end, changes of settings take effect, indexes are filled, and items whose
//! time has passed are removed.

use std::time::Duration;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::catalog::{State, Table, TableChange};
use crate::table::events::STORE_RETRY;
use crate::table::index::{Index, IndexState, Pace};
use crate::table::tables::{BACKFILL_ITEMS_PER_SECOND, Tables};

impl Tables {
    /// Takes note of a state that ends by itself.
    pub(in crate::table) fn expect_transition(&mut self, until: Timestamp) {
        self.next_transition = Some(self.next_transition.map_or(until, |next| next.min(until)));
    }

    /// Ends the states that are due and splits partitions, in the order of the tables' names.
    pub(in crate::table) fn end_states(&mut self, now: Timestamp) -> Result<(), Error> {
        let events = [self.next_transition, self.wakeup.time()];
        if events.into_iter().flatten().min().is_none_or(|next| next > now) {
            return Ok(());
        }
        let due = |table: &Table| table.next_transition().is_some_and(|until| until <= now);
        let names: Vec<String> =
            self.by_name.iter().filter(|(_, table)| due(table)).map(|(name, _)| name.clone()).collect();
        let mut outcome = Ok(());
        for name in names {
            self.change(&name);
            let ended = self.end_table(&name, now);
            if let Some(table) = self.by_name.get_mut(&name) {
                table.follow_partitions(now);
                table.retry_at = ended.is_err().then(|| now + STORE_RETRY);
            }
            outcome = outcome.and(ended);
        }
        self.wakeup.clear();
        self.next_transition = self.by_name.values().filter_map(Table::next_transition).min();
        outcome
    }

    /// What is due of one table.
    fn end_table(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        self.end_state(name, now)?;
        self.end_index_states(name, now)?;
        self.end_vector_states(name, now)?;
        self.end_settings(name, now)?;
        let table = self.by_name.get_mut(name);
        table.map_or(Ok(()), |table| table.review(self.store.as_ref(), now))
    }

    fn end_state(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        if table.state.until().is_none_or(|until| until > now) {
            return Ok(());
        }
        match table.state {
            State::Active | State::Importing => {}
            State::Creating { .. } => table.state = State::Active,
            State::Updating { until, change: TableChange::Mode(mode) } => {
                table.state = State::Active;
                table.definition.mode = mode;
                table.provision.change_mode(self.store.as_ref(), table.space, mode, until)?;
            }
            State::Updating { until, change: TableChange::Class(class) } => {
                table.state = State::Active;
                table.class.end(class, until);
            }
            State::Updating { change: TableChange::Stream, .. } => table.state = State::Active,
            State::Deleting { .. } => {
                self.end_kinesis(name, now)?;
                let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
                let writes = table.spaces().map(Write::Clear).collect();
                self.store.commit(Batch { writes })?;
                self.names_by_space.remove(&table.space.0);
                if let Some(changes) = &mut table.changes {
                    self.schedule.remove(name, changes);
                }
                self.by_name.remove(name);
                self.reclaim(now);
            }
        }
        Ok(())
    }

    /// Ends the changes of a table's settings that are due, and removes items whose time has passed.
    fn end_settings(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let store = self.store.as_ref();
        table.encryption.settle(now);
        table.provision.settle_warm(store, table.space, now)?;
        for index in &mut table.indexes {
            let space = index.space;
            index.provision_mut().map_or(Ok(()), |provision| provision.settle_warm(store, space, now))?;
        }
        self.step_insights(name, now);
        self.step_kinesis(name, now)?;
        self.step_time_to_live(name, now)
    }

    /// Ends the states of a table's indexes that are due.
    fn end_index_states(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let pace = self.pace();
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let log_is_read = table.indexes.iter().any(|index| index.read_up_to().is_some());
        let mut dropped = false;
        for index in &mut table.indexes {
            if index.state.until().is_none_or(|until| until > now) {
                continue;
            }
            match index.state {
                IndexState::Active => {}
                IndexState::Allocating { until } => {
                    index.state = IndexState::Backfilling { until, behind: None };
                }
                IndexState::Backfilling { .. } => {
                    index.backfill(table.space, self.store.as_mut(), pace, now)?;
                }
                IndexState::Updating { until, mode } => {
                    index.state = IndexState::Active;
                    index.change_mode(self.store.as_ref(), mode, until)?;
                }
                IndexState::Deleting { .. } => {
                    let mut writes: SmallVec<[Write; 2]> = [Write::Clear(index.space)].into_iter().collect();
                    writes.extend(
                        table
                            .changes
                            .as_mut()
                            .and_then(|changes| changes.drop_index(index.space, log_is_read)),
                    );
                    self.store.commit(Batch { writes })?;
                    dropped = true;
                }
            }
        }
        let gone = |index: &Index| matches!(index.state, IndexState::Deleting { until } if until <= now);
        table.indexes.retain(|index| !gone(index));
        table.follow_log();
        if dropped {
            self.reclaim(now);
        }
        Ok(())
    }

    pub(in crate::table) fn pace(&self) -> Pace {
        let given = self.settings.backfill_items_per_second;
        let at_once = given.is_none() && self.settings.table_transition.is_zero();
        let step = if at_once { Duration::ZERO } else { Duration::from_secs(1) };
        Pace { items: given.unwrap_or(BACKFILL_ITEMS_PER_SECOND).max(1), step }
    }
}
