//! One table: its definition, its state and what it has consumed.

use crate::clock::Timestamp;
use crate::error::{Error, ThrottlingReason};
use crate::store::Space;
use crate::table::capacity::CapacityUnits;
use crate::table::partition::{PartitionDescription, Partitions};
use crate::table::schema::KeySchema;
use crate::table::throughput::{Kind, Mode, Throughput};

/// Where a table is in its life (facts 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Being made; serves from `until` on.
    Creating {
        /// When it becomes active.
        until: Timestamp,
    },
    /// Serving.
    Active,
    /// Serving while its throughput changes.
    Updating {
        /// When the change takes effect.
        until: Timestamp,
        /// The throughput it then has.
        mode: Mode,
    },
    /// Being removed; gone from `until` on.
    Deleting {
        /// When it is gone.
        until: Timestamp,
    },
}

impl State {
    /// `TableStatus`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating { .. } => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating { .. } => "UPDATING",
            Self::Deleting { .. } => "DELETING",
        }
    }

    /// When the state ends by itself.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Active => None,
            Self::Creating { until } | Self::Updating { until, .. } | Self::Deleting { until } => Some(until),
        }
    }
}

/// What CreateTable defines.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The table's name.
    pub name: String,
    /// Its key.
    pub schema: KeySchema,
    /// Its billing mode and throughput.
    pub mode: Mode,
    /// Whether the request named a billing mode, which is when `BillingModeSummary` is shown.
    pub billing_mode_named: bool,
    /// Whether DeleteTable is refused.
    pub deletion_protection: bool,
}

/// A table.
pub struct Table {
    pub(in crate::table) definition: Definition,
    pub(in crate::table) arn: String,
    pub(in crate::table) id: String,
    pub(in crate::table) space: Space,
    pub(in crate::table) created: Timestamp,
    pub(in crate::table) state: State,
    pub(in crate::table) throughput: Throughput,
    pub(in crate::table) partitions: Partitions,
    /// Whether requests over the limits are refused; they are counted either way.
    pub(in crate::table) throttles: bool,
}

impl Table {
    /// What CreateTable defined, with later changes.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The key schema.
    #[must_use]
    pub fn schema(&self) -> &KeySchema {
        &self.definition.schema
    }

    /// The table's ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// `TableId`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where the table's items are in the store.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// When the table was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Where the table is in its life.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Its throughput.
    #[must_use]
    pub fn throughput(&self) -> &Throughput {
        &self.throughput
    }

    /// Items and bytes, over all partitions. DynamoDB refreshes these about every six hours; here they are exact.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        let sum = |(items, bytes), partition: &crate::table::partition::Partition| {
            let tally = partition.tally();
            (items + tally.items, bytes + tally.bytes)
        };
        self.partitions.iter().fold((0, 0), sum)
    }

    /// The table's partitions, in hash order.
    #[must_use]
    pub fn describe_partitions(&self, now: Timestamp) -> Vec<PartitionDescription> {
        self.partitions.describe(now)
    }

    /// Takes capacity for a request on the partition that holds `hash`, or refuses the request.
    ///
    /// # Errors
    /// `ProvisionedThroughputExceededException` with its reason; nothing was taken then.
    pub fn consume(
        &mut self,
        hash: u64,
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let partition = self.partitions.locate(hash);
        if !self.throttles {
            self.throughput.record(&mut self.partitions, partition, kind, units, now);
            return Ok(());
        }
        self.throughput.admit(&mut self.partitions, partition, kind, units, now).map_err(|throttle| {
            Error::ProvisionedThroughputExceeded(vec![ThrottlingReason {
                reason: throttle.reason(false).to_owned(),
                resource: self.arn.clone(),
            }])
        })
    }

    /// Counts items and bytes gained or lost by the partition that holds `hash`.
    pub(in crate::table) fn resize(&mut self, hash: u64, items: i64, bytes: i64) {
        if items != 0 || bytes != 0 {
            self.partitions.resize(self.partitions.locate(hash), items, bytes);
        }
    }
}
