//! Removing versions that no change can meet any more.

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Write};
use crate::table::refusal::not_found;
use crate::table::replication::log::OutgoingChange;
use crate::table::tables::Tables;

/// Records whose versions are looked at in one commit.
const PRUNED_PER_EVENT: usize = 256;

impl Tables {
    /// Lets a table give no version older than `before`, as older ones are removed.
    pub fn raise_version_floor(&mut self, name: &str, before: Timestamp) {
        if let Some(replication) = self.change(name).and_then(|table| table.replication.as_mut()) {
            replication.floor = replication.floor.max(before);
        }
    }

    /// Prepares all tables for a life that begins at `now`, after a store was opened. What was due meanwhile is made up for
    /// at past times, but gives no past versions; and no number of the log is given again that a Region may have read of a
    /// change that was lost, as it was not yet durable.
    pub fn resume_replication(&mut self, now: Timestamp) {
        for name in self.replicated() {
            self.raise_version_floor(&name, now);
            if let Some(replication) = self.change(&name).and_then(|table| table.replication.as_deref_mut()) {
                replication.log.go_on_from(now);
            }
        }
    }

    /// Whether there are versions that were not looked at to be removed.
    #[must_use]
    pub fn has_versions(&self, name: &str) -> bool {
        let replication = self.by_name.get(name).and_then(|table| table.replication.as_ref());
        replication.is_some_and(|replication| replication.log.last > replication.pruned)
    }

    /// Removes versions older than `before`, where no change of any Region that is still to arrive is older than that;
    /// a bounded number of them. Records up to `read` have been read by all other Regions. True where there may be
    /// more to do at once.
    ///
    /// The log finds them: each version was given in the commit of a record, which goes with it. What a later write gave
    /// stays.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InternalServerError`.
    pub fn prune_versions(&mut self, name: &str, before: Timestamp, read: u64) -> Result<bool, Error> {
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        let Some(replication) = &mut table.replication else { return Ok(false) };
        let records = replication.log.read(self.store.as_ref(), replication.pruned, PRUNED_PER_EVENT)?;
        let read = if replication.has_stamps() { read.min(replication.stamped) } else { read };
        let is_due = |record: &OutgoingChange| record.version().at() < before && record.sequence() <= read;
        let count = records.iter().take_while(|record| is_due(record)).count();
        let mut writes: SmallVec<[Write; 2]> = SmallVec::new();
        for record in &records[..count] {
            if replication.version(record.key(), self.store.as_ref())?.as_ref() == Some(record.version()) {
                writes.push(replication.delete_version(record.key()));
            }
            writes.push(replication.log.trim(record.sequence()));
        }
        if !writes.is_empty() {
            self.store.commit(Batch { writes })?;
        }
        if let Some(last) = records[..count].last() {
            replication.pruned = last.sequence();
        }
        Ok(count == PRUNED_PER_EVENT)
    }
}
