//! The other Regions of a global table that other processes serve: how far each has come.
//!
//! The places are also in a space of their own, an entry for each Region, which is written with every page that was
//! applied. What the table's record says of them is older.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Batch, Direction, Entry, KeyRange, Read, Space, StoreError, Write};
use crate::table::refusal::not_found;
use crate::table::replication::copy_place::CopyPlace;
use crate::table::replication::group::GlobalTable;
use crate::table::replication::settings::SettingChange;
use crate::table::tables::Tables;

/// Which of two descriptions of a global table is the later one. Each change has a number one higher; of two that were
/// made at once, the one whose Region's name is greater.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Revision {
    /// Changes so far.
    pub number: u64,
    /// Where the last one was made.
    pub region: String,
}

/// A change of a setting with its number in its Region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NumberedSetting {
    /// Rises by one.
    pub number: u64,
    /// What changed.
    pub change: SettingChange,
}

/// How far replication with one other Region has come.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerPlace {
    /// The last of its changes that is applied here, with all before it.
    pub applied: u64,
    /// The last of its changes of settings that was made here.
    pub setting: u64,
    /// While this replica is filled from there.
    pub copy: Option<CopyPlace>,
    /// The time to live that this replica gets when it is filled.
    pub time_to_live: Option<String>,
    /// The last change of this Region that is applied there, once it has said so.
    #[serde(skip)]
    pub read: Option<u64>,
    /// The same of changes of settings.
    #[serde(skip)]
    pub read_setting: Option<u64>,
    /// Nothing that still comes from there was written before.
    #[serde(skip)]
    pub horizon: Option<Timestamp>,
    /// The changes of the last page that was read from there, and when they were made.
    #[serde(skip)]
    pub sent: Vec<(u64, Timestamp)>,
}

/// What a table keeps of all of them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table) struct Peers {
    space: Space,
    revision: Revision,
    places: BTreeMap<String, PeerPlace>,
    /// Changes of settings that not all others have made.
    settings: Vec<NumberedSetting>,
    last_setting: u64,
}

impl Peers {
    pub(in crate::table) fn new(space: Space) -> Self {
        Self {
            space,
            revision: Revision::default(),
            places: BTreeMap::new(),
            settings: Vec::new(),
            last_setting: 0,
        }
    }

    pub(in crate::table) fn space(&self) -> Space {
        self.space
    }

    /// Reads the places that were stored later than the table's record.
    pub(in crate::table) fn adopt(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let all = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        let mut damage = None;
        store.scan(self.space, all, Direction::Forward, &mut |entry| {
            let region = String::from_utf8_lossy(entry.key()).into_owned();
            match serde_json::from_slice(entry.value()) {
                // One that has left since has no place any more.
                Ok(place) => {
                    self.places.entry(region).and_modify(|known| *known = place);
                }
                Err(error) => damage = Some(StoreError::Corrupted(format!("the place of {region}: {error}"))),
            }
            ControlFlow::Continue(())
        })?;
        damage.map_or(Ok(()), Err)
    }
}

impl Tables {
    fn peers(&self, name: &str) -> Option<&Peers> {
        let replication = self.find(name)?.replication.as_deref()?;
        Some(&replication.peers)
    }

    fn peers_mut(&mut self, name: &str) -> Option<&mut Peers> {
        let replication = self.by_name.get_mut(name)?.replication.as_deref_mut()?;
        Some(&mut replication.peers)
    }

    /// The names of the tables that are replicated.
    #[must_use]
    pub fn replicated(&self) -> Vec<String> {
        let replicated = self.by_name.values().filter(|table| table.is_replicated());
        replicated.map(|table| table.definition.name.clone()).collect()
    }

    /// Which description of its global table a table has.
    #[must_use]
    pub fn revision(&self, name: &str) -> Option<&Revision> {
        self.peers(name).map(|peers| &peers.revision)
    }

    /// Gives a table another description of its global table, and keeps it. Who is no member any more has no place.
    pub fn revise_global_table(&mut self, name: &str, global: &GlobalTable, revision: Revision) {
        let replication = self.change(name).and_then(|table| table.replication.as_deref_mut());
        let Some(replication) = replication else { return };
        replication.global = global.clone();
        let peers = &mut replication.peers;
        peers.revision = revision;
        peers.places.retain(|region, _| global.replica(region).is_some());
        for other in global.replicas.iter().filter(|other| other.region != replication.region) {
            peers.places.entry(other.region.clone()).or_default();
        }
    }

    /// How far replication with another Region has come.
    #[must_use]
    pub fn peer_place(&self, name: &str, region: &str) -> Option<&PeerPlace> {
        self.peers(name).and_then(|peers| peers.places.get(region))
    }

    /// The same of all other Regions.
    pub fn peer_places(&self, name: &str) -> impl Iterator<Item = (&String, &PeerPlace)> {
        self.peers(name).into_iter().flat_map(|peers| &peers.places)
    }

    /// The same, to change what is not stored.
    pub fn peer_place_mut(&mut self, name: &str, region: &str) -> Option<&mut PeerPlace> {
        self.peers_mut(name)?.places.get_mut(region)
    }

    /// Stores how far replication with another Region has come.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; `InternalServerError` when the store fails.
    pub fn keep_peer_place(&mut self, name: &str, region: &str) -> Result<(), Error> {
        let peers = self.peers(name).ok_or_else(|| not_found(name))?;
        let place = peers.places.get(region).ok_or_else(|| not_found(name))?;
        let bytes = serde_json::to_vec(place)
            .map_err(|error| Error::Internal(format!("The place of {region}: {error}")))?;
        let write = Write::put(peers.space, Entry::new(region.as_bytes(), &bytes));
        self.store.commit(Batch { writes: [write].into_iter().collect() })?;
        Ok(())
    }

    /// Numbers the changes of settings that are new, and gives those behind a number.
    pub fn read_settings(&mut self, name: &str, behind: u64) -> Vec<NumberedSetting> {
        for change in self.take_setting_changes(name) {
            let Some(peers) = self.change(name).and_then(|table| table.replication.as_deref_mut()) else {
                break;
            };
            let peers = &mut peers.peers;
            peers.last_setting += 1;
            peers.settings.push(NumberedSetting { number: peers.last_setting, change });
        }
        let settings = self.peers(name).map(|peers| peers.settings.as_slice()).unwrap_or_default();
        settings.iter().filter(|setting| setting.number > behind).cloned().collect()
    }

    /// The number of the last change of a setting.
    #[must_use]
    pub fn last_setting(&self, name: &str) -> u64 {
        self.peers(name).map_or(0, |peers| peers.last_setting)
    }

    /// Forgets changes of settings that all others have made.
    pub fn forget_settings(&mut self, name: &str, up_to: u64) {
        if self.peers(name).is_some_and(|peers| peers.settings.iter().any(|each| each.number <= up_to))
            && let Some(replication) = self.change(name).and_then(|table| table.replication.as_deref_mut())
        {
            replication.peers.settings.retain(|setting| setting.number > up_to);
        }
    }
}
