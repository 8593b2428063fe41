//! Writing: one read-modify-write path for puts, updates and deletes.

mod prepared;

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::expression::{Condition, Update};
use crate::store::{Batch, Entry, Found, Read, Store, Write};
use crate::table::author::Author;
use crate::table::capacity::CapacityUnits;
use crate::table::catalog::Table;
use crate::table::consumed::Consumed;
use crate::table::index::IndexChange;
use crate::table::item_limits::{UPDATE_TOO_LARGE, check_item_size, check_nesting};
use crate::table::read::find_together;
use crate::table::replication::Version;
use crate::table::schedule::Schedule;
use crate::table::throughput::Kind;
use crate::table::transaction::InFlight;
use crate::value::{Item, ItemRef, Key};

pub(in crate::table) use prepared::{Examined, Prepared};

use prepared::Effects;

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
    /// Leaves the item as it is: only the condition counts.
    Check,
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

impl WritePlan<'_> {
    /// The error of a condition that does not hold for the item there.
    pub(in crate::table) fn condition_failed(&self, old: Option<ItemRef<'_>>) -> Error {
        let shown = old.filter(|_| self.item_on_condition_failure).map(|item| item.to_item());
        Error::ConditionalCheckFailed(shown)
    }
}

/// What a write did.
pub struct Written {
    /// The item before.
    pub old: Option<Entry>,
    /// The item after.
    pub new: Option<Entry>,
    /// What it cost.
    pub consumed: Consumed,
}

/// A table open for writing at one moment.
pub struct Writing<'a> {
    /// The table.
    pub table: &'a mut Table,
    /// Where its items are.
    pub store: &'a mut dyn Store,
    /// What transactions hold.
    pub(in crate::table) in_flight: &'a mut InFlight,
    /// When.
    pub now: Timestamp,
    /// Where the table's changes are due.
    pub(in crate::table) schedule: &'a mut Schedule,
    /// Who writes.
    pub author: Author,
    /// The item's version after it, where another Region gave it one.
    pub(in crate::table) given: Option<&'a Version>,
    /// When something happens in a table by itself; a write may bring that forward.
    pub(in crate::table) agenda: &'a mut Schedule,
}

