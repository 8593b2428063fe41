//! Tags of a table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::tables::Tables;

/// Tags of a resource at most (facts 4.1).
pub const TAGS_MAX: usize = 50;

/// The tags of a table, in order of their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// These keys and values; what they may hold was checked where they were read.
    #[must_use]
    pub fn new(tags: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(tags.into_iter().collect())
    }

    /// Keys and values, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// With others that replace those of the same key.
    ///
    /// # Errors
    /// `ValidationException` where that would be too many; nothing changed then.
    fn put(&mut self, others: &Self) -> Result<(), Error> {
        let added = others.0.keys().filter(|key| !self.0.contains_key(*key)).count();
        if self.0.len() + added > TAGS_MAX {
            return Err(too_many_tags());
        }
        self.0.extend(others.0.iter().map(|(key, value)| (key.clone(), value.clone())));
        Ok(())
    }
}

/// The refusal of more tags than a resource may have (LAB DDB-TABLE-108).
#[must_use]
pub fn too_many_tags() -> Error {
    Error::validation("Number of Tags exceed the current limit for the provided ResourceArn")
}

/// The refusal of a resource that has no tags because there is none, or not yet.
#[must_use]
pub fn tagged_resource_not_found(arn: &str) -> Error {
    Error::ResourceNotFound(format!("Requested resource not found: ResourceArn: {arn} not found"))
}

impl Tables {
    /// The table of an ARN that tags are asked of.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, also while the table is made (LAB DDB-TABLE-446).
    pub fn tagged(&self, name: &str, arn: &str) -> Result<&Table, Error> {
        let table = self
            .by_name
            .get(name)
            .filter(|table| !matches!(table.state, State::Creating { .. } | State::Importing));
        table.ok_or_else(|| tagged_resource_not_found(arn))
    }

    fn tags_mut(&mut self, name: &str, arn: &str) -> Result<&mut Tags, Error> {
        if matches!(self.tagged(name, arn)?.state, State::Deleting { .. }) {
            return Err(Error::ResourceInUse(format!(
                "Attempt to change a resource which is still in use: Table is being deleted: {name}"
            )));
        }
        let table = self.change(name).expect("invariant: found above");
        Ok(&mut table.tags)
    }

    /// Puts tags on a table.
    ///
    /// # Errors
    /// As [`Tables::tagged`], `ResourceInUseException` while the table is removed, `ValidationException` for too
    /// many.
    pub fn tag(&mut self, name: &str, arn: &str, tags: &Tags) -> Result<(), Error> {
        self.tags_mut(name, arn)?.put(tags)
    }

    /// Takes tags off a table; keys that it does not have are no error.
    ///
    /// # Errors
    /// As [`Tables::tag`].
    pub fn untag(&mut self, name: &str, arn: &str, keys: &[String]) -> Result<(), Error> {
        let tags = self.tags_mut(name, arn)?;
        for key in keys {
            tags.0.remove(key);
        }
        Ok(())
    }
}
