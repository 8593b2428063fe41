//! What a `SELECT` reads: ranges of keys in an order, or everything.

use std::cmp::Ordering;

use crate::error::Error;
use crate::expression::{
    Branch, IndexQuery, KeyNames, KeyQuery, OrderTerm, SelectStatement, SortCondition, Where,
};
use crate::request::index_read::IndexRead;
use crate::request::page_options::{refuse_empty, refuse_long};
use crate::store::Direction;
use crate::table::{KeyAttribute, KeySpan, Table};
use crate::value::Value;

/// The ranges of a table or index that a statement reads, and in which direction.
pub struct ReadPlan {
    /// In the order in which they are read.
    pub ranges: Vec<ReadRange>,
    /// Which way each is walked.
    pub direction: Direction,
    /// Whether the statement gives the partition key; if not, there is one range, which is everything.
    pub keyed: bool,
}

/// A range of keys.
pub struct ReadRange {
    /// The keys.
    pub span: KeySpan,
    /// Whether some of what lies there may not be wanted.
    pub filtered: bool,
    /// The one key that the clause gives in full by `=`, if it says nothing else.
    exact: Option<(Value, Option<Value>)>,
}

/// What a statement reads from: a table, or an index of it.
#[derive(Clone, Copy)]
pub struct Read<'a> {
    /// The table.
    pub table: &'a Table,
    /// The index, if it is one.
    pub index: Option<IndexRead<'a>>,
}

impl<'a> Read<'a> {
    fn partition(self) -> &'a KeyAttribute {
        self.index.map_or(&self.table.schema().partition, |index| &index.keys().partition[0])
    }

    fn sort(self) -> Option<&'a KeyAttribute> {
        match self.index {
            None => self.table.schema().sort.as_ref(),
            Some(index) => index.keys().sort.first(),
        }
    }

    fn span(self, branch: &Branch<'_>, condition: usize) -> KeySpan {
        let sort = branch.sort.get(condition).cloned();
        match self.index {
            None => KeySpan::of_query(&KeyQuery { partition: branch.partition.clone(), sort }),
            Some(_) => KeySpan::of_index_query(&IndexQuery {
                partition: vec![branch.partition.clone()],
                equal: Vec::new(),
                sort,
            }),
        }
    }

    /// Plans a statement.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn plan(self, statement: &SelectStatement) -> Result<ReadPlan, Error> {
        let names = KeyNames {
            partition: &self.partition().name,
            sort: self.sort().map(|attribute| attribute.name.as_str()),
        };
        let branches = match &statement.filter {
            None => None,
            Some(filter) => filter.branches(&names)?,
        };
        let order = Order::new(&statement.order, &names, branches.as_deref())?;
        let Some(mut branches) = branches else {
            let everything =
                ReadRange { span: KeySpan::everything(), filtered: statement.filter.is_some(), exact: None };
            return Ok(ReadPlan { ranges: vec![everything], direction: Direction::Forward, keyed: false });
        };
        for branch in &branches {
            self.check_values(branch)?;
        }
        branches.sort_by(|left, right| compare_partitions(left, right));
        let ranges = order.arranged(self.ranges(&branches)?);
        if let Some(index) = &self.index {
            index.check_branch_filters(branches.iter().map(|branch| &branch.filter_names[..]))?;
        }
        Ok(ReadPlan { ranges, direction: order.direction, keyed: true })
    }

    /// The values of key attributes have their types, and none is empty or too long.
    fn check_values(self, branch: &Branch<'_>) -> Result<(), Error> {
        let sort = self.sort().into_iter();
        let sort = sort.flat_map(|attribute| {
            let values = branch.sort.iter().flat_map(SortCondition::values);
            values.map(move |value| (attribute, value))
        });
        for (attribute, value) in std::iter::once((self.partition(), branch.partition)).chain(sort) {
            if value.as_ref().type_() != attribute.type_ {
                return Err(type_mismatch(&attribute.name));
            }
            refuse_empty(attribute, value)?;
        }
        let partition = std::slice::from_ref(branch.partition);
        refuse_long(partition, &[], None)?;
        branch.sort.iter().try_for_each(|condition| refuse_long(partition, &[], Some(condition)))
    }

    /// The ranges of branches that are in the order of their partitions, with the partition of each. A branch that
    /// excludes sort keys makes whole partitions be read; otherwise no two may share a key.
    fn ranges<'b>(self, branches: &'b [Branch<'_>]) -> Result<Vec<(&'b Value, ReadRange)>, Error> {
        let whole = branches.iter().any(|branch| branch.excludes_sort);
        let mut ranges: Vec<(&Value, ReadRange)> = Vec::with_capacity(branches.len());
        for branch in branches {
            let known =
                |(partition, _): &(&Value, ReadRange)| partition.as_ref().equals(&branch.partition.as_ref());
            if whole && ranges.last().is_some_and(known) {
                continue;
            }
            let mut span = Some(self.span(branch, if whole { usize::MAX } else { 0 }));
            if !whole {
                for condition in 1..branch.sort.len() {
                    span = span.and_then(|span| span.meet(&self.span(branch, condition)));
                }
            }
            let exact = (!branch.filtered && !whole).then(|| self.exact(branch)).flatten();
            if let Some(span) = span {
                let filtered = branch.filtered || whole;
                ranges.push((branch.partition, ReadRange { span, filtered, exact }));
            }
        }
        ranges.sort_by(|(left_partition, left), (right_partition, right)| {
            let partitions = left_partition.as_ref().compare(&right_partition.as_ref());
            partitions.unwrap_or(Ordering::Equal).then_with(|| left.span.compare_start(&right.span))
        });
        if ranges.windows(2).any(|pair| pair[0].1.span.meet(&pair[1].1.span).is_some()) {
            return Err(Error::validation(
                "Overlapping conditions with range keys are not supported in where clause",
            ));
        }
        Ok(ranges)
    }

    fn exact(self, branch: &Branch<'_>) -> Option<(Value, Option<Value>)> {
        let mut values = branch.sort.iter().map(|condition| match condition {
            SortCondition::Equal(value) => Some(value.clone()),
            _ => None,
        });
        let sort = if self.sort().is_some() { Some(values.next()??) } else { None };
        values.all(|value| value == sort).then(|| (branch.partition.clone(), sort))
    }
}