impl Writing<'_> {
    /// Carries out one write.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException`, a throughput exception, `ValidationException` from an update, or
    /// `InternalServerError`; nothing was written then.
    pub fn write(&mut self, plan: &WritePlan<'_>) -> Result<Written, Error> {
        let mut prepared = self.prepare(plan, None)?;
        let mut batch = Batch::default();
        let committed = self.take_writes(&mut prepared, &mut batch.writes).and_then(|()| self.commit(batch));
        if let Err(error) = committed {
            self.undo(&prepared);
            return Err(error);
        }
        self.settle(&mut prepared);
        Ok(prepared.written)
    }

    /// Carries out several writes of different items in one commit, and gives what each cost. Each is admitted or refused
    /// by itself: the outer error means that nothing was written, an inner one only that its own item was not.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn write_each<'p>(
        &mut self,
        plans: &[WritePlan<'p>],
    ) -> Result<impl Iterator<Item = Result<Consumed, Error>> + use<'p>, Error> {
        // No write changes what another one finds: their items differ, and nothing is committed before all are prepared.
        let keys = plans.iter().map(|plan| plan.key);
        let mut found = find_together(self.store, self.table.space(), keys)?.into_iter();
        let mut outcomes: Vec<Result<Prepared<'_>, Error>> =
            plans.iter().map(|plan| self.prepare(plan, found.next())).collect();
        let mut batch = Batch { writes: SmallVec::with_capacity(plans.len()) };
        let mut prepared = outcomes.iter_mut().flatten();
        let committed = prepared
            .try_for_each(|prepared| self.take_writes(prepared, &mut batch.writes))
            .and_then(|()| self.commit(batch));
        if let Err(error) = committed {
            outcomes.iter().flatten().for_each(|prepared| self.undo(prepared));
            return Err(error);
        }
        for prepared in outcomes.iter_mut().flatten() {
            self.settle(prepared);
        }
        Ok(outcomes.into_iter().map(|outcome| outcome.map(|prepared| prepared.written.consumed)))
    }

    /// Moves a write into a batch, with the entries of those indexes that do not follow the log.
    pub(in crate::table) fn take_writes(
        &mut self,
        prepared: &mut Prepared<'_>,
        writes: &mut SmallVec<[Write; 2]>,
    ) -> Result<(), Error> {
        self.keep_past(prepared, writes)?;
        let first = writes.len();
        writes.extend(prepared.write(self.table.space));
        if let Some(effects) = &mut prepared.effects {
            for change in &mut effects.changes {
                let index = &self.table.indexes[change.index];
                if index.read_up_to().is_none() {
                    change.write_to(index, writes);
                }
            }
            for change in &mut effects.vector_changes {
                change.write_to(&self.table.vector_indexes[change.index], writes);
            }
        }
        if let Some(collections) = &self.table.collections
            && writes.len() > first
            && self.store.is_durable()
        {
            writes.push(collections.write(prepared.key));
        }
        if let (Some(change), Some(index)) = (prepared.expiry(), self.table.time_to_live.index()) {
            writes.extend(index.writes(change, prepared.key.as_bytes()));
        }
        if !prepared.checks {
            self.give_version(prepared, writes)?;
        }
        let table = &mut *self.table;
        let Some(changes) = &mut table.changes else { return Ok(()) };
        let images = (prepared.written.old.as_ref(), prepared.written.new.as_ref());
        let medium = (&*self.store as &dyn Read, self.now);
        let writer = (prepared.key, self.author);
        let trace = changes.trace(images, writer, &table.indexes, (writes, first), medium)?;
        prepared.effects.get_or_insert_default().trace = trace;
        Ok(())
    }

    fn commit(&mut self, batch: Batch) -> Result<(), Error> {
        if !batch.writes.is_empty() {
            self.store.commit(batch)?;
        }
        Ok(())
    }

    /// Everything but the commit, in DynamoDB's order: read, condition, new item, capacity. What is at the key may have
    /// been found before.
    fn prepare<'a>(&mut self, plan: &WritePlan<'a>, found: Option<Found>) -> Result<Prepared<'a>, Error> {
        let pays = self.author.pays();
        // What ends by itself or comes from another Region waits for no transaction.
        if self.author.is_caller() {
            if self.in_flight.holds(self.table.space, plan.key, self.now) {
                self.table.traffic.observe("TransactionConflict", 1.0, self.now);
                return Err(self.table.conflict());
            }
            self.table.refuse_isolated()?;
        }
        let key = plan.key.as_bytes();
        let prepared = match self.examine(plan, found)? {
            Examined::Possible(prepared) => prepared,
            Examined::Failed(old) => {
                let old_item = old.as_ref().map(|entry| ItemRef::trusted(entry.value()));
                // A failed condition still costs what the existing item's write would (facts 1.2).
                let units = CapacityUnits::write(old_item.map_or(0, |item| item.size()));
                self.table.consume(key, Kind::Write, units, self.now)?;
                self.table.traffic.observe("ConditionalCheckFailedRequests", 1.0, self.now);
                return Err(plan.condition_failed(old_item));
            }
        };
        let units = prepared.written.consumed.table;
        if self.table.indexes.is_empty() {
            if pays {
                self.table.consume(key, Kind::Write, units, self.now)?;
            }
        } else {
            self.check_collection(&prepared)?;
            if pays {
                self.table.consume_write(key, units, prepared.changes(), self.now)?;
            }
            self.join_collection(&prepared);
        }
        Ok(prepared)
    }

    /// Reads the item, if it was not found before, asks the condition and makes the new item with its index entries.
    #[inline]
    pub(in crate::table) fn examine<'a>(
        &self,
        plan: &WritePlan<'a>,
        found: Option<Found>,
    ) -> Result<Examined<'a>, Error> {
        let space = self.table.space();
        let found = found.map_or_else(|| self.store.find(space, plan.key.as_bytes()), Ok);
        let Found { entry: old, place } = found?;
        let old_item = old.as_ref().map(|entry| ItemRef::trusted(entry.value()));
        let old_bytes = old_item.map_or(0, |item| item.size());
        let holds = plan.condition.map_or(Ok(true), |condition| condition.matches(old_item))?;
        if !holds {
            return Ok(Examined::Failed(old));
        }
        let new = self.new_entry(plan, old.as_ref())?;
        let new_item = new.as_ref().map(|entry| ItemRef::trusted(entry.value()));
        let new_bytes = new_item.map_or(0, |item| item.size());
        let mut consumed = Consumed::table(CapacityUnits::write(old_bytes.max(new_bytes)));
        let checks = matches!(plan.change, Change::Check);
        let mut effects = None;
        if self.table.has_indexes() && !checks {
            let effects: &mut Box<Effects> = effects.get_or_insert_default();
            effects.changes = self.index_changes(plan, (old_item, new_item))?;
            effects.vector_changes = self.vector_changes(plan.key, (old_item, new_item))?;
            let (changes, vector_changes) = (effects.changes.iter(), effects.vector_changes.iter());
            consumed.indexes = changes.map(|change| (change.index, change.units())).collect();
            consumed.vectors = vector_changes.map(|change| (change.index, change.metered)).collect();
        }
        if let Some(index) = self.table.time_to_live.index()
            && let Some(change) = index.change((old_item, new_item), self.now)
        {
            effects.get_or_insert_default().expiry = Some(change);
        }
        let bytes = new_bytes as i32 - old_bytes as i32;
        let written = Written { old, new, consumed };
        Ok(Examined::Possible(Prepared { written, key: plan.key, place, effects, checks, bytes }))
    }

    /// What a write adds to its item collection: of the item, and of its entries in local indexes.
    fn collection_growth(&self, prepared: &Prepared<'_>) -> i64 {
        let changes = prepared.changes().iter();
        let local = changes.filter(|change| !self.table.indexes[change.index].is_global());
        prepared.growth().1 + local.map(IndexChange::bytes).sum::<i64>()
    }

    /// Refuses a write that its item collection has no room for.
    pub(in crate::table) fn check_collection(&self, prepared: &Prepared<'_>) -> Result<(), Error> {
        let Some(collections) = &self.table.collections else { return Ok(()) };
        collections.check(prepared.key, self.collection_growth(prepared))
    }

    /// Counts what a write adds in its item collection, before the commit: later ones shall see it.
    pub(in crate::table) fn join_collection(&mut self, prepared: &Prepared<'_>) {
        let bytes = self.collection_growth(prepared);
        if let Some(collections) = &mut self.table.collections {
            collections.resize(prepared.key, bytes);
        }
    }

    /// Takes back what a write that was not committed counted in its item collection.
    pub(in crate::table) fn release(&mut self, prepared: &Prepared<'_>) {
        let bytes = self.collection_growth(prepared);
        if let Some(collections) = &mut self.table.collections {
            collections.resize(prepared.key, -bytes);
        }
    }

    /// Takes back what was taken and counted for a write that was not committed.
    fn undo(&mut self, prepared: &Prepared<'_>) {
        self.release(prepared);
        if self.author.pays() {
            let units = prepared.written.consumed.table;
            self.table.refund_write(prepared.key.as_bytes(), units, prepared.changes(), self.now);
        }
    }

    fn new_entry(&self, plan: &WritePlan<'_>, old: Option<&Entry>) -> Result<Option<Entry>, Error> {
        let entry = |item: ItemRef<'_>| Some(Entry::new(plan.key.as_bytes(), item.as_bytes()));
        match plan.change {
            Change::Delete => Ok(None),
            Change::Check => Ok(old.cloned()),
            Change::Put(item) => Ok(entry(item)),
            Change::Update { key_item, update: None } => Ok(old.cloned().or_else(|| entry(key_item))),
            Change::Update { update: Some(update), .. } if old.is_none() && update.only_removes() => Ok(None),
            Change::Update { key_item, update: Some(update) } => {
                let updated = match old {
                    Some(entry) => update.apply(ItemRef::trusted(entry.value())),
                    None => update.create(key_item),
                }?;
                let item: &Item = &updated.item;
                check_item_size(item.as_ref(), UPDATE_TOO_LARGE)?;
                check_nesting(item.as_ref(), update)?;
                Ok(entry(item.as_ref()))
            }
        }
    }

    /// Counts a committed write where it fell.
    pub(in crate::table) fn settle(&mut self, prepared: &mut Prepared<'_>) {
        let (items, bytes) = prepared.growth();
        self.table.resize(prepared.key.as_bytes(), items, bytes, self.now);
        let table = &mut *self.table;
        for change in prepared.changes() {
            let index = &mut table.indexes[change.index];
            if index.read_up_to().is_none() {
                change
                    .parts
                    .iter()
                    .for_each(|part| index.resize(part.partition, part.items, part.bytes, self.now));
            }
        }
        for change in prepared.effects.iter().flat_map(|effects| &effects.vector_changes) {
            table.vector_indexes[change.index].resize(change.items, change.bytes);
        }
        if let (Some(change), Some(index)) = (prepared.expiry(), table.time_to_live.index_mut()) {
            // Where the store cannot be read now, the removal that is due looks again.
            let _ = index.settle(change, self.store);
            if let Some(next) = table.time_to_live.next_event_at().filter(|_| !table.waits_for_expiry()) {
                self.agenda.expect(&table.definition.name, &mut table.scheduled, next);
            }
        }
        if let Some(changes) = &mut table.changes {
            let effects =
                prepared.effects.as_mut().expect("a table that remembers its changes traced this one");
            let is_streamed = changes.keep(&mut effects.trace, self.now);
            self.schedule.records += u64::from(is_streamed);
            changes.schedule(&table.definition.name, self.schedule);
        }
    }
}
