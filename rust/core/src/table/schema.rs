//! A table's key schema, decoded once when the table is made.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::value::{ItemRef, Key, KeyError, Type, ValueRef};

/// A key attribute: its name and type (S, N or B).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: String,
    /// S, N or B.
    pub type_: Type,
}

/// The key of a table: a partition key and perhaps a sort key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySchema {
    /// The partition key.
    pub partition: KeyAttribute,
    /// The sort key, where the table has one.
    pub sort: Option<KeyAttribute>,
}

impl KeySchema {
    /// The key attributes, partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(self.sort.as_ref())
    }

    /// Whether an attribute is part of the key.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key of a whole item, as a put gives it.
    ///
    /// # Errors
    /// `ValidationException` when a key attribute is missing, of the wrong type, empty or too long.
    pub fn key_of_item(&self, item: ItemRef<'_>) -> Result<Key, Error> {
        let partition = required(&self.partition, item)?;
        let sort = self.sort.as_ref().map(|attribute| required(attribute, item)).transpose()?;
        self.key(partition, sort)
    }

    /// The key that a request names by itself: exactly the key attributes and nothing else.
    ///
    /// # Errors
    /// `ValidationException` "The provided key element does not match the schema", or as
    /// [`KeySchema::key_of_item`] for an empty or long value.
    pub fn key_alone(&self, key: ItemRef<'_>) -> Result<Key, Error> {
        let wanted = 1 + usize::from(self.sort.is_some());
        let mismatch = || Error::validation("The provided key element does not match the schema");
        let find = |attribute: &KeyAttribute| {
            key.get(&attribute.name).filter(|value| value.type_() == attribute.type_).ok_or_else(mismatch)
        };
        if key.len() != wanted {
            return Err(mismatch());
        }
        let partition = find(&self.partition)?;
        let sort = self.sort.as_ref().map(find).transpose()?;
        self.key(partition, sort)
    }

    fn key(&self, partition: ValueRef<'_>, sort: Option<ValueRef<'_>>) -> Result<Key, Error> {
        Key::new(partition, sort).map_err(|error| self.key_error(error, partition, sort))
    }

    fn key_error(&self, error: KeyError, partition: ValueRef<'_>, sort: Option<ValueRef<'_>>) -> Error {
        let empty = |name: &str, value: ValueRef<'_>| {
            let kind = if value.type_() == Type::B { "binary" } else { "string" };
            Error::Validation(format!(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an \
                 empty {kind} value. Key: {name}"
            ))
        };
        match (error, &self.sort, sort) {
            (KeyError::EmptySort, Some(attribute), Some(value)) => empty(&attribute.name, value),
            (KeyError::EmptyPartition | KeyError::EmptySort, ..) => empty(&self.partition.name, partition),
            (KeyError::PartitionTooLong | KeyError::SortTooLong | KeyError::NotAKeyType, ..) => {
                Error::Validation(error.to_string())
            }
        }
    }
}

/// Whether a text refuses an empty value for a key attribute, of the table or of an index: the only ones that say
/// "are not valid" where others say "were invalid".
#[must_use]
pub fn is_empty_key_value(text: &str) -> bool {
    text.starts_with("One or more parameter values are not valid. ")
}

/// The refusal of a path that goes on below a key attribute; `label` says whose key it is.
pub(in crate::table) fn nested_key(label: &str, name: &str) -> Error {
    Error::Validation(format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {label}: {name}"
    ))
}

fn required<'a>(attribute: &KeyAttribute, item: ItemRef<'a>) -> Result<ValueRef<'a>, Error> {
    let Some(value) = item.get(&attribute.name) else {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Missing the key {} in the item",
            attribute.name
        )));
    };
    if value.type_() != attribute.type_ {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}",
            attribute.name,
            attribute.type_.tag(),
            value.type_().tag()
        )));
    }
    Ok(value)
}
