//! `QueryFilter`, `ScanFilter` and `KeyConditions`.

use crate::error::Error;
use crate::expression::{self, Comparison, ComparisonOperator, ConditionalOperator, KeyCondition};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::legacy::comparison::checked_comparison;
use crate::request::legacy::entries::{Entries, Entry};
use crate::request::legacy::operator::{
    check_conditional_operator, read_comparison_operator, read_conditional_operator,
};
use crate::value::Value;
use crate::wire::{Checked, check_attribute_name};

input_shape! {
    /// A condition on an attribute.
    pub struct Condition {
        attribute_value_list: Vec<Checked<Value>> = "AttributeValueList",
        comparison_operator: String = "ComparisonOperator",
    }
}

impl Entry for Condition {
    const MAP: &'static str = "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.Condition>";
}

/// Conditions whose operators are known.
#[derive(Default)]
struct Conditions(Vec<(String, ComparisonOperator, Vec<Checked<Value>>)>);

impl Conditions {
    fn read(violations: &mut Violations, parameter: &str, given: Entries<Condition>) -> Self {
        let mut conditions = Vec::with_capacity(given.0.len());
        for (name, condition) in given.0 {
            let operator = condition.comparison_operator.as_deref();
            if operator.is_none() {
                violations.required::<()>(&format!("{parameter}.{name}.member.comparisonOperator"), None);
            }
            if let Some(operator) = read_comparison_operator(violations, parameter, &name, operator) {
                conditions.push((name, operator, condition.attribute_value_list.unwrap_or_default()));
            }
        }
        Self(conditions)
    }

    fn check(self) -> Result<Vec<(String, Comparison)>, Error> {
        let checked = |(name, operator, values): (String, _, _)| {
            check_attribute_name(&name)?;
            Ok((name, checked_comparison(operator, values)?))
        };
        self.0.into_iter().map(checked).collect()
    }
}

/// `QueryFilter` or `ScanFilter` with its `ConditionalOperator`.
pub struct Filter {
    conditions: Option<Conditions>,
    operator: Option<ConditionalOperator>,
}

impl Filter {
    /// Reads the members; `parameter` is the path of the filter's. Scan reports a bad operator before a bad filter,
    /// Query after it.
    pub fn read(
        violations: &mut Violations,
        parameter: &str,
        filter: Option<Entries<Condition>>,
        operator: Option<&str>,
    ) -> Self {
        let operator_first = parameter == "scanFilter";
        let early = operator.filter(|_| operator_first);
        let early = read_conditional_operator(violations, early);
        let conditions = filter.map(|filter| Conditions::read(violations, parameter, filter));
        let late = operator.filter(|_| !operator_first);
        Self { conditions, operator: early.or(read_conditional_operator(violations, late)) }
    }

    /// Whether the request has the filter.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.conditions.is_some()
    }

    /// Whether the request has `ConditionalOperator`.
    #[must_use]
    pub fn has_operator(&self) -> bool {
        self.operator.is_some()
    }

    /// Refuses a `ConditionalOperator` without at least two conditions.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_operator(&self) -> Result<(), Error> {
        check_conditional_operator(self.operator, self.conditions.as_ref().map_or(0, |filter| filter.0.len()))
    }

    /// The condition that the filter is; an empty one is none.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn condition(self) -> Result<Option<expression::Condition>, Error> {
        let comparisons = self.conditions.unwrap_or_default().check()?;
        if comparisons.is_empty() {
            return Ok(None);
        }
        let operator = self.operator.unwrap_or_default();
        Ok(Some(expression::Condition::of_comparisons(comparisons, operator)?))
    }
}

/// `KeyConditions`.
pub struct KeyConditions(Option<Conditions>);

impl KeyConditions {
    /// Reads the member.
    pub fn read(violations: &mut Violations, given: Option<Entries<Condition>>) -> Self {
        Self(given.map(|given| Conditions::read(violations, "keyConditions", given)))
    }

    /// Whether the request has the member.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// The key condition. Whether its attributes are keys depends on the table.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn key_condition(self) -> Result<Option<KeyCondition>, Error> {
        let Some(conditions) = self.0 else { return Ok(None) };
        let comparisons = conditions.check()?;
        // More than two are right for an index whose key has several attributes, so the table decides.
        if comparisons.is_empty() {
            return Err(Error::validation("Conditions can be of length 1 or 2 only"));
        }
        Ok(Some(KeyCondition::of_comparisons(comparisons)))
    }
}
