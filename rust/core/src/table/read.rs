//! Reading: one key, or a page of a range in one cursor loop.

use std::ops::ControlFlow;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::expression::{Condition, Projection};
use crate::store::{Direction, Entry, Read, Space, StoreError};
use crate::table::capacity::{CapacityUnits, Consistency, READ_UNIT_BYTES};
use crate::table::catalog::Table;
use crate::table::changes::{Changes, History, Moment};
use crate::table::consumed::Consumed;
use crate::table::index::IndexKeys;
use crate::table::key_span::KeySpan;
use crate::table::throughput::Kind;
use crate::value::{Encoder, Item, ItemRef, Key};
use crate::wire::Document;

/// A page ends when the items evaluated for it reach this many bytes (facts 1.7).
pub const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// A table open for reading at one moment.
pub struct Reading<'a> {
    /// The table.
    pub table: &'a mut Table,
    /// Where its items are.
    pub store: &'a dyn Read,
    /// When.
    pub now: Timestamp,
}

/// What a page shall hold.
pub struct PagePlan<'a> {
    /// The keys to walk over.
    pub span: &'a KeySpan,
    /// Which way.
    pub direction: Direction,
    /// How many items to evaluate at most.
    pub limit: Option<usize>,
    /// Which of them to return.
    pub filter: Option<&'a Condition>,
    /// What to cut them down to.
    pub projection: Option<&'a Projection>,
    /// Whether only the count is wanted.
    pub count_only: bool,
    /// What the read costs.
    pub consistency: Consistency,
    /// The index to walk over instead of the table, by its position.
    pub index: Option<usize>,
    /// Whether each entry of a local index is replaced by its whole item, which is read from the table at a cost.
    pub fetches: bool,
    /// Bytes that were evaluated for the same page before: a PartiQL statement may read several ranges.
    pub bytes_before: usize,
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
        let mut entry = self.store.get(self.table.space(), key.as_bytes())?;
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
        let space = match plan.index {
            None => self.table.space(),
            Some(position) => self.table.indexes()[position].space(),
        };
        if plan.consistency != Consistency::Eventual {
            self.table.refuse_isolated()?;
        }
        let mut walk = Walk::new(plan);
        let has_past = |changes: &mut Box<Changes>| changes.history.is_some();
        if plan.consistency == Consistency::Eventual
            && let Some(mut changes) = self.table.changes.take_if(has_past)
        {
            let walked = self.walk_stale(&mut changes, space, &mut walk);
            self.table.changes = Some(changes);
            walked?;
        } else {
            let (table, store) = (&*self.table, self.store);
            store.scan(space, plan.span.range(), plan.direction, &mut |entry| {
                let fetched = plan.fetches.then(|| fetch(table, store, entry)).transpose();
                match fetched {
                    Ok(fetched) => walk.visit(entry, fetched.as_ref()),
                    Err(error) => walk.fail(error),
                }
            })?;
        }
        if let Some(failure) = walk.failure {
            return Err(failure);
        }
        let consumed = self.consume_page(plan, &walk)?;
        self.table.traffic.return_items(walk.count);
        let last_key =
            walk.stopped_at.map(|entry| self.key_item(plan.index, ItemRef::trusted(entry.value())));
        let bytes = walk.bytes + walk.fetched_bytes;
        let (documents, count, scanned_count) = (walk.documents, walk.count, walk.scanned_count);
        Ok(Page { documents, count, scanned_count, last_key, consumed, bytes })
    }

    /// Walks over entries as they may have been a while ago.
    #[cold]
    fn walk_stale(&self, changes: &mut Changes, space: Space, walk: &mut Walk<'_>) -> Result<(), StoreError> {
        let Changes { history: Some(history), random, .. } = changes else { return Ok(()) };
        let (table, store, plan) = (&*self.table, self.store, walk.plan);
        let way = (plan.span.range(), plan.direction);
        history.scan((store, space), way, random, self.now, &mut |entry, moment| {
            let fetch = || fetch_at(table, store, entry, (history, moment));
            match plan.fetches.then(fetch).transpose() {
                Ok(fetched) => walk.visit(entry, fetched.as_ref()),
                Err(error) => walk.fail(error),
            }
        })
    }

    /// Charges a page to the partition it begins in: it holds 1 MB, a partition 10 GB. What a local index's page
    /// fetched is the table's part, each item rounded by itself (facts 1.4).
    fn consume_page(&mut self, plan: &PagePlan<'_>, walk: &Walk<'_>) -> Result<Consumed, Error> {
        let units = CapacityUnits::read(walk.bytes, plan.consistency);
        let (first, bound) = (walk.first_hash.unwrap_or_default(), plan.span.beginning(plan.direction));
        // The span says more than a hash where it begins inside the item collection of the first item.
        let key = if bound.starts_with(&first) { bound } else { &first[..] };
        let Some(position) = plan.index else {
            self.table.consume(key, Kind::Read, units, self.now)?;
            return Ok(Consumed::table(units));
        };
        let mut consumed = Consumed { indexes: vec![(position, units)], ..Consumed::default() };
        if walk.fetched_bytes > 0 {
            consumed.table = CapacityUnits::read(walk.fetched_bytes, plan.consistency);
        }
        self.table.consume_index_read(position, key, consumed.total(), self.now)?;
        Ok(consumed)
    }

    /// The key of an item in the table or, with the table's, in an index.
    fn key_item(&self, index: Option<usize>, item: ItemRef<'_>) -> Item {
        let mut key = Encoder::item();
        let schema = self.table.schema();
        let index_keys = index.map(|position| self.table.indexes()[position].definition().keys());
        let index_only = index_keys.into_iter().flat_map(IndexKeys::attributes);
        let index_only = index_only.filter(|attribute| !schema.holds(&attribute.name));
        for attribute in schema.attributes().chain(index_only) {
            let value = item.get(&attribute.name).expect("a stored item or entry holds its key");
            key.name(&attribute.name);
            key.raw(value);
        }
        key.finish_item()
    }
}

