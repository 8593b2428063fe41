//! How long a log keeps records for the streams that read it.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Store, Write};
use crate::table::changes::ChangeLog;
use crate::table::changes::log::Change;

/// How long a stream's record can be read, and a stream that was disabled (facts 5.1).
pub(in crate::table) const RETENTION: Duration = Duration::from_secs(24 * 3_600);

/// From one look at records that are too old, and that another Region has still to read, to the next.
const REPLICATION_PAUSE: Duration = Duration::from_secs(60);

/// Records that are trimmed in one commit.
const TRIMMED_PER_EVENT: usize = 256;

/// Which records of a log its streams keep.
#[derive(Default)]
pub(in crate::table) struct Retention {
    /// The last record that a stream shows: without end while a stream is enabled, none where there never was one.
    keeps_to: Option<u64>,
    /// When the oldest record is too old.
    trims_at: Option<Timestamp>,
    /// The last record that was too old.
    trimmed: u64,
}

impl Retention {
    /// Keeps every record from here on.
    pub(in crate::table) fn open(&mut self) {
        self.keeps_to = Some(u64::MAX);
    }

    /// Keeps the records up to `last`, and no later ones.
    pub(in crate::table) fn close(&mut self, last: u64) {
        self.keeps_to = Some(last);
    }

    /// Whether a stream is enabled.
    pub(in crate::table) fn is_open(&self) -> bool {
        self.keeps_to == Some(u64::MAX)
    }

    /// Whether a record stays for a stream once the indexes have read it.
    pub(in crate::table) fn keeps(&self, sequence: u64) -> bool {
        self.trimmed < sequence && self.keeps_to.is_some_and(|last| sequence <= last)
    }

    /// Counts on a record made at `now` that was committed.
    pub(in crate::table) fn note_committed(&mut self, now: Timestamp) {
        if self.is_open() {
            self.trims_at.get_or_insert(now + RETENTION);
        }
    }

    /// When records are trimmed next.
    pub(in crate::table) fn trims_at(&self) -> Option<Timestamp> {
        self.trims_at
    }

    /// The last record that was trimmed; what stands behind it can be read.
    pub(in crate::table) fn trimmed(&self) -> u64 {
        self.trimmed
    }
}

impl ChangeLog {
    /// Removes records that are too old, a bounded number of them. Those that an index has still to read, which has
    /// read up to `index_read`, are removed by the index.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails; nothing was removed then.
    pub(in crate::table) fn trim_old(
        &mut self,
        index_read: Option<u64>,
        store: &mut dyn Store,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.retention.trims_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        // One more tells when to go on.
        let records = self.read(store, self.retention.trimmed, TRIMMED_PER_EVENT + 1)?;
        let is_old = |change: &Change| change.at() + RETENTION <= now;
        let old = records.partition_point(is_old).min(TRIMMED_PER_EVENT);
        let is_replicated =
            |change: &Change| self.replicated.is_none_or(|replicated| change.sequence() <= replicated);
        let due = records[..old].partition_point(is_replicated);
        let sequences = records[..due].iter().map(Change::sequence);
        let read = sequences.filter(|sequence| index_read.is_none_or(|read| *sequence <= read));
        let batch = Batch {
            writes: read.map(|sequence| self.trim(sequence)).collect::<smallvec::SmallVec<[Write; 2]>>(),
        };
        if !batch.writes.is_empty() {
            store.commit(batch)?;
        }
        if let Some(last) = records[..due].last() {
            self.retention.trimmed = last.sequence();
        }
        self.retention.trims_at = if due < old {
            Some(now + REPLICATION_PAUSE)
        } else {
            records.get(due).map(|next| next.at() + RETENTION)
        };
        Ok(())
    }
}
