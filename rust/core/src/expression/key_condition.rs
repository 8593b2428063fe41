//! Key conditions: which partition a query reads, and which range of it.

use smallvec::SmallVec;

use super::ast::{Comparator, Function, Instruction, Operand, Path, Test};
use super::condition::Condition;
use super::error::ExpressionError;
use crate::value::{Type, Value};

/// A bound `KeyConditionExpression` or `KeyConditions`: conditions on attributes, of which it is not yet known that
/// they are keys.
#[derive(Clone, Debug)]
pub struct KeyCondition {
    /// In the order of the text, each on another attribute: one or two, or up to eight for an index whose key has
    /// several attributes.
    pub(super) conditions: SmallVec<[(String, SortCondition); 2]>,
    /// Attributes with a comparison that no index can answer. Only the legacy parameter can ask for one, and what is
    /// said of it depends on the table.
    pub(super) unindexable: Vec<String>,
}

/// What a query reads of a table or an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyQuery {
    /// The partition key's value.
    pub partition: Value,
    /// The condition on the sort key.
    pub sort: Option<SortCondition>,
}

/// What a query reads of an index, whose key may have several attributes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexQuery {
    /// The partition attributes' values, all of them.
    pub partition: Vec<Value>,
    /// The values of the first sort attributes that stand before the one `sort` is about.
    pub equal: Vec<Value>,
    /// The condition on the next sort attribute.
    pub sort: Option<SortCondition>,
}

/// A condition on a sort key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SortCondition {
    /// `sort = :value`
    Equal(Value),
    /// `sort < :value`
    Less(Value),
    /// `sort <= :value`
    LessOrEqual(Value),
    /// `sort > :value`
    Greater(Value),
    /// `sort >= :value`
    GreaterOrEqual(Value),
    /// `sort BETWEEN :low AND :high`, both included; `low` is not greater than `high`.
    Between(Value, Value),
    /// `begins_with(sort, :prefix)`
    BeginsWith(Value),
}

impl SortCondition {
    /// The value or values the key is compared with.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let (first, second) = match self {
            Self::Equal(value)
            | Self::Less(value)
            | Self::LessOrEqual(value)
            | Self::Greater(value)
            | Self::GreaterOrEqual(value)
            | Self::BeginsWith(value) => (value, None),
            Self::Between(low, high) => (low, Some(high)),
        };
        std::iter::once(first).chain(second)
    }
}

impl KeyQuery {
    /// Checks the values against the types of the key attributes.
    ///
    /// # Errors
    /// A value is of another type than its key attribute.
    pub fn check_types(&self, partition: Type, sort: Option<Type>) -> Result<(), ExpressionError> {
        let partition_fits = self.partition.as_ref().type_() == partition;
        let sort_fits = self
            .sort
            .as_ref()
            .is_none_or(|condition| condition.values().all(|value| Some(value.as_ref().type_()) == sort));
        if partition_fits && sort_fits {
            return Ok(());
        }
        Err(refusal(
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ))
    }
}

impl KeyCondition {
    /// The key condition that a condition is, if it is one.
    pub(super) fn bind(condition: &Condition) -> Result<Self, ExpressionError> {
        let program = &condition.tree.program;
        for (name, used) in [
            ("OR", program.iter().any(|instruction| matches!(instruction, Instruction::JumpIfTrue(_)))),
            ("NOT", program.contains(&Instruction::Not)),
        ] {
            if used {
                return Err(invalid_operator(name));
            }
        }
        let mut conditions = SmallVec::<[(String, SortCondition); 2]>::new();
        for instruction in program {
            let Instruction::Test(test) = instruction else { continue };
            let (name, sort_condition) = attribute_condition(condition, *test)?;
            if conditions.iter().any(|(earlier, _)| *earlier == name) {
                return Err(refusal("KeyConditionExpressions must only contain one condition per key"));
            }
            conditions.push((name, sort_condition));
        }
        Ok(Self { conditions, unindexable: Vec::new() })
    }

    /// The attributes it has conditions on.
    pub fn top_level_names(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().map(|(name, _)| name).chain(&self.unindexable).map(String::as_str)
    }

    /// The query it makes of a table or index with these key attributes.
    ///
    /// # Errors
    /// The partition key has no condition or another than `=`, or there is a condition on an attribute that is no
    /// key, or a comparison is none that an index can answer.
    pub fn resolve(&self, partition: &str, sort: Option<&str>) -> Result<KeyQuery, ExpressionError> {
        self.check_count(1 + usize::from(sort.is_some()))?;
        if !self.unindexable.is_empty() {
            return Err(self.refuse_unindexable(partition, sort));
        }
        if sort.is_none() && self.conditions.len() > 1 {
            return Err(refusal(UNSUPPORTED));
        }
        let partition_condition = self.find(partition).ok_or_else(|| missed(partition))?;
        let SortCondition::Equal(value) = partition_condition else {
            return Err(refusal(UNSUPPORTED));
        };
        let sort_condition = sort.and_then(|sort| self.find(sort));
        if let (Some(sort), None, 2) = (sort, sort_condition, self.conditions.len()) {
            return Err(missed(sort));
        }
        Ok(KeyQuery { partition: value.clone(), sort: sort_condition.cloned() })
    }

