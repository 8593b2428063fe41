//! How a request names its table: by name or by ARN.

use crate::error::Error;
use crate::request::constraint::Violations;

/// A table's name as a data-plane request gave it, checked.
///
/// A bad name is reported alone, before any other constraint (facts 14.3, CONF).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableName {
    given: String,
    /// Where the name starts in `given`: zero, or behind `table/` of an ARN.
    start: usize,
}

const ARN_MARK: &str = ":table/";

impl TableName {
    /// Checks a `TableName` member.
    ///
    /// # Errors
    /// `ValidationException` when it is absent or of a wrong form.
    pub fn new(given: Option<String>) -> Result<Self, Error> {
        Self::at("tableName", given)
    }

    /// As [`TableName::new`], for a member at another path.
    ///
    /// # Errors
    /// As [`TableName::new`].
    pub fn at(path: &str, given: Option<String>) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required(path, given.as_ref());
        let Some(given) = given else {
            violations.finish()?;
            unreachable!("an absent member is a violation");
        };
        let mut start = 0;
        if given.starts_with("arn:") {
            match given.find(ARN_MARK) {
                Some(at) => start = at + ARN_MARK.len(),
                None => {
                    return Err(Error::Validation(format!("Invalid table ARN: {given}")));
                }
            }
        }
        let name = &given[start..];
        violations.length(path, Some(name), 1, 255);
        if !name.is_empty() {
            violations.name_pattern(path, Some(name));
        }
        violations.finish()?;
        Ok(Self { given, start })
    }

    /// The table of a PartiQL statement, whose name is not checked: a name that no table can have is not found.
    ///
    /// # Errors
    /// `ValidationException` when it is an ARN of a wrong form.
    pub fn of_statement(given: &str) -> Result<Self, Error> {
        if given.starts_with("arn:") {
            return Self::new(Some(given.to_owned()));
        }
        Ok(Self { given: given.to_owned(), start: 0 })
    }

    /// The name alone.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.given[self.start..]
    }

    /// What the request said, which is what `ConsumedCapacity.TableName` repeats (facts 1.5).
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }
}
