//! The rules for the values that an attribute is compared with.

use crate::error::Error;
use crate::expression::{Comparison, ComparisonOperator};
use crate::request::legacy::INVALID;
use crate::value::{Type, Value};
use crate::wire::Checked;

/// Checks the values given for an operator: each by itself, their number, that they are of one type, that the
/// operator is for that type, and the order of a range's bounds.
pub fn checked_comparison(
    operator: ComparisonOperator,
    values: Vec<Checked<Value>>,
) -> Result<Comparison, Error> {
    let values = values.into_iter().collect::<Result<Vec<_>, _>>()?;
    let name = operator.name();
    if !operator.takes(values.len()) {
        return Err(Error::Validation(format!(
            "{INVALID}: Invalid number of argument(s) for the {name} ComparisonOperator"
        )));
    }
    let types = || values.iter().map(|value| value.as_ref().type_());
    if let Some(first) = types().next() {
        if types().any(|type_| type_ != first) {
            return Err(Error::Validation(format!(
                "{INVALID}: AttributeValues inside AttributeValueList must be of same type"
            )));
        }
        if !is_for(operator, first) {
            return Err(Error::Validation(format!(
                "{INVALID}: ComparisonOperator {name} is not valid for {} AttributeValue type",
                first.tag()
            )));
        }
    }
    if let (ComparisonOperator::Between, [low, high]) = (operator, values.as_slice())
        && low.as_ref().compare(&high.as_ref()).is_some_and(std::cmp::Ordering::is_gt)
    {
        return Err(Error::validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ));
    }
    Ok(Comparison { operator, values })
}

/// Which types an operator compares with. Unlike the function of expressions, `CONTAINS` looks for no sets, lists
/// and maps; that it looks for a boolean or null is what dynalite's tests leave room for.
fn is_for(operator: ComparisonOperator, type_: Type) -> bool {
    match operator {
        ComparisonOperator::Equal | ComparisonOperator::NotEqual => true,
        ComparisonOperator::BeginsWith => matches!(type_, Type::S | Type::B),
        ComparisonOperator::Contains | ComparisonOperator::NotContains => {
            matches!(type_, Type::S | Type::N | Type::B | Type::Bool | Type::Null)
        }
        _ => matches!(type_, Type::S | Type::N | Type::B),
    }
}
