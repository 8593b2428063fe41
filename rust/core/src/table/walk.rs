//! The walk over the entries of a page, in one cursor loop.

use std::ops::ControlFlow;

use crate::error::Error;
use crate::expression::{Condition, Projection};
use crate::store::{Direction, Entry, Read, Space, StoreError};
use crate::table::capacity::{CapacityUnits, Consistency, READ_UNIT_BYTES};
use crate::table::changes::{History, Moment};
use crate::table::consumed::Consumed;
use crate::table::index::{IndexDefinition, IndexKeys};
use crate::table::key_span::KeySpan;
use crate::table::schema::KeySchema;
use crate::value::{Encoder, Item, ItemRef};
use crate::wire::Document;

/// A page ends when the items evaluated for it reach this many bytes (facts 1.7).
pub const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// Documents that a page has room for from its first one on.
const FIRST_DOCUMENTS_MAX: usize = 32;

/// What a page shall hold.
pub struct PagePlan<'a> {
    /// The keys to walk over.
    pub span: KeySpan,
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

impl PagePlan<'_> {
    /// What a page cost. What a local index's page fetched is the table's part, each item rounded by itself (facts
    /// 1.4).
    pub(in crate::table) fn consumed(&self, walk: &Walk) -> Consumed {
        let units = CapacityUnits::read(walk.bytes, self.consistency);
        let Some(position) = self.index else { return Consumed::table(units) };
        let mut consumed = Consumed { indexes: vec![(position, units)], ..Consumed::default() };
        if walk.fetched_bytes > 0 {
            consumed.table = CapacityUnits::read(walk.fetched_bytes, self.consistency);
        }
        consumed
    }
}

/// What a walk has to know of its table.
pub(in crate::table) struct Ground<'a> {
    pub(in crate::table) schema: &'a KeySchema,
    /// Where the table's items are.
    pub(in crate::table) items: Space,
    /// The index that is walked over, and where its entries are.
    pub(in crate::table) index: Option<(&'a IndexDefinition, Space)>,
}

impl Ground<'_> {
    /// Where the entries are that are walked over.
    pub(in crate::table) fn space(&self) -> Space {
        self.index.map_or(self.items, |(_, space)| space)
    }

    /// The item of a local index's entry.
    fn fetch(&self, store: &dyn Read, entry: &Entry) -> Result<Entry, Error> {
        let key = self.schema.key_of_item(ItemRef::trusted(entry.value()))?;
        let item = store.get(self.items, key.as_bytes())?;
        item.ok_or_else(without_item)
    }

    /// The item of a local index's entry, both as they were at a moment.
    pub(in crate::table) fn fetch_at(
        &self,
        store: &dyn Read,
        entry: &Entry,
        (history, moment): (&History, Moment),
    ) -> Result<Entry, Error> {
        let key = self.schema.key_of_item(ItemRef::trusted(entry.value()))?;
        let place = (self.items, key.as_bytes());
        let latest = store.get(place.0, place.1)?;
        history.at(place, moment, latest).ok_or_else(without_item)
    }

    /// The key of an item in the table or, with the table's, in the index.
    pub(in crate::table) fn key_item(&self, item: ItemRef<'_>) -> Item {
        let mut key = Encoder::item();
        let index_keys = self.index.map(|(definition, _)| definition.keys());
        let index_only = index_keys.into_iter().flat_map(IndexKeys::attributes);
        let index_only = index_only.filter(|attribute| !self.schema.holds(&attribute.name));
        for attribute in self.schema.attributes().chain(index_only) {
            let value = item.get(&attribute.name).expect("a stored item or entry holds its key");
            key.name(&attribute.name);
            key.raw(value);
        }
        key.finish_item()
    }
}

fn without_item() -> Error {
    Error::Internal("an index entry without its item".to_owned())
}

/// How far a walk has come and what it found.
pub(in crate::table) struct Walk {
    pub(in crate::table) documents: Vec<Document>,
    pub(in crate::table) count: i64,
    pub(in crate::table) scanned_count: i64,
    pub(in crate::table) bytes: usize,
    /// What was fetched from the table, each item rounded up to whole read units.
    pub(in crate::table) fetched_bytes: usize,
    first_hash: Option<[u8; 8]>,
    /// The last evaluated entry where the page ended early.
    pub(in crate::table) stopped_at: Option<Entry>,
    /// How many entries are evaluated before the walk pauses.
    pause_after: i64,
    /// The last evaluated entry where the walk paused.
    pub(in crate::table) paused_at: Option<Entry>,
    failure: Option<Error>,
}

