//! The rules for on-demand maximums and warm throughput, of a table or of an index.

use crate::error::Error;
use crate::table::on_demand::OnDemandChange;
use crate::table::provision::NewLimits;
use crate::table::throughput::{Kind, Mode, TABLE_UNITS_MAX};
use crate::table::warm_throughput::{TooLittle, WarmRequest, WarmThroughput};

const INITIAL_THROUGHPUT_PAGE: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/\
     on-demand-capacity-mode.html#on-demand-capacity-mode-initial";

/// What a limit is set for.
#[derive(Clone, Copy)]
pub(in crate::table) enum Limited<'a> {
    Table,
    Index(&'a str),
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

fn maximum_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "MaxReadRequestUnits",
        Kind::Write => "MaxWriteRequestUnits",
    }
}

fn warm_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "ReadUnitsPerSecond",
        Kind::Write => "WriteUnitsPerSecond",
    }
}

fn quota_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "TableMaxReadCapacityUnits",
        Kind::Write => "TableMaxWriteCapacityUnits",
    }
}

impl Limited<'_> {
    /// As the texts about maximums name it.
    fn in_maximums(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Index(name) => format!("index : {name}"),
        }
    }

    /// As the texts about warm throughput name it.
    fn in_warm(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Index(name) => format!("index {name}"),
        }
    }

    /// Whether a new table or index may have these limits. That they fit the mode was checked with the request.
    pub(in crate::table) fn check_new(
        self,
        mode: Mode,
        limits: NewLimits,
        region: &str,
    ) -> Result<(), Error> {
        let maximum = limits.maximum;
        let asked = |units: Option<u64>| units.map(Some);
        let change = OnDemandChange { read: asked(maximum.read), write: asked(maximum.write) };
        self.check_maximum(mode, change, region)?;
        self.check_warm_quota(limits.warm, region)?;
        WarmThroughput::check_new(mode, limits.warm).map_err(|TooLittle { kind }| {
            let (member, what) = (warm_name(kind), self.in_warm());
            let floor = match (mode, kind) {
                (Mode::PayPerRequest, _) => {
                    format!("initial throughput for OnDemand. See: {INITIAL_THROUGHPUT_PAGE}")
                }
                (Mode::Provisioned { .. }, Kind::Read) => {
                    "ReadCapacityUnits of ProvisionedThroughput".to_owned()
                }
                (Mode::Provisioned { .. }, Kind::Write) => {
                    "WriteCapacityUnits of ProvisionedThroughput".to_owned()
                }
            };
            invalid(&format!("Requested {member} for WarmThroughput for {what} is lower than {floor}"))
        })
    }

    /// Whether a maximum may be changed in a mode.
    pub(in crate::table) fn check_maximum(
        self,
        mode: Mode,
        change: OnDemandChange,
        region: &str,
    ) -> Result<(), Error> {
        for (kind, change) in [(Kind::Read, change.read), (Kind::Write, change.write)] {
            let Some(units) = change else { continue };
            let (member, what) = (maximum_name(kind), self.in_maximums());
            if mode != Mode::PayPerRequest {
                let of_index = match self {
                    Self::Table => String::new(),
                    Self::Index(_) => format!(" for {what}"),
                };
                return Err(invalid(&format!(
                    "{member} for OnDemandThroughput cannot be specified{of_index} when the table BillingMode is PROVISIONED"
                )));
            }
            if units.is_some_and(|units| units > TABLE_UNITS_MAX) {
                return Err(Error::LimitExceeded(format!(
                    "Subscriber limit exceeded: Requested {member} for OnDemandThroughput for {what} exceeds {} of the \
                     account in region {region}",
                    quota_name(kind)
                )));
            }
        }
        Ok(())
    }

    /// Whether a warm throughput may be raised so far.
    pub(in crate::table) fn check_warm(
        self,
        warm: &WarmThroughput,
        asked: WarmRequest,
        region: &str,
    ) -> Result<(), Error> {
        warm.check(asked).map_err(|TooLittle { kind }| {
            let (member, what) = (warm_name(kind), self.in_warm());
            invalid(&format!(
                "Requested {member} for WarmThroughput for {what} is lower than current WarmThroughput, decreasing \
                 WarmThroughput is not supported"
            ))
        })?;
        self.check_warm_quota(asked, region)
    }

    fn check_warm_quota(self, asked: WarmRequest, region: &str) -> Result<(), Error> {
        for (kind, units) in [(Kind::Read, asked.read), (Kind::Write, asked.write)] {
            if units.is_some_and(|units| i128::from(units) > i128::from(TABLE_UNITS_MAX)) {
                return Err(Error::LimitExceeded(format!(
                    "Subscriber limit exceeded: Requested {} for WarmThroughput for {} exceeds {} of the account in \
                     region {region}",
                    warm_name(kind),
                    self.in_warm(),
                    quota_name(kind)
                )));
            }
        }
        Ok(())
    }
}
