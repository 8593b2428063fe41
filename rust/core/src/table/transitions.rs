//! What happens to tables by themselves: states end, changes of settings take effect, indexes are filled, and items whose
//! time has passed are removed.

use std::collections::BTreeSet;
use std::time::Duration;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Space, Write};
use crate::table::catalog::{State, TableChange};
use crate::table::events::STORE_RETRY;
use crate::table::index::{IndexState, Pace};
use crate::table::tables::{BACKFILL_ITEMS_PER_SECOND, Tables};

impl Tables {
    /// Sees to it that a table is looked at when something of it changes by itself.
    pub(in crate::table) fn expect_transition(&mut self, name: &str, until: Timestamp) {
        if let Some(table) = self.by_name.get_mut(name) {
            self.agenda.expect(name, &mut table.scheduled, until);
        }
    }

    /// Ends the states that are due and splits partitions, in the order of the tables' names.
    pub(in crate::table) fn end_states(&mut self, now: Timestamp) -> Result<(), Error> {
        let mut outcome = Ok(());
        for name in self.take_due(now) {
            if !self.by_name.get(&name).is_some_and(|table| table.only_removes_items(now)) {
                self.change(&name);
            }
            let ended = self.end_table(&name, now);
            if let Some(table) = self.by_name.get_mut(&name) {
                table.follow_partitions(now);
                table.retry_at = ended.is_err().then(|| now + STORE_RETRY);
                let next = table.next_transition();
                self.agenda.place(&name, &mut table.scheduled, next);
            }
            outcome = outcome.and(ended);
        }
        outcome.and(self.end_pasts(now))
    }

    /// Sees to it that backups and the pasts of tables that are gone are looked at.
    pub(in crate::table) fn expect_past_event(&mut self, at: Timestamp) {
        self.past_event_at = Some(self.past_event_at.map_or(at, |next| next.min(at)));
    }

    /// Looks up when the first backup expires or the past of a table that is gone is swept.
    pub(in crate::table) fn follow_pasts(&mut self) {
        let events = [self.backups.next_event_at(), self.archives.next_event_at()];
        self.past_event_at = events.into_iter().flatten().min();
    }

    /// Lets backups expire and pasts be swept that are due.
    fn end_pasts(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.past_event_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        let outcome = self.expire_backups(now).and(self.sweep_archives(now));
        self.follow_pasts();
        if outcome.is_err() {
            self.past_event_at = Some(now + STORE_RETRY);
        }
        outcome
    }