    /// The refusal of a query with a comparison that no index can answer. The key attributes are looked at in turn,
    /// and each must have a condition before it matters which (dynalite's measured tests of `KeyConditions`).
    fn refuse_unindexable(&self, partition: &str, sort: Option<&str>) -> ExpressionError {
        if sort.is_none() && self.top_level_names().count() > 1 {
            return refusal(UNSUPPORTED);
        }
        for key in std::iter::once(partition).chain(sort) {
            if self.is_unindexable(key) {
                return refusal(UNINDEXABLE);
            }
            match self.find(key) {
                None => return missed(key),
                Some(SortCondition::Equal(_)) => {}
                Some(_) => return refusal(UNSUPPORTED),
            }
        }
        refusal(UNSUPPORTED)
    }
}

impl KeyCondition {
    /// The query it makes of an index. Where the index's key has several partition or sort attributes, every partition
    /// attribute is given by `=`, and sort attributes from the first on without a gap, all but the last by `=`
    /// (facts 4.2; the text about sort attributes was measured on AWS by the public conformance suite in October 2026,
    /// the one about partition attributes is made after it).
    ///
    /// # Errors
    /// As [`KeyCondition::resolve`], or where these rules are broken.
    pub fn resolve_index(&self, partition: &[&str], sort: &[&str]) -> Result<IndexQuery, ExpressionError> {
        if let ([partition], [] | [_]) = (partition, sort) {
            let KeyQuery { partition, sort } = self.resolve(partition, sort.first().copied())?;
            return Ok(IndexQuery { partition: vec![partition], equal: Vec::new(), sort });
        }
        self.check_count(partition.len() + sort.len())?;
        if !self.unindexable.is_empty() {
            let key = partition.iter().chain(sort).any(|name| self.is_unindexable(name));
            return Err(refusal(if key { UNINDEXABLE } else { UNSUPPORTED }));
        }
        let values = partition.iter().map(|name| self.equality(name)).collect::<Option<Vec<Value>>>();
        let Some(values) = values else { return Err(self.refuse_partition(partition)) };
        if self.conditions.iter().any(|(name, _)| !partition.iter().chain(sort).any(|key| key == name)) {
            return Err(refusal(UNSUPPORTED));
        }
        let mut equal: Vec<Value> = sort.iter().map_while(|name| self.equality(name)).collect();
        let last = sort.get(equal.len()).and_then(|name| self.find(name)).cloned();
        if values.len() + equal.len() + usize::from(last.is_some()) < self.conditions.len() {
            return Err(self.refuse_sort(sort));
        }
        let last = last.or_else(|| equal.pop().map(SortCondition::Equal));
        Ok(IndexQuery { partition: values, equal, sort: last })
    }

    /// The refusal of a partition attribute without `=`.
    fn refuse_partition(&self, partition: &[&str]) -> ExpressionError {
        if let [only] = partition {
            return if self.find(only).is_some() { refusal(UNSUPPORTED) } else { missed(only) };
        }
        let missing = self.without_equality(partition);
        refusal(format!("HASH key attributes {missing} must have equality conditions specified in the query"))
    }

    /// The refusal of a gap or a range before the last sort attribute that has a condition.
    fn refuse_sort(&self, sort: &[&str]) -> ExpressionError {
        let last =
            sort.iter().rposition(|name| self.find(name).is_some()).expect("invariant: one has a condition");
        let (missing, present) = (self.without_equality(&sort[..last]), sort[last]);
        refusal(format!(
            "RANGE key attributes {missing} must have equality conditions specified in the query because a condition \
             is present on key attribute {present}"
        ))
    }

    /// The attributes that have no condition with `=`, as a message lists them.
    fn without_equality(&self, attributes: &[&str]) -> String {
        let missing: Vec<&str> =
            attributes.iter().copied().filter(|name| self.equality(name).is_none()).collect();
        missing.join(", ")
    }

    /// There are no more conditions than key attributes. Two are never too many: that is found out by their names
    /// (facts 14.3; the text was measured on AWS by the public conformance suite in October 2026).
    fn check_count(&self, attributes: usize) -> Result<(), ExpressionError> {
        let count = self.conditions.len() + self.unindexable.len();
        if count <= attributes.max(2) {
            return Ok(());
        }
        Err(refusal(format!(
            "The number of query conditions ({count}) exceeds the number of key attributes defined in the schema \
             ({attributes})"
        )))
    }

