//! The quotas of the account: what all tables of a Region may be provisioned with together (facts 2.1).

use crate::error::Error;
use crate::table::catalog::Table;
use crate::table::index::Index;
use crate::table::tables::Tables;
use crate::table::throughput::{Kind, Mode, TABLE_UNITS_MAX, Throughput};

/// The most read or write units a second all tables and indexes of an account may be provisioned with in a Region.
pub const ACCOUNT_UNITS_MAX: u64 = 80_000;

impl Tables {
    /// Whether the account may have these changes as well: each a mode with the one that it takes the place of.
    ///
    /// Only a bound on the sum is kept, which never falls below it; the sum itself is made where the bound is too high.
    ///
    /// # Errors
    /// `LimitExceededException`; AWS's own text is not known.
    pub(in crate::table) fn check_account(
        &mut self,
        changes: impl Iterator<Item = (Mode, Option<Mode>)>,
    ) -> Result<(), Error> {
        let mut more = (0, 0);
        for (mode, before) in changes {
            let growth =
                |kind| mode.units(kind).saturating_sub(before.map_or(0, |before| before.units(kind)));
            more.0 += growth(Kind::Read);
            more.1 += growth(Kind::Write);
        }
        if more == (0, 0) {
            return Ok(());
        }
        let bound = |sum: (u64, u64)| (sum.0 + more.0, sum.1 + more.1);
        let fits = |sum: (u64, u64)| sum.0 <= ACCOUNT_UNITS_MAX && sum.1 <= ACCOUNT_UNITS_MAX;
        let mut after = bound(self.provisioned_bound);
        if !fits(after) {
            after = bound(self.provisioned_units());
        }
        if !fits(after) {
            let (name, units) = match after.0 > ACCOUNT_UNITS_MAX {
                true => ("ReadCapacityUnits", after.0),
                false => ("WriteCapacityUnits", after.1),
            };
            return Err(Error::LimitExceeded(format!(
                "The requested {name} would bring the account to {units}, which is above the per account maximum in {}. \
                 Per account maximum: {ACCOUNT_UNITS_MAX}. Refer to the Amazon DynamoDB Developer Guide for current limits \
                 and how to request higher limits.",
                self.settings.region
            )));
        }
        self.provisioned_bound = after;
        Ok(())
    }

    /// What all tables and indexes are provisioned with: read and write units a second.
    #[must_use]
    pub fn provisioned_units(&self) -> (u64, u64) {
        let throughputs = self.by_name.values().flat_map(|table: &Table| {
            let indexes = table.indexes().iter().filter_map(Index::throughput);
            indexes.chain([table.throughput()]).map(Throughput::mode)
        });
        throughputs.fold((0, 0), |(read, write), mode| {
            (read + mode.units(Kind::Read), write + mode.units(Kind::Write))
        })
    }
}

/// Refuses to give an index more throughput than the quota (LAB DDB-TABLE-170: each index alone, beside its table).
pub(in crate::table) fn refuse_above_maximum(
    region: &str,
    index: &str,
    mode: Option<Mode>,
) -> Result<(), Error> {
    let Some(mode) = mode else { return Ok(()) };
    for (kind, name) in [(Kind::Read, "ReadCapacityUnits"), (Kind::Write, "WriteCapacityUnits")] {
        let units = mode.units(kind);
        if units > TABLE_UNITS_MAX {
            return Err(Error::LimitExceeded(format!(
                "The requested {name} for index {index}, {units}, is above the per index maximum for the account in \
                 {region}. Per table maximum: {TABLE_UNITS_MAX}. Refer to the Amazon DynamoDB Developer Guide for current \
                 limits and how to request higher limits."
            )));
        }
    }
    Ok(())
}
