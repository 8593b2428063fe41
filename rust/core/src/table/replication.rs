//! A table as one of a global table: whose write of an item is the last, what other Regions have still to read, and
//! what of theirs is applied here (facts 7).
//!
//! Every write gives its item a [`Version`] in its own commit: when and where it was made. A change from another Region
//! is applied only where its version is the later one, so all Regions end with the same items whatever way the
//! changes take. Versions of deleted items stay, as an older write may still be under way; [`Tables::prune_versions`]
//! removes those of which that is no longer so, whether the item is there or not: without a version, any change that
//! still arrives is later.

mod apply;
mod group;
mod membership;
mod metrics;
mod outgoing;
mod pruning;
mod settings;
mod strong;
mod version;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, Read, Space, StoreError, Write};
use crate::table::author::Author;
use crate::table::write::Writing;
use crate::value::{Key, KeyBytes};

use smallvec::SmallVec;

pub use apply::CopiedItem;
pub use group::{
    GlobalTable, GlobalTableUpdate, GlobalTableVersion, IndexReadCapacity, MultiRegionConsistency, Replica,
    ReplicaSettings, ReplicaStatus, ReplicaUpdate, Witness, WitnessUpdate,
};
pub(in crate::table) use membership::UNTIL_TOLD;
use metrics::ReplicationMetrics;
pub(in crate::table) use metrics::{list as list_metrics, statistics};
pub use outgoing::{Outgoing, OutgoingChange};
pub use settings::SettingChange;
pub use version::Version;

/// What a table keeps as one of a global table.
pub(in crate::table) struct Replication {
    /// Its Region.
    pub(in crate::table) region: String,
    /// Where the versions of its items are.
    pub(in crate::table) versions: Space,
    /// The global table, as this Region sees it.
    pub(in crate::table) global: GlobalTable,
    /// The last record of the log whose version was looked at to be removed.
    pub(in crate::table) pruned: u64,
    metrics: ReplicationMetrics,
    /// Changes of settings that the other replicas have not been told.
    settings: Vec<SettingChange>,
    /// Whether this Region removes the items whose time has passed.
    expires: bool,
    /// Whether it reaches no other Region of its strongly consistent global table.
    is_isolated: bool,
    /// When it last began to fill another replica.
    seeded_at: Option<Timestamp>,
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

    fn put_version(&self, key: &[u8], version: &Version) -> Write {
        Write::Put(self.versions, Entry::new(key, version.as_bytes()))
    }

    fn delete_version(&self, key: &[u8]) -> Write {
        Write::Delete(self.versions, KeyBytes::from_slice(key))
    }
}

impl Writing<'_> {
    /// The version that the item gets with a write, which goes into the same commit. None in a table that is in one
    /// Region alone, and for copied items that had none where they come from.
    #[inline]
    pub(in crate::table) fn version(
        &self,
        key: &Key,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<Option<Version>, Error> {
        match &self.table.replication {
            None => Ok(None),
            Some(replication) => self.give_version(replication, key, writes),
        }
    }

    #[cold]
    fn give_version(
        &self,
        replication: &Replication,
        key: &Key,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<Option<Version>, Error> {
        let key = key.as_bytes();
        let version = match (self.given, self.author) {
            (given, Author::Copy) => given.cloned(),
            (Some(given), _) => Some(given.clone()),
            (None, _) => {
                let before = replication.version(key, self.store)?;
                Some(Version::next(self.now, &replication.region, before.as_ref()))
            }
        };
        writes.extend(version.as_ref().map(|version| replication.put_version(key, version)));
        Ok(version)
    }
}
