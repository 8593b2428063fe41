//! Operands with the request's names and values in them: what they are before an item is seen, and their value for
//! an item.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::ast::{Call, Calls, Function, Operand, Path, Step, Symbols};
use super::binder::Binder;
use super::names::BoundNames;
use crate::value::{ItemRef, Number, Type, Value, ValueRef, View};

/// The names and values of one bound expression.
#[derive(Clone, Default, Debug)]
pub(super) struct Scope {
    pub names: BoundNames,
    /// How many of the expression's `#placeholders` are in `names`.
    names_bound: usize,
    /// In the order of [`Symbols::values`].
    pub values: SmallVec<[Value; 2]>,
}

impl Scope {
    /// The scope of a tree that has values and no placeholders.
    pub fn of_values(values: SmallVec<[Value; 2]>) -> Self {
        Self { values, ..Self::default() }
    }

    /// Binds the `#names` of a path. Placeholders are numbered in the order of the text, so one that is not bound
    /// yet is always the next one, provided that paths come in the order of the text.
    pub fn bind_path(
        &mut self,
        path: Path,
        symbols: &Symbols,
        binder: &mut Binder<'_>,
    ) -> Result<(), String> {
        for step in symbols.steps(path) {
            if let Step::Placeholder(placeholder) = step
                && usize::from(*placeholder) >= self.names_bound
            {
                binder.bind_name(symbols, self.names_bound, &mut self.names)?;
                self.names_bound += 1;
            }
        }
        Ok(())
    }

    /// Binds a `:value`, by the same rule.
    pub fn bind_value(
        &mut self,
        value: u16,
        symbols: &Symbols,
        binder: &mut Binder<'_>,
    ) -> Result<(), String> {
        if usize::from(value) >= self.values.len() {
            let bound = binder.bind_value(symbols, self.values.len())?;
            self.values.push(bound);
        }
        Ok(())
    }

    /// Binds all names of the expression.
    pub fn bind_names(&mut self, symbols: &Symbols, binder: &mut Binder<'_>) -> Result<(), String> {
        for placeholder in self.names_bound..symbols.placeholders.len() {
            binder.bind_name(symbols, placeholder, &mut self.names)?;
        }
        self.names_bound = symbols.placeholders.len();
        Ok(())
    }

    /// Binds all values of the expression.
    pub fn bind_values(&mut self, symbols: &Symbols, binder: &mut Binder<'_>) -> Result<(), String> {
        for value in self.values.len()..symbols.values.len() {
            let bound = binder.bind_value(symbols, value)?;
            self.values.push(bound);
        }
        Ok(())
    }

    /// A bound value.
    pub fn value(&self, index: u16) -> ValueRef<'_> {
        self.values[usize::from(index)].as_ref()
    }

    /// The type an operand has for every item: a value's, `N` for `size`. A path's depends on the item.
    pub fn static_type(&self, operand: Operand, calls: &Calls) -> Option<Type> {
        match operand {
            Operand::Path(_) => None,
            Operand::Value(index) => Some(self.value(index).type_()),
            Operand::Call(call) => (calls.get(call).function == Function::Size).then_some(Type::N),
        }
    }

    /// DynamoDB refuses `a = a`, `contains(a, a)` and the like.
    pub fn check_distinct(
        &self,
        symbols: &Symbols,
        operator: &str,
        first: Operand,
        others: &[Operand],
    ) -> Result<(), String> {
        let Operand::Path(first) = first else { return Ok(()) };
        for other in others {
            if let Operand::Path(other) = other
                && self.names.same_path(symbols, first, *other)
            {
                return Err(format!(
                    "The first operand must be distinct from the remaining operands for this operator or function; \
                     operator: {operator}, first operand: {}",
                    self.names.path_text(symbols, first)
                ));
            }
        }
        Ok(())
    }

    /// The value at a path of an item.
    pub fn at_path<'i>(&self, symbols: &Symbols, path: Path, item: ItemRef<'i>) -> Option<ValueRef<'i>> {
        let (first, rest) = symbols.steps(path).split_first()?;
        let mut value = item.get(self.names.name(symbols, *first)?)?;
        for step in rest {
            value = match (value.view(), step) {
                (View::L(list), Step::Index(index)) => list.get(usize::try_from(*index).ok()?)?,
                (View::M(map), step) => map.get(self.names.name(symbols, *step)?)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

/// A function has the number of operands it takes.
pub(super) fn check_operand_count(call: Call) -> Result<(), String> {
    let count = usize::from(call.end - call.start);
    if count == call.function.operand_count() {
        return Ok(());
    }
    Err(format!(
        "Incorrect number of operands for operator or function; operator or function: {}, number of operands: {count}",
        call.function.name()
    ))
}

/// A function that is about an attribute is given one.
pub(super) fn check_path_operand(function: Function, operand: Operand) -> Result<(), String> {
    if matches!(operand, Operand::Path(_)) {
        return Ok(());
    }
    Err(format!("Operator or function requires a document path; operator or function: {}", function.name()))
}

/// The refusal of an operand whose type the operator or function does not take.
pub(super) fn incorrect_type(operator: &str, type_: &str) -> String {
    format!(
        "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {type_}"
    )
}

/// An operand's value for an item.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operated<'v> {
    /// The item has no such attribute, or it has no size.
    Missing,
    Value(ValueRef<'v>),
    /// What `size` counted.
    Size(usize),
}

impl Operated<'_> {
    /// `=`: same type and same value. What is missing equals nothing, not even what is missing too.
    pub fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => left.equals(&right),
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }

    /// The order of two strings, numbers or binaries; none otherwise.
    pub fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => left.compare(&right),
            (Self::Size(left), Self::Size(right)) => Some(left.cmp(&right)),
            (Self::Size(size), Self::Value(value)) => Some(size_number(size).cmp(&number(value)?)),
            (Self::Value(value), Self::Size(size)) => Some(number(value)?.cmp(&size_number(size))),
            _ => None,
        }
    }
}

/// A size as a number value.
pub(super) fn size_number(size: usize) -> Number {
    Number::from_i64(i64::try_from(size).expect("invariant: values are far smaller than 2^63"))
}

fn number(value: ValueRef<'_>) -> Option<Number> {
    match value.view() {
        View::N(number) => Some(number),
        _ => None,
    }
}

/// What `size` counts (developer guide, "Functions"): the length of a string or binary, the elements of a container.
/// Numbers, booleans and nulls have no size.
///
/// A string's length is counted in UTF-16 units, as Java does and the emulators that were compared with DynamoDB
/// do; the guide says "length of string" and no more.
pub(super) fn size_of(value: ValueRef<'_>) -> Option<usize> {
    match value.view() {
        View::S(text) if text.is_ascii() => Some(text.len()),
        View::S(text) => Some(text.encode_utf16().count()),
        View::B(bytes) => Some(bytes.len()),
        View::Ss(set) | View::Ns(set) | View::Bs(set) => Some(set.len()),
        View::L(list) => Some(list.len()),
        View::M(map) => Some(map.len()),
        View::N(_) | View::Bool(_) | View::Null => None,
    }
}
