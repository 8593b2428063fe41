//! The parameters that were there before expressions, made into the same bound objects: there is one evaluation of
//! conditions, one of updates and one of projections.
//!
//! A comparison becomes the program that the equivalent expression is compiled to, an attribute's change the action.
//! There is no text in between, so names need no placeholders and may contain anything. What DynamoDB refuses of the
//! parameters is the caller's to check, because its texts speak of the request's shapes.
//!
//! Source: developer guide, "Legacy conditional parameters", and what public suites measured where it is silent.

use smallvec::SmallVec;
use triomphe::Arc;

use super::ast::{
    Action, Call, Calls, Comparator, ConditionTree, Deed, Function, Instruction, Operand, Origin, Path, Step,
    Symbols, Test, UpdateTree,
};
use super::condition::Condition;
use super::error::ExpressionError;
use super::key_condition::{KeyCondition, SortCondition};
use super::operand::Scope;
use super::projection::Projection;
use super::update::Update;
use crate::value::{Type, Value};

/// `ComparisonOperator`: how an attribute is compared with the values given for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComparisonOperator {
    /// `EQ`: equal, of any type.
    Equal,
    /// `NE`: not equal; an attribute that is not there equals nothing.
    NotEqual,
    /// `LE`
    LessOrEqual,
    /// `LT`
    Less,
    /// `GE`
    GreaterOrEqual,
    /// `GT`
    Greater,
    /// `NOT_NULL`: the attribute is there, even if its value is null.
    NotNull,
    /// `NULL`: the attribute is not there.
    Null,
    /// `CONTAINS`: a part of a string or binary, an element of a set or list.
    Contains,
    /// `NOT_CONTAINS`: the attribute is there and does not contain (Alternator's measured
    /// `test_update_expected_1_not_contains`).
    NotContains,
    /// `BEGINS_WITH`
    BeginsWith,
    /// `IN`: equal to one of the values.
    In,
    /// `BETWEEN`: both bounds are included.
    Between,
}

impl ComparisonOperator {
    /// The name as requests write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "EQ",
            Self::NotEqual => "NE",
            Self::LessOrEqual => "LE",
            Self::Less => "LT",
            Self::GreaterOrEqual => "GE",
            Self::Greater => "GT",
            Self::NotNull => "NOT_NULL",
            Self::Null => "NULL",
            Self::Contains => "CONTAINS",
            Self::NotContains => "NOT_CONTAINS",
            Self::BeginsWith => "BEGINS_WITH",
            Self::In => "IN",
            Self::Between => "BETWEEN",
        }
    }

    /// Whether it compares with that many values.
    #[must_use]
    pub fn takes(self, values: usize) -> bool {
        match self {
            Self::Null | Self::NotNull => values == 0,
            Self::In => values > 0,
            Self::Between => values == 2,
            _ => values == 1,
        }
    }
}

/// What is compared with an attribute.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// How.
    pub operator: ComparisonOperator,
    /// With what: as many values as the operator takes.
    pub values: Vec<Value>,
}

/// `ConditionalOperator`: how the comparisons of a request are combined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ConditionalOperator {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

/// What `AttributeUpdates` does with an attribute.
#[derive(Clone, Debug)]
pub enum AttributeChange {
    /// `PUT`: sets it.
    Put(Value),
    /// `ADD`: adds to a number, a set or a list; sets it where it is not there.
    Add(Value),
    /// `DELETE` with a value: takes elements out of a set.
    Delete(Value),
    /// `DELETE` without a value: removes it.
    Remove,
}

impl Condition {
    /// The condition that `Expected`, `QueryFilter` or `ScanFilter` is. Allocates its tree; it is not cached.
    ///
    /// # Errors
    /// More comparisons or values than a tree has room for, which takes a request of several hundred kilobytes.
    ///
    /// # Panics
    /// When there is no comparison, or one has a number of values that its operator does not take.
    pub fn of_comparisons(
        comparisons: Vec<(String, Comparison)>,
        combined: ConditionalOperator,
    ) -> Result<Self, ExpressionError> {
        assert!(!comparisons.is_empty(), "no comparison is no condition");
        check_room(comparisons.iter().map(|(_, comparison)| comparison.values.len()))?;
        let mut compiler = Compiler::default();
        let mut symbols = Symbols::default();
        let mut jumps = Vec::new();
        for (name, comparison) in comparisons {
            if !compiler.program.is_empty() {
                jumps.push(compiler.program.len());
                compiler.program.push(Instruction::Not);
            }
            compiler.compare(symbols.attribute(name), comparison);
        }
        let end = position(compiler.program.len());
        for jump in jumps {
            compiler.program[jump] = match combined {
                ConditionalOperator::And => Instruction::JumpIfFalse(end),
                ConditionalOperator::Or => Instruction::JumpIfTrue(end),
            };
        }
        let Compiler { calls, program, values } = compiler;
        let tree = ConditionTree { origin: Origin::Legacy, symbols, calls, program };
        let scope = Scope::of_values(values);
        Ok(Self { tree: Arc::new(tree), scope, holds_for_nothing: false })
    }
}

