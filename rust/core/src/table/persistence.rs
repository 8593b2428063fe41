//! Tables and the store beneath them: opened, saved, forked, closed.

use std::collections::BTreeSet;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Entry, Read, Sequence, Store, StoreError, Write};
use crate::table::catalog::{State, Table};
use crate::table::changes::ChangeLog;
use crate::table::kinesis::KinesisStreams;
use crate::table::record::{self, CATALOG, DatabaseRecord};
use crate::table::replay::{self, Replay};
use crate::table::tables::{Settings, Tables};
use crate::table::wakeup::Wakeup;

impl Tables {
    /// The tables that a store holds; `replay` has seen what the store replayed. Their states go on where they were.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where a record makes no sense, [`StoreError::Failed`] where the database is of
    /// another Region or account than `settings` say.
    pub fn open(
        settings: Settings,
        store: Box<dyn Store>,
        seed: u64,
        replay: &Replay,
    ) -> Result<Self, StoreError> {
        let mut tables = Self::new(settings, store, seed);
        let records = replay::records(tables.store.as_ref())?;
        let database = records.iter().find(|record| record.key() == record::DATABASE);
        if let Some(database) = database {
            tables.adopt(record::read(database)?)?;
        } else if !records.is_empty() {
            return Err(StoreError::Corrupted("the record of the database is missing".to_owned()));
        }
        for record in records.iter().filter(|record| record::table_name(record.key()).is_some()) {
            let mut table = record::read_table(record)?;
            let regime = tables.regime(table.space);
            table.provisions_mut().for_each(|provision| provision.adopt(&regime));
            table.count_contributors(Timestamp::default());
            if let Some(collections) = &mut table.collections {
                collections.load(tables.store.as_ref(), tables.settings.item_collection_bytes_max)?;
            }
            if let Some(index) = table.time_to_live.index_mut() {
                index.adopt(tables.store.as_ref(), tables.settings.time_to_live_delay)?;
            }
            if let Some(past) = &mut table.past {
                past.adopt(tables.store.as_ref())?;
            }
            if table.state == State::Importing {
                // Nobody goes on with an import that was interrupted; what there is of its table goes.
                table.state = State::Deleting { until: Timestamp::default() };
            }
            if let Some(replication) = &mut table.replication {
                replication.adopt(tables.store.as_ref())?;
            }
            tables.adopt_changes(&mut table)?;
            tables.names_by_space.insert(table.space.0, table.definition.name.clone());
            tables.by_name.insert(table.definition.name.clone(), table);
        }
        tables.adopt_backups(&records)?;
        tables.tokens.load(tables.store.as_ref())?;
        tables.streams.restore(tables.store.as_ref())?;
        tables.catch_up(replay);
        tables.provisioned_bound = tables.provisioned_units();
        for (name, table) in &mut tables.by_name {
            let next = table.next_transition();
            tables.agenda.place(name, &mut table.scheduled, next);
        }
        tables.follow_pasts();
        Ok(tables)
    }

    /// Reads the backups, and what is left of tables that are gone.
    fn adopt_backups(&mut self, records: &[Entry]) -> Result<(), StoreError> {
        for record in records {
            if let Some(id) = record::past_id(record.key()) {
                self.archives.adopt(id, record)?;
            } else if record::is_backup(record.key()) {
                self.backups.adopt(record)?;
            }
        }
        Ok(())
    }

    /// Lets a table's memory of its changes go on where it was, or begin where the settings ask for one.
    fn adopt_changes(&mut self, table: &mut Table) -> Result<(), StoreError> {
        let (delay, window) = (self.settings.index_propagation, self.settings.stale_reads);
        if let Some(stream) = table.changes.as_ref().and_then(|changes| changes.stream.as_ref()) {
            self.streams.begin(stream.arn().to_owned());
        }
        let Some(changes) = &mut table.changes else {
            table.changes = self.new_changes();
            table.follow_log();
            return Ok(());
        };
        let lacks_log = changes.log.is_none() && !delay.is_zero();
        if lacks_log {
            changes.log = Some(ChangeLog::new(self.new_space(), delay));
        }
        let store = self.store.as_ref();
        changes.adopt(store, delay, window)?;
        if let Some(log) = changes.log.as_ref().filter(|_| !lacks_log) {
            for index in table.indexes.iter_mut().filter(|index| index.cursor.is_some()) {
                index.cursor = index.cursor.max(log.cursor_of(store, index.space)?);
            }
        }
        changes.schedule(&table.definition.name, &mut self.schedule);
        if changes.is_idle() {
            table.changes = None;
        }
        table.follow_log();
        Ok(())
    }

