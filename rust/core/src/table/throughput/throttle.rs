//! Why a request is refused: which limit it met, and the exception that says so (facts 2.3).

use crate::error::{Error, ThrottlingReason};

use super::Kind;

/// Which limit refused a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// What the table or index is provisioned with.
    Provisioned,
    /// The 3,000 read or 1,000 write units a second of one partition.
    KeyRange,
    /// What an on-demand table or index serves until it has grown; the service names it as a key range's limit.
    Growing,
    /// The quota that the account has for one table or index on demand.
    Account,
    /// The maximum that someone set for an on-demand table or index.
    OnDemandMaximum,
}

/// A refused request. Nothing was taken for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Throttle {
    /// What there was not enough of.
    pub kind: Kind,
    /// Which limit it was.
    pub scope: Scope,
}

impl Throttle {
    /// The `reason` of `ThrottlingReasons` (facts 2.3), for an index or for the table itself.
    #[must_use]
    pub const fn reason(self, index: bool) -> &'static str {
        match (index, self.kind, self.scope) {
            (false, Kind::Read, Scope::Provisioned) => "TableReadProvisionedThroughputExceeded",
            (false, Kind::Write, Scope::Provisioned) => "TableWriteProvisionedThroughputExceeded",
            (false, Kind::Read, Scope::KeyRange | Scope::Growing) => "TableReadKeyRangeThroughputExceeded",
            (false, Kind::Write, Scope::KeyRange | Scope::Growing) => "TableWriteKeyRangeThroughputExceeded",
            (false, Kind::Read, Scope::Account) => "TableReadAccountLimitExceeded",
            (false, Kind::Write, Scope::Account) => "TableWriteAccountLimitExceeded",
            (true, Kind::Read, Scope::Provisioned) => "IndexReadProvisionedThroughputExceeded",
            (true, Kind::Write, Scope::Provisioned) => "IndexWriteProvisionedThroughputExceeded",
            (true, Kind::Read, Scope::KeyRange | Scope::Growing) => "IndexReadKeyRangeThroughputExceeded",
            (true, Kind::Write, Scope::KeyRange | Scope::Growing) => "IndexWriteKeyRangeThroughputExceeded",
            (true, Kind::Read, Scope::Account) => "IndexReadAccountLimitExceeded",
            (true, Kind::Write, Scope::Account) => "IndexWriteAccountLimitExceeded",
            (false, Kind::Read, Scope::OnDemandMaximum) => "TableReadMaxOnDemandThroughputExceeded",
            (false, Kind::Write, Scope::OnDemandMaximum) => "TableWriteMaxOnDemandThroughputExceeded",
            (true, Kind::Read, Scope::OnDemandMaximum) => "IndexReadMaxOnDemandThroughputExceeded",
            (true, Kind::Write, Scope::OnDemandMaximum) => "IndexWriteMaxOnDemandThroughputExceeded",
        }
    }

    /// The metric that counts such refusals apart from others (facts 11.1).
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match (self.kind, self.scope) {
            (Kind::Read, Scope::Provisioned) => "ReadProvisionedThroughputThrottleEvents",
            (Kind::Write, Scope::Provisioned) => "WriteProvisionedThroughputThrottleEvents",
            (Kind::Read, Scope::KeyRange | Scope::Growing) => "ReadKeyRangeThroughputThrottleEvents",
            (Kind::Write, Scope::KeyRange | Scope::Growing) => "WriteKeyRangeThroughputThrottleEvents",
            (Kind::Read, Scope::Account) => "ReadAccountLimitThrottleEvents",
            (Kind::Write, Scope::Account) => "WriteAccountLimitThrottleEvents",
            (Kind::Read, Scope::OnDemandMaximum) => "ReadMaxOnDemandThroughputThrottleEvents",
            (Kind::Write, Scope::OnDemandMaximum) => "WriteMaxOnDemandThroughputThrottleEvents",
        }
    }

    /// The exception of a request that met this limit first (facts 2.3).
    #[must_use]
    pub fn error(self, reasons: Vec<ThrottlingReason>) -> Error {
        match self.scope {
            Scope::Provisioned | Scope::KeyRange => Error::ProvisionedThroughputExceeded(reasons),
            Scope::Growing => Error::on_demand_throttled(reasons),
            Scope::Account => Error::RequestLimitExceeded(reasons),
            Scope::OnDemandMaximum => Error::Throttling(
                "Throughput exceeds the maximum OnDemandThroughput configured on table or index".to_owned(),
                reasons,
            ),
        }
    }
}
