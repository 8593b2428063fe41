//! The keys that a query or scan walks over.

use std::cmp::Ordering;
use std::ops::Bound;

use smallvec::SmallVec;

use crate::expression::{IndexQuery, KeyQuery, SortCondition};
use crate::store::{Direction, KeyRange};
use crate::table::partition::HashRange;
use crate::value::{IndexKey, Value, ValueRef, partition_prefix, sort_bytes, successor};

type Bytes = SmallVec<[u8; 48]>;

/// A range of encoded keys.
#[derive(Clone, Debug)]
pub struct KeySpan {
    lower: Bound<Bytes>,
    upper: Bound<Bytes>,
}

impl KeySpan {
    /// Every key of a table.
    #[must_use]
    pub fn everything() -> Self {
        Self { lower: Bound::Unbounded, upper: Bound::Unbounded }
    }

    /// The keys whose hashes lie in a range.
    #[must_use]
    pub fn of_hashes(range: HashRange) -> Self {
        let bound = |hash: u64| Bytes::from_slice(&hash.to_be_bytes());
        Self {
            lower: Bound::Included(bound(range.start)),
            upper: range.end.checked_add(1).map_or(Bound::Unbounded, |end| Bound::Excluded(bound(end))),
        }
    }

    /// The keys that a key condition selects. Its values must have the schema's types.
    #[must_use]
    pub fn of_query(query: &KeyQuery) -> Self {
        let prefix = Bytes::from_slice(&partition_prefix(query.partition.as_ref()));
        let with_sort = |value: &Value| {
            let mut bytes = prefix.clone();
            bytes.extend_from_slice(&sort_bytes(value.as_ref()));
            bytes
        };
        let (mut lower, mut upper) = (Bound::Included(prefix.clone()), behind(&prefix));
        match &query.sort {
            None => {}
            Some(SortCondition::Equal(value)) => {
                lower = Bound::Included(with_sort(value));
                upper = Bound::Included(with_sort(value));
            }
            Some(SortCondition::Less(value)) => upper = Bound::Excluded(with_sort(value)),
            Some(SortCondition::LessOrEqual(value)) => upper = Bound::Included(with_sort(value)),
            Some(SortCondition::Greater(value)) => lower = Bound::Excluded(with_sort(value)),
            Some(SortCondition::GreaterOrEqual(value)) => lower = Bound::Included(with_sort(value)),
            Some(SortCondition::Between(low, high)) => {
                lower = Bound::Included(with_sort(low));
                upper = Bound::Included(with_sort(high));
            }
            Some(SortCondition::BeginsWith(value)) => {
                let start = with_sort(value);
                upper = behind(&start);
                lower = Bound::Included(start);
            }
        }
        Self { lower, upper }
    }

