//! Which keys a `WHERE` selects.
//!
//! The rules are those that public conformance suites measured: the clause is taken apart into branches where `OR`
//! and `IN` speak of key attributes; it reads by key if every branch gives the partition key by `=` or `IN`, and
//! everything otherwise. Conditions on other attributes are not taken apart.

use super::where_clause::{Comparison, Predicate, Test, Where};
use crate::expression::ast::Comparator;
use crate::expression::error::ExpressionError;
use crate::expression::key_condition::SortCondition;
use crate::value::Value;

/// Ranges that a statement may read.
const BRANCHES_MAX: usize = 50;

/// The key attributes of a table or of an index with one of each.
#[derive(Clone, Copy, Debug)]
pub struct KeyNames<'k> {
    /// The partition key.
    pub partition: &'k str,
    /// The sort key.
    pub sort: Option<&'k str>,
}

impl KeyNames<'_> {
    fn hold(&self, name: &str) -> bool {
        self.partition == name || self.sort == Some(name)
    }
}

/// A range of keys that a `WHERE` selects.
#[derive(Clone, Debug)]
pub struct Branch<'w> {
    /// The partition key's value.
    pub partition: &'w Value,
    /// All conditions on the sort key that a range can hold.
    pub sort: Vec<SortCondition>,
    /// Attributes of conditions that the range does not hold, in the order of the text.
    pub filter_names: Vec<&'w str>,
    /// Whether there are such conditions.
    pub filtered: bool,
    /// Whether one of them excludes sort keys. The service does not look for overlaps then.
    pub excludes_sort: bool,
}