impl ReadPlan {
    /// The values of the one key it reads, if it reads one key and wants what is there in any case.
    #[must_use]
    pub fn item_key(&self) -> Option<(&Value, Option<&Value>)> {
        match &self.ranges[..] {
            [ReadRange { exact: Some((partition, sort)), .. }] if self.keyed => {
                Some((partition, sort.as_ref()))
            }
            _ => None,
        }
    }
}

/// The refusal of a value that is not of its key attribute's type.
pub fn type_mismatch(name: &str) -> Error {
    Error::Validation(format!(
        "Key attribute's data type should match its data type in table's schema: Key {name}"
    ))
}

fn compare_partitions(left: &Branch<'_>, right: &Branch<'_>) -> Ordering {
    left.partition.as_ref().compare(&right.partition.as_ref()).unwrap_or(Ordering::Equal)
}

/// The order that `ORDER BY` asks for.
struct Order {
    partitions_descend: bool,
    direction: Direction,
}

impl Order {
    /// Checks the terms. Without a term for the sort key, `ORDER BY` gives it descending (measured).
    fn new(
        terms: &[OrderTerm],
        names: &KeyNames<'_>,
        branches: Option<&[Branch<'_>]>,
    ) -> Result<Self, Error> {
        if terms.is_empty() {
            return Ok(Self { partitions_descend: false, direction: Direction::Forward });
        }
        let foreign =
            terms.iter().find(|term| term.name != names.partition && Some(&*term.name) != names.sort);
        if let Some(term) = foreign {
            let name = &term.name;
            return Err(Error::Validation(format!(
                "Attribute {name} in ORDER BY clause must be part of the primary key"
            )));
        }
        let Some(branches) = branches else {
            return Err(Error::validation(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
            ));
        };
        let of_partition = terms.iter().find(|term| term.name == names.partition);
        let several = branches.windows(2).any(|pair| compare_partitions(&pair[0], &pair[1]).is_ne());
        if several && of_partition.is_none() {
            return Err(Error::validation(
                "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE \
                 clause.",
            ));
        }
        let of_sort = terms.iter().find(|term| Some(&*term.name) == names.sort);
        let ascends = of_sort.is_some_and(|term| !term.descending);
        Ok(Self {
            partitions_descend: of_partition.is_some_and(|term| term.descending),
            direction: if ascends { Direction::Forward } else { Direction::Backward },
        })
    }

    /// Ranges that ascend, in this order.
    fn arranged(&self, ranges: Vec<(&Value, ReadRange)>) -> Vec<ReadRange> {
        let mut groups: Vec<(&Value, Vec<ReadRange>)> = Vec::new();
        for (partition, range) in ranges {
            match groups.last_mut() {
                Some((known, group)) if known.as_ref().equals(&partition.as_ref()) => group.push(range),
                _ => groups.push((partition, vec![range])),
            }
        }
        if self.partitions_descend {
            groups.reverse();
        }
        let descends = self.direction == Direction::Backward;
        groups
            .into_iter()
            .flat_map(|(_, mut group)| {
                if descends {
                    group.reverse();
                }
                group
            })
            .collect()
    }
}

/// The whole clause as the filter of a range, where it is needed.
#[must_use]
pub fn filter_of<'w>(
    range: &ReadRange,
    filter: Option<&'w Where>,
) -> Option<&'w crate::expression::Condition> {
    filter.filter(|_| range.filtered).map(Where::condition)
}
