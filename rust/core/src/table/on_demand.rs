//! On-demand maximums: how much an on-demand table or index may consume a second, where someone set a limit.

use serde::{Deserialize, Deserializer, Serialize};

use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::throughput::Kind;
use crate::table::token_bucket::TokenBucket;

/// A limit is not saved up: what one second does not use is gone. AWS calls the limit best effort and says no more.
const SAVED_SECONDS: u32 = 1;

/// `OnDemandThroughput`: units a second at most, where there is a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OnDemandMaximum {
    /// `MaxReadRequestUnits`.
    pub read: Option<u64>,
    /// `MaxWriteRequestUnits`.
    pub write: Option<u64>,
}

/// A change of an [`OnDemandMaximum`]: of each member nothing, another limit, or no limit any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OnDemandChange {
    /// `MaxReadRequestUnits`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub read: Option<Option<u64>>,
    /// `MaxWriteRequestUnits`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub write: Option<Option<u64>>,
}

/// What is there was given; a member that is not given is left out.
fn given<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl OnDemandMaximum {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// With a change: member by member (facts 2.4).
    #[must_use]
    pub fn with(self, change: OnDemandChange) -> Self {
        Self { read: change.read.unwrap_or(self.read), write: change.write.unwrap_or(self.write) }
    }
}

/// What is left of an [`OnDemandMaximum`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::table) struct OnDemandBuckets {
    maximum: OnDemandMaximum,
    read: Option<TokenBucket>,
    write: Option<TokenBucket>,
}

impl OnDemandBuckets {
    pub(in crate::table) fn new(maximum: OnDemandMaximum, now: Timestamp) -> Self {
        let bucket =
            |rate: Option<u64>| rate.map(|rate| TokenBucket::new(rate, SAVED_SECONDS, SAVED_SECONDS, now));
        Self { maximum, read: bucket(maximum.read), write: bucket(maximum.write) }
    }

    pub(in crate::table) fn maximum(&self) -> OnDemandMaximum {
        self.maximum
    }

    /// Whether a cost is within the limit now.
    pub(in crate::table) fn covers(&self, kind: Kind, cost: CapacityUnits, now: Timestamp) -> bool {
        let bucket = match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
        };
        bucket.as_ref().is_none_or(|bucket| bucket.covers(cost, now))
    }

    /// Takes a cost whatever is left.
    pub(in crate::table) fn take(&mut self, kind: Kind, cost: CapacityUnits, now: Timestamp) {
        let bucket = match kind {
            Kind::Read => &mut self.read,
            Kind::Write => &mut self.write,
        };
        if let Some(bucket) = bucket {
            bucket.take(cost, now);
        }
    }

    /// When a cost would be within the limit, if nothing else is taken before.
    pub(in crate::table) fn available_at(&self, kind: Kind, cost: CapacityUnits) -> Option<Timestamp> {
        let bucket = match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
        };
        bucket.as_ref().map(|bucket| bucket.available_at(cost))
    }
}