/// One condition of a branch: a test, with its `IN` decided, or a part that is not taken apart.
#[derive(Clone, Copy)]
enum Atom<'w> {
    Test(&'w Test, Comparison),
    Part(&'w Predicate),
}

impl Where {
    /// The ranges that the clause selects; none where it does not give the partition key.
    ///
    /// # Errors
    /// There are more ranges than a statement may read.
    pub fn branches(&self, keys: &KeyNames<'_>) -> Result<Option<Vec<Branch<'_>>>, ExpressionError> {
        let predicate = &self.tree.predicate;
        if !is_keyed(predicate, keys) {
            return Ok(None);
        }
        let atoms = expanded(predicate, keys).ok_or_else(|| {
            ExpressionError::Request("Too many decomposed read operations for a given query.".to_owned())
        })?;
        Ok(Some(atoms.iter().map(|atoms| self.branch(atoms, keys)).collect()))
    }

    fn branch<'w>(&'w self, atoms: &[Atom<'w>], keys: &KeyNames<'_>) -> Branch<'w> {
        let mut partition: Option<&Value> = None;
        let (mut sort, mut filter_names) = (Vec::new(), Vec::new());
        let (mut filtered, mut excludes_sort) = (false, false);
        for atom in atoms {
            if let Atom::Test(test, comparison) = *atom {
                let name = &*test.names[0];
                if name == keys.partition
                    && let Comparison::Compare(Comparator::Equal, slot) = comparison
                {
                    let value = self.value(slot);
                    if partition.is_none_or(|known| known.as_ref().equals(&value.as_ref())) {
                        partition = Some(value);
                        continue;
                    }
                }
                if Some(name) == keys.sort
                    && let Some(condition) = self.sort_condition(comparison)
                {
                    sort.push(condition);
                    continue;
                }
            }
            filtered = true;
            excludes_sort |= atom.excludes(keys.sort);
            atom.visit_names(&mut |name| filter_names.push(name));
        }
        let partition = partition.expect("invariant: a keyed clause gives the partition key in every branch");
        Branch { partition, sort, filter_names, filtered, excludes_sort }
    }

    /// The range of sort keys that a comparison selects; none if it selects no range.
    fn sort_condition(&self, comparison: Comparison) -> Option<SortCondition> {
        let value = |slot| self.value(slot).clone();
        Some(match comparison {
            Comparison::Compare(comparator, slot) => match comparator {
                Comparator::Equal => SortCondition::Equal(value(slot)),
                Comparator::Less => SortCondition::Less(value(slot)),
                Comparator::LessOrEqual => SortCondition::LessOrEqual(value(slot)),
                Comparator::Greater => SortCondition::Greater(value(slot)),
                Comparator::GreaterOrEqual => SortCondition::GreaterOrEqual(value(slot)),
                Comparator::NotEqual => return None,
            },
            Comparison::Between(low, high) => SortCondition::Between(value(low), value(high)),
            Comparison::BeginsWith(slot) => SortCondition::BeginsWith(value(slot)),
            Comparison::In(..) => return None,
        })
    }

    /// The value that a change's clause gives a key attribute by `=`, outside of `OR` and `NOT`; the first where it
    /// gives several.
    ///
    /// # Errors
    /// It gives two different values.
    pub fn key_value(&self, name: &str) -> Result<Option<&Value>, ExpressionError> {
        let mut found: Option<&Value> = None;
        for slot in equalities(&self.tree.predicate, name) {
            let value = self.value(slot);
            match found {
                None => found = Some(value),
                Some(known) if known.as_ref().equals(&value.as_ref()) => {}
                Some(_) => {
                    return Err(ExpressionError::Request(format!(
                        "Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
                    )));
                }
            }
        }
        Ok(found)
    }

    /// As [`Where::key_value`], for a condition of a transaction: of several values the first counts (measured).
    #[must_use]
    pub fn first_key_value(&self, name: &str) -> Option<&Value> {
        equalities(&self.tree.predicate, name).next().map(|slot| self.value(slot))
    }

    /// Whether the clause says nothing beyond equality of these attributes.
    #[must_use]
    pub fn is_only_equality_of(&self, keys: &KeyNames<'_>) -> bool {
        let mut parts = Vec::new();
        flatten(&self.tree.predicate, &mut parts);
        parts.iter().all(|part| {
            matches!(part, Predicate::Test(Test { names, comparison: Some(Comparison::Compare(Comparator::Equal, _)) })
                if keys.hold(&names[0]))
        })
    }
}

impl<'w> Atom<'w> {
    fn visit_names(&self, visit: &mut impl FnMut(&'w str)) {
        match self {
            Self::Test(test, _) => test.names.iter().for_each(|name| visit(name)),
            Self::Part(part) => part.visit_names(visit),
        }
    }

    /// Whether it is `NOT` of something about the sort key, or `<>`.
    fn excludes(&self, sort: Option<&str>) -> bool {
        let about_sort = |name: &str| Some(name) == sort;
        match self {
            Self::Test(test, Comparison::Compare(Comparator::NotEqual, _)) => about_sort(&test.names[0]),
            Self::Test(..) => false,
            Self::Part(part) => matches!(part, Predicate::Not(_)) && part.names_any(about_sort),
        }
    }
}

/// Whether every branch of a clause gives the partition key.
fn is_keyed(predicate: &Predicate, keys: &KeyNames<'_>) -> bool {
    match predicate {
        Predicate::And(parts) => parts.iter().any(|part| is_keyed(part, keys)),
        Predicate::Or(parts) => parts.iter().all(|part| is_keyed(part, keys)),
        Predicate::Not(_) => false,
        Predicate::Test(test) => {
            let gives = matches!(
                test.comparison,
                Some(Comparison::Compare(Comparator::Equal, _) | Comparison::In(..))
            );
            gives && &*test.names[0] == keys.partition
        }
    }
}

/// The branches of a clause; none if there are too many.
fn expanded<'w>(predicate: &'w Predicate, keys: &KeyNames<'_>) -> Option<Vec<Vec<Atom<'w>>>> {
    if !predicate.names_any(|name| keys.hold(name)) {
        return Some(vec![vec![Atom::Part(predicate)]]);
    }
    let mut branches = Vec::new();
    match predicate {
        Predicate::Not(_) => branches.push(vec![Atom::Part(predicate)]),
        Predicate::Test(test) => match test.comparison {
            Some(Comparison::In(start, end)) if keys.hold(&test.names[0]) => {
                if usize::from(end - start) > BRANCHES_MAX {
                    return None;
                }
                let equal = |slot| Atom::Test(test, Comparison::Compare(Comparator::Equal, slot));
                branches.extend((start..end).map(|slot| vec![equal(slot)]));
            }
            Some(comparison) => branches.push(vec![Atom::Test(test, comparison)]),
            None => branches.push(vec![Atom::Part(predicate)]),
        },
        Predicate::Or(parts) => {
            for part in parts {
                branches.extend(expanded(part, keys)?);
                if branches.len() > BRANCHES_MAX {
                    return None;
                }
            }
        }
        Predicate::And(parts) => {
            branches.push(Vec::new());
            for part in parts {
                let choices = expanded(part, keys)?;
                if branches.len() * choices.len() > BRANCHES_MAX {
                    return None;
                }
                branches = branches
                    .iter()
                    .flat_map(|branch| choices.iter().map(move |choice| [&branch[..], &choice[..]].concat()))
                    .collect();
            }
        }
    }
    Some(branches)
}

/// The parts of a conjunction.
fn flatten<'p>(predicate: &'p Predicate, parts: &mut Vec<&'p Predicate>) {
    match predicate {
        Predicate::And(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        other => parts.push(other),
    }
}

/// The slots that a conjunction's tests compare an attribute with by `=`.
fn equalities<'p>(predicate: &'p Predicate, name: &str) -> impl Iterator<Item = u16> + use<'p> {
    let mut parts = Vec::new();
    flatten(predicate, &mut parts);
    let name = name.to_owned();
    parts.into_iter().filter_map(move |part| match part {
        Predicate::Test(Test { names, comparison: Some(Comparison::Compare(Comparator::Equal, slot)) })
            if *names[0] == *name =>
        {
            Some(*slot)
        }
        _ => None,
    })
}
