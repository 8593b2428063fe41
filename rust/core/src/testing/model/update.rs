//! Updates as structures: carried out by the book, and written as text by [`Texts`].

use std::collections::BTreeSet;

use super::path::{Path, Step};
use super::texts::Texts;
use super::tree::{Attributes, Decimal, Tree};

/// Something `SET` writes or computes with.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// A value of the request.
    Value(Tree),
    /// Another attribute.
    Path(Path),
    /// `if_not_exists(path, source)`
    IfNotExists(Path, Box<Source>),
    /// `list_append(source, source)`
    ListAppend(Box<Source>, Box<Source>),
}

/// What is done at a path.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// `SET path = source`
    Set(Source),
    /// `SET path = source + source`
    Plus(Source, Source),
    /// `SET path = source - source`
    Minus(Source, Source),
    /// `REMOVE path`
    Remove,
    /// `ADD path :value`
    Add(Tree),
    /// `DELETE path :value`
    Delete(Tree),
}

/// One action of an update. The paths of an update start at different attributes.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// Where.
    pub path: Path,
    /// What.
    pub deed: Deed,
}

/// The actions of an update expression.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Update(pub Vec<Action>);

/// A path that leads nowhere, or through something that is no map or list.
pub const PATH_INVALID: &str = "The document path provided in the update expression is invalid for update";
const ATTRIBUTE_MISSING: &str =
    "The provided expression refers to an attribute that does not exist in the item";
const INCORRECT_TYPE: &str = "An operand in the update expression has an incorrect data type";

impl Update {
    /// The paths it writes to.
    #[must_use]
    pub fn targets(&self) -> Vec<Path> {
        self.0.iter().map(|action| action.path.clone()).collect()
    }

    /// Whether it only takes away, and so makes no item where there is none.
    #[must_use]
    pub fn only_removes(&self) -> bool {
        self.0.iter().all(|action| matches!(action.deed, Deed::Remove | Deed::Delete(_)))
    }

    /// The item after the update; `exists` is false for an item that is made by it.
    ///
    /// # Errors
    /// DynamoDB's text, where one action alone decides it.
    pub fn apply(&self, item: &Attributes, exists: bool) -> Result<Attributes, Option<&'static str>> {
        let mut updated = item.clone();
        for action in &self.0 {
            // Every source is read from the item as it was.
            action.apply(item, exists, &mut updated).map_err(|text| (self.0.len() == 1).then_some(text))?;
        }
        Ok(updated)
    }

    /// The update as text, its clauses in the order in which their first actions come.
    pub fn text(&self, texts: &mut Texts<'_, '_>) -> String {
        let mut clauses: Vec<(&str, Vec<String>)> = Vec::new();
        for action in &self.0 {
            let path = texts.path(&action.path);
            let (clause, text) = match &action.deed {
                Deed::Set(source) => ("SET", format!("{path} = {}", source.text(texts))),
                Deed::Plus(left, right) => {
                    ("SET", format!("{path} = {} + {}", left.text(texts), right.text(texts)))
                }
                Deed::Minus(left, right) => {
                    ("set", format!("{path} = {} - {}", left.text(texts), right.text(texts)))
                }
                Deed::Remove => ("REMOVE", path),
                Deed::Add(value) => ("ADD", format!("{path} {}", texts.value(value))),
                Deed::Delete(value) => ("DELETE", format!("{path} {}", texts.value(value))),
            };
            match clauses.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(clause)) {
                Some((_, actions)) => actions.push(text),
                None => clauses.push((clause, vec![text])),
            }
        }
        let clauses: Vec<String> =
            clauses.into_iter().map(|(clause, actions)| format!("{clause} {}", actions.join(", "))).collect();
        clauses.join(" ")
    }
}

