//! Reading: one key, or a page of a range in one cursor loop.

use std::ops::ControlFlow;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::expression::{Condition, Projection};
use crate::store::{Direction, Entry, Read};
use crate::table::capacity::{CapacityUnits, Consistency};
use crate::table::catalog::Table;
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
    pub units: CapacityUnits,
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
        let bytes = entry.as_ref().map_or(0, |entry| ItemRef::trusted(entry.value()).size());
        let units = CapacityUnits::read(bytes, consistency);
        self.table.consume(key.hash(), Kind::Read, units, self.now)?;
        Ok((entry, units))
    }

    /// One page of a range. Costs a descent and then only what is evaluated.
    ///
    /// # Errors
    /// A throughput exception, `ValidationException` from the filter, or `InternalServerError`.
    pub fn page(&mut self, plan: &PagePlan<'_>) -> Result<Page, Error> {
        let mut walk = Walk::new(plan);
        self.store
            .scan(self.table.space(), plan.span.range(), plan.direction, &mut |entry| walk.visit(entry))?;
        if let Some(failure) = walk.failure {
            return Err(failure);
        }
        let units = CapacityUnits::read(walk.bytes, plan.consistency);
        // A page is charged to the partition it begins in: it holds 1 MB, a partition 10 GB.
        let hash = walk.first_hash.unwrap_or(0);
        self.table.consume(hash, Kind::Read, units, self.now)?;
        let last_key = walk.stopped_at.map(|entry| self.key_item(ItemRef::trusted(entry.value())));
        let (documents, count, scanned_count) = (walk.documents, walk.count, walk.scanned_count);
        Ok(Page { documents, count, scanned_count, last_key, units })
    }

    fn key_item(&self, item: ItemRef<'_>) -> Item {
        let mut key = Encoder::item();
        for attribute in self.table.schema().attributes() {
            let value = item.get(&attribute.name).expect("a stored item holds its key");
            key.name(&attribute.name);
            key.raw(value);
        }
        key.finish_item()
    }
}

/// The cursor loop's state.
struct Walk<'a> {
    plan: &'a PagePlan<'a>,
    documents: Vec<Document>,
    count: i64,
    scanned_count: i64,
    bytes: usize,
    first_hash: Option<u64>,
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
            first_hash: None,
            stopped_at: None,
            failure: None,
        }
    }

    fn visit(&mut self, entry: &Entry) -> ControlFlow<()> {
        let item = ItemRef::trusted(entry.value());
        self.first_hash.get_or_insert_with(|| hash_of(entry.key()));
        self.scanned_count += 1;
        self.bytes += item.size();
        match self.plan.filter.map_or(Ok(true), |filter| filter.matches(Some(item))) {
            Ok(true) => self.keep(entry, item),
            Ok(false) => {}
            Err(error) => {
                self.failure = Some(error.into());
                return ControlFlow::Break(());
            }
        }
        let at_limit = self.plan.limit.is_some_and(|limit| self.scanned_count >= limit as i64);
        if at_limit || self.bytes >= PAGE_BYTES_MAX {
            self.stopped_at = Some(entry.clone());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn keep(&mut self, entry: &Entry, item: ItemRef<'_>) {
        self.count += 1;
        if self.plan.count_only {
            return;
        }
        self.documents.push(match self.plan.projection {
            None => Document::Stored(entry.clone()),
            Some(projection) => Document::Built(projection.project(item)),
        });
    }
}

/// An item key begins with the partition key's hash.
fn hash_of(key: &[u8]) -> u64 {
    let mut hash = [0; 8];
    hash.copy_from_slice(&key[..8]);
    u64::from_be_bytes(hash)
}
