//! An index of a table: where its entries are, what it may consume, and where it is in its life.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Read, Space};
use crate::table::contributor_insights::ContributorInsights;
use crate::table::index::definition::{IndexDefinition, IndexKind};
use crate::table::partition::Tally;
use crate::table::provision::Provision;
use crate::table::throughput::{Mode, Throughput};
use crate::table::warm_throughput::WarmThroughput;
use crate::value::KeyBytes;

/// Where an index is in its life (facts 4.3). An index made with its table is active as soon as the table is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IndexState {
    /// Serving.
    Active,
    /// Added to a table, and resources for it are being found: `CREATING`, `Backfilling` false, the table `UPDATING`.
    Allocating {
        /// When the items that the table has begin to be copied.
        until: Timestamp,
    },
    /// Being filled with the items that the table has: `CREATING`, `Backfilling` true, the table `ACTIVE`.
    Backfilling {
        /// When the next items are copied.
        until: Timestamp,
        /// The table key of the last item that was copied.
        behind: Option<KeyBytes>,
        /// How many items have been looked at.
        #[serde(default)]
        items: u64,
    },
    /// Serving while its throughput changes.
    Updating {
        /// When the change takes effect.
        until: Timestamp,
        /// The throughput it then has.
        mode: Mode,
    },
    /// Being removed; it serves no more.
    Deleting {
        /// When it is gone.
        until: Timestamp,
    },
}

impl IndexState {
    /// `IndexStatus`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Allocating { .. } | Self::Backfilling { .. } => "CREATING",
            Self::Updating { .. } => "UPDATING",
            Self::Deleting { .. } => "DELETING",
        }
    }

    /// When something happens to it by itself.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Active => None,
            Self::Allocating { until }
            | Self::Backfilling { until, .. }
            | Self::Updating { until, .. }
            | Self::Deleting { until } => Some(*until),
        }
    }

    /// Whether something happens to it by itself at `now`.
    pub(in crate::table) fn is_due(&self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| until <= now)
    }

    /// Whether it is gone at `now`.
    pub(in crate::table) fn is_gone(&self, now: Timestamp) -> bool {
        matches!(self, Self::Deleting { .. }) && self.is_due(now)
    }

    /// Whether entries are still being made of items that the table has.
    #[must_use]
    pub fn is_building(&self) -> bool {
        matches!(self, Self::Allocating { .. } | Self::Backfilling { .. })
    }

    /// Whether it is coming into being or going; a table has one such index at a time (facts 4.4).
    #[must_use]
    pub fn comes_or_goes(&self) -> bool {
        self.is_building() || matches!(self, Self::Deleting { .. })
    }

    /// Whether its table shows `UPDATING` because of it.
    #[must_use]
    pub fn occupies_table(&self) -> bool {
        matches!(self, Self::Allocating { .. } | Self::Deleting { .. })
    }
}

/// What an index consumes from.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::table) enum Supply {
    /// The table's throughput; only what is stored is counted.
    Table(Tally),
    /// One of its own. Boxed, as a local index is much smaller.
    Own(Box<Provision>),
}

/// An index of a table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    pub(in crate::table) definition: IndexDefinition,
    pub(in crate::table) arn: String,
    pub(in crate::table) space: Space,
    pub(in crate::table) state: IndexState,
    pub(in crate::table) supply: Supply,
    /// How far it has read its table's change log, where it follows that; the entries of other indexes are part of
    /// the item's own commit.
    pub(in crate::table) cursor: Option<u64>,
    pub(in crate::table) insights: ContributorInsights,
}

impl Index {
    /// What defines it.
    #[must_use]
    pub fn definition(&self) -> &IndexDefinition {
        &self.definition
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.definition.name()
    }

    /// Whether it is a global one.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.definition.kind() == IndexKind::Global
    }

    /// `IndexArn`.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Where its entries are in the store.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// Where it is in its life.
    #[must_use]
    pub fn state(&self) -> &IndexState {
        &self.state
    }

    /// A global index's own throughput.
    #[must_use]
    pub fn throughput(&self) -> Option<&Throughput> {
        self.provision().map(|provision| &provision.throughput)
    }

    /// A global index's own warm throughput.
    #[must_use]
    pub fn warm_throughput(&self) -> Option<&WarmThroughput> {
        self.provision().map(|provision| &provision.warm)
    }

    /// When something happens to it by itself; its Contributor Insights aside.
    pub(in crate::table) fn until(&self) -> Option<Timestamp> {
        let warm = self.warm_throughput().and_then(WarmThroughput::until);
        self.state.until().into_iter().chain(warm).min()
    }

    /// Entries and their bytes; exact, where DynamoDB counts about every six hours.
    #[must_use]
    pub fn totals(&self) -> Tally {
        match &self.supply {
            Supply::Table(tally) => *tally,
            Supply::Own(provision) => provision.totals(),
        }
    }

    /// The number of the last change it has read in its table's log. None where it does not follow the log: it is a
    /// local one, or global ones are not delayed, or it is coming into being or going.
    pub(in crate::table) fn read_up_to(&self) -> Option<u64> {
        self.cursor.filter(|_| !self.state.comes_or_goes())
    }

    /// Follows its table's log from behind a change on.
    pub(in crate::table) fn follow_from(&mut self, sequence: u64) {
        self.cursor = Some(sequence);
    }

    pub(in crate::table) fn provision(&self) -> Option<&Provision> {
        match &self.supply {
            Supply::Table(_) => None,
            Supply::Own(provision) => Some(provision),
        }
    }

    pub(in crate::table) fn provision_mut(&mut self) -> Option<&mut Provision> {
        match &mut self.supply {
            Supply::Table(_) => None,
            Supply::Own(provision) => Some(provision),
        }
    }

    /// Gives a global index another throughput.
    pub(in crate::table) fn change_mode(
        &mut self,
        store: &dyn Read,
        mode: Mode,
        now: Timestamp,
    ) -> Result<(), Error> {
        let space = self.space;
        self.provision_mut().map_or(Ok(()), |provision| provision.change_mode(store, space, mode, now))
    }

    /// The partition that holds an entry's key; zero in a local index, which has none of its own.
    pub(in crate::table) fn locate(&self, key: &[u8]) -> usize {
        self.provision().map_or(0, |provision| provision.locate(key))
    }

    /// Counts entries and bytes gained or lost by a partition.
    pub(in crate::table) fn resize(&mut self, partition: usize, items: i64, bytes: i64, now: Timestamp) {
        match &mut self.supply {
            Supply::Own(provision) => provision.resize(partition, items, bytes, now),
            Supply::Table(tally) => tally.resize(items, bytes),
        }
    }
}