    /// The tables of which something is due, in the order of their names; no other is looked at.
    fn take_due(&mut self, now: Timestamp) -> BTreeSet<String> {
        if self.wakeup.time().is_some_and(|time| time <= now) {
            for space in self.wakeup.take() {
                let name = self.names_by_space.get(&space);
                if let Some((name, table)) = name.and_then(|name| Some((name, self.by_name.get_mut(name)?))) {
                    let next = table.next_transition();
                    self.agenda.place(name, &mut table.scheduled, next);
                }
            }
        }
        let mut due = BTreeSet::new();
        while let Some(name) = self.agenda.first_due(now) {
            let table =
                self.by_name.get_mut(&name).expect("invariant: a table leaves the agenda before it goes");
            match table.next_transition() {
                Some(next) if next <= now => {
                    self.agenda.remove(&name, &mut table.scheduled);
                    due.insert(name);
                }
                next => self.agenda.place(&name, &mut table.scheduled, next),
            }
        }
        due
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
            State::Creating { .. } if table.restore.is_some() => return self.step_restore(name, now),
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
            State::Deleting { .. } => return self.remove(name, now),
        }
        Ok(())
    }

    /// Removes a table. What backups hold of it stays.
    fn remove(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        self.back_up_deleted(name, now)?;
        self.end_kinesis(name, now)?;
        self.note_departure(name);
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        let kept: &[Space] = match &table.past {
            Some(past) if past.is_held() => &[past.items, past.space],
            _ => &[],
        };
        let writes = table.spaces().filter(|space| !kept.contains(space)).map(Write::Clear).collect();
        self.store.commit(Batch { writes })?;
        self.archives.take(table, now);
        self.names_by_space.remove(&table.space.0);
        if let Some(changes) = &mut table.changes {
            changes.leave_schedule(name, &mut self.schedule);
        }
        self.agenda.remove(name, &mut table.scheduled);
        self.by_name.remove(name);
        self.follow_pasts();
        self.reclaim(now);
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
        if let Some(past) = &mut table.past {
            past.sweep(self.store.as_mut(), now)?;
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
            if !index.state.is_due(now) {
                continue;
            }
            match index.state {
                IndexState::Active => {}
                IndexState::Allocating { until } => {
                    index.state = IndexState::Backfilling { until, behind: None, items: 0 };
                }
                IndexState::Backfilling { .. } => {
                    let step = index.backfill(table.space, self.store.as_mut(), pace, now)?;
                    let items = table.provision.totals().items;
                    step.note(&mut table.traffic.others, index.name(), items, now);
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
        table.indexes.retain(|index| !index.state.is_gone(now));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use crate::table::catalog::Definition;
    use crate::table::encryption::EncryptionKey;
    use crate::table::provision::NewLimits;
    use crate::table::schema::{KeyAttribute, KeySchema};
    use crate::table::tables::{NewIndexes, Settings};
    use crate::table::tags::Tags;
    use crate::table::throughput::Mode;
    use crate::value::Type;

    fn definition(name: &str) -> Definition {
        let partition = KeyAttribute { name: "id".to_owned(), type_: Type::S };
        Definition {
            name: name.to_owned(),
            schema: KeySchema { partition, sort: None },
            mode: Mode::Provisioned { read: 5, write: 5 },
            billing_mode_named: false,
            deletion_protection: false,
            limits: NewLimits::default(),
            class: None,
            encryption: EncryptionKey::Owned,
            tags: Tags::default(),
            policy: None,
            stream: None,
        }
    }

    /// Every event once looked at every table, so that tables which did nothing cost as much as those that did.
    #[test]
    fn an_event_looks_at_the_tables_it_is_about() {
        let settings = Settings { table_transition: Duration::from_secs(10), ..Settings::default() };
        let mut tables = Tables::new(settings, Box::new(MemoryStore::new()), 7);
        let start = Timestamp::from_seconds(1_700_000_000);
        let names: Vec<String> = (0..1_000).map(|number| format!("table-{number:03}")).collect();
        for name in &names {
            tables.create(definition(name), &NewIndexes::default(), start).unwrap();
        }
        assert!(tables.take_due(start + Duration::from_secs(9)).is_empty());
        tables.tick(start + Duration::from_secs(10)).unwrap();
        assert_eq!(tables.next_event_at(), None);

        // One table changes at each second, in the opposite order of their names.
        let busy: Vec<&String> = names.iter().step_by(250).rev().collect();
        for (second, name) in (20..).zip(&busy) {
            let mode = Mode::Provisioned { read: 6, write: 5 };
            tables.change_throughput(name, mode, start + Duration::from_secs(second)).unwrap();
        }
        for (second, name) in (30..).zip(&busy) {
            let now = start + Duration::from_secs(second);
            assert_eq!(tables.next_event_at(), Some(now));
            assert_eq!(tables.take_due(now), BTreeSet::from([(*name).clone()]));
            tables.expect_transition(name, now);
            tables.tick(now).unwrap();
        }
        assert_eq!(tables.next_event_at(), None);

        // What a request finds out about its partitions wakes its table, and no other.
        let (space, noon) = (tables.find("table-500").unwrap().space, start + Duration::from_secs(60));
        tables.wakeup.at(space, noon);
        tables.by_name.get_mut("table-500").unwrap().state =
            State::Updating { until: noon, change: TableChange::Mode(Mode::PayPerRequest) };
        assert_eq!(tables.take_due(noon), BTreeSet::from(["table-500".to_owned()]));
    }
}
