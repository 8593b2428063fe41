//! Conditions and filters: checked once against the request, then asked about items.

mod check;

use std::cmp::Ordering;

use smallvec::SmallVec;
use triomphe::Arc;

use super::ast::{Comparator, ConditionTree, Function, Instruction, Operand, Origin, Test};
use super::binder::Binder;
use super::error::ExpressionError;
use super::operand::{Operated, Scope, size_number, size_of};
use crate::value::{Item, ItemRef, Type, Value, ValueRef, View};

/// A bound `ConditionExpression` or `FilterExpression`, or the legacy parameter in its place.
#[derive(Clone, Debug)]
pub struct Condition {
    pub(super) tree: Arc<ConditionTree>,
    pub(super) scope: Scope,
    /// Whether it holds where there is no item, whatever it says.
    pub(super) holds_for_nothing: bool,
}

impl Condition {
    pub(super) fn bind(tree: Arc<ConditionTree>, binder: &mut Binder<'_>) -> Result<Self, String> {
        let scope = check::bind(&tree, binder)?;
        Ok(Self { tree, scope, holds_for_nothing: false })
    }

    /// The condition that a tree without placeholders is, with its values.
    pub(super) fn of_values(tree: Arc<ConditionTree>, values: SmallVec<[Value; 2]>) -> Result<Self, String> {
        let scope = check::check(&tree, Scope::of_values(values))?;
        Ok(Self { tree, scope, holds_for_nothing: false })
    }

    /// Whether the condition holds for an item; an item that does not exist has no attributes. Allocates nothing,
    /// but for comparing sets of more than 16 elements and maps.
    ///
    /// # Errors
    /// None at present: DynamoDB finds every wrong operand before it looks at an item, and what an item lacks or
    /// holds in another type makes a comparison false.
    pub fn matches(&self, item: Option<ItemRef<'_>>) -> Result<bool, ExpressionError> {
        let Some(item) = item else {
            return Ok(self.holds_for_nothing || self.holds(Item::default().as_ref()));
        };
        Ok(self.holds(item))
    }

    /// Whether it came as `Expected`, `QueryFilter` or `ScanFilter` and not as an expression.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.tree.origin == Origin::Legacy
    }

    /// The top-level attributes the condition's paths start at, in the order of the text, possibly repeated.
    pub fn top_level_names(&self) -> impl Iterator<Item = &str> {
        let symbols = &self.tree.symbols;
        symbols.paths.iter().map(|path| self.scope.names.top_level(symbols, *path))
    }

    /// Those of [`Condition::top_level_names`] whose path goes on below the top level. DynamoDB refuses them when
    /// they name key attributes.
    pub fn nested_names(&self) -> impl Iterator<Item = &str> {
        let symbols = &self.tree.symbols;
        let nested = symbols.paths.iter().filter(|path| path.end - path.start > 1);
        nested.map(|path| self.scope.names.top_level(symbols, *path))
    }

    /// Runs the program.
    fn holds(&self, item: ItemRef<'_>) -> bool {
        let mut truth = false;
        // Truths put aside, the last one in the lowest bit.
        let mut aside = 0_u128;
        let mut at = 0;
        while let Some(instruction) = self.tree.program.get(at) {
            at += 1;
            match *instruction {
                Instruction::Test(test) => truth = self.test(test, item),
                Instruction::Not => truth = !truth,
                Instruction::JumpIfFalse(target) if !truth => at = usize::from(target),
                Instruction::JumpIfTrue(target) if truth => at = usize::from(target),
                Instruction::JumpIfFalse(_) | Instruction::JumpIfTrue(_) => {}
                Instruction::CompareTruth(comparator, operand) => {
                    let boolean = Value::boolean(truth);
                    let operand = self.evaluate(operand, item);
                    truth = compare(comparator, Operated::Value(boolean.as_ref()), operand);
                }
                Instruction::TruthIn(start, end) => {
                    let boolean = Value::boolean(truth);
                    let mut candidates = self.tree.calls.operands(start, end).iter();
                    truth = candidates.any(|candidate| {
                        Operated::Value(boolean.as_ref()).equals(self.evaluate(*candidate, item))
                    });
                }
                Instruction::Push => aside = aside << 1 | u128::from(truth),
                Instruction::ComparePushed(comparator) => {
                    truth = (truth == (aside & 1 == 1)) == (comparator == Comparator::Equal);
                    aside >>= 1;
                }
            }
        }
        truth
    }

    fn test(&self, test: Test, item: ItemRef<'_>) -> bool {
        match test {
            Test::Compare { comparator, left, right } => {
                compare(comparator, self.evaluate(left, item), self.evaluate(right, item))
            }
            Test::Between { operand, low, high } => {
                let value = self.evaluate(operand, item);
                compare(Comparator::GreaterOrEqual, value, self.evaluate(low, item))
                    && compare(Comparator::LessOrEqual, value, self.evaluate(high, item))
            }
            Test::In { operand, start, end } => {
                let value = self.evaluate(operand, item);
                let candidates = self.tree.calls.operands(start, end);
                candidates.iter().any(|candidate| value.equals(self.evaluate(*candidate, item)))
            }
            Test::Call(call) => self.call(call, item),
        }
    }

    /// A function that is a condition.
    fn call(&self, call: u16, item: ItemRef<'_>) -> bool {
        let call = self.tree.calls.get(call);
        let operands = self.tree.calls.operands(call.start, call.end);
        let first = self.evaluate(operands[0], item);
        let second = |at: usize| self.evaluate(operands[at], item);
        match call.function {
            Function::AttributeExists => !matches!(first, Operated::Missing),
            Function::AttributeNotExists => matches!(first, Operated::Missing),
            Function::AttributeType => match (first, second(1)) {
                (Operated::Value(value), Operated::Value(name)) => {
                    matches!(name.view(), View::S(name) if name == value.type_().tag())
                }
                _ => false,
            },
            Function::BeginsWith => match (first, second(1)) {
                (Operated::Value(value), Operated::Value(prefix)) => begins_with(value, prefix),
                _ => false,
            },
            Function::Contains => match (first, second(1)) {
                (Operated::Value(container), Operated::Value(content)) => contains(container, content),
                (Operated::Value(container), Operated::Size(size)) => {
                    contains(container, Value::number(size_number(size)).as_ref())
                }
                _ => false,
            },
            Function::Size | Function::IfNotExists | Function::ListAppend => {
                unreachable!("invariant: the parser refuses these as conditions")
            }
        }
    }

    /// An operand's value.
    fn evaluate<'v>(&'v self, operand: Operand, item: ItemRef<'v>) -> Operated<'v> {
        match operand {
            Operand::Path(path) => {
                let found = self.scope.at_path(&self.tree.symbols, path, item);
                found.map_or(Operated::Missing, Operated::Value)
            }
            Operand::Value(index) => Operated::Value(self.scope.value(index)),
            Operand::Call(call) => {
                // The only function that is an operand of a condition.
                let call = self.tree.calls.get(call);
                assert!(
                    call.function == Function::Size,
                    "invariant: the parser refuses other functions here"
                );
                match self.evaluate(self.tree.calls.operands(call.start, call.end)[0], item) {
                    Operated::Value(value) => size_of(value).map_or(Operated::Missing, Operated::Size),
                    _ => Operated::Missing,
                }
            }
        }
    }
}

