//! A part of a journal whose records have an order.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::stream::journal::RETENTION;
use crate::value::KeyBytes;

/// What tells shards of a journal apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table::stream) struct ShardName {
    /// When it was opened.
    pub(in crate::table::stream) opened: Timestamp,
    /// Lower than the numbers of its records.
    pub(in crate::table::stream) number: u64,
}

/// How a shard ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table::stream) struct ShardEnd {
    /// No record has a higher number.
    pub(in crate::table::stream) last: u64,
    /// When.
    pub(in crate::table::stream) at: Timestamp,
}

/// A part of a journal whose records have an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::table::stream) struct JournalShard {
    pub(in crate::table::stream) name: ShardName,
    /// The shard that it continues, which may be gone.
    pub(in crate::table::stream) parent: Option<ShardName>,
    /// None while it takes records.
    pub(in crate::table::stream) end: Option<ShardEnd>,
    /// The least key it takes.
    pub(super) from: KeyBytes,
    /// The last record that was too old, or its own number: what stands behind can be read.
    pub(in crate::table::stream) trimmed: u64,
    /// When its oldest record was made.
    #[serde(skip)]
    pub(super) oldest: Option<Timestamp>,
}

impl JournalShard {
    pub(super) fn is_old(&self, now: Timestamp) -> bool {
        self.oldest.is_some_and(|oldest| oldest + RETENTION <= now)
    }

    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.oldest.is_none() && self.end.is_some_and(|end| end.at + RETENTION <= now)
    }

    /// When something happens to it by itself.
    pub(super) fn next_event_at(&self, life: Option<Duration>) -> Option<Timestamp> {
        let oldest = self.oldest.map(|oldest| oldest + RETENTION);
        let own = match self.end {
            Some(end) => Some(end.at + RETENTION),
            None => life.map(|life| self.name.opened + life),
        };
        oldest.into_iter().chain(own).min()
    }
}