impl Action {
    fn apply(&self, old: &Attributes, exists: bool, updated: &mut Attributes) -> Result<(), &'static str> {
        let nowhere = match self.path.parent().map(|parent| parent.find(old)) {
            None => false,
            Some(None) => true,
            Some(Some(parent)) => match (parent, self.path.0.last()) {
                (Tree::M(_), Some(Step::Name(_))) | (Tree::L(_), Some(Step::Index(_))) => false,
                _ => return Err(PATH_INVALID),
            },
        };
        let outcome = self.outcome(old)?;
        if nowhere {
            return if exists || self.deed != Deed::Remove { Err(PATH_INVALID) } else { Ok(()) };
        }
        match outcome {
            Outcome::Unavailable => return Err(ATTRIBUTE_MISSING),
            Outcome::Keep => {}
            Outcome::Remove => self.path.write(updated, None),
            Outcome::Write(value) => self.path.write(updated, Some(value)),
        }
        Ok(())
    }

    fn outcome(&self, old: &Attributes) -> Result<Outcome, &'static str> {
        let there = self.path.find(old);
        let written = match &self.deed {
            Deed::Remove => return Ok(Outcome::Remove),
            Deed::Set(source) => source.value(old)?,
            Deed::Plus(left, right) => sum(left, right, old, 1)?,
            Deed::Minus(left, right) => sum(left, right, old, -1)?,
            Deed::Add(value) => Some(match (there, value) {
                (None, value) => value.clone(),
                (Some(Tree::N(old)), Tree::N(value)) => Tree::N(Decimal(old.0 + value.0)),
                (Some(Tree::Ss(old)), Tree::Ss(value)) => Tree::Ss(old | value),
                (Some(Tree::Ns(old)), Tree::Ns(value)) => Tree::Ns(old | value),
                (Some(Tree::Bs(old)), Tree::Bs(value)) => Tree::Bs(old | value),
                _ => return Err(INCORRECT_TYPE),
            }),
            Deed::Delete(value) => {
                return Ok(match (there, value) {
                    (None, _) => Outcome::Keep,
                    (Some(Tree::Ss(old)), Tree::Ss(value)) => left_over(old - value, Tree::Ss),
                    (Some(Tree::Ns(old)), Tree::Ns(value)) => left_over(old - value, Tree::Ns),
                    (Some(Tree::Bs(old)), Tree::Bs(value)) => left_over(old - value, Tree::Bs),
                    _ => return Err(INCORRECT_TYPE),
                });
            }
        };
        Ok(written.map_or(Outcome::Unavailable, Outcome::Write))
    }
}

enum Outcome {
    Write(Tree),
    Remove,
    Keep,
    Unavailable,
}

/// A set of nothing does not exist.
fn left_over<T>(set: BTreeSet<T>, make: fn(BTreeSet<T>) -> Tree) -> Outcome {
    if set.is_empty() { Outcome::Remove } else { Outcome::Write(make(set)) }
}

fn sum(left: &Source, right: &Source, old: &Attributes, sign: i128) -> Result<Option<Tree>, &'static str> {
    let number = |source: &Source| match source.value(old)? {
        None => Ok(None),
        Some(Tree::N(number)) => Ok(Some(number.0)),
        Some(_) => Err(INCORRECT_TYPE),
    };
    let (left, right) = (number(left)?, number(right)?);
    Ok(left.zip(right).map(|(left, right)| Tree::N(Decimal(left + sign * right))))
}

impl Source {
    fn value(&self, old: &Attributes) -> Result<Option<Tree>, &'static str> {
        match self {
            Self::Value(value) => Ok(Some(value.clone())),
            Self::Path(path) => Ok(path.find(old).cloned()),
            Self::IfNotExists(path, otherwise) => match path.find(old) {
                Some(found) => Ok(Some(found.clone())),
                None => otherwise.value(old),
            },
            Self::ListAppend(left, right) => {
                let list = |source: &Self| match source.value(old)? {
                    None => Ok(None),
                    Some(Tree::L(list)) => Ok(Some(list)),
                    Some(_) => Err(INCORRECT_TYPE),
                };
                let (left, right) = (list(left)?, list(right)?);
                Ok(left.zip(right).map(|(left, right)| Tree::L([left, right].concat())))
            }
        }
    }

    fn text(&self, texts: &mut Texts<'_, '_>) -> String {
        match self {
            Self::Value(value) => texts.value(value),
            Self::Path(path) => texts.path(path),
            Self::IfNotExists(path, otherwise) => {
                format!("if_not_exists({}, {})", texts.path(path), otherwise.text(texts))
            }
            Self::ListAppend(left, right) => {
                format!("list_append({}, {})", left.text(texts), right.text(texts))
            }
        }
    }
}