/// The item of a local index's entry, both as they were at a moment.
fn fetch_at(
    table: &Table,
    store: &dyn Read,
    entry: &Entry,
    (history, moment): (&History, Moment),
) -> Result<Entry, Error> {
    let key = table.schema().key_of_item(ItemRef::trusted(entry.value()))?;
    let place = (table.space(), key.as_bytes());
    let latest = store.get(place.0, place.1)?;
    history.at(place, moment, latest).ok_or_else(without_item)
}

/// The item of a local index's entry.
fn fetch(table: &Table, store: &dyn Read, entry: &Entry) -> Result<Entry, Error> {
    let key = table.schema().key_of_item(ItemRef::trusted(entry.value()))?;
    let item = store.get(table.space(), key.as_bytes())?;
    item.ok_or_else(without_item)
}

fn without_item() -> Error {
    Error::Internal("an index entry without its item".to_owned())
}

/// The cursor loop's state.
struct Walk<'a> {
    plan: &'a PagePlan<'a>,
    documents: Vec<Document>,
    count: i64,
    scanned_count: i64,
    bytes: usize,
    /// What was fetched from the table, each item rounded up to whole read units.
    fetched_bytes: usize,
    first_hash: Option<[u8; 8]>,
    stopped_at: Option<Entry>,
    failure: Option<Error>,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a PagePlan<'a>) -> Self {
        Self {
            plan,
            documents: Vec::new(),
            count: 0,
            scanned_count: 0,
            bytes: 0,
            fetched_bytes: 0,
            first_hash: None,
            stopped_at: None,
            failure: None,
        }
    }

    fn fail(&mut self, error: Error) -> ControlFlow<()> {
        self.failure = Some(error);
        ControlFlow::Break(())
    }

    /// Evaluates an entry; where its item was fetched, that is what is returned.
    #[inline]
    fn visit(&mut self, entry: &Entry, fetched: Option<&Entry>) -> ControlFlow<()> {
        let item = ItemRef::trusted(entry.value());
        self.first_hash.get_or_insert_with(|| hash_of(entry.key()));
        self.scanned_count += 1;
        self.bytes += item.size();
        if let Some(fetched) = fetched {
            let size = ItemRef::trusted(fetched.value()).size();
            self.fetched_bytes += size.next_multiple_of(READ_UNIT_BYTES);
        }
        match self.plan.filter.map_or(Ok(true), |filter| filter.matches(Some(item))) {
            Ok(true) => self.keep(fetched.unwrap_or(entry)),
            Ok(false) => {}
            Err(error) => return self.fail(error.into()),
        }
        let at_limit = self.plan.limit.is_some_and(|limit| self.scanned_count >= limit as i64);
        let bytes = self.plan.bytes_before + self.bytes + self.fetched_bytes;
        if at_limit || bytes >= PAGE_BYTES_MAX {
            self.stopped_at = Some(entry.clone());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn keep(&mut self, entry: &Entry) {
        self.count += 1;
        if self.plan.count_only {
            return;
        }
        self.documents.push(match self.plan.projection {
            None => Document::Stored(entry.clone()),
            Some(projection) => Document::Built(projection.project(ItemRef::trusted(entry.value()))),
        });
    }
}

/// An item key begins with the partition key's hash.
fn hash_of(key: &[u8]) -> [u8; 8] {
    let mut hash = [0; 8];
    hash.copy_from_slice(&key[..8]);
    hash
}
