//! The constraints of AWS's service model, gathered and reported together.

use std::fmt::{self, Write as _};

use crate::error::Error;

/// AWS lists at most this many violations in one answer (facts 14.3, step 8).
const VIOLATIONS_MAX: usize = 10;

/// Violations of model constraints, in the order they were found.
///
/// ```
/// use dynacore::request::constraint::Violations;
/// let mut violations = Violations::default();
/// violations.at_least("limit", Some(0), 1);
/// assert_eq!(
///     violations.finish().unwrap_err().message(),
///     "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: \
///      Member must have value greater than or equal to 1",
/// );
/// ```
#[derive(Default)]
pub struct Violations {
    texts: Vec<String>,
    /// What stands before each path, with its dot.
    above: String,
}

impl Violations {
    /// The paths that are noted from now on lie in this member.
    pub fn enter(&mut self, member: &str) {
        self.above = format!("{member}.");
    }

    fn add(&mut self, path: &str, value: Option<&dyn fmt::Display>, constraint: &str) {
        if self.texts.len() == VIOLATIONS_MAX {
            return;
        }
        let above = &self.above;
        let mut text = String::new();
        let written = match value {
            Some(value) => {
                write!(text, "Value '{value}' at '{above}{path}' failed to satisfy constraint: {constraint}")
            }
            None => write!(text, "Value null at '{above}{path}' failed to satisfy constraint: {constraint}"),
        };
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
        self.texts.push(text);
    }

    /// A violation whose value is shown as given.
    pub fn note(&mut self, path: &str, value: &dyn fmt::Display, constraint: &str) {
        self.add(path, Some(value), constraint);
    }

    /// The member must be present.
    pub fn required<T>(&mut self, path: &str, value: Option<&T>) {
        if value.is_none() {
            self.add(path, None, "Member must not be null");
        }
    }

    /// The number must not be below `minimum`.
    pub fn at_least(&mut self, path: &str, value: Option<i64>, minimum: i64) {
        if let Some(value) = value.filter(|value| *value < minimum) {
            let constraint = format!("Member must have value greater than or equal to {minimum}");
            self.add(path, Some(&value), &constraint);
        }
    }

    /// The number must not be above `maximum`.
    pub fn at_most(&mut self, path: &str, value: Option<i64>, maximum: i64) {
        if let Some(value) = value.filter(|value| *value > maximum) {
            let constraint = format!("Member must have value less than or equal to {maximum}");
            self.add(path, Some(&value), &constraint);
        }
    }

    /// The text's length must lie in a range.
    pub fn length(&mut self, path: &str, value: Option<&str>, minimum: usize, maximum: usize) {
        let Some(text) = value else { return };
        let length = text.chars().count();
        if length < minimum {
            let constraint = format!("Member must have length greater than or equal to {minimum}");
            self.add(path, Some(&text), &constraint);
        }
        if length > maximum {
            let constraint = format!("Member must have length less than or equal to {maximum}");
            self.add(path, Some(&text), &constraint);
        }
    }

    /// The text must consist of letters, digits, `_`, `.` and `-`.
    pub fn name_pattern(&mut self, path: &str, value: Option<&str>) {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if let Some(text) = value.filter(|text| text.is_empty() || !text.bytes().all(allowed)) {
            self.add(path, Some(&text), "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }
    }

    /// The text must name one of `choices`, shown in AWS's order; gives the choice.
    pub fn choice<T: Copy>(&mut self, path: &str, value: Option<&str>, choices: &[(&str, T)]) -> Option<T> {
        let text = value?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let constraint = format!("Member must satisfy enum value set: [{}]", names.join(", "));
            self.add(path, Some(&text), &constraint);
        }
        found
    }

    /// All violations as one `ValidationException`.
    ///
    /// # Errors
    /// When there is at least one.
    pub fn finish(self) -> Result<(), Error> {
        let count = self.texts.len();
        if count == 0 {
            return Ok(());
        }
        let plural = if count == 1 { "" } else { "s" };
        Err(Error::Validation(format!(
            "{count} validation error{plural} detected: {}",
            self.texts.join("; ")
        )))
    }
}
