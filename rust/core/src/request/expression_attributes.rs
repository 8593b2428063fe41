//! The members that all operations with expressions share.

use crate::error::Error;
use crate::expression::{Binder, Cache, Condition, Projection};
use crate::value::Value;
use crate::wire::{Checked, NAME_TOO_LARGE};

/// The expression members of a request, by name, with the legacy members that exclude them.
pub struct ExpressionMembers<'a> {
    /// Expression members: name and text.
    pub expressions: &'a [(&'static str, Option<&'a str>)],
    /// Legacy members, which exclude expressions: name and whether the request has it.
    pub legacy: &'a [(&'static str, bool)],
}

/// `ExpressionAttributeNames` and `ExpressionAttributeValues`, checked.
#[derive(Default)]
pub struct ExpressionAttributes {
    names: Option<Vec<(String, String)>>,
    values: Option<Vec<(String, Value)>>,
}

impl ExpressionAttributes {
    /// Checks the two maps against the expressions of the request.
    ///
    /// # Errors
    /// `ValidationException` when expressions and legacy members are mixed, when a map stands without any
    /// expression, or when a value is invalid.
    pub fn new(
        members: &ExpressionMembers<'_>,
        names: Option<Vec<(String, String)>>,
        values: Option<Vec<(String, Checked<Value>)>>,
    ) -> Result<Self, Error> {
        let any = members.expressions.iter().any(|(_, text)| text.is_some());
        refuse_mixture(members)?;
        if names.is_some() && !any {
            return Err(Error::validation(
                "ExpressionAttributeNames can only be specified when using expressions",
            ));
        }
        if values.is_some() {
            refuse_values_without_use(members)?;
        }
        let values = values.map(checked_values).transpose()?;
        Ok(Self { names, values })
    }

    /// A binder for the request's expressions.
    ///
    /// # Errors
    /// `ValidationException` when a map is empty or a placeholder's name is malformed.
    pub fn binder<'a>(&'a self, cache: &'a Cache) -> Result<Binder<'a>, Error> {
        Binder::new(cache, self.names.as_ref(), self.values.as_ref()).map_err(Error::from)
    }

    /// The condition of a write, where it has one; no placeholder may stay unused.
    ///
    /// # Errors
    /// `ValidationException` on a bad expression.
    pub fn condition(&self, cache: &Cache, text: Option<&str>) -> Result<Option<Condition>, Error> {
        let Some(text) = text else { return Ok(None) };
        let mut binder = self.binder(cache)?;
        let condition = binder.condition("ConditionExpression", text)?;
        binder.finish()?;
        Ok(Some(condition))
    }

    /// The projection of a read, where it has one; no placeholder may stay unused.
    ///
    /// # Errors
    /// `ValidationException` on a bad expression.
    pub fn projection(&self, cache: &Cache, text: Option<&str>) -> Result<Option<Projection>, Error> {
        let Some(text) = text else { return Ok(None) };
        let mut binder = self.binder(cache)?;
        let projection = binder.projection(text)?;
        binder.finish()?;
        Ok(Some(projection))
    }
}

/// A projection has no values, so it is no reason to give some; the service does not list it either.
fn refuse_values_without_use(members: &ExpressionMembers<'_>) -> Result<(), Error> {
    let users: Vec<_> =
        members.expressions.iter().filter(|(name, _)| *name != "ProjectionExpression").collect();
    if users.is_empty() || users.iter().any(|(_, text)| text.is_some()) {
        return Ok(());
    }
    let listed: Vec<&str> = users.iter().map(|(name, _)| *name).collect();
    let verb = if listed.len() == 1 { "is" } else { "are" };
    Err(Error::Validation(format!(
        "ExpressionAttributeValues can only be specified when using expressions: {} {verb} null",
        listed.join(" and ")
    )))
}

fn checked_values(values: Vec<(String, Checked<Value>)>) -> Result<Vec<(String, Value)>, Error> {
    values
        .into_iter()
        .map(|(name, value)| match value {
            Ok(value) => Ok((name, value)),
            // Told as in an item (measured on UpdateItem, 2026).
            Err(error) if error.message() == NAME_TOO_LARGE => Err(error),
            Err(Error::Validation(text)) => Err(Error::Validation(format!(
                "ExpressionAttributeValues contains invalid value: {text} for key {name}"
            ))),
            Err(error) => Err(error),
        })
        .collect()
}

fn refuse_mixture(members: &ExpressionMembers<'_>) -> Result<(), Error> {
    let legacy: Vec<&str> =
        members.legacy.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    let expressions: Vec<&str> =
        members.expressions.iter().filter(|(_, text)| text.is_some()).map(|(name, _)| *name).collect();
    if legacy.is_empty() || expressions.is_empty() {
        return Ok(());
    }
    Err(Error::Validation(format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression \
         parameters: {{{}}} Expression parameters: {{{}}}",
        legacy.join(", "),
        expressions.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn refusal(expressions: &[(&'static str, Option<&str>)], names: bool, values: bool) -> String {
        let members = ExpressionMembers { expressions, legacy: &[] };
        let names = names.then(|| vec![("#a".to_owned(), "a".to_owned())]);
        let values = values.then(|| vec![(":a".to_owned(), Ok(Value::string("a")))]);
        match ExpressionAttributes::new(&members, names, values) {
            Ok(_) => String::new(),
            Err(error) => error.message().to_owned(),
        }
    }

    #[test]
    fn a_projection_is_no_use_for_values() {
        let scan = [("ProjectionExpression", Some("a")), ("FilterExpression", None)];
        assert_eq!(
            refusal(&scan, false, true),
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"
        );
        assert_eq!(refusal(&scan, true, false), "");
        let update = [("UpdateExpression", None), ("ConditionExpression", None)];
        assert_eq!(
            refusal(&update, false, true),
            "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and \
             ConditionExpression are null"
        );
        assert_eq!(
            refusal(&update, true, false),
            "ExpressionAttributeNames can only be specified when using expressions"
        );
    }
}
