//! Consumption: what requests take of a table and its indexes, or why they are refused.

use crate::clock::Timestamp;
use crate::error::{Error, ThrottlingReason};
use crate::table::capacity::CapacityUnits;
use crate::table::catalog::Table;
use crate::table::index::{Index, IndexChange};
use crate::table::provision::Place;
use crate::table::throughput::{Kind, Throttle};

impl Table {
    /// Takes capacity for a request on the partition that holds `key`, or refuses the request.
    ///
    /// # Errors
    /// A throughput exception with its reason; nothing was taken then.
    pub fn consume(
        &mut self,
        key: &[u8],
        kind: Kind,
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let place = Place { partition: self.provision.locate(key), key };
        let taken = self.provision.consume(place, kind, units, now);
        taken.map_err(|throttle| throttle.error(vec![self.reason(throttle)]))
    }

    /// Takes capacity for reading an index of the table where `key` falls: a global one's own, or the table's.
    ///
    /// # Errors
    /// As [`Table::consume`]; a global index is named in the reason.
    pub(in crate::table) fn consume_index_read(
        &mut self,
        position: usize,
        key: &[u8],
        units: CapacityUnits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let index = &mut self.indexes[position];
        let Some(provision) = index.provision_mut() else {
            return self.consume(key, Kind::Read, units, now);
        };
        let place = Place { partition: provision.locate(key), key };
        let taken = provision.consume(place, Kind::Read, units, now);
        taken.map_err(|throttle| throttle.error(vec![index_reason(index, throttle)]))
    }

    /// Takes what a write costs the table and every index it changes, or refuses the write and takes nothing
    /// anywhere: an index that cannot keep up holds back its table (facts 2.7).
    ///
    /// # Errors
    /// A throughput exception with a reason for each limit that was met.
    pub(in crate::table) fn consume_write(
        &mut self,
        key: &[u8],
        units: CapacityUnits,
        changes: &[IndexChange],
        now: Timestamp,
    ) -> Result<(), Error> {
        let place = Place { partition: self.provision.locate(key), key };
        let local = changes.iter().filter(|change| !self.indexes[change.index].is_global());
        let units = units + local.map(IndexChange::units).sum();
        let mut reasons = Vec::new();
        let mut refused = None;
        if let Err(throttle) = self.provision.check(&[(place.partition, units)], Kind::Write, now) {
            self.provision.refuse(place, throttle, now);
            reasons.push(self.reason(throttle));
            refused = Some(throttle);
        }
        for change in changes {
            let index = &mut self.indexes[change.index];
            let Some(provision) = index.provision_mut() else { continue };
            if let Err(throttle) = provision.check(&change.costs(), Kind::Write, now) {
                let part = &change.parts[0];
                let place = Place { partition: part.partition, key: change.key(part) };
                provision.refuse(place, throttle, now);
                reasons.push(index_reason(index, throttle));
                refused.get_or_insert(throttle);
            }
        }
        if let Some(throttle) = refused {
            return Err(throttle.error(reasons));
        }
        self.provision.charge(place, Kind::Write, units, now);
        for change in changes {
            let Some(provision) = self.indexes[change.index].provision_mut() else { continue };
            for part in &change.parts {
                let place = Place { partition: part.partition, key: change.key(part) };
                provision.charge(place, Kind::Write, part.units, now);
            }
        }
        Ok(())
    }

    /// Gives back what [`Self::consume_write`] just took.
    pub(in crate::table) fn refund_write(
        &mut self,
        key: &[u8],
        units: CapacityUnits,
        changes: &[IndexChange],
        now: Timestamp,
    ) {
        let local = changes.iter().filter(|change| !self.indexes[change.index].is_global());
        let partition = self.provision.locate(key);
        self.provision.refund(partition, Kind::Write, units + local.map(IndexChange::units).sum(), now);
        for change in changes {
            let Some(provision) = self.indexes[change.index].provision_mut() else { continue };
            for (partition, units) in change.costs() {
                provision.refund(partition, Kind::Write, units, now);
            }
        }
    }

    /// Counts items and bytes gained or lost by the partition that holds `key`.
    pub(in crate::table) fn resize(&mut self, key: &[u8], items: i64, bytes: i64, now: Timestamp) {
        let partition = self.provision.locate(key);
        self.provision.resize(partition, items, bytes, now);
    }

    pub(in crate::table) fn reason(&self, throttle: Throttle) -> ThrottlingReason {
        ThrottlingReason { reason: throttle.reason(false).to_owned(), resource: self.arn.clone() }
    }
}

pub(in crate::table) fn index_reason(index: &Index, throttle: Throttle) -> ThrottlingReason {
    ThrottlingReason { reason: throttle.reason(true).to_owned(), resource: index.arn.clone() }
}
