//! A global table as its members describe it.

use serde::{Deserialize, Serialize};

use crate::table::catalog::Definition;
use crate::table::encryption::EncryptionKey;
use crate::table::table_class::TableClass;
use crate::table::tables::NewIndexes;
use crate::table::throughput::Mode;

/// `GlobalTableVersion`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum GlobalTableVersion {
    /// The legacy one: CreateGlobalTable over tables that exist.
    V2017,
    /// The current one: `ReplicaUpdates` of UpdateTable.
    V2019,
}

impl GlobalTableVersion {
    /// As DescribeTable tells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V2017 => "2017.11.29",
            Self::V2019 => "2019.11.21",
        }
    }
}

/// `MultiRegionConsistency`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum MultiRegionConsistency {
    /// `EVENTUAL`: changes reach other Regions later.
    #[default]
    Eventual,
    /// `STRONG`: a write has reached another Region before it is answered.
    Strong,
}

/// `ReplicaStatus`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReplicaStatus {
    /// Being made and filled.
    Creating,
    /// Could not be made.
    CreationFailed,
    /// Its settings change.
    Updating,
    /// Serving.
    Active,
    /// Being removed.
    Deleting,
}

impl ReplicaStatus {
    /// As DescribeTable tells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::CreationFailed => "CREATION_FAILED",
            Self::Updating => "UPDATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
        }
    }
}

/// A global index's own read capacity in one replica.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndexReadCapacity {
    /// The index.
    pub index: String,
    /// `ReadCapacityUnits`.
    pub read_units: u64,
}

/// Settings of a replica that differ from those of the global table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReplicaSettings {
    /// `KMSMasterKeyId`, as it was given.
    pub key: Option<String>,
    /// `ProvisionedThroughputOverride`.
    pub read_units: Option<u64>,
    /// `OnDemandThroughputOverride`.
    pub on_demand_read_units: Option<i64>,
    /// Read capacities of its global indexes that are its own.
    pub index_read_units: Vec<IndexReadCapacity>,
    /// `TableClassOverride`.
    pub class: Option<TableClass>,
}

impl ReplicaSettings {
    /// Takes over what another one sets.
    pub(crate) fn merge(&mut self, other: &Self) {
        let Self { key, read_units, on_demand_read_units, index_read_units, class } = other;
        self.key = key.clone().or_else(|| self.key.take());
        self.read_units = read_units.or(self.read_units);
        self.on_demand_read_units = on_demand_read_units.or(self.on_demand_read_units);
        self.class = class.or(self.class);
        for own in index_read_units {
            self.index_read_units.retain(|known| known.index != own.index);
            self.index_read_units.push(own.clone());
        }
    }

    /// Gives the table of a new replica what it has of its own.
    pub(crate) fn apply_to(&self, definition: &mut Definition, indexes: &mut NewIndexes) {
        if let (Some(units), Mode::Provisioned { read, .. }) = (self.read_units, &mut definition.mode) {
            *read = units;
        }
        for own in &self.index_read_units {
            let index = indexes.secondary.iter_mut().find(|index| index.name == own.index);
            if let Some(Mode::Provisioned { read, .. }) = index.and_then(|index| index.mode.as_mut()) {
                *read = own.read_units;
            }
        }
        if let Some(units) = self.on_demand_read_units {
            definition.limits.maximum.read = u64::try_from(units).ok();
        }
        if self.class.is_some() {
            definition.class = self.class;
        }
        if let Some(key) = &self.key {
            definition.encryption = EncryptionKey::Customer(key.clone());
        }
    }
}

/// One element of `ReplicaUpdates`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplicaUpdate {
    /// Makes a replica in a Region.
    Create(String, ReplicaSettings),
    /// Changes what a replica has of its own.
    Update(String, ReplicaSettings),
    /// Removes the replica in a Region.
    Delete(String),
}

impl ReplicaUpdate {
    /// The Region it is about.
    #[must_use]
    pub fn region(&self) -> &str {
        let (Self::Create(region, _) | Self::Update(region, _) | Self::Delete(region)) = self;
        region
    }
}

/// One element of `GlobalTableWitnessUpdates`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WitnessUpdate {
    /// Makes a Region the witness.
    Create(String),
    /// Removes the witness in a Region.
    Delete(String),
}

/// What UpdateTable changes of a global table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GlobalTableUpdate {
    /// `ReplicaUpdates`.
    pub replicas: Vec<ReplicaUpdate>,
    /// `MultiRegionConsistency`.
    pub consistency: Option<MultiRegionConsistency>,
    /// `GlobalTableWitnessUpdates`.
    pub witness: Option<WitnessUpdate>,
}

/// One table of a global table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Replica {
    /// `RegionName`.
    pub region: String,
    /// `ReplicaStatus`.
    pub status: ReplicaStatus,
    /// `ReplicaStatusPercentProgress`, while it is filled.
    pub percent: Option<u8>,
    /// What it has of its own.
    pub settings: ReplicaSettings,
}

impl Replica {
    /// A replica without settings of its own.
    #[must_use]
    pub fn new(region: &str, status: ReplicaStatus) -> Self {
        Self { region: region.to_owned(), status, percent: None, settings: ReplicaSettings::default() }
    }
}

/// A Region that keeps the changes of a strongly consistent global table and has no table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Witness {
    /// `RegionName`.
    pub region: String,
    /// `WitnessStatus`.
    pub status: ReplicaStatus,
}

/// A global table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GlobalTable {
    /// Its version.
    pub version: GlobalTableVersion,
    /// How its writes reach other Regions.
    pub consistency: MultiRegionConsistency,
    /// Its tables, in the order in which they joined.
    pub replicas: Vec<Replica>,
    /// Its witness, if it has one.
    pub witness: Option<Witness>,
    /// Whether its tables say nothing of it: a master with read replicas.
    pub is_hidden: bool,
}

impl GlobalTable {
    /// The replica in a Region.
    #[must_use]
    pub fn replica(&self, region: &str) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.region == region)
    }

    /// Whether a replica or the witness comes, goes or changes.
    #[must_use]
    pub fn is_changing(&self) -> bool {
        let settled = |status| matches!(status, ReplicaStatus::Active | ReplicaStatus::CreationFailed);
        self.replicas.iter().any(|replica| !settled(replica.status))
            || self.witness.as_ref().is_some_and(|witness| !settled(witness.status))
    }
}