impl KeyCondition {
    /// The key condition that `KeyConditions` is: comparisons, each of another attribute.
    ///
    /// # Panics
    /// When a comparison has a number of values that its operator does not take.
    #[must_use]
    pub fn of_comparisons(comparisons: Vec<(String, Comparison)>) -> Self {
        let mut key_condition = Self { conditions: SmallVec::new(), unindexable: Vec::new() };
        for (name, comparison) in comparisons {
            match sort_condition(comparison) {
                Some(condition) => key_condition.conditions.push((name, condition)),
                None => key_condition.unindexable.push(name),
            }
        }
        key_condition
    }
}

/// The range of an index that a comparison selects; none if it selects no range.
fn sort_condition(comparison: Comparison) -> Option<SortCondition> {
    let Comparison { operator, values } = comparison;
    assert!(operator.takes(values.len()), "a comparison has the values its operator takes");
    let mut values = values.into_iter();
    let mut next = || values.next().expect("invariant: the values were counted");
    Some(match operator {
        ComparisonOperator::Equal => SortCondition::Equal(next()),
        ComparisonOperator::Less => SortCondition::Less(next()),
        ComparisonOperator::LessOrEqual => SortCondition::LessOrEqual(next()),
        ComparisonOperator::Greater => SortCondition::Greater(next()),
        ComparisonOperator::GreaterOrEqual => SortCondition::GreaterOrEqual(next()),
        ComparisonOperator::BeginsWith => SortCondition::BeginsWith(next()),
        ComparisonOperator::Between => SortCondition::Between(next(), next()),
        _ => return None,
    })
}

impl Projection {
    /// The projection that `AttributesToGet` is; every name is another.
    ///
    /// # Errors
    /// As [`Condition::of_comparisons`].
    pub fn of_attributes(names: Vec<String>) -> Result<Self, ExpressionError> {
        check_room(names.iter().map(|_| 0))?;
        let mut symbols = Symbols::default();
        for name in names {
            symbols.attribute(name);
        }
        targets(Arc::new(symbols), Scope::default())
    }
}

impl Update {
    /// The update that `AttributeUpdates` is; every name is another. Allocates its tree; it is not cached.
    ///
    /// # Errors
    /// As [`Condition::of_comparisons`].
    pub fn of_changes(changes: Vec<(String, AttributeChange)>) -> Result<Self, ExpressionError> {
        check_room(changes.iter().map(|_| 1))?;
        let mut symbols = Symbols::default();
        let mut values = SmallVec::<[Value; 2]>::new();
        let mut actions = Vec::with_capacity(changes.len());
        for (name, change) in changes {
            let path = symbols.attribute(name);
            let index = position(values.len());
            let (deed, value) = match change {
                AttributeChange::Put(value) => (Deed::Set(Operand::Value(index)), Some(value)),
                AttributeChange::Add(value) if value.as_ref().type_() == Type::L => {
                    (Deed::Append(index), Some(value))
                }
                AttributeChange::Add(value) => (Deed::Add(index), Some(value)),
                AttributeChange::Delete(value) => (Deed::Delete(index), Some(value)),
                AttributeChange::Remove => (Deed::Remove, None),
            };
            values.extend(value);
            actions.push(Action { path, deed, clause: 0 });
        }
        let symbols = Arc::new(symbols);
        let targets = targets(symbols.clone(), Scope::of_values(values))?;
        let tree = UpdateTree { origin: Origin::Legacy, symbols, calls: Calls::default(), actions };
        Ok(Self { tree: Arc::new(tree), targets })
    }
}

/// All attributes of `symbols` as the paths of a projection.
fn targets(symbols: Arc<Symbols>, scope: Scope) -> Result<Projection, ExpressionError> {
    let paths = symbols.paths.clone();
    Projection::of_targets(symbols, scope, &paths).map_err(ExpressionError::Request)
}

