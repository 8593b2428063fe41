//! `AttributeUpdates`: what an update does with each attribute.

use crate::error::Error;
use crate::expression::{AttributeChange, Update};
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::legacy::INVALID;
use crate::request::legacy::entries::{Entries, Entry, Member};
use crate::value::{Type, Value};
use crate::wire::check_attribute_name;

input_shape! {
    /// What is done with an attribute.
    pub struct AttributeValueUpdate {
        value: Member = "Value",
        action: String = "Action",
    }
}

impl Entry for AttributeValueUpdate {
    const MAP: &'static str =
        "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValueUpdate>";
}

#[derive(Clone, Copy)]
enum Action {
    Add,
    Delete,
    Put,
}

/// `AttributeUpdates` with known actions.
pub struct AttributeUpdates(Option<Vec<(String, Action, Option<Member>)>>);

impl AttributeUpdates {
    /// Reads the member.
    pub fn read(violations: &mut Violations, given: Option<Entries<AttributeValueUpdate>>) -> Self {
        let choices = [("ADD", Action::Add), ("DELETE", Action::Delete), ("PUT", Action::Put)];
        let mut read = |(name, update): (String, AttributeValueUpdate)| {
            let path = format!("attributeUpdates.{name}.member.action");
            let action = violations.choice(&path, update.action.as_deref(), &choices);
            (name, action.unwrap_or(Action::Put), update.value)
        };
        Self(given.map(|given| given.0.into_iter().map(&mut read).collect()))
    }

    /// Whether the request has the member.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// The update; an empty map is none.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn update(self) -> Result<Option<Update>, Error> {
        let updates = self.0.unwrap_or_default();
        if updates.is_empty() {
            return Ok(None);
        }
        let checked = |(name, action, value): (String, _, Option<Member>)| {
            check_attribute_name(&name)?;
            let value = value.map(|Member(value)| value).transpose()?;
            Ok((name, checked_change(action, value)?))
        };
        let changes = updates.into_iter().map(checked).collect::<Result<Vec<_>, Error>>()?;
        Ok(Some(Update::of_changes(changes)?))
    }
}

/// Checks an action against its value. Types are restricted here whatever the item holds; whether they fit together
/// is seen when the update is applied.
fn checked_change(action: Action, value: Option<Value>) -> Result<AttributeChange, Error> {
    let Some(value) = value else {
        return match action {
            Action::Delete => Ok(AttributeChange::Remove),
            Action::Add | Action::Put => Err(Error::Validation(format!(
                "{INVALID}: Only DELETE action is allowed when no attribute value is specified"
            ))),
        };
    };
    let type_ = value.as_ref().type_();
    let is_set = matches!(type_, Type::Ss | Type::Ns | Type::Bs);
    match action {
        Action::Put => Ok(AttributeChange::Put(value)),
        Action::Delete if is_set => Ok(AttributeChange::Delete(value)),
        Action::Add if is_set || matches!(type_, Type::N | Type::L) => Ok(AttributeChange::Add(value)),
        Action::Delete => Err(Error::Validation(format!(
            "{INVALID}: DELETE action with value is not supported for the type {}",
            type_.tag()
        ))),
        Action::Add => Err(Error::Validation(format!(
            "{INVALID}: ADD action is not supported for the type {}",
            type_.tag()
        ))),
    }
}
