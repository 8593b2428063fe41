//! Reading: one key, or a page of a range.

use smallvec::SmallVec;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, Found, Space, Store, StoreError};
use crate::table::capacity::{CapacityUnits, Consistency};
use crate::table::catalog::Table;
use crate::table::changes::Changes;
use crate::table::consumed::Consumed;
use crate::table::page_rest::PageRest;
use crate::table::throughput::Kind;
use crate::table::walk::{Ground, PagePlan, Walk};
use crate::value::{Item, ItemRef, Key};
use crate::wire::Document;

/// Entries that are walked over before a page counts as long: as many as cost some ten microseconds, beside which it is
/// little to take a snapshot and to find the place again. Nearly every query ends before.
pub const ENTRIES_AT_ONCE: usize = 256;

/// Keys from which on they are read together: with a few, gathering them costs what it gains.
const TOGETHER_MIN: usize = 4;

/// What is at each of several keys, read together; nothing where each may as well be read when its turn comes. From a
/// medium all are read so: what is refused or too much for the answer need not be read, and asking early wins nothing.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::table) fn find_together<'k>(
    store: &dyn Store,
    space: Space,
    keys: impl ExactSizeIterator<Item = &'k Key>,
) -> Result<Vec<Found>, StoreError> {
    if keys.len() < TOGETHER_MIN || store.is_durable() {
        return Ok(Vec::new());
    }
    let keys: SmallVec<[&[u8]; 25]> = keys.map(Key::as_bytes).collect();
    store.find_each(space, &keys)
}

/// A table open for reading at one moment.
pub struct Reading<'a> {
    /// The table.
    pub table: &'a mut Table,
    /// Where its items are.
    pub store: &'a dyn Store,
    /// When.
    pub now: Timestamp,
}

/// A page of a query or scan.
pub struct Page {
    /// The items that passed the filter, projected.
    pub documents: Vec<Document>,
    /// How many passed the filter.
    pub count: i64,
    /// How many were evaluated.
    pub scanned_count: i64,
    /// The key of the last evaluated item where the page ended early.
    pub last_key: Option<Item>,
    /// What the page cost.
    pub consumed: Consumed,
    /// Bytes that were evaluated, those fetched included.
    pub bytes: usize,
}

/// A page that was begun.
pub enum BegunPage<'a> {
    /// It is short, and done.
    Whole(Page),
    /// It is long: what is left of it needs nothing of the engine until it is finished.
    Rest(Box<PageRest<'a>>),
}

