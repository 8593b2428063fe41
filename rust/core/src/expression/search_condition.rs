//! Search conditions: the values that attributes of a vector index must have.

use super::ast::{Comparator, Instruction, Operand, Test};
use super::condition::Condition;
use super::error::ExpressionError;
use crate::value::Value;

/// A bound `SearchConditionExpression`: equalities that all hold. DynamoDB has no other comparison here (developer
/// guide, "Filtering with SearchConditionExpression").
#[derive(Clone, Debug)]
pub struct SearchCondition {
    equalities: Vec<Equality>,
}

/// One `attribute = :value`.
#[derive(Clone, Debug)]
pub struct Equality {
    /// The top-level attribute its path starts at.
    pub attribute: String,
    /// Whether the path goes on below it.
    pub nested: bool,
    /// The value.
    pub value: Value,
}

impl SearchCondition {
    pub(super) const PARAMETER: &str = "SearchConditionExpression";

    /// The search condition that a condition is, if it is one. The two texts were captured for comparators, and for
    /// `BETWEEN` and `IN`; that `OR`, `NOT` and functions are operators too is our reading.
    pub(super) fn bind(condition: &Condition) -> Result<Self, ExpressionError> {
        let mut equalities = Vec::new();
        for instruction in &condition.tree.program {
            match instruction {
                Instruction::JumpIfFalse(_) => {}
                Instruction::Test(Test::Compare { comparator, left, right }) => {
                    equalities.push(equality(condition, *comparator, (*left, *right))?);
                }
                Instruction::Test(_)
                | Instruction::Not
                | Instruction::JumpIfTrue(_)
                | Instruction::CompareTruth(..)
                | Instruction::TruthIn(..)
                | Instruction::Push
                | Instruction::ComparePushed(_) => {
                    return Err(Self::refusal("Invalid operator used in SearchConditionExpression"));
                }
            }
        }
        Ok(Self { equalities })
    }

    /// The equalities in the order of the text.
    #[must_use]
    pub fn equalities(&self) -> &[Equality] {
        &self.equalities
    }

    /// The value that an attribute must have.
    #[must_use]
    pub fn value_of(&self, attribute: &str) -> Option<&Value> {
        self.equalities.iter().find(|each| each.attribute == attribute).map(|each| &each.value)
    }

    /// The refusal of an expression, with the words DynamoDB puts in front.
    #[must_use]
    pub fn refusal(problem: &str) -> ExpressionError {
        ExpressionError::invalid(Self::PARAMETER, problem)
    }
}

fn equality(
    condition: &Condition,
    comparator: Comparator,
    operands: (Operand, Operand),
) -> Result<Equality, ExpressionError> {
    let (path, value) = match operands {
        (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path))
            if comparator == Comparator::Equal =>
        {
            (path, value)
        }
        _ => {
            return Err(SearchCondition::refusal("Invalid comparator used in SearchConditionExpression"));
        }
    };
    let symbols = &condition.tree.symbols;
    Ok(Equality {
        attribute: condition.scope.names.top_level(symbols, path).to_owned(),
        nested: path.end - path.start > 1,
        value: condition.scope.value(value).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{Binder, Cache};

    fn bind(text: &str) -> Result<SearchCondition, String> {
        let cache = Cache::new(4);
        let values = vec![(":a".to_owned(), Value::string("x")), (":b".to_owned(), Value::string("y"))];
        let mut binder = Binder::new(&cache, None, Some(&values)).unwrap();
        binder.search_condition(text).map_err(|error| error.to_string())
    }

    #[test]
    fn equalities_are_found_in_either_order_and_in_parentheses() {
        let condition = bind("(tenant = :a AND (:b = kind))").unwrap();
        let found: Vec<&str> = condition.equalities().iter().map(|each| each.attribute.as_str()).collect();
        assert_eq!(found, ["tenant", "kind"]);
        assert_eq!(condition.value_of("kind"), Some(&Value::string("y")));
        assert_eq!(condition.value_of("other"), None);
    }

    #[test]
    fn anything_else_is_refused() {
        let comparator =
            "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression";
        for text in ["p < :a", "p <> :a AND q = :b", "p = q", "size(p) = :a"] {
            assert_eq!(bind(text).unwrap_err(), comparator, "{text}");
        }
        let operator =
            "Invalid SearchConditionExpression: Invalid operator used in SearchConditionExpression";
        for text in
            ["p BETWEEN :a AND :b", "p IN (:a, :b)", "p = :a OR p = :b", "NOT p = :a", "begins_with(p, :a)"]
        {
            assert_eq!(bind(text).unwrap_err(), operator, "{text}");
        }
    }
}