    fn adopt(&mut self, database: DatabaseRecord) -> Result<(), StoreError> {
        let (region, account) = (&self.settings.region, &self.settings.account_id);
        if (&database.region, &database.account_id) != (region, account) {
            return Err(StoreError::Failed(format!(
                "the database is one of Region {} and account {}, not of {region} and {account}",
                database.region, database.account_id
            )));
        }
        (self.next_space, self.random) = (database.next_space, database.random);
        self.departures.untold = database.departures;
        Ok(())
    }

    /// The same tables with the same items, and from then on a life of their own. Costs what the tables are, not what
    /// is in them. Nobody carries out what they stream to Kinesis. None where the store cannot do that.
    #[must_use]
    pub fn fork(&self) -> Option<Self> {
        let store = self.store.fork()?;
        // What happens to one of the two must not wake the other.
        let (wakeup, mut by_name) = (Wakeup::default(), self.by_name.clone());
        for provision in by_name.values_mut().flat_map(Table::provisions_mut) {
            provision.follow(&wakeup);
        }
        let mut streams = self.streams.clone();
        streams.kinesis = KinesisStreams::default();
        Some(Self {
            store,
            settings: self.settings.clone(),
            by_name,
            wakeup,
            provisioned_bound: self.provisioned_bound,
            request: self.request.clone(),
            names_by_space: self.names_by_space.clone(),
            user_errors: self.user_errors.clone(),
            backups: self.backups.clone(),
            archives: self.archives.clone(),
            next_space: self.next_space,
            random: self.random.clone(),
            agenda: self.agenda.clone(),
            past_event_at: self.past_event_at,
            schedule: self.schedule.clone(),
            reclaim_at: self.reclaim_at,
            in_flight: self.in_flight.clone(),
            tokens: self.tokens.clone(),
            streams,
            departures: self.departures.clone(),
            changed: BTreeSet::new(),
            stored: None,
        })
    }

    /// Makes the Kinesis streams known that `earlier` tables know.
    pub(crate) fn open_kinesis_streams_of(&mut self, earlier: &Self) {
        earlier.streams.kinesis.arns().for_each(|arn| self.open_kinesis_stream(arn));
    }

    /// A table that is going to be changed: its record is written when the operation ends. Items are written without.
    pub(in crate::table) fn change(&mut self, name: &str) -> Option<&mut Table> {
        let table = self.by_name.get_mut(name)?;
        if self.store.is_durable() {
            self.changed.insert(name.to_owned());
        }
        Some(table)
    }

    /// Writes the records of what has changed, and `others`, in one commit. Nothing happens where the store is not
    /// durable.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn save(&mut self, others: impl Iterator<Item = Write>) -> Result<(), Error> {
        if !self.store.is_durable() {
            return Ok(());
        }
        let backups = self.archives.take_changes().into_iter().chain(self.backups.take_changes());
        let backups = backups.chain(self.streams.take_change());
        let mut others = backups.chain(others).peekable();
        if self.changed.is_empty() && others.peek().is_none() && !self.departures.is_changed {
            return Ok(());
        }
        let mut batch = Batch::default();
        for name in std::mem::take(&mut self.changed) {
            let key = record::table_key(&name);
            batch.writes.push(match self.by_name.get(&name) {
                Some(table) => record::put(&key, table),
                None => Write::Delete(CATALOG, key),
            });
        }
        let database = DatabaseRecord {
            region: self.settings.region.clone(),
            account_id: self.settings.account_id.clone(),
            next_space: self.next_space,
            random: self.random.clone(),
            departures: self.departures.untold.clone(),
        };
        self.departures.is_changed = false;
        let is_news = self.stored.as_ref() != Some(&database);
        batch.writes.extend(is_news.then(|| record::put(record::DATABASE, &database)));
        batch.writes.extend(others);
        self.store.commit(batch)?;
        self.stored = Some(database);
        Ok(())
    }

    /// Writes the records of all tables: what they count up to now need not be counted again.
    fn save_all(&mut self) -> Result<(), Error> {
        self.changed.extend(self.by_name.keys().cloned());
        self.save(std::iter::empty())
    }

    /// The store, to read.
    pub(crate) fn store(&self) -> &dyn Read {
        self.store.as_ref()
    }

    /// The store's last commit.
    #[must_use]
    pub fn sequence(&self) -> Sequence {
        self.store.sequence()
    }

    /// Lets the store write to the disk what it has in memory, if it has much.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn checkpoint_if_due(&mut self) -> Result<(), Error> {
        if self.store.checkpoint_due() {
            self.save_all()?;
            self.store.checkpoint();
        }
        Ok(())
    }

    /// Ends the store.
    ///
    /// # Errors
    /// `InternalServerError` when something could not be made durable.
    pub fn close(&mut self) -> Result<(), Error> {
        if self.store.is_durable() {
            self.save_all()?;
        }
        Ok(self.store.close()?)
    }
}
