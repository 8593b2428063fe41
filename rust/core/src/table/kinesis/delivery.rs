//! Carrying changes out to Kinesis streams: the owner of the engine takes records and says when they have arrived.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::kinesis::{CreationPrecision, KinesisDestination};
use crate::table::observed::KinesisOutcome;
use crate::table::stream::StreamRecord;
use crate::table::tables::Tables;

/// From a change to its delivery. AWS publishes no figure.
const DELIVERY_DELAY: Duration = Duration::from_millis(100);

/// The Kinesis streams there are, each with the tables whose changes go to it.
#[derive(Clone, Default)]
pub(in crate::table) struct KinesisStreams {
    tables: BTreeMap<String, BTreeSet<String>>,
}

impl KinesisStreams {
    pub(super) fn contains(&self, arn: &str) -> bool {
        self.tables.contains_key(arn)
    }

    /// Their ARNs.
    pub(in crate::table) fn arns(&self) -> impl Iterator<Item = &String> {
        self.tables.keys()
    }

    pub(super) fn begin(&mut self, arn: &str, table: &str) {
        if let Some(tables) = self.tables.get_mut(arn) {
            tables.insert(table.to_owned());
        }
    }

    pub(super) fn end(&mut self, table: &str) {
        self.tables.values_mut().for_each(|tables| {
            tables.remove(table);
        });
    }
}

/// Changes of one table on their way to a Kinesis stream.
pub struct KinesisBatch {
    /// The table.
    pub table: String,
    /// In order.
    pub records: Vec<StreamRecord>,
    /// In which unit they tell their time.
    pub precision: CreationPrecision,
}

impl Tables {
    /// Makes a Kinesis stream known, so that tables can stream to it; those that did before go on.
    pub fn open_kinesis_stream(&mut self, arn: &str) {
        let gets_changes = |table: &&String| {
            let destinations = &self.by_name[table.as_str()].kinesis;
            destinations.iter().any(|known| known.stream_arn() == arn && known.gets_changes())
        };
        let tables = self.by_name.keys().filter(gets_changes).cloned().collect();
        self.streams.kinesis.tables.insert(arn.to_owned(), tables);
    }

    /// Makes a Kinesis stream unknown. Destinations stay as they are and keep what they have for 24 hours.
    pub fn close_kinesis_stream(&mut self, arn: &str) {
        self.streams.kinesis.tables.remove(arn);
    }

    /// When the oldest change for a Kinesis stream is to be delivered.
    #[must_use]
    pub fn kinesis_due(&self, arn: &str) -> Option<Timestamp> {
        self.oldest_for(arn).map(|(oldest, _)| oldest + DELIVERY_DELAY)
    }

    fn oldest_for(&self, arn: &str) -> Option<(Timestamp, &str)> {
        let tables = self.streams.kinesis.tables.get(arn)?.iter();
        let oldest = |name: &String| self.by_name.get(name)?.changes.as_ref()?.kinesis.as_ref()?.oldest();
        tables.filter_map(|name| oldest(name).map(|at| (at, name.as_str()))).min()
    }

    /// Up to `count` changes of one table for a Kinesis stream: of the table with the oldest one. They come again until
    /// [`Tables::finish_kinesis_batch`].
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn kinesis_batch(&self, arn: &str, count: usize) -> Result<Option<KinesisBatch>, Error> {
        let Some((_, name)) = self.oldest_for(arn) else { return Ok(None) };
        let table = &self.by_name[name];
        let journal = table.changes.as_ref().and_then(|changes| changes.kinesis.as_ref());
        let journal = journal.expect("invariant: a table with an oldest change has a journal");
        let destination = table.kinesis.iter().find(|known| known.stream_arn() == arn);
        let precision =
            destination.and_then(KinesisDestination::precision).unwrap_or(CreationPrecision::Millisecond);
        let mut records = Vec::new();
        journal.read_open(self.store.as_ref(), |change| {
            if records.len() == count {
                return ControlFlow::Break(());
            }
            records.push(StreamRecord::for_kinesis(change, arn, table.schema()));
            ControlFlow::Continue(())
        })?;
        Ok(Some(KinesisBatch { table: name.to_owned(), records, precision }))
    }

    /// Forgets changes that have arrived, or never will.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn finish_kinesis_batch(
        &mut self,
        batch: &KinesisBatch,
        outcome: KinesisOutcome,
        now: Timestamp,
    ) -> Result<(), Error> {
        let changes = batch.records.iter().map(|record| (record.at(), record.size()));
        self.note_kinesis(&batch.table, changes, outcome, now);
        let Some(table) = self.by_name.get_mut(&batch.table) else { return Ok(()) };
        let Some(changes) = &mut table.changes else { return Ok(()) };
        let Some(journal) = &mut changes.kinesis else { return Ok(()) };
        let numbers: Vec<u64> = batch.records.iter().map(StreamRecord::sequence).collect();
        journal.remove(self.store.as_mut(), &numbers)?;
        changes.schedule(&batch.table, &mut self.schedule);
        Ok(())
    }
}