impl Reading<'_> {
    /// The item at a key, with what reading it cost. A missing item costs the minimum (facts 1.2).
    ///
    /// # Errors
    /// A throughput exception, or `InternalServerError` when the store fails.
    pub fn get(
        &mut self,
        key: &Key,
        consistency: Consistency,
    ) -> Result<(Option<Entry>, CapacityUnits), Error> {
        let entry = self.store.get(self.table.space(), key.as_bytes())?;
        self.give(key, entry, consistency)
    }

    /// What is at each of several keys, for [`Reading::get_found`]; nothing where each may as well be read by itself.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn find_each(&self, keys: &[Key]) -> Result<Vec<Found>, Error> {
        Ok(find_together(self.store, self.table.space(), keys.iter())?)
    }

    /// As [`Reading::get`], of a key that may have been found before.
    ///
    /// # Errors
    /// As [`Reading::get`].
    pub fn get_found(
        &mut self,
        key: &Key,
        found: Option<Found>,
        consistency: Consistency,
    ) -> Result<(Option<Entry>, CapacityUnits), Error> {
        match found {
            Some(found) => self.give(key, found.entry, consistency),
            None => self.get(key, consistency),
        }
    }

    /// Gives out what is at a key, unless that is not to be seen yet or costs too much.
    #[inline]
    fn give(
        &mut self,
        key: &Key,
        mut entry: Option<Entry>,
        consistency: Consistency,
    ) -> Result<(Option<Entry>, CapacityUnits), Error> {
        let space = self.table.space();
        if consistency != Consistency::Eventual {
            self.table.refuse_isolated()?;
        } else if let Some(changes) = &mut self.table.changes {
            entry = changes.see((space, key.as_bytes()), entry, self.now);
        }
        let bytes = entry.as_ref().map_or(0, |entry| ItemRef::trusted(entry.value()).size());
        let units = CapacityUnits::read(bytes, consistency);
        self.table.consume(key.as_bytes(), Kind::Read, units, self.now)?;
        Ok((entry, units))
    }

    /// One page of a range. Costs a descent and then only what is evaluated.
    ///
    /// # Errors
    /// A throughput exception, `ValidationException` from the filter, or `InternalServerError`.
    pub fn page(&mut self, plan: &PagePlan<'_>) -> Result<Page, Error> {
        let mut walk = Walk::new(i64::MAX);
        self.walk(plan, &mut walk)?;
        self.settle(plan, walk)
    }

    /// As [`Reading::page`], but a page that turns out to be long is left where it is, with a snapshot on which the
    /// rest is walked over: the table may change meanwhile. A table with former states is read in one go.
    ///
    /// # Errors
    /// As [`Reading::page`].
    pub fn begin_page<'p>(&mut self, plan: PagePlan<'p>) -> Result<BegunPage<'p>, Error> {
        let mut walk = Walk::new(ENTRIES_AT_ONCE as i64);
        self.walk(&plan, &mut walk)?;
        let Some(paused_at) = walk.paused_at.take() else {
            return self.settle(&plan, walk).map(BegunPage::Whole);
        };
        // It counts where it is finished.
        self.table.traffic.suspend();
        let ground = self.ground(plan.index);
        let rest = PageRest::new(plan, walk, &paused_at, (self.store, &ground));
        Ok(BegunPage::Rest(Box::new(rest)))
    }

    /// Walks over a page, or until the walk pauses.
    fn walk(&mut self, plan: &PagePlan<'_>, walk: &mut Walk) -> Result<(), Error> {
        if plan.consistency != Consistency::Eventual {
            self.table.refuse_isolated()?;
        }
        let has_past = |changes: &mut Box<Changes>| changes.history.is_some();
        if plan.consistency == Consistency::Eventual
            && let Some(mut changes) = self.table.changes.take_if(has_past)
        {
            walk.pause_no_more();
            let walked = self.walk_stale(&mut changes, plan, walk);
            self.table.changes = Some(changes);
            walked?;
        } else {
            walk.over(plan, &plan.span, (self.store, &self.ground(plan.index)))?;
        }
        walk.take_failure()
    }

    /// Walks over entries as they may have been a while ago.
    #[cold]
    fn walk_stale(
        &self,
        changes: &mut Changes,
        plan: &PagePlan<'_>,
        walk: &mut Walk,
    ) -> Result<(), StoreError> {
        let Changes { history: Some(history), random, .. } = changes else { return Ok(()) };
        let (ground, store) = (self.ground(plan.index), self.store);
        let way = (plan.span.range(), plan.direction);
        history.scan((store, ground.space()), way, random, self.now, &mut |entry, moment| {
            let fetch = || ground.fetch_at(store, entry, (history, moment));
            match plan.fetches.then(fetch).transpose() {
                Ok(fetched) => walk.visit(plan, entry, fetched.as_ref()),
                Err(error) => walk.fail(error),
            }
        })
    }

    fn ground(&self, index: Option<usize>) -> Ground<'_> {
        let index = index.map(|position| &self.table.indexes()[position]);
        Ground {
            schema: self.table.schema(),
            items: self.table.space(),
            index: index.map(|index| (index.definition(), index.space())),
        }
    }

    /// Charges a page and gives it out.
    fn settle(&mut self, plan: &PagePlan<'_>, mut walk: Walk) -> Result<Page, Error> {
        let consumed = self.charge(plan, &walk)?;
        let stopped_at = walk.stopped_at.take();
        let last_key =
            stopped_at.map(|entry| self.ground(plan.index).key_item(ItemRef::trusted(entry.value())));
        Ok(Page::of(walk, last_key, consumed))
    }

    /// Charges a page to the partition it begins in, and counts what it returns.
    pub(in crate::table) fn charge(&mut self, plan: &PagePlan<'_>, walk: &Walk) -> Result<Consumed, Error> {
        let (consumed, key) = (plan.consumed(walk), walk.beginning(plan));
        match plan.index {
            None => self.table.consume(key, Kind::Read, consumed.table, self.now)?,
            Some(position) => self.table.consume_index_read(position, key, consumed.total(), self.now)?,
        }
        self.table.traffic.return_items(walk.count);
        Ok(consumed)
    }

    /// The position of the index that has its entries in a space.
    pub(in crate::table) fn index_in(&self, space: Space) -> Option<usize> {
        self.table.indexes().iter().position(|index| index.space() == space)
    }
}

impl Page {
    /// What a walk found.
    pub(in crate::table) fn of(walk: Walk, last_key: Option<Item>, consumed: Consumed) -> Self {
        let bytes = walk.bytes + walk.fetched_bytes;
        let (documents, count, scanned_count) = (walk.documents, walk.count, walk.scanned_count);
        Self { documents, count, scanned_count, last_key, consumed, bytes }
    }
}
