//! `ComparisonOperator` and `ConditionalOperator` as requests write them.

use crate::error::Error;
use crate::expression::{ComparisonOperator, ConditionalOperator};
use crate::request::constraint::Violations;

/// In the order in which AWS lists them.
const COMPARISON_OPERATORS: [(&str, ComparisonOperator); 13] = [
    ("IN", ComparisonOperator::In),
    ("NULL", ComparisonOperator::Null),
    ("BETWEEN", ComparisonOperator::Between),
    ("LT", ComparisonOperator::Less),
    ("NOT_CONTAINS", ComparisonOperator::NotContains),
    ("EQ", ComparisonOperator::Equal),
    ("GT", ComparisonOperator::Greater),
    ("NOT_NULL", ComparisonOperator::NotNull),
    ("NE", ComparisonOperator::NotEqual),
    ("LE", ComparisonOperator::LessOrEqual),
    ("BEGINS_WITH", ComparisonOperator::BeginsWith),
    ("GE", ComparisonOperator::GreaterOrEqual),
    ("CONTAINS", ComparisonOperator::Contains),
];

/// Reads the `ComparisonOperator` of an attribute in a parameter.
pub fn read_comparison_operator(
    violations: &mut Violations,
    parameter: &str,
    attribute: &str,
    given: Option<&str>,
) -> Option<ComparisonOperator> {
    let path = format!("{parameter}.{attribute}.member.comparisonOperator");
    violations.choice(&path, given, &COMPARISON_OPERATORS)
}

/// Reads `ConditionalOperator`.
pub fn read_conditional_operator(
    violations: &mut Violations,
    given: Option<&str>,
) -> Option<ConditionalOperator> {
    let choices = [("OR", ConditionalOperator::Or), ("AND", ConditionalOperator::And)];
    violations.choice("conditionalOperator", given, &choices)
}

/// Refuses a `ConditionalOperator` that has nothing to combine.
pub fn check_conditional_operator(
    operator: Option<ConditionalOperator>,
    conditions: usize,
) -> Result<(), Error> {
    match (operator, conditions) {
        (Some(_), 0) => {
            Err(Error::validation("ConditionalOperator cannot be used without Filter or Expected"))
        }
        (Some(_), 1) => Err(Error::validation(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements",
        )),
        _ => Ok(()),
    }
}
