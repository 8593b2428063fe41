//! The search for the nearest entries: every candidate is looked at once, and a bounded heap keeps the best.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use crate::error::Error;
use crate::store::{Direction, Entry};
use crate::table::key_span::KeySpan;
use crate::table::read::Reading;
use crate::table::vector::distance::Query;
use crate::table::vector::entry::Stored;
use crate::value::Value;

/// What to search for.
pub struct SearchPlan<'a> {
    /// The vector index, by its position in the table.
    pub index: usize,
    /// The vector to be near to; as long as the index has dimensions.
    pub vector: &'a [f32],
    /// How many entries are wanted, at least one.
    pub top: usize,
    /// The value of the `HASH` attribute, where the index has one; of the attribute's type.
    pub scope: Option<&'a Value>,
    /// Attributes and the values that entries must have.
    pub filters: &'a [(&'a str, &'a Value)],
}

/// An entry that was found.
#[derive(Clone, Debug)]
pub struct Neighbor {
    /// `Score`.
    pub score: f32,
    /// The entry; see [`VectorIndexDefinition::item_of`](super::VectorIndexDefinition::item_of).
    pub entry: Entry,
}

/// What a search found.
pub struct Nearest {
    /// The nearest first. Of equal ones the first in the order of the index: that of a scan of the table, or of the one
    /// item collection after the other where the index has a `HASH` attribute. AWS's own order changes from search to
    /// search.
    pub neighbors: Vec<Neighbor>,
    /// How many entries there were to look at.
    pub candidates: u64,
}

impl Reading<'_> {
    /// The entries of a vector index that are nearest to a vector.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn search(&self, plan: &SearchPlan<'_>) -> Result<Nearest, Error> {
        let index = &self.table.vector_indexes()[plan.index];
        let definition = index.definition();
        let (dimensions, distance) = (definition.dimensions(), definition.distance());
        let query = Query::new(distance, plan.vector);
        let span = plan.scope.map_or_else(KeySpan::everything, KeySpan::of_index_partition);
        let sign = if distance.higher_is_nearer() { -1.0 } else { 1.0 };
        let mut best = Best::new(plan.top);
        let mut candidates = 0;
        self.store.scan(index.space(), span.range(), Direction::Forward, &mut |entry| {
            let stored = Stored::new(entry.value(), dimensions);
            candidates += 1;
            let passes = |(name, value): &(&str, &Value)| {
                stored.item().get(name).is_some_and(|found| found.equals(&value.as_ref()))
            };
            if plan.filters.iter().all(passes) {
                let score = query.score(stored.vector, stored.square);
                best.offer(sign * score, candidates, entry);
            }
            ControlFlow::Continue(())
        })?;
        let neighbors = best.into_sorted().into_iter();
        let neighbors = neighbors.map(|found| Neighbor { score: sign * found.cost, entry: found.entry });
        Ok(Nearest { neighbors: neighbors.collect(), candidates })
    }
}

/// The nearest entries so far.
struct Best {
    top: usize,
    /// The farthest of them on top.
    heap: BinaryHeap<Candidate>,
}

/// An entry by what makes it far.
struct Candidate {
    /// Lower is nearer.
    cost: f32,
    /// The order in which it was seen.
    order: u64,
    entry: Entry,
}

impl Best {
    fn new(top: usize) -> Self {
        Self { top, heap: BinaryHeap::with_capacity(top) }
    }

    /// Keeps the entry if it is among the nearest. It was seen after all others, so that an equal one stays.
    fn offer(&mut self, cost: f32, order: u64, entry: &Entry) {
        if self.heap.len() < self.top {
            self.heap.push(Candidate { cost, order, entry: entry.clone() });
        } else if let Some(mut farthest) = self.heap.peek_mut()
            && cost.total_cmp(&farthest.cost) == Ordering::Less
        {
            *farthest = Candidate { cost, order, entry: entry.clone() };
        }
    }

    fn into_sorted(self) -> Vec<Candidate> {
        self.heap.into_sorted_vec()
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cost.total_cmp(&other.cost).then(self.order.cmp(&other.order))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
