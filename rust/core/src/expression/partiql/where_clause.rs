//! `WHERE`: as a condition that items are asked about, and as a predicate from which it is found out which keys it
//! selects.

use triomphe::Arc;

use super::statement::Slot;
use crate::expression::ast::{Comparator, ConditionTree};
use crate::expression::condition::Condition;
use crate::value::Value;

/// A `WHERE` as parsed.
#[derive(Debug)]
pub(super) struct WhereTree {
    pub tree: Arc<ConditionTree>,
    /// The values that the tree and the predicate number.
    pub slots: Vec<Slot>,
    pub predicate: Predicate,
}

/// A condition by its shape.
#[derive(Debug)]
pub(super) enum Predicate {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Test(Test),
}

/// A condition without `AND`, `OR` and `NOT`.
#[derive(Debug)]
pub(super) struct Test {
    /// The top-level attributes its paths start at, in the order of the text.
    pub names: Vec<Box<str>>,
    /// What it says of its attribute, where it compares one whole attribute with values. Numbers are slots.
    pub comparison: Option<Comparison>,
}

/// An attribute compared with values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Compare(Comparator, u16),
    Between(u16, u16),
    /// A range of slots.
    In(u16, u16),
    BeginsWith(u16),
}

impl Predicate {
    /// Calls `visit` for the attributes of all tests, in the order of the text.
    pub fn visit_names<'p>(&'p self, visit: &mut impl FnMut(&'p str)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.visit_names(visit)),
            Self::Not(part) => part.visit_names(visit),
            Self::Test(test) => test.names.iter().for_each(|name| visit(name)),
        }
    }

    /// Whether some test is about an attribute that `wanted` accepts.
    pub fn names_any(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let mut found = false;
        self.visit_names(&mut |name| found |= wanted(name));
        found
    }
}

/// A bound `WHERE`.
#[derive(Clone, Debug)]
pub struct Where {
    pub(super) condition: Condition,
    pub(super) tree: Arc<WhereTree>,
}

impl Where {
    /// The whole clause as a condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    pub(super) fn value(&self, slot: u16) -> &Value {
        &self.condition.scope.values[usize::from(slot)]
    }
}
