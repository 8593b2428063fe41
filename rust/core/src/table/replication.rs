//! A table as one of a global table: whose write of an item is the last, what other Regions have still to read, and
//! what of theirs is applied here (facts 7).
//!
//! Every write gives its item a [`Version`] in its own commit: when and where it was made. A change from another Region
//! is applied only where its version is the later one, so all Regions end with the same items whatever way the
//! changes take. Versions of deleted items stay, as an older write may still be under way; [`Tables::prune_versions`]
//! removes those of which that is no longer so, whether the item is there or not: without a version, any change that
//! still arrives is later.

mod apply;
mod copy_place;
mod departures;
mod group;
mod log;
mod membership;
mod metrics;
mod outgoing;
mod peers;
mod pruning;
mod settings;
mod stamp;
mod strong;
mod version;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, Read, Space, StoreError, Write};
use crate::table::author::Author;
use crate::table::write::{Prepared, Writing};
use crate::value::KeyBytes;

use smallvec::SmallVec;

pub use apply::{ArrivingItem, CopiedItem, retry_pause};
pub use copy_place::CopyPlace;
pub(in crate::table) use departures::Departures;
pub use group::{
    GlobalTable, GlobalTableUpdate, GlobalTableVersion, IndexReadCapacity, MultiRegionConsistency, Replica,
    ReplicaSettings, ReplicaStatus, ReplicaUpdate, Witness, WitnessUpdate,
};
pub use log::OutgoingChange;
use log::ReplicationLog;
pub(in crate::table) use membership::UNTIL_TOLD;
use metrics::ReplicationMetrics;
pub(in crate::table) use metrics::{list as list_metrics, statistics};
pub use outgoing::{Outgoing, PENDING_MAX};
use peers::Peers;
pub use peers::{NumberedSetting, PeerPlace, Revision};
pub use settings::SettingChange;
pub use version::Version;

/// What a table keeps as one of a global table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Replication {
    /// Its Region.
    pub(in crate::table) region: String,
    /// Where the versions of its items are.
    pub(in crate::table) versions: Space,
    /// The global table, as this Region sees it.
    pub(in crate::table) global: GlobalTable,
    /// Its changes.
    pub(in crate::table) log: ReplicationLog,
    /// The last record of the log whose version was looked at to be removed.
    pub(in crate::table) pruned: u64,
    /// The last record of the log whose item was looked at to be stamped, in version 2017.11.29.
    #[serde(default)]
    stamped: u64,
    #[serde(skip)]
    metrics: ReplicationMetrics,
    /// Older versions may be gone elsewhere, so that none is given any more: an engine that did not run for a while makes up
    /// at past times for what was due.
    floor: Timestamp,
    /// Changes of settings that the other replicas have not been told.
    settings: Vec<SettingChange>,
    /// Whether this Region removes the items whose time has passed.
    expires: bool,
    /// Whether it reaches no other Region of its strongly consistent global table.
    #[serde(skip)]
    is_isolated: bool,
    /// When it last began to fill another replica.
    seeded_at: Option<Timestamp>,
    /// The other Regions, where other processes serve them.
    peers: Peers,
}

impl Replication {
    /// The version of an item, unless every change that still arrives is later.
    pub(in crate::table) fn version(
        &self,
        key: &[u8],
        store: &dyn Read,
    ) -> Result<Option<Version>, StoreError> {
        let stored = store.get(self.versions, key)?;
        Ok(stored.map(|entry| Version::from_bytes(entry.value())))
    }

    /// What goes with it.
    pub(in crate::table) fn spaces(&self) -> [Space; 3] {
        [self.versions, self.log.space, self.peers.space()]
    }

    /// Goes on where it was, after the rest was read from the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        self.log.adopt(store)?;
        self.peers.adopt(store)
    }

    fn put_version(&self, key: &[u8], version: &Version) -> Write {
        Write::put(self.versions, Entry::new(key, version.as_bytes()))
    }

    fn delete_version(&self, key: &[u8]) -> Write {
        Write::Delete(self.versions, KeyBytes::from_slice(key))
    }
}

impl Writing<'_> {
    /// Gives the item of a write its version, in the same commit, with a record for the other Regions. Nothing in a table
    /// that is in one Region alone.
    #[inline]
    pub(in crate::table) fn give_version(
        &mut self,
        prepared: &Prepared<'_>,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<(), Error> {
        if self.table.replication.is_none() {
            return Ok(());
        }
        self.record_version(prepared, writes)
    }

    #[cold]
    fn record_version(
        &mut self,
        prepared: &Prepared<'_>,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<(), Error> {
        let Some(replication) = &mut self.table.replication else { return Ok(()) };
        let key = prepared.key.as_bytes();
        let version = match (self.given, self.author) {
            // It adds to a write that has its version.
            (_, Author::Stamp) => return Ok(()),
            // An item that had no version where it is copied from: whatever arrives is later.
            (None, Author::Copy) => return Ok(()),
            (Some(given), _) => given.clone(),
            (None, _) => {
                let before = replication.version(key, self.store)?;
                Version::next(self.now.max(replication.floor), &replication.region, before.as_ref())
            }
        };
        let is_own = version.region() == replication.region;
        let image = prepared.written.new.as_ref().filter(|_| is_own);
        writes.push(replication.put_version(key, &version));
        writes.push(replication.log.record(key, &version, image, self.now));
        Ok(())
    }
}