fn compare(comparator: Comparator, left: Operated<'_>, right: Operated<'_>) -> bool {
    match comparator {
        Comparator::Equal => left.equals(right),
        Comparator::NotEqual => !left.equals(right),
        Comparator::Less => left.order(right).is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => left.order(right).is_some_and(Ordering::is_le),
        Comparator::Greater => left.order(right).is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => left.order(right).is_some_and(Ordering::is_ge),
    }
}

/// Text begins with text where its bytes do.
fn begins_with(value: ValueRef<'_>, prefix: ValueRef<'_>) -> bool {
    matches!((value.type_(), prefix.type_()), (Type::S, Type::S) | (Type::B, Type::B))
        && value.payload().starts_with(prefix.payload())
}

/// A substring, an element of a set, or an element of a list of any type.
fn contains(container: ValueRef<'_>, content: ValueRef<'_>) -> bool {
    // Text is in text where its bytes are: no character begins inside another one.
    if let (Type::S, Type::S) | (Type::B, Type::B) = (container.type_(), content.type_()) {
        return contains_bytes(container.payload(), content.payload());
    }
    match (container.view(), content.view()) {
        (View::Ss(set), View::S(_)) | (View::Ns(set), View::N(_)) | (View::Bs(set), View::B(_)) => {
            set.contains(content)
        }
        (View::L(list), _) => list.iter().any(|element| element.equals(&content)),
        _ => false,
    }
}

/// Lengths whose product is at most this are tried out at every place, which is done before anything is prepared.
const TRIED_OUT_MAX: usize = 8_192;

/// Whether `part` occurs in `bytes`, in time proportional to both lengths (Knuth, Morris, Pratt): both may be
/// 400 KB.
fn contains_bytes(bytes: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return true };
    if bytes.len() * part.len() <= TRIED_OUT_MAX {
        let mut places = bytes.iter().enumerate();
        return places.any(|(at, byte)| byte == first && bytes[at + 1..].starts_with(rest));
    }
    // At each position, the length of the longest beginning of `part` that also ends there.
    let mut borders = vec![0_usize; part.len()];
    let step = |borders: &[usize], mut matched: usize, byte: u8| {
        while matched > 0 && part[matched] != byte {
            matched = borders[matched - 1];
        }
        matched + usize::from(part[matched] == byte)
    };
    for at in 1..part.len() {
        borders[at] = step(&borders, borders[at - 1], part[at]);
    }
    let mut matched = 0;
    bytes.iter().any(|byte| {
        matched = step(&borders, matched, *byte);
        matched == part.len()
    })
}

#[cfg(test)]
mod tests;
