//! What the actions of an update write, worked out from the item as it was.

use smallvec::SmallVec;

use super::{Update, refusal};
use crate::expression::ast::{Action, Deed, Function, Operand, Origin};
use crate::expression::error::ExpressionError;
use crate::value::{Encoder, ItemRef, Number, NumberError, SetRef, Type, Value, ValueRef, View};

/// What an action does at its path.
#[derive(Debug)]
pub(super) enum Outcome<'v> {
    Write(Written<'v>),
    Remove,
    /// Nothing: `DELETE` from a set that is not there.
    Keep,
    /// `SET` reads an attribute that the item does not have.
    Unavailable,
}

/// One for each action, in their order.
pub(super) type Outcomes<'v> = SmallVec<[Outcome<'v>; 4]>;

/// A value to be written: one that the item or the request holds, or a new one.
#[derive(Debug)]
pub(super) enum Written<'v> {
    Old(ValueRef<'v>),
    New(Value),
}

impl Written<'_> {
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Old(value) => *value,
            Self::New(value) => value.as_ref(),
        }
    }
}

impl Update {
    pub(super) fn outcome<'v>(
        &'v self,
        action: &Action,
        item: ItemRef<'v>,
    ) -> Result<Outcome<'v>, ExpressionError> {
        let written = match action.deed {
            Deed::Set(operand) => self.value_of(operand, item)?,
            Deed::SetSum(left, right) => self.sum(left, right, item, Number::checked_add)?,
            Deed::SetDifference(left, right) => self.sum(left, right, item, Number::checked_sub)?,
            Deed::Remove => return Ok(Outcome::Remove),
            Deed::Add(value) | Deed::Append(value) | Deed::Delete(value) => {
                let old = self.scope().at_path(&self.tree.symbols, action.path, item);
                let changed = changed(action.deed, old, self.scope().value(value));
                return changed.map_err(|failure| match failure {
                    Failure::Types => refusal(type_mismatch(self.tree.origin)),
                    Failure::Number(error) => refusal(error.to_string()),
                });
            }
        };
        Ok(written.map_or(Outcome::Unavailable, Outcome::Write))
    }

    /// An operand's value; none if it needs an attribute that is not there.
    fn value_of<'v>(
        &'v self,
        operand: Operand,
        item: ItemRef<'v>,
    ) -> Result<Option<Written<'v>>, ExpressionError> {
        let call = match operand {
            Operand::Path(path) => {
                return Ok(self.scope().at_path(&self.tree.symbols, path, item).map(Written::Old));
            }
            Operand::Value(value) => return Ok(Some(Written::Old(self.scope().value(value)))),
            Operand::Call(call) => self.tree.calls.get(call),
        };
        let [first, second] = *self.tree.calls.operands(call.start, call.end) else {
            unreachable!("invariant: both functions of updates take two operands")
        };
        if call.function == Function::IfNotExists {
            let first = self.value_of(first, item)?;
            return if first.is_some() { Ok(first) } else { self.value_of(second, item) };
        }
        let (first, second) = (self.value_of(first, item)?, self.value_of(second, item)?);
        for operand in first.iter().chain(&second) {
            if operand.as_ref().type_() != Type::L {
                return Err(incorrect_type());
            }
        }
        Ok(first.zip(second).map(|(first, second)| Written::New(joined(first.as_ref(), second.as_ref()))))
    }

    /// A sum or difference; none if an operand is not there.
    fn sum<'v>(
        &'v self,
        left: Operand,
        right: Operand,
        item: ItemRef<'v>,
        combine: fn(&Number, &Number) -> Result<Number, NumberError>,
    ) -> Result<Option<Written<'v>>, ExpressionError> {
        let left = self.value_of(left, item)?.map(|left| number(left.as_ref())).transpose()?;
        let right = self.value_of(right, item)?.map(|right| number(right.as_ref())).transpose()?;
        let Some((left, right)) = left.zip(right) else { return Ok(None) };
        let result = combine(&left, &right).map_err(|error| refusal(error.to_string()))?;
        Ok(Some(Written::New(Value::number(result))))
    }
}

fn number(value: ValueRef<'_>) -> Result<Number, ExpressionError> {
    match value.view() {
        View::N(number) => Ok(number),
        _ => Err(incorrect_type()),
    }
}

