//! A write between its admission and its commit.

use smallvec::SmallVec;

use super::Written;
use crate::store::{Entry, Place, Space, Write};
use crate::table::changes::Trace;
use crate::table::index::IndexChange;
use crate::table::time_to_live::ExpiryChange;
use crate::table::vector::VectorChange;
use crate::value::Key;

/// A write that was admitted and is not committed yet. What it adds to its item collection is counted already, so
/// that the writes of one batch see each other.
pub(in crate::table) struct Prepared<'a> {
    pub(in crate::table) written: Written,
    pub(in crate::table) key: &'a Key,
    /// Where the item was found.
    pub(super) place: Place,
    /// What it changes beside its item, where it changes anything.
    pub(super) effects: Option<Box<Effects>>,
    /// Whether it only asks its condition.
    pub(super) checks: bool,
    /// The bytes that the table gains or loses: an item has at most 400 KB.
    pub(super) bytes: i32,
}

// Many are moved about in a batch.
const _: () = assert!(size_of::<Prepared<'_>>() <= 104);

/// What a write changes beside its item.
#[derive(Default)]
pub(super) struct Effects {
    /// In the table's indexes; none of those it leaves as they are.
    pub(super) changes: Vec<IndexChange>,
    /// In the table's vector indexes, likewise.
    pub(super) vector_changes: Vec<VectorChange>,
    /// In the order of the items' ends.
    pub(super) expiry: Option<ExpiryChange>,
    /// What the table's memory of its changes gets of it.
    pub(super) trace: Trace,
}

/// What came of looking at a write, before anything was taken or counted for it.
pub(in crate::table) enum Examined<'a> {
    /// It may be admitted.
    Possible(Prepared<'a>),
    /// Its condition does not hold for the item there, if there is one.
    Failed(Option<Entry>),
}

impl Prepared<'_> {
    /// What it does in the table's own space, if anything.
    pub(super) fn write(&self, space: Space) -> Option<Write> {
        match (&self.written.old, &self.written.new) {
            _ if self.checks => None,
            (_, Some(entry)) => Some(Write::Put(space, entry.clone(), self.place)),
            (Some(_), None) => Some(Write::Delete(space, SmallVec::from_slice(self.key.as_bytes()))),
            (None, None) => None,
        }
    }

    /// Whether it does anything there.
    pub(in crate::table) fn writes(&self) -> bool {
        !self.checks && (self.written.old.is_some() || self.written.new.is_some())
    }

    /// What it changes in the table's indexes.
    pub(in crate::table) fn changes(&self) -> &[IndexChange] {
        self.effects.as_ref().map_or(&[], |effects| &effects.changes)
    }

    /// What it changes in the order of the items' ends.
    pub(super) fn expiry(&self) -> Option<ExpiryChange> {
        self.effects.as_ref().and_then(|effects| effects.expiry)
    }

    /// The items and bytes that the table gains or loses.
    pub(super) fn growth(&self) -> (i64, i64) {
        let Written { old, new, .. } = &self.written;
        (i64::from(new.is_some()) - i64::from(old.is_some()), i64::from(self.bytes))
    }
}
