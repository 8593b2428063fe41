//! What version 2017.11.29 of global tables writes into items (facts 7.6): `aws:rep:deleting`, `aws:rep:updatetime` and
//! `aws:rep:updateregion`.
//!
//! A write is stamped by a second one, soon after: the stream shows both, and both take capacity (facts 7.4). The stamp has
//! the version of the write that it adds to, and no record in the log: other Regions stamp what they apply by themselves, to
//! the same item. An item that is inserted or deleted by another Region is written twice there too.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::Entry;
use crate::table::author::Author;
use crate::table::refusal::not_found;
use crate::table::replication::Replication;
use crate::table::replication::apply::Arriving;
use crate::table::replication::group::GlobalTableVersion;
use crate::table::replication::log::OutgoingChange;
use crate::table::replication::version::Version;
use crate::table::tables::Tables;
use crate::table::write::{Change, WritePlan, Writing};
use crate::value::{Encoder, Item, ItemRef, Number};

const DELETING: &str = "aws:rep:deleting";
const UPDATE_TIME: &str = "aws:rep:updatetime";
const UPDATE_REGION: &str = "aws:rep:updateregion";

/// Records that are looked at in one event.
const STAMPED_PER_EVENT: usize = 256;

/// The item with the stamp of a version. The time is in seconds, with milliseconds and then `001`, as it is in items of AWS.
fn stamped(item: ItemRef<'_>, version: &Version, is_deleting: bool) -> Item {
    let mut encoder = Encoder::item();
    for (name, value) in item.iter() {
        if ![DELETING, UPDATE_TIME, UPDATE_REGION].contains(&name) {
            encoder.name(name).raw(value);
        }
    }
    let milliseconds = version.at().as_nanos().div_euclid(1_000_000);
    let (seconds, rest) = (milliseconds.div_euclid(1_000), milliseconds.rem_euclid(1_000));
    let time = Number::parse(&format!("{seconds}.{rest:03}001"));
    let time = time.expect("invariant: it is written as a number");
    encoder.name(DELETING).boolean(is_deleting);
    encoder.name(UPDATE_REGION).string(version.region());
    encoder.name(UPDATE_TIME).number(&time);
    encoder.finish_item()
}

impl Replication {
    /// Whether its items are stamped.
    pub(super) fn has_stamps(&self) -> bool {
        self.global.version == GlobalTableVersion::V2017
    }
}

impl Tables {
    pub(super) fn is_stamped(&self, name: &str) -> bool {
        self.replication(name).is_some_and(Replication::has_stamps)
    }

    /// Whether writes of a table wait to be stamped.
    #[must_use]
    pub fn has_unstamped(&self, name: &str) -> bool {
        let waits = |found: &Replication| found.has_stamps() && found.log.last > found.stamped;
        self.replication(name).is_some_and(waits)
    }

    /// Stamps what was written here, a bounded number of items.
    ///
    /// # Errors
    /// `ResourceNotFoundException`; a throughput exception, where the rest is to be tried again later;
    /// `InternalServerError`.
    pub fn stamp(&mut self, name: &str, now: Timestamp) -> Result<(), Error> {
        let found = self.replication(name).ok_or_else(|| not_found(name))?;
        let last = found.log.last;
        let changes = found.log.read(self.store.as_ref(), found.stamped, STAMPED_PER_EVENT)?;
        for change in &changes {
            if let Some(item) = self.unstamped(name, change)? {
                self.write_stamp(name, change.key(), item.as_ref(), now)?;
            }
            self.note_stamped(name, change.sequence());
        }
        if changes.len() < STAMPED_PER_EVENT {
            self.note_stamped(name, last);
        }
        Ok(())
    }

    /// The stamped item of a write made here, unless a later write is to be stamped instead.
    fn unstamped(&self, name: &str, change: &OutgoingChange) -> Result<Option<Item>, Error> {
        let Some(found) = self.replication(name) else { return Ok(None) };
        let (version, store) = (change.version(), self.store.as_ref());
        if version.region() != found.region || found.version(change.key(), store)?.as_ref() != Some(version) {
            return Ok(None);
        }
        let Some(entry) = self.item_at(name, change.key())? else { return Ok(None) };
        let item = ItemRef::trusted(entry.value());
        let new = stamped(item, version, false);
        Ok((!new.as_ref().equals(&item)).then_some(new))
    }

    fn note_stamped(&mut self, name: &str, sequence: u64) {
        if let Some(replication) = self.by_name.get_mut(name).and_then(|table| table.replication.as_mut()) {
            replication.stamped = replication.stamped.max(sequence);
        }
    }

    /// Applies a change from another Region to a table whose items are stamped, as [`Tables::apply_change`] does.
    pub(super) fn apply_stamped(
        &mut self,
        name: &str,
        change: &OutgoingChange,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (key, version) = (change.key(), change.version());
        let replication = self.replication(name).ok_or_else(|| not_found(name))?;
        if replication.version(key, self.store.as_ref())?.as_ref() >= Some(version) {
            return Ok(false);
        }
        let here = self.item_at(name, key)?;
        let here = here.as_ref().map(|entry| ItemRef::trusted(entry.value()));
        // The first of two writes has no version: where the second is refused, all of it is done again.
        let new = match (here, change.image()) {
            (None, Some(image)) => {
                self.write_stamp(name, key, image, now)?;
                Some(stamped(image, version, false))
            }
            (Some(_), Some(image)) => Some(stamped(image, version, false)),
            (Some(item), None) => {
                let leaving = stamped(item, version, true);
                if !leaving.as_ref().equals(&item) {
                    self.write_stamp(name, key, leaving.as_ref(), now)?;
                }
                None
            }
            (None, None) => None,
        };
        let arriving = Arriving { image: new.as_ref().map(Item::as_ref), version: Some(version) };
        self.apply(name, key, arriving, (Author::Replica, now))
    }

    fn item_at(&self, name: &str, key: &[u8]) -> Result<Option<Entry>, Error> {
        let table = self.by_name.get(name).ok_or_else(|| not_found(name))?;
        Ok(self.store.get(table.space, key)?)
    }

    /// Writes an item as an addition to a write that has its version, or is to get it.
    fn write_stamp(
        &mut self,
        name: &str,
        key: &[u8],
        item: ItemRef<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let store = self.store.as_mut();
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        let key = table.definition.schema.key_of_bytes(key)?;
        let plan = WritePlan {
            key: &key,
            condition: None,
            item_on_condition_failure: false,
            change: Change::Put(item),
        };
        let (in_flight, schedule) = (&mut self.in_flight, &mut self.schedule);
        let (author, agenda) = (Author::Stamp, &mut self.agenda);
        let mut writing = Writing { table, store, in_flight, now, schedule, author, given: None, agenda };
        writing.write(&plan).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::View;

    #[test]
    fn a_stamp_replaces_the_one_before() {
        let mut item = Encoder::item();
        item.name("id").string("1");
        let item = item.finish_item();
        let first = Version::new(Timestamp::from_nanos(1_602_518_560_314_999_999), "us-east-1");
        let second = Version::new(Timestamp::from_nanos(7), "eu-west-1");
        let first = stamped(item.as_ref(), &first, false);
        let time = |item: &Item| match item.as_ref().get(UPDATE_TIME).map(|value| value.view()) {
            Some(View::N(number)) => number.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!((first.as_ref().len(), time(&first)), (4, "1602518560.314001".to_owned()));
        let second = stamped(first.as_ref(), &second, true);
        assert_eq!((second.as_ref().len(), time(&second)), (4, "0.000001".to_owned()));
    }
}
