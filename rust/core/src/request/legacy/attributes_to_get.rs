//! `AttributesToGet`: the top-level attributes a read returns.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::expression::Projection;
use crate::request::constraint::Violations;
use crate::request::legacy::INVALID;
use crate::wire::check_attribute_name;

/// Names in the list at most (dynalite's model of the API).
const NAMES_MAX: usize = 255;

/// `AttributesToGet`.
pub struct AttributesToGet(Option<Vec<String>>);

impl AttributesToGet {
    /// Reads the member at `path`.
    pub fn read(violations: &mut Violations, path: &str, given: Option<Vec<String>>) -> Self {
        let length = given.as_ref().map_or(1, Vec::len);
        let shown =
            || format!("[{}]", given.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "));
        if length < 1 {
            violations.note(path, &shown(), "Member must have length greater than or equal to 1");
        }
        if length > NAMES_MAX {
            let constraint = format!("Member must have length less than or equal to {NAMES_MAX}");
            violations.note(path, &shown(), &constraint);
        }
        Self(given)
    }

    /// Whether the request has the member.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// The parameter of a request that projects, for refusals that name it.
    #[must_use]
    pub fn projecting(&self, expression: Option<&str>) -> Option<&'static str> {
        let legacy = self.is_given().then_some("AttributesToGet");
        legacy.or(expression.map(|_| "ProjectionExpression"))
    }

    /// The projection.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn projection(self) -> Result<Option<Projection>, Error> {
        let Some(names) = self.0 else { return Ok(None) };
        let mut seen = BTreeSet::new();
        if let Some(repeated) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(Error::Validation(format!(
                "{INVALID}: Duplicate value in attribute name: {repeated}"
            )));
        }
        names.iter().try_for_each(|name| check_attribute_name(name))?;
        Ok(Some(Projection::of_attributes(names)?))
    }
}
