//! Enabling and disabling streams, and what happens to them by themselves.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Space, Write};
use crate::table::catalog::Table;
use crate::table::changes::Changes;
use crate::table::events::STORE_RETRY;
use crate::table::stream::{End, LatestStream, Stream, StreamChange, StreamView};
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
        let has_log = |table: &Table| table.changes.as_ref().is_some_and(|changes| changes.log.is_some());
        let space = (!self.by_name.get(name).is_some_and(has_log)).then(|| self.new_space());
        let table_arn = self.arn(name);
        let table = self.by_name.get_mut(name).expect("invariant: the table was found or made");
        if let Some(space) = space {
            let log = Changes::of_stream(space);
            match &mut table.changes {
                Some(changes) => changes.log = log.log,
                none => *none = Some(log),
            }
        }
        let changes = table.changes.as_mut().expect("invariant: made above");
        let log = changes.log.as_mut().expect("invariant: made above");
        let mut labelled = now;
        let (arn, label) = loop {
            // An ISO time without its zone.
            let label = labelled.to_iso_8601().trim_end_matches('Z').to_owned();
            let arn = format!("{table_arn}/stream/{label}");
            if self.streams.get(&arn).is_none() {
                break (arn, label);
            }
            labelled = labelled + LABEL_STEP;
        };
        table.stream =
            Some(Box::new(LatestStream { arn: arn.clone(), label: label.clone(), view: Some(view) }));
        self.streams.insert(Stream {
            arn,
            label,
            view,
            table: name.to_owned(),
            schema: table.definition.schema.clone(),
            created: labelled,
            settled: until,
            log: log.space(),
            start: log.begin_stream(),
            end: None,
        });
    }

    /// Ends the stream of a table, if one is enabled; what it has can be read for 24 hours.
    pub(in crate::table) fn end_stream(&mut self, name: &str, (now, until): (Timestamp, Timestamp)) {
        let Some(table) = self.by_name.get_mut(name) else { return };
        let Some(latest) = table.stream.as_mut().filter(|stream| stream.view.is_some()) else { return };
        latest.view = None;
        let log = table.changes.as_mut().and_then(|changes| changes.log.as_mut());
        let log = log.expect("invariant: an enabled stream has a log");
        log.retention.close(log.last());
        let stream = self.streams.get_mut(&latest.arn).expect("invariant: an enabled stream is there");
        stream.end = Some(End { last: log.last(), at: now, settled: until });
        self.streams.plan(None);
    }

    /// Lets happen what is due of streams: records of tables that are gone are trimmed, streams that ended 24 hours ago
    /// go.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; it is tried again a little later.
    pub(in crate::table) fn follow_streams(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.streams.next_event_at().is_none_or(|at| at > now) {
            return Ok(());
        }
        let outcome = self.trim_orphans(now).and_then(|()| self.drop_streams(now));
        self.streams.plan(outcome.is_err().then(|| now + STORE_RETRY));
        outcome
    }

    fn trim_orphans(&mut self, now: Timestamp) -> Result<(), Error> {
        for log in self.streams.orphans.values_mut() {
            while log.retention.trims_at().is_some_and(|at| at <= now) {
                log.trim_old(None, self.store.as_mut(), now)?;
            }
        }
        Ok(())
    }

    fn drop_streams(&mut self, now: Timestamp) -> Result<(), Error> {
        while let Some(stream) = self.streams.first_gone(now) {
            let (arn, table, log) = (stream.arn.clone(), stream.table.clone(), stream.log);
            let (others, _) = self.streams.page(Some(&table), None, usize::MAX);
            if !others.iter().any(|other| other.arn != arn && other.log == log) {
                self.drop_log(&table, log, now)?;
            }
            self.streams.remove(&arn);
        }
        Ok(())
    }

    /// Drops the log that the last stream of it has left, unless indexes follow it.
    fn drop_log(&mut self, table: &str, space: Space, now: Timestamp) -> Result<(), Error> {
        let clear = || Batch { writes: [Write::Clear(space)].into_iter().collect() };
        if self.streams.orphans.contains_key(&space) {
            self.store.commit(clear())?;
            self.streams.orphans.remove(&space);
            self.reclaim(now);
            return Ok(());
        }
        let Some(table) = self.by_name.get_mut(table) else { return Ok(()) };
        let Some(changes) = &mut table.changes else { return Ok(()) };
        if changes.log.as_ref().is_none_or(|log| log.space() != space || log.feeds_indexes()) {
            return Ok(());
        }
        self.store.commit(clear())?;
        changes.log = None;
        self.schedule.place(&table.definition.name, changes);
        if changes.is_idle() {
            table.changes = None;
        }
        self.reclaim(now);
        Ok(())
    }
}
