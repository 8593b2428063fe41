//! Writing: one read-modify-write path for puts, updates and deletes.

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::expression::{Condition, Update};
use crate::store::{Batch, Entry, Store, Write};
use crate::table::capacity::CapacityUnits;
use crate::table::catalog::Table;
use crate::table::throughput::Kind;
use crate::value::{Item, ItemRef, Key, NESTING_LEVELS_MAX};
use crate::wire::NESTING_EXCEEDED;

/// An item's size at most, names included (facts 1.3).
pub const ITEM_BYTES_MAX: usize = 400 * 1024;

/// Refuses an item over 400 KB.
///
/// # Errors
/// `ValidationException` with `text`, which differs between put and update.
pub fn check_item_size(item: ItemRef<'_>, text: &str) -> Result<(), Error> {
    if item.size() > ITEM_BYTES_MAX { Err(Error::validation(text)) } else { Ok(()) }
}

/// Refuses an item that an update nested too deeply. Only a path below the top level can do that: values by
/// themselves were checked when they were read.
fn check_nesting(item: ItemRef<'_>, update: &Update) -> Result<(), Error> {
    if update.nested_names().next().is_none()
        || item.iter().all(|(_, value)| value.depth() <= NESTING_LEVELS_MAX)
    {
        return Ok(());
    }
    Err(Error::validation(NESTING_EXCEEDED))
}

/// What a write does to its item.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// Puts a whole item.
    Put(ItemRef<'a>),
    /// Applies an update to the item, or to one that holds only its key where there is none. An update that only
    /// takes away makes no item.
    Update {
        /// The key attributes.
        key_item: ItemRef<'a>,
        /// The update; `None` only makes sure that the item exists.
        update: Option<&'a Update>,
    },
    /// Removes the item.
    Delete,
}

/// A write of one item.
#[derive(Clone, Copy)]
pub struct WritePlan<'a> {
    /// Where.
    pub key: &'a Key,
    /// What must hold.
    pub condition: Option<&'a Condition>,
    /// Whether the error of a failed condition carries the item.
    pub item_on_condition_failure: bool,
    /// What happens.
    pub change: Change<'a>,
}

/// What a write did.
pub struct Written {
    /// The item before.
    pub old: Option<Entry>,
    /// The item after.
    pub new: Option<Entry>,
    /// What it cost.
    pub units: CapacityUnits,
}

/// A write that was admitted and is not committed yet.
struct Prepared {
    written: Written,
    hash: u64,
    write: Option<Write>,
}

/// A table open for writing at one moment.
pub struct Writing<'a> {
    /// The table.
    pub table: &'a mut Table,
    /// Where its items are.
    pub store: &'a mut dyn Store,
    /// When.
    pub now: Timestamp,
}

impl Writing<'_> {
    /// Carries out one write.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException`, a throughput exception, `ValidationException` from an update, or
    /// `InternalServerError`; nothing was written then.
    pub fn write(&mut self, plan: &WritePlan<'_>) -> Result<Written, Error> {
        let mut prepared = self.prepare(plan)?;
        if let Some(write) = prepared.write.take() {
            let mut batch = Batch::default();
            batch.writes.push(write);
            self.store.commit(batch)?;
        }
        self.settle(&prepared);
        Ok(prepared.written)
    }

    /// Carries out several writes of different items in one commit. Each is admitted or refused by itself: the
    /// outer error means that nothing was written, an inner one only that its own item was not.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn write_each(&mut self, plans: &[WritePlan<'_>]) -> Result<Vec<Result<Written, Error>>, Error> {
        let mut outcomes: Vec<Result<Prepared, Error>> =
            plans.iter().map(|plan| self.prepare(plan)).collect();
        let mut writes = SmallVec::new();
        for prepared in outcomes.iter_mut().flatten() {
            writes.extend(prepared.write.take());
        }
        if !writes.is_empty() {
            self.store.commit(Batch { writes })?;
        }
        for prepared in outcomes.iter().flatten() {
            self.settle(prepared);
        }
        Ok(outcomes.into_iter().map(|outcome| outcome.map(|prepared| prepared.written)).collect())
    }

    /// Everything but the commit, in DynamoDB's order: read, condition, new item, capacity.
    fn prepare(&mut self, plan: &WritePlan<'_>) -> Result<Prepared, Error> {
        let hash = plan.key.hash();
        let old = self.store.get(self.table.space(), plan.key.as_bytes())?;
        let old_item = old.as_ref().map(|entry| ItemRef::trusted(entry.value()));
        let old_bytes = old_item.map_or(0, |item| item.size());
        let holds = plan.condition.map_or(Ok(true), |condition| condition.matches(old_item))?;
        if !holds {
            // A failed condition still costs what the existing item's write would (facts 1.2).
            self.table.consume(hash, Kind::Write, CapacityUnits::write(old_bytes), self.now)?;
            let shown = old_item.filter(|_| plan.item_on_condition_failure).map(|item| item.to_item());
            return Err(Error::ConditionalCheckFailed(shown));
        }
        let new = self.new_entry(plan, old.as_ref())?;
        let new_bytes = new.as_ref().map_or(0, |entry| ItemRef::trusted(entry.value()).size());
        let units = CapacityUnits::write(old_bytes.max(new_bytes));
        self.table.consume(hash, Kind::Write, units, self.now)?;
        let space = self.table.space();
        let write = match (&old, &new) {
            (_, Some(entry)) => Some(Write::Put(space, entry.clone())),
            (Some(_), None) => Some(Write::Delete(space, SmallVec::from_slice(plan.key.as_bytes()))),
            (None, None) => None,
        };
        Ok(Prepared { written: Written { old, new, units }, hash, write })
    }

    fn new_entry(&self, plan: &WritePlan<'_>, old: Option<&Entry>) -> Result<Option<Entry>, Error> {
        let entry = |item: ItemRef<'_>| Some(Entry::new(plan.key.as_bytes(), item.as_bytes()));
        match plan.change {
            Change::Delete => Ok(None),
            Change::Put(item) => Ok(entry(item)),
            Change::Update { key_item, update: None } => Ok(old.cloned().or_else(|| entry(key_item))),
            Change::Update { update: Some(update), .. } if old.is_none() && update.only_removes() => Ok(None),
            Change::Update { key_item, update: Some(update) } => {
                let updated = match old {
                    Some(entry) => update.apply(ItemRef::trusted(entry.value())),
                    None => update.create(key_item),
                }?;
                let item: &Item = &updated.item;
                check_item_size(item.as_ref(), "Item size to update has exceeded the maximum allowed size")?;
                check_nesting(item.as_ref(), update)?;
                Ok(entry(item.as_ref()))
            }
        }
    }

    /// Counts a committed write in its partition.
    fn settle(&mut self, prepared: &Prepared) {
        let bytes = |entry: &Option<Entry>| {
            entry.as_ref().map_or(0, |entry| ItemRef::trusted(entry.value()).size() as i64)
        };
        let (old, new) = (&prepared.written.old, &prepared.written.new);
        let items = i64::from(new.is_some()) - i64::from(old.is_some());
        self.table.resize(prepared.hash, items, bytes(new) - bytes(old));
    }
}
