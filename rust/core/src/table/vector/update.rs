//! UpdateTable's changes of vector indexes, and what vector indexes add to its other checks.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::table::catalog::Table;
use crate::table::index::{IndexState, NewIndex};
use crate::table::schema::KeyAttribute;
use crate::table::table_update::Check;
use crate::table::throughput::Mode;
use crate::table::vector::definition::{NewVectorIndex, VECTOR_INDEXES_MAX};

/// One element of `VectorIndexUpdates`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum VectorUpdate {
    /// Makes an index of the items that the table has and will have.
    Create(NewVectorIndex),
    /// Removes an index.
    Delete {
        /// Which.
        name: String,
    },
}

impl VectorUpdate {
    /// The index it makes, if it makes one.
    pub(in crate::table) fn created(&self) -> Option<&NewVectorIndex> {
        match self {
            Self::Create(index) => Some(index),
            Self::Delete { .. } => None,
        }
    }

    /// The index it removes, if it removes one.
    pub(in crate::table) fn deleted(&self) -> Option<&str> {
        match self {
            Self::Create(_) => None,
            Self::Delete { name } => Some(name),
        }
    }
}

/// Checks what an update does to vector indexes.
pub(in crate::table) fn check_vector_updates(check: &Check<'_>) -> Result<(), Error> {
    check.update.vectors.iter().try_for_each(|update| match update {
        VectorUpdate::Create(new) => check_create(check, new),
        VectorUpdate::Delete { name } => check_delete(check, name),
    })
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

fn check_create(check: &Check<'_>, new: &NewVectorIndex) -> Result<(), Error> {
    let table = check.table;
    if table.index_states().any(|(name, _)| name == new.name) {
        return Err(Error::validation("Attempting to create an index which already exists"));
    }
    check.refuse_second(None)?;
    if table.vector_indexes().len() >= VECTOR_INDEXES_MAX {
        return Err(invalid(&format!(
            "VectorIndex count exceeds the per-table limit of {VECTOR_INDEXES_MAX}"
        )));
    }
    if check.mode_after() != Mode::PayPerRequest {
        return Err(invalid("Vector indexes are only supported for PAY_PER_REQUEST tables"));
    }
    let others = table.vector_indexes().iter().map(|index| &index.definition);
    let same_attribute = |other: &&_| attribute_of(other) == new.vector_attribute;
    if others.into_iter().filter(same_attribute).any(|other| other.dimensions() != new.dimensions) {
        return Err(invalid(&format!(
            "Conflicting attribute definition for '{}'. All VectorIndexes on the same vector attribute must use the \
             same dimensions.",
            new.vector_attribute
        )));
    }
    if known_attributes(table).any(|attribute| attribute.name == new.vector_attribute) {
        return Err(invalid(&format!(
            "Conflicting attribute definition for '{}'. An attribute cannot be defined in AttributeDefinitions when \
             used as a VectorAttribute.",
            new.vector_attribute
        )));
    }
    refuse_redefinition(table, new)
}

fn attribute_of(definition: &super::VectorIndexDefinition) -> &str {
    definition.vector_attribute()
}

/// Every attribute that the table knows the type of.
fn known_attributes(table: &Table) -> impl Iterator<Item = &KeyAttribute> {
    let secondary = table.indexes().iter().flat_map(|index| index.definition().keys().attributes());
    let vector = table.vector_indexes().iter().flat_map(|index| index.definition.schema().attributes());
    table.schema().attributes().chain(secondary).chain(vector)
}

/// An attribute has one type in a table. AWS's text for this case is not known; ours follows the one for a global
/// index whose key is a vector attribute.
fn refuse_redefinition(table: &Table, new: &NewVectorIndex) -> Result<(), Error> {
    for (attribute, part) in &new.schema.elements {
        let other = known_attributes(table).find(|known| known.name == attribute.name);
        let Some(other) = other.filter(|known| known.type_ != attribute.type_) else { continue };
        return Err(invalid(&format!(
            "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. \
             Existing schema: Schema:[SchemaElement: key{{{}:{}}}] New schema: VectorIndexSchema:[SearchSchemaElement: \
             key{{{}:{}:{}}}]",
            other.name,
            other.type_.tag(),
            attribute.name,
            attribute.type_.tag(),
            part.name()
        )));
    }
    Ok(())
}

fn check_delete(check: &Check<'_>, name: &str) -> Result<(), Error> {
    let table = check.table;
    let Some(index) = table.vector_indexes().iter().find(|index| index.name() == name) else {
        if table.indexes().iter().any(|index| index.name() == name) {
            return Err(Error::Validation(format!(
                "Cannot delete an index that is not a VectorIndex: {name}"
            )));
        }
        return Err(Error::ResourceNotFound(format!(
            "Requested resource not found: Index {name} for table {}",
            table.definition().name
        )));
    };
    check.refuse_second(Some(name))?;
    check.refuse_busy(name, &index.state)
}

/// Refuses a global index on an attribute that holds vectors.
pub(in crate::table) fn refuse_vector_keys(table: &Table, new: &NewIndex, shown: &str) -> Result<(), Error> {
    let index =
        table.vector_indexes().iter().find(|index| new.keys.holds(index.definition.vector_attribute()));
    let Some(index) = index else { return Ok(()) };
    Err(invalid(&format!(
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. \
         Existing schema: VectorIndexSchema:[VectorAttribute: key{{{}:L:{}}}] New schema: Schema:[SchemaElement: \
         {shown}]",
        index.definition.vector_attribute(),
        index.definition.dimensions()
    )))
}

/// Puts vector indexes into the states that an update begins with.
pub(in crate::table) fn start_vector_updates(
    table: &mut Table,
    updates: &[VectorUpdate],
    deleting: &IndexState,
) {
    for name in updates.iter().filter_map(VectorUpdate::deleted) {
        let index = table.vector_indexes.iter_mut().find(|index| index.name() == name);
        index.expect("invariant: every index of the update was found").state = deleting.clone();
    }
}