impl Walk {
    /// A walk that pauses after so many entries.
    pub(in crate::table) fn new(pause_after: i64) -> Self {
        Self {
            documents: Vec::new(),
            count: 0,
            scanned_count: 0,
            bytes: 0,
            fetched_bytes: 0,
            first_hash: None,
            stopped_at: None,
            pause_after,
            paused_at: None,
            failure: None,
        }
    }

    /// Lets the walk go on to the end of its page.
    pub(in crate::table) fn pause_no_more(&mut self) {
        self.pause_after = i64::MAX;
        self.paused_at = None;
    }

    /// Walks over the entries of a span, which is the plan's or what is left of it.
    pub(in crate::table) fn over(
        &mut self,
        plan: &PagePlan<'_>,
        span: &KeySpan,
        (store, ground): (&dyn Read, &Ground<'_>),
    ) -> Result<(), StoreError> {
        store.scan(ground.space(), span.range(), plan.direction, &mut |entry| {
            let fetched = plan.fetches.then(|| ground.fetch(store, entry)).transpose();
            match fetched {
                Ok(fetched) => self.visit(plan, entry, fetched.as_ref()),
                Err(error) => self.fail(error),
            }
        })
    }

    /// Ends the walk with an error.
    pub(in crate::table) fn fail(&mut self, error: Error) -> ControlFlow<()> {
        self.failure = Some(error);
        ControlFlow::Break(())
    }

    /// The error that ended the walk.
    pub(in crate::table) fn take_failure(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Evaluates an entry; where its item was fetched, that is what is returned.
    #[inline]
    pub(in crate::table) fn visit(
        &mut self,
        plan: &PagePlan<'_>,
        entry: &Entry,
        fetched: Option<&Entry>,
    ) -> ControlFlow<()> {
        let item = ItemRef::trusted(entry.value());
        self.first_hash.get_or_insert_with(|| hash_of(entry.key()));
        self.scanned_count += 1;
        self.bytes += item.size();
        if let Some(fetched) = fetched {
            let size = ItemRef::trusted(fetched.value()).size();
            self.fetched_bytes += size.next_multiple_of(READ_UNIT_BYTES);
        }
        match plan.filter.map_or(Ok(true), |filter| filter.matches(Some(item))) {
            Ok(true) => self.keep(plan, fetched.unwrap_or(entry)),
            Ok(false) => {}
            Err(error) => return self.fail(error.into()),
        }
        let at_limit = plan.limit.is_some_and(|limit| self.scanned_count >= limit as i64);
        if at_limit || plan.bytes_before + self.bytes + self.fetched_bytes >= PAGE_BYTES_MAX {
            self.stopped_at = Some(entry.clone());
            return ControlFlow::Break(());
        }
        if self.scanned_count >= self.pause_after {
            self.paused_at = Some(entry.clone());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn keep(&mut self, plan: &PagePlan<'_>, entry: &Entry) {
        self.count += 1;
        if plan.count_only {
            return;
        }
        if self.documents.is_empty() {
            self.documents.reserve(plan.limit.unwrap_or(usize::MAX).min(FIRST_DOCUMENTS_MAX));
        }
        self.documents.push(match plan.projection {
            None => Document::Stored(entry.clone()),
            Some(projection) => Document::Built(projection.project(ItemRef::trusted(entry.value()))),
        });
    }

    /// Where a page begins, which says whose partition pays: it holds 1 MB, a partition 10 GB.
    pub(in crate::table) fn beginning<'a>(&'a self, plan: &'a PagePlan<'_>) -> &'a [u8] {
        let first = self.first_hash.as_ref().map_or(&[0; 8][..], |hash| &hash[..]);
        let bound = plan.span.beginning(plan.direction);
        // The span says more than a hash where it begins inside the item collection of the first item.
        if bound.starts_with(first) { bound } else { first }
    }
}

/// An item key begins with the partition key's hash.
fn hash_of(key: &[u8]) -> [u8; 8] {
    let mut hash = [0; 8];
    hash.copy_from_slice(&key[..8]);
    hash
}