fn incorrect_type() -> ExpressionError {
    refusal(type_mismatch(Origin::Expression))
}

/// The refusal of an attribute whose type does not fit an update; the legacy text is the one that dynalite's
/// measured tests of `AttributeUpdates` assert.
fn type_mismatch(origin: Origin) -> &'static str {
    match origin {
        Origin::Expression | Origin::Statement => {
            "An operand in the update expression has an incorrect data type"
        }
        Origin::Legacy => "Type mismatch for attribute to update",
    }
}

/// The elements of two lists, one list behind the other.
fn joined(first: ValueRef<'_>, second: ValueRef<'_>) -> Value {
    let mut encoder = Encoder::value();
    encoder.begin_list();
    for list in [first, second] {
        let View::L(list) = list.view() else { unreachable!("invariant: the types were checked") };
        for element in list.iter() {
            encoder.raw(element);
        }
    }
    encoder.end_list();
    encoder.finish_value()
}

/// Why an attribute cannot be added to or deleted from.
enum Failure {
    /// What is there and what is given do not fit together.
    Types,
    /// The sum has no place in a number.
    Number(NumberError),
}

/// What `ADD` and `DELETE` make of the value that is there.
fn changed<'v>(deed: Deed, old: Option<ValueRef<'v>>, given: ValueRef<'v>) -> Result<Outcome<'v>, Failure> {
    match (deed, old) {
        (Deed::Delete(_), None) => Ok(Outcome::Keep),
        (_, None) => Ok(Outcome::Write(Written::Old(given))),
        (Deed::Delete(_), Some(old)) => reduced(old, given),
        (Deed::Append(_), Some(old)) if old.type_() != Type::L => Err(Failure::Types),
        (Deed::Append(_), Some(old)) => Ok(Outcome::Write(Written::New(joined(old, given)))),
        (_, Some(old)) => added(old, given).map(|value| Outcome::Write(Written::New(value))),
    }
}

/// A sum of numbers or a union of sets.
fn added(old: ValueRef<'_>, addend: ValueRef<'_>) -> Result<Value, Failure> {
    if let (View::N(old), View::N(addend)) = (old.view(), addend.view()) {
        return old.checked_add(&addend).map(Value::number).map_err(Failure::Number);
    }
    let (old_set, addend_set) = sets(old, addend)?;
    let known = sorted(old_set);
    let fresh = addend_set.iter().filter(|element| known.binary_search(&element.as_bytes()).is_err());
    let union = set(old.type_(), old_set.iter().chain(fresh));
    Ok(union.expect("invariant: stored sets have elements"))
}

/// What `DELETE` leaves of the set that is there. A set of nothing does not exist.
fn reduced<'v>(old: ValueRef<'v>, removed: ValueRef<'v>) -> Result<Outcome<'v>, Failure> {
    let (old_set, removed_set) = sets(old, removed)?;
    let removed = sorted(removed_set);
    let kept = old_set.iter().filter(|element| removed.binary_search(&element.as_bytes()).is_err());
    Ok(set(old.type_(), kept).map_or(Outcome::Remove, |set| Outcome::Write(Written::New(set))))
}

/// Two sets of the same type.
fn sets<'v>(left: ValueRef<'v>, right: ValueRef<'v>) -> Result<(SetRef<'v>, SetRef<'v>), Failure> {
    match (left.view(), right.view()) {
        (View::Ss(left), View::Ss(right))
        | (View::Ns(left), View::Ns(right))
        | (View::Bs(left), View::Bs(right)) => Ok((left, right)),
        _ => Err(Failure::Types),
    }
}

/// The encoded elements in byte order; equal elements have equal encodings.
fn sorted<'v>(set: SetRef<'v>) -> SmallVec<[&'v [u8]; 16]> {
    let mut elements: SmallVec<[&[u8]; 16]> = set.iter().map(|element| element.as_bytes()).collect();
    elements.sort_unstable();
    elements
}

/// A set of elements that are known to differ; none if there are none.
fn set<'v>(type_: Type, elements: impl Iterator<Item = ValueRef<'v>>) -> Option<Value> {
    let mut elements = elements.peekable();
    elements.peek()?;
    let mut encoder = Encoder::value();
    encoder.begin_set(type_);
    elements.for_each(|element| encoder.raw(element));
    encoder.end_set().expect("invariant: the elements differ");
    Some(encoder.finish_value())
}