impl Symbols {
    /// Adds a top-level attribute; its name is taken as it is, dots included.
    fn attribute(&mut self, name: String) -> Path {
        let start = position(self.steps.len());
        self.steps.push(Step::Literal(position(self.literals.len())));
        self.literals.push(name.into_boxed_str());
        let path = Path { start, end: start + 1 };
        self.paths.push(path);
        path
    }
}

/// Comparisons as a program.
#[derive(Default)]
struct Compiler {
    calls: Calls,
    program: Vec<Instruction>,
    values: SmallVec<[Value; 2]>,
}

impl Compiler {
    fn compare(&mut self, path: Path, comparison: Comparison) {
        let Comparison { operator, values } = comparison;
        assert!(operator.takes(values.len()), "a comparison has the values its operator takes");
        let path = Operand::Path(path);
        let first = position(self.values.len());
        let count = position(values.len());
        self.values.extend(values);
        let value = Operand::Value(first);
        let test = match operator {
            ComparisonOperator::Equal => compared(Comparator::Equal, path, value),
            ComparisonOperator::NotEqual => compared(Comparator::NotEqual, path, value),
            ComparisonOperator::LessOrEqual => compared(Comparator::LessOrEqual, path, value),
            ComparisonOperator::Less => compared(Comparator::Less, path, value),
            ComparisonOperator::GreaterOrEqual => compared(Comparator::GreaterOrEqual, path, value),
            ComparisonOperator::Greater => compared(Comparator::Greater, path, value),
            ComparisonOperator::NotNull => self.call(Function::AttributeExists, &[path]),
            ComparisonOperator::Null => self.call(Function::AttributeNotExists, &[path]),
            ComparisonOperator::Contains => self.call(Function::Contains, &[path, value]),
            ComparisonOperator::NotContains => return self.not_contains(path, value),
            ComparisonOperator::BeginsWith => self.call(Function::BeginsWith, &[path, value]),
            ComparisonOperator::In => {
                let start = position(self.calls.operands.len());
                self.calls.operands.extend((first..first + count).map(Operand::Value));
                Test::In { operand: path, start, end: start + count }
            }
            ComparisonOperator::Between => {
                Test::Between { operand: path, low: value, high: Operand::Value(first + 1) }
            }
        };
        self.program.push(Instruction::Test(test));
    }

    /// `attribute_exists(path) AND NOT contains(path, value)`
    fn not_contains(&mut self, path: Operand, value: Operand) {
        let exists = self.call(Function::AttributeExists, &[path]);
        let contains = self.call(Function::Contains, &[path, value]);
        let behind = position(self.program.len() + 4);
        self.program.extend([
            Instruction::Test(exists),
            Instruction::JumpIfFalse(behind),
            Instruction::Test(contains),
            Instruction::Not,
        ]);
    }

    fn call(&mut self, function: Function, operands: &[Operand]) -> Test {
        let start = position(self.calls.operands.len());
        self.calls.operands.extend_from_slice(operands);
        self.calls.calls.push(Call { function, start, end: position(self.calls.operands.len()) });
        Test::Call(position(self.calls.calls.len() - 1))
    }
}

fn compared(comparator: Comparator, left: Operand, right: Operand) -> Test {
    Test::Compare { comparator, left, right }
}

/// Elements of a tree at most: everything in it is found by a 16-bit index.
const ELEMENTS_MAX: usize = u16::MAX as usize;
/// An attribute takes this many elements of any table of a tree at most: a jump and the four instructions of
/// `NOT_CONTAINS`.
const ELEMENTS_PER_ATTRIBUTE: usize = 5;

/// Checks that a tree has room for attributes with that many values each. An expression's text is too short to meet
/// this; a legacy parameter is only limited by the request's 16 MB.
fn check_room(values: impl Iterator<Item = usize>) -> Result<(), ExpressionError> {
    let elements: usize = values.map(|values| ELEMENTS_PER_ATTRIBUTE + values).sum();
    if elements <= ELEMENTS_MAX {
        return Ok(());
    }
    Err(ExpressionError::Request(
        "dynacore has no room for so many conditions or updates in one request; it supports about ten thousand"
            .to_owned(),
    ))
}

fn position(index: usize) -> u16 {
    u16::try_from(index).expect("invariant: the room was checked")
}

#[cfg(test)]
mod tests;