    /// The entries of an index that a key condition selects. Its values must have the index's types.
    #[must_use]
    pub fn of_index_query(query: &IndexQuery) -> Self {
        let partition: SmallVec<[ValueRef<'_>; 4]> = query.partition.iter().map(Value::as_ref).collect();
        let mut prefix = IndexKey::new(&partition);
        for value in &query.equal {
            prefix.push(value.as_ref());
        }
        let with = |value: &Value| {
            let mut key = prefix.clone();
            key.push(value.as_ref());
            key.into_bytes()
        };
        let start = Bytes::from_slice(prefix.as_bytes());
        let (mut lower, mut upper) = (Bound::Included(start.clone()), behind(&start));
        // Many entries may have one value, so every bound lies before or behind all of them.
        match &query.sort {
            None => {}
            Some(SortCondition::Equal(value)) => {
                upper = behind(&with(value));
                lower = Bound::Included(with(value));
            }
            Some(SortCondition::Less(value)) => upper = Bound::Excluded(with(value)),
            Some(SortCondition::LessOrEqual(value)) => upper = behind(&with(value)),
            Some(SortCondition::Greater(value)) => lower = from_behind(&with(value)),
            Some(SortCondition::GreaterOrEqual(value)) => lower = Bound::Included(with(value)),
            Some(SortCondition::Between(low, high)) => {
                lower = Bound::Included(with(low));
                upper = behind(&with(high));
            }
            Some(SortCondition::BeginsWith(value)) => {
                prefix.push_start(value.as_ref());
                upper = behind(prefix.as_bytes());
                lower = Bound::Included(prefix.into_bytes());
            }
        }
        Self { lower, upper }
    }

    /// The entries of an index with one partition attribute that have this value of it. It must have the attribute's
    /// type.
    #[must_use]
    pub fn of_index_partition(value: &Value) -> Self {
        let prefix = IndexKey::new(&[value.as_ref()]).into_bytes();
        Self { upper: behind(&prefix), lower: Bound::Included(prefix) }
    }

    /// Whether a key lies in the span.
    #[must_use]
    pub fn contains(&self, key: &[u8]) -> bool {
        let above = match &self.lower {
            Bound::Included(lower) => key >= &lower[..],
            Bound::Excluded(lower) => key > &lower[..],
            Bound::Unbounded => true,
        };
        let below = match &self.upper {
            Bound::Included(upper) => key <= &upper[..],
            Bound::Excluded(upper) => key < &upper[..],
            Bound::Unbounded => true,
        };
        above && below
    }

    /// The keys that two spans share; none where they share none.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let later = self.compare_start(other).is_lt();
        let lower = if later { &other.lower } else { &self.lower };
        let upper = match (&self.upper, &other.upper) {
            (Bound::Unbounded, upper) | (upper, Bound::Unbounded) => upper,
            (
                Bound::Included(mine) | Bound::Excluded(mine),
                Bound::Included(theirs) | Bound::Excluded(theirs),
            ) => {
                let mine_first =
                    mine < theirs || (mine == theirs && matches!(self.upper, Bound::Excluded(_)));
                if mine_first { &self.upper } else { &other.upper }
            }
        };
        let empty = match (lower, upper) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) => lower >= upper,
        };
        (!empty).then(|| Self { lower: lower.clone(), upper: upper.clone() })
    }

    /// Which of two spans begins first.
    #[must_use]
    pub fn compare_start(&self, other: &Self) -> Ordering {
        // Behind a key comes after at a key.
        let place = |span: &Self| match &span.lower {
            Bound::Unbounded => (Bytes::new(), false),
            Bound::Included(lower) => (lower.clone(), false),
            Bound::Excluded(lower) => (lower.clone(), true),
        };
        place(self).cmp(&place(other))
    }

    /// Cuts off everything up to and including `key`, as seen in walking direction.
    pub fn start_behind(&mut self, key: &[u8], direction: Direction) {
        let bound = Bound::Excluded(Bytes::from_slice(key));
        match direction {
            Direction::Forward => self.lower = bound,
            Direction::Backward => self.upper = bound,
        }
    }

    /// Where a walk in a direction begins, in bytes; empty where it has no bound there.
    #[must_use]
    pub fn beginning(&self, direction: Direction) -> &[u8] {
        let bound = match direction {
            Direction::Forward => &self.lower,
            Direction::Backward => &self.upper,
        };
        match bound {
            Bound::Included(key) | Bound::Excluded(key) => key,
            Bound::Unbounded => &[],
        }
    }

    /// The span as the store takes it.
    #[must_use]
    pub fn range(&self) -> KeyRange<'_> {
        KeyRange {
            lower: self.lower.as_ref().map(|bytes| &bytes[..]),
            upper: self.upper.as_ref().map(|bytes| &bytes[..]),
        }
    }
}

/// From behind everything that begins with `prefix`. The prefix is a whole value's, so something can follow it.
fn from_behind(prefix: &[u8]) -> Bound<Bytes> {
    Bound::Included(successor(prefix).expect("invariant: a terminator is no 0xFF"))
}

fn behind(prefix: &[u8]) -> Bound<Bytes> {
    successor(prefix).map_or(Bound::Unbounded, |bytes| Bound::Excluded(Bytes::from_slice(&bytes)))
}
