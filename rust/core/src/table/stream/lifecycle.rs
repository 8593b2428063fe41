//! Enabling and disabling streams, and what happens to them by themselves.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::catalog::Table;
use crate::table::changes::Changes;
use crate::table::events::STORE_RETRY;
use crate::table::stream::journal::SHARD_LIFE;
use crate::table::stream::{End, Journal, LatestStream, Stream, StreamChange, StreamView};
use crate::table::tables::Tables;

/// From a label that is taken to the next one.
const LABEL_STEP: std::time::Duration = std::time::Duration::from_millis(1);

impl Table {
    /// Refuses to enable a stream where there is one, and to disable one where there is none.
    ///
    /// # Errors
    /// `ValidationException` (Alternator's tests against AWS; facts 5.3).
    pub(in crate::table) fn check_stream(&self, change: StreamChange) -> Result<(), Error> {
        let name = &self.definition.name;
        if self.replication.is_some() {
            // The text is ours.
            return Err(Error::Validation(format!(
                "The stream of a table with replicas cannot be changed: TableName: {name}"
            )));
        }
        let is_enabled = self.stream.as_ref().is_some_and(|stream| stream.view.is_some());
        match change {
            StreamChange::Enable(_) if is_enabled => {
                Err(Error::Validation(format!("Table already has an enabled stream: TableName: {name}")))
            }
            StreamChange::Disable if !is_enabled => {
                Err(Error::Validation(format!("Table has no stream to disable: TableName: {name}")))
            }
            StreamChange::Enable(_) | StreamChange::Disable => Ok(()),
        }
    }

    /// Lets the shards of the table's stream follow its partitions, after these may have been split.
    pub(in crate::table) fn follow_partitions(&mut self, now: Timestamp) {
        let Some(stream) = self.changes.as_mut().and_then(|changes| changes.stream.as_mut()) else { return };
        if stream.journal.open_count() != self.provision.partition_count() {
            stream.journal.follow(&self.provision.partition_starts(), now);
        }
    }

    /// The stream it has or had last.
    #[must_use]
    pub fn stream(&self) -> Option<&LatestStream> {
        self.stream.as_deref()
    }
}

impl Tables {
    /// Changes a table's stream, after [`Table::check_stream`]. It takes effect with the next write and is told as
    /// under way until `until`.
    pub(in crate::table) fn change_stream(
        &mut self,
        name: &str,
        change: StreamChange,
        (now, until): (Timestamp, Timestamp),
    ) {
        match change {
            StreamChange::Enable(view) => self.begin_stream(name, view, (now, until)),
            StreamChange::Disable => self.end_stream(name, (now, until)),
        }
    }

    fn begin_stream(&mut self, name: &str, view: StreamView, (now, until): (Timestamp, Timestamp)) {
        let (space, table_arn) = (self.new_space(), self.arn(name));
        let mut created = now;
        let (arn, label) = loop {
            // An ISO time without its zone.
            let label = created.to_iso_8601().trim_end_matches('Z').to_owned();
            let arn = format!("{table_arn}/stream/{label}");
            if !self.streams.contains(&arn) {
                break (arn, label);
            }
            created = created + LABEL_STEP;
        };
        self.streams.begin(arn.clone());
        let table = self.change(name).expect("invariant: the table was found or made");
        let last = table.stream.as_ref().map_or(0, |former| former.last);
        let journal = Journal::new(space, last, table.provision.partition_starts(), Some(SHARD_LIFE), now);
        let latest = LatestStream { arn: arn.clone(), label: label.clone(), view: Some(view), last };
        table.stream = Some(Box::new(latest));
        let (schema, settled) = (table.definition.schema.clone(), until);
        let table_name = name.to_owned();
        let stream =
            Stream { arn, label, view, table: table_name, schema, created, settled, journal, end: None };
        let changes = table.changes.get_or_insert_with(Changes::empty);
        changes.stream = Some(Box::new(stream));
        if let Some(changes) = self.by_name.get_mut(name).and_then(|table| table.changes.as_mut()) {
            changes.schedule(name, &mut self.schedule);
        }
    }

    /// Ends the stream of a table, if one is enabled; what it has can be read for 24 hours.
    pub(in crate::table) fn end_stream(&mut self, name: &str, (now, until): (Timestamp, Timestamp)) {
        self.change(name);
        let Some(table) = self.by_name.get_mut(name) else { return };
        let Some(changes) = &mut table.changes else { return };
        let Some(mut stream) = changes.stream.take() else { return };
        stream.journal.close(now);
        stream.end = Some(End { at: now, settled: until });
        let latest = table.stream.as_mut().expect("invariant: a table tells of its stream");
        (latest.view, latest.last) = (None, stream.journal.last());
        self.streams.end(*stream);
        changes.schedule(name, &mut self.schedule);
        if changes.is_idle() {
            table.changes = None;
        }
    }

    /// Lets happen what is due of streams that have ended: records are trimmed, and after 24 hours the streams go.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; it is tried again a little later.
    pub(in crate::table) fn follow_streams(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.streams.next_event_at().is_none_or(|at| at > now) {
            return Ok(());
        }
        let outcome = self.step_streams(now);
        self.streams.plan(outcome.is_err().then(|| now + STORE_RETRY));
        outcome
    }

    fn step_streams(&mut self, now: Timestamp) -> Result<(), Error> {
        while let Some(stream) = self.streams.first_gone(now) {
            let (arn, space) = (stream.arn.clone(), stream.journal.space());
            self.store.commit(Batch { writes: [Write::Clear(space)].into_iter().collect() })?;
            self.streams.remove(&arn);
            self.reclaim(now);
        }
        for stream in self.streams.ended_mut() {
            stream.journal.step(self.store.as_mut(), now)?;
        }
        Ok(())
    }
}
