//! Contributors: which keys use a table or index most, and which are throttled most (facts 11.4).
//!
//! Counted only where it was asked for, in bounded memory.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::metric::{TopKey, TopKeys};
use crate::table::capacity::CapacityUnits;
use crate::table::index::Index;
use crate::table::provision::Provision;
use crate::table::refusal::not_found;
use crate::table::tables::Tables;
use crate::table::throughput::Kind;

/// Keys that are kept of each kind.
const PLACES: usize = 512;

/// What is counted of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contribution {
    /// Capacity consumed: three times the write units and once the read units, in halves (`ConsumedThroughputUnits`).
    Consumed,
    /// Events throttled (`ThrottleCount`).
    Throttled,
}

/// The contributors of one table or index, since they were first counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contributors {
    /// Whether what is consumed is counted too.
    consumed_too: bool,
    /// Not stored: a database that is opened begins to count anew.
    #[serde(skip, default = "no_keys")]
    consumed: TopKeys,
    /// Not stored either.
    #[serde(skip, default = "no_keys")]
    throttled: TopKeys,
}

fn no_keys() -> TopKeys {
    TopKeys::new(PLACES)
}

impl Contributors {
    fn new(consumed_too: bool) -> Self {
        Self { consumed_too, consumed: no_keys(), throttled: no_keys() }
    }

    pub(in crate::table) fn consume(&mut self, key: &[u8], kind: Kind, units: CapacityUnits) {
        if self.consumed_too && !key.is_empty() {
            let times = if kind == Kind::Write { 3 } else { 1 };
            self.consumed.add(key, units.halves().saturating_mul(times));
        }
    }

    pub(in crate::table) fn throttle(&mut self, key: &[u8]) {
        if !key.is_empty() {
            self.throttled.add(key, 1);
        }
    }

    /// The `most` heaviest keys, as bytes of the table's or index's keys; a Query or Scan counts for what it began
    /// with.
    pub fn heaviest(&self, what: Contribution, most: usize) -> impl Iterator<Item = TopKey<'_>> {
        match what {
            Contribution::Consumed => self.consumed.heaviest(most),
            Contribution::Throttled => self.throttled.heaviest(most),
        }
    }
}

impl Tables {
    /// Begins to count the contributors of a table or of a global index of it (`index`): those that are throttled, and
    /// with `consumed_too` those that consume most. `None` ends it and forgets them.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn count_contributors(
        &mut self,
        name: &str,
        index: Option<&str>,
        consumed_too: Option<bool>,
    ) -> Result<(), Error> {
        let table = self.change(name).ok_or_else(|| not_found(name))?;
        let provision = match index {
            None => Some(&mut table.provision),
            Some(index) => {
                let found = table.indexes.iter_mut().find(|known| known.name() == index);
                found.and_then(Index::provision_mut)
            }
        };
        let provision = provision.ok_or_else(|| not_found(name))?;
        provision.contributors = consumed_too.map(|consumed_too| Box::new(Contributors::new(consumed_too)));
        Ok(())
    }

    /// The contributors of a table or index, where they are counted.
    #[must_use]
    pub fn contributors(&self, name: &str, index: Option<&str>) -> Option<&Contributors> {
        let table = self.by_name.get(name)?;
        let provision: &Provision = match index {
            None => &table.provision,
            Some(index) => table.indexes.iter().find(|known| known.name() == index)?.provision()?,
        };
        provision.contributors.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_weigh_three_times_what_reads_do() {
        let mut contributors = Contributors::new(true);
        contributors.consume(b"a", Kind::Read, CapacityUnits::whole(2));
        contributors.consume(b"b", Kind::Write, CapacityUnits::whole(1));
        contributors.throttle(b"a");
        let consumed: Vec<_> =
            contributors.heaviest(Contribution::Consumed, 9).map(|top| (top.key, top.weight)).collect();
        assert_eq!(consumed, [(&b"b"[..], 6), (&b"a"[..], 4)]);
        assert_eq!(contributors.heaviest(Contribution::Throttled, 9).count(), 1);
        let mut only_throttled = Contributors::new(false);
        only_throttled.consume(b"a", Kind::Read, CapacityUnits::whole(2));
        assert_eq!(only_throttled.heaviest(Contribution::Consumed, 9).count(), 0);
    }
}
