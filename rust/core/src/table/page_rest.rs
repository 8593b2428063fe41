//! The rest of a long page: walked over on a snapshot, without the table that may change or go meanwhile.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Entry, Read, Space, Store};
use crate::table::index::IndexDefinition;
use crate::table::key_span::KeySpan;
use crate::table::read::{Page, Reading};
use crate::table::schema::KeySchema;
use crate::table::tables::Tables;
use crate::table::walk::{Ground, PagePlan, Walk};
use crate::value::{Item, ItemRef};

/// A page that was begun, with all that it needs to be walked over to its end: its whole content is that of the moment
/// at which it was begun.
///
/// It is charged when it is finished, at the time of then, as only then it is known what it costs.
pub struct PageRest<'a> {
    plan: PagePlan<'a>,
    walk: Walk,
    /// What is left of the plan's span.
    span: KeySpan,
    /// Nothing once it is walked over.
    snapshot: Option<Box<dyn Read + Send + Sync>>,
    schema: KeySchema,
    items: Space,
    index: Option<(IndexDefinition, Space)>,
    last_key: Option<Item>,
}

impl<'a> PageRest<'a> {
    /// What is left of a page behind an entry.
    pub(in crate::table) fn new(
        plan: PagePlan<'a>,
        mut walk: Walk,
        behind: &Entry,
        (store, ground): (&dyn Store, &Ground<'_>),
    ) -> Self {
        let mut span = plan.span.clone();
        span.start_behind(behind.key(), plan.direction);
        walk.pause_no_more();
        Self {
            plan,
            walk,
            span,
            snapshot: Some(store.snapshot()),
            schema: ground.schema.clone(),
            items: ground.items,
            index: ground.index.map(|(definition, space)| (definition.clone(), space)),
            last_key: None,
        }
    }

    /// Walks over what is left. A failure is told when the page is finished.
    pub fn walk(&mut self) {
        let Some(snapshot) = self.snapshot.take() else { return };
        let index = self.index.as_ref().map(|(definition, space)| (definition, *space));
        let ground = Ground { schema: &self.schema, items: self.items, index };
        if let Err(error) = self.walk.over(&self.plan, &self.span, (snapshot.as_ref(), &ground)) {
            // That the walk ends here is all that there is to say.
            let _ = self.walk.fail(error.into());
        }
        let stopped_at = self.walk.stopped_at.take();
        self.last_key = stopped_at.map(|entry| ground.key_item(ItemRef::trusted(entry.value())));
    }

    /// The index that the page is of.
    #[must_use]
    pub fn index(&self) -> Option<&IndexDefinition> {
        self.index.as_ref().map(|(definition, _)| definition)
    }

    /// The page, charged to its table or index. Nobody pays where that has gone meanwhile.
    ///
    /// # Errors
    /// As [`Reading::page`].
    pub fn finish(mut self, reading: Option<&mut Reading<'_>>) -> Result<Page, Error> {
        self.walk();
        self.walk.take_failure()?;
        let consumed = self.plan.consumed(&self.walk);
        if let Some(reading) = reading {
            let position = self.index.as_ref().map(|(_, space)| reading.index_in(*space));
            // Indexes may have come and gone before this one.
            self.plan.index = position.flatten();
            if position != Some(None) {
                reading.charge(&self.plan, &self.walk)?;
            }
        }
        Ok(Page::of(self.walk, self.last_key, consumed))
    }
}

impl Tables {
    /// The table of a page that is to be finished, counted as answering it; none where it is gone.
    pub fn resume_reading(&mut self, rest: &PageRest<'_>, now: Timestamp) -> Option<Reading<'_>> {
        let name = self.names_by_space.get(&rest.items.0)?;
        let table = self.by_name.get_mut(name)?;
        if let Some(operation) = self.request.operation {
            table.traffic.resume(operation, now);
            if !self.request.served.contains(&table.space) {
                self.request.served.push(table.space);
            }
        }
        Some(Reading { table, store: self.store.as_ref(), now })
    }
}
