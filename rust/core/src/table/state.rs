//! Where a table is in its life.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::table_class::TableClass;
use crate::table::throughput::Mode;

/// What changes while a table is UPDATING.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TableChange {
    /// Its billing mode or throughput.
    Mode(Mode),
    /// Its class.
    Class(TableClass),
    /// Its stream, which does not wait for the end of the state.
    Stream,
}

/// Where a table is in its life (facts 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum State {
    /// Being made; serves from `until` on.
    Creating {
        /// When it becomes active.
        until: Timestamp,
    },
    /// Being filled by an import: `CREATING` for as long as that takes.
    Importing,
    /// Serving.
    Active,
    /// Serving while its throughput or its class changes.
    Updating {
        /// When the change takes effect.
        until: Timestamp,
        /// What it then has.
        change: TableChange,
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
            Self::Creating { .. } | Self::Importing => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating { .. } => "UPDATING",
            Self::Deleting { .. } => "DELETING",
        }
    }

    /// When the state ends by itself.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Active | Self::Importing => None,
            Self::Creating { until } | Self::Updating { until, .. } | Self::Deleting { until } => Some(until),
        }
    }
}
