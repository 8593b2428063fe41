//! Bringing global indexes up to date from their table's log.

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Store, Write};
use crate::table::catalog::Table;
use crate::table::changes::{Change, ChangeLog, Changes, Replaced};
use crate::table::index::{Index, IndexChange, index_change};

/// Records that are applied in one event and one commit; the others follow in further events of the same moment.
const RECORDS_PER_EVENT: usize = 256;

impl Table {
    /// Lets every global index that serves follow the log, if there is one, from here on unless it does already. One
    /// that is being filled is brought up to date by each write: nobody sees it, so nobody sees a delay, and what is
    /// copied from the table never meets an older change.
    pub(in crate::table) fn follow_log(&mut self) {
        let log = self.changes.as_ref().and_then(|changes| changes.log.as_ref());
        let Some(last) = log.map(ChangeLog::last) else { return };
        let serves = |index: &&mut Index| index.is_global() && !index.state.comes_or_goes();
        for index in self.indexes.iter_mut().filter(serves).filter(|index| index.cursor.is_none()) {
            index.follow_from(last);
        }
    }

    /// Lets happen what is due of the table's changes, a bounded part of it: indexes read on in the log, records that
    /// are too old for the stream are trimmed and its shards are closed, and states that no read may see any more are
    /// forgotten.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails. Nothing happened then, and it is tried again a little later.
    pub(in crate::table) fn follow_changes(
        &mut self,
        store: &mut dyn Store,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(mut changes) = self.changes.take() else { return Ok(()) };
        changes.forget(now);
        changes.retry_at = None;
        let outcome = propagate(&mut changes, &mut self.indexes, store, now);
        let stream = changes.stream.as_mut().map(|stream| &mut stream.journal);
        let mut journals = stream.into_iter().chain(changes.kinesis.as_deref_mut());
        let outcome = outcome.and_then(|()| journals.try_for_each(|journal| journal.step(store, now)));
        if outcome.is_err() {
            changes.put_off(now);
        }
        self.changes = Some(changes);
        outcome
    }
}

/// Applies the oldest records that are due to every index that has not read them, and removes them.
fn propagate(
    changes: &mut Changes,
    indexes: &mut [Index],
    store: &mut dyn Store,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(log) = changes.log.as_mut().filter(|log| log.due().is_some_and(|due| due <= now)) else {
        return Ok(());
    };
    let Some(behind) = indexes.iter().filter_map(Index::read_up_to).min() else {
        log.note_oldest(None);
        return Ok(());
    };
    // A history wants to know what each record replaces, so these are committed one by one.
    let count = if changes.history.is_some() { 1 } else { RECORDS_PER_EVENT };
    // One more tells when to go on.
    let mut records = log.read(store, behind, count + 1)?;
    let due = records.partition_point(|change| change.at() + log.delay() <= now).min(count);
    let next = records.get(due).map(Change::at);
    records.truncate(due);
    let Some(last) = records.last().map(Change::sequence) else {
        log.note_oldest(next);
        return Ok(());
    };
    let mut writes: SmallVec<[Write; 2]> = SmallVec::new();
    let mut applied: Vec<IndexChange> = Vec::new();
    for record in &records {
        for mut change in changes_of(record, indexes, store)? {
            change.write_to(&indexes[change.index], &mut writes);
            applied.push(change);
        }
    }
    let replaced: Vec<Replaced> =
        changes.history.as_ref().map_or(Ok(Vec::new()), |history| history.replaced(&writes, store))?;
    writes.extend(records.iter().map(|record| log.trim(record.sequence())));
    for index in indexes.iter() {
        let cursor = index.read_up_to().map(|read| log.cursor(index.space, read.max(last)));
        writes.extend(cursor);
    }
    store.commit(Batch { writes })?;
    log.note_oldest(next);
    for change in &applied {
        for part in &change.parts {
            indexes[change.index].resize(part.partition, part.items, part.bytes, now);
        }
    }
    for index in indexes.iter_mut() {
        if let Some(read) = index.read_up_to() {
            index.follow_from(read.max(last));
        }
    }
    changes.remember(replaced, now);
    Ok(())
}

/// What a record changes in the indexes that have not read it.
fn changes_of(record: &Change, indexes: &[Index], store: &dyn Store) -> Result<Vec<IndexChange>, Error> {
    let mut changes = Vec::new();
    for (position, index) in indexes.iter().enumerate() {
        if index.read_up_to().is_some_and(|read| read < record.sequence()) {
            changes.extend(index_change(
                (position, index),
                record.key(),
                (record.old_image(), record.new_image()),
                store,
            )?);
        }
    }
    Ok(changes)
}