    /// Whether there is a condition on an attribute.
    #[must_use]
    pub fn names(&self, attribute: &str) -> bool {
        self.find(attribute).is_some() || self.is_unindexable(attribute)
    }

    fn is_unindexable(&self, attribute: &str) -> bool {
        self.unindexable.iter().any(|name| name == attribute)
    }

    fn find(&self, attribute: &str) -> Option<&SortCondition> {
        self.conditions.iter().find(|(name, _)| name == attribute).map(|(_, found)| found)
    }

    /// The value an attribute must equal.
    fn equality(&self, attribute: &str) -> Option<Value> {
        match self.find(attribute) {
            Some(SortCondition::Equal(value)) => Some(value.clone()),
            _ => None,
        }
    }
}

const UNSUPPORTED: &str = "Query key condition not supported";
const UNINDEXABLE: &str = "Attempted conditional constraint is not an indexable operation";

fn missed(key: &str) -> ExpressionError {
    refusal(format!("Query condition missed key schema element: {key}"))
}

/// The attribute and the condition on it that one comparison or function is.
fn attribute_condition(
    condition: &Condition,
    test: Test,
) -> Result<(String, SortCondition), ExpressionError> {
    match test {
        Test::Compare { comparator: Comparator::NotEqual, .. } => Err(invalid_operator("<>")),
        Test::In { .. } => Err(invalid_operator("IN")),
        Test::Compare { comparator, left, right } => {
            let key = Key::find(condition, &[left, right])?;
            let (other, comparator) =
                if key.position == 0 { (right, comparator) } else { (left, comparator.turned()) };
            let value = value(condition, other);
            let made = match comparator {
                Comparator::Equal => SortCondition::Equal(value),
                Comparator::Less => SortCondition::Less(value),
                Comparator::LessOrEqual => SortCondition::LessOrEqual(value),
                Comparator::Greater => SortCondition::Greater(value),
                Comparator::GreaterOrEqual => SortCondition::GreaterOrEqual(value),
                Comparator::NotEqual => unreachable!("invariant: refused above"),
            };
            Ok((key.name, made))
        }
        Test::Between { operand, low, high } => {
            check_first("BETWEEN", operand)?;
            let key = Key::find(condition, &[operand, low, high])?;
            Ok((key.name, SortCondition::Between(value(condition, low), value(condition, high))))
        }
        Test::Call(call) => {
            let call = condition.tree.calls.get(call);
            if call.function != Function::BeginsWith {
                return Err(invalid_operator(call.function.name()));
            }
            let operands = condition.tree.calls.operands(call.start, call.end);
            check_first("begins_with", operands[0])?;
            let key = Key::find(condition, operands)?;
            Ok((key.name, SortCondition::BeginsWith(value(condition, operands[1]))))
        }
    }
}

/// The one operand of a condition that is an attribute.
struct Key {
    name: String,
    position: usize,
}

impl Key {
    /// Finds the attribute; all other operands are values.
    fn find(condition: &Condition, operands: &[Operand]) -> Result<Self, ExpressionError> {
        let mut found: Option<(usize, Path)> = None;
        for (position, operand) in operands.iter().enumerate() {
            match operand {
                Operand::Value(_) => {}
                Operand::Call(_) => {
                    return Err(refusal("KeyConditionExpressions cannot contain nested operations"));
                }
                Operand::Path(_) if found.is_some() => {
                    return Err(invalid_condition("Multiple attribute names used in one condition"));
                }
                Operand::Path(path) if path.end - path.start > 1 => {
                    return Err(refusal(
                        "KeyConditionExpressions cannot have conditions on nested attributes",
                    ));
                }
                Operand::Path(path) => found = Some((position, *path)),
            }
        }
        let (position, path) = found.ok_or_else(|| invalid_condition("No key attribute specified"))?;
        let name = condition.scope.names.top_level(&condition.tree.symbols, path).to_owned();
        Ok(Self { name, position })
    }
}

/// The value of an operand that is one.
fn value(condition: &Condition, operand: Operand) -> Value {
    let Operand::Value(index) = operand else { unreachable!("invariant: only one operand is an attribute") };
    condition.scope.value(index).to_owned()
}

fn check_first(operator: &str, operand: Operand) -> Result<(), ExpressionError> {
    if matches!(operand, Operand::Path(_)) {
        return Ok(());
    }
    Err(invalid_condition(&format!("{operator} operator must have the key attribute as its first operand")))
}

fn invalid_operator(name: &str) -> ExpressionError {
    refusal(format!("Invalid operator used in KeyConditionExpression: {name}"))
}

fn invalid_condition(problem: &str) -> ExpressionError {
    refusal(format!("Invalid condition in KeyConditionExpression: {problem}"))
}

fn refusal(text: impl Into<String>) -> ExpressionError {
    ExpressionError::Request(text.into())
}

#[cfg(test)]
mod tests;
