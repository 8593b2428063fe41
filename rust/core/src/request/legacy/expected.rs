//! `Expected`: what a write demands of the item.

use crate::error::Error;
use crate::expression::{Comparison, ComparisonOperator, Condition, ConditionalOperator};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::legacy::INVALID;
use crate::request::legacy::comparison::checked_comparison;
use crate::request::legacy::entries::{Entries, Entry, Member};
use crate::request::legacy::operator::{
    check_conditional_operator, read_comparison_operator, read_conditional_operator,
};
use crate::value::Value;
use crate::wire::{Checked, check_attribute_name};

input_shape! {
    /// What is demanded of an attribute: a comparison, a value, or that it is not there.
    pub struct ExpectedAttributeValue {
        attribute_value_list: Vec<Checked<Value>> = "AttributeValueList",
        comparison_operator: String = "ComparisonOperator",
        exists: bool = "Exists",
        value: Member = "Value",
    }
}

impl Entry for ExpectedAttributeValue {
    const MAP: &'static str =
        "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue>";
}

/// `Expected` with its `ConditionalOperator`.
pub struct Expected {
    demands: Option<Vec<(String, Demand)>>,
    operator: Option<ConditionalOperator>,
}

/// A demand whose operator, if any, is known.
struct Demand {
    operator: Option<ComparisonOperator>,
    given: ExpectedAttributeValue,
}

impl Expected {
    /// Reads the members.
    pub fn read(
        violations: &mut Violations,
        expected: Option<Entries<ExpectedAttributeValue>>,
        operator: Option<&str>,
    ) -> Self {
        let operator = read_conditional_operator(violations, operator);
        let mut demand = |(name, given): (String, ExpectedAttributeValue)| {
            let operator = given.comparison_operator.as_deref();
            let operator = read_comparison_operator(violations, "expected", &name, operator);
            (name, Demand { operator, given })
        };
        let demands = expected.map(|expected| expected.0.into_iter().map(&mut demand).collect());
        Self { demands, operator }
    }

    /// Whether the request has `Expected`.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.demands.is_some()
    }

    /// Whether the request has `ConditionalOperator`.
    #[must_use]
    pub fn has_operator(&self) -> bool {
        self.operator.is_some()
    }

    /// Refuses a `ConditionalOperator` without at least two demands.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_operator(&self) -> Result<(), Error> {
        check_conditional_operator(self.operator, self.demands.as_ref().map_or(0, Vec::len))
    }

    /// The condition that the demands are; none if there is none.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn condition(self) -> Result<Option<Condition>, Error> {
        let demands = self.demands.unwrap_or_default();
        if demands.is_empty() {
            return Ok(None);
        }
        let checked = |(name, demand): (String, Demand)| {
            check_attribute_name(&name)?;
            let comparison = demand.comparison(&name)?;
            Ok((name, comparison))
        };
        let comparisons = demands.into_iter().map(checked).collect::<Result<Vec<_>, Error>>()?;
        Ok(Some(Condition::of_comparisons(comparisons, self.operator.unwrap_or_default())?))
    }
}

impl Demand {
    /// The comparison that is demanded. The members exclude each other in this order; `Value` beside an operator is
    /// one value for it, although the API reference says that they cannot be used together (measured for floci).
    fn comparison(self, name: &str) -> Result<Comparison, Error> {
        let Self { operator, given } = self;
        let refused =
            |problem: &str| Error::Validation(format!("{INVALID}: {problem} for Attribute: {name}"));
        if given.attribute_value_list.is_some() && given.value.is_some() {
            return Err(refused("Value and AttributeValueList cannot be used together"));
        }
        let Some(operator) = operator else { return given.without_operator(refused) };
        if given.exists.is_some() {
            return Err(refused("Exists and ComparisonOperator cannot be used together"));
        }
        let values = match (given.attribute_value_list, given.value) {
            (Some(values), _) => values,
            (None, Some(Member(value))) => vec![value],
            (None, None) if operator.takes(0) => Vec::new(),
            (None, None) => {
                let problem = format!(
                    "Value or AttributeValueList must be used with ComparisonOperator: {}",
                    operator.name()
                );
                return Err(refused(&problem));
            }
        };
        checked_comparison(operator, values)
    }
}

impl ExpectedAttributeValue {
    /// The form from before `ComparisonOperator`: `Value` is to be equal, or `Exists` is false.
    fn without_operator(self, refused: impl Fn(&str) -> Error) -> Result<Comparison, Error> {
        if self.attribute_value_list.is_some() {
            return Err(refused("AttributeValueList can only be used with a ComparisonOperator"));
        }
        match (self.exists, self.value) {
            (Some(false), Some(_)) => Err(refused("Value cannot be used when Exists is false")),
            (Some(false), None) => Ok(Comparison { operator: ComparisonOperator::Null, values: Vec::new() }),
            (_, Some(Member(value))) => checked_comparison(ComparisonOperator::Equal, vec![value]),
            (Some(true), None) => Err(refused("Value must be provided when Exists is true")),
            (None, None) => Err(refused("Value must be provided when Exists is null")),
        }
    }
}
