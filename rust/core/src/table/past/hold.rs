//! Holding a state of a table: whoever holds one can read it, whatever happens to the table.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{StoreError, Write};
use crate::table::past::epoch::Epoch;
use crate::table::past::{Past, PastChange, PastPage};
use crate::table::tables::Tables;
use crate::value::KeyBytes;

/// Which state of a table is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PastMoment {
    /// The one of now.
    Now,
    /// The one at the end of the second in which this time lies, which point-in-time recovery has to reach.
    EndOfSecond(Timestamp),
}

/// A state of a table that is held. It stays readable until it is released, also when the table is deleted; a hold is
/// part of what a durable store keeps, so whoever has one keeps it there too.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastHold {
    table: String,
    /// The table's id: its name may belong to another one later.
    id: String,
    number: u64,
    epoch: Epoch,
}

impl Past {
    pub(super) fn hold(&mut self, epoch: Epoch) -> u64 {
        let number = self.next_hold;
        self.next_hold += 1;
        self.holds.insert(number, epoch);
        number
    }
}

impl Tables {
    /// Holds a state of a table, at a cost that does not depend on the table. From then on, writes keep what they replace.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    ///
    /// # Panics
    /// Where there is no such table, or one that is being made.
    pub fn hold_past(&mut self, name: &str, moment: PastMoment, now: Timestamp) -> Result<PastHold, Error> {
        let past = self.past_of(name, now);
        let epoch = match moment {
            PastMoment::Now => past.capture(now),
            PastMoment::EndOfSecond(time) => past.capture_second(time.as_whole_seconds(), now),
        };
        let number = past.hold(epoch);
        Ok(PastHold { table: name.to_owned(), id: self.by_name[name].id.clone(), number, epoch })
    }

    /// Holds a state that is held once more: each is given up by itself.
    ///
    /// # Errors
    /// `InternalServerError` where nobody holds it.
    pub fn share_past(&mut self, hold: &PastHold) -> Result<PastHold, Error> {
        self.held(hold)?;
        let past = self.changing_past(hold).expect("invariant: found above");
        let number = past.hold(hold.epoch);
        Ok(PastHold { number, ..hold.clone() })
    }

    /// Up to about `count` items of a held state in the order of their keys, behind a key. Takes no throughput.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn past_page(&self, hold: &PastHold, behind: Option<&[u8]>, count: usize) -> Result<PastPage, Error> {
        let past = self.held(hold)?;
        Ok(past.page(self.store.as_ref(), hold.epoch, behind, count)?)
    }

    /// Up to `count` items that were written between two held states of a table, in the order of their keys, behind a key;
    /// and where to go on, if that is not all. Takes no throughput.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn past_changes(
        &self,
        (from, to): (&PastHold, &PastHold),
        behind: Option<&[u8]>,
        count: usize,
    ) -> Result<(Vec<PastChange>, Option<KeyBytes>), Error> {
        let past = self.held(from)?;
        Ok(past.changes(self.store.as_ref(), (from.epoch, to.epoch), behind, count)?)
    }

    /// Gives a held state up: what only it needed is removed, in steps. Giving up twice is no error.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn release_past(&mut self, hold: &PastHold, now: Timestamp) -> Result<(), Error> {
        let Some(past) = self.changing_past(hold) else { return Ok(()) };
        if past.holds.remove(&hold.number).is_some() {
            past.sweep_from(now);
            self.expect_transition(&hold.table, now);
            self.expect_past_event(now);
        }
        self.drop_unused_past(&hold.table, &hold.id, now)
    }

    /// The past that a hold is of, which is going to be changed.
    fn changing_past(&mut self, hold: &PastHold) -> Option<&mut Past> {
        if self.by_name.get(&hold.table).is_some_and(|table| table.id == hold.id) {
            return self.change(&hold.table).and_then(|table| table.past.as_deref_mut());
        }
        self.archives.change(&hold.id)
    }

    fn held(&self, hold: &PastHold) -> Result<&Past, StoreError> {
        let live = self.by_name.get(&hold.table).filter(|table| table.id == hold.id);
        let past = match live {
            Some(table) => table.past.as_deref(),
            None => self.archives.get(&hold.id),
        };
        past.filter(|past| past.holds.get(&hold.number) == Some(&hold.epoch))
            .ok_or_else(|| StoreError::Corrupted(format!("the past of the table {}", hold.table)))
    }

    /// The past of a table that exists; from now on it has one.
    pub(in crate::table) fn past_of(&mut self, name: &str, now: Timestamp) -> &mut Past {
        if self.by_name.get(name).is_some_and(|table| table.past.is_none()) {
            let space = self.new_space();
            let table = self.by_name.get_mut(name).expect("invariant: found above");
            table.past = Some(Box::new(Past::new(table.space, space, now)));
        }
        let past = self.change(name).and_then(|table| table.past.as_deref_mut());
        past.expect("invariant: the table exists, and has a past by now")
    }

    /// Drops the past of a table that nobody can ask for; with it the items of one that is deleted.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub(in crate::table) fn drop_unused_past(
        &mut self,
        name: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let live = self.by_name.get(name).is_some_and(|table| table.id == id);
        if !live {
            let writes = self.archives.remove_unused(id);
            return self.drop_spaces(writes, now);
        }
        let Some(table) = self.change(name) else { return Ok(()) };
        let Some(past) = table.past.take_if(|past| past.is_unused()) else { return Ok(()) };
        self.drop_spaces(vec![Write::Clear(past.space)], now)
    }
}
