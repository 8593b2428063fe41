//! Maps from attribute names to legacy structures.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::value::Value;
use crate::wire::{Checked, FromWire, Parameter, Reader};

/// A structure that a legacy parameter has for each attribute.
pub trait Entry: FromWire {
    /// The Java type of the map, which AWS names when a list stands in its place.
    const MAP: &'static str;
}

/// Attribute names and what is said of each, in the order of the request; of a name that is repeated the last.
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T: Entry> FromWire for Entries<T> {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        let mut entries = Vec::new();
        reader.begin_object(T::MAP)?;
        while let Some(name) = reader.next_key()?.map(str::to_owned) {
            if !reader.take_null()? {
                reader.expect_structure("Unexpected value type in payload")?;
                entries.push((name, T::read(reader)?));
            }
        }
        Ok(Self(last_of_each(entries)))
    }

    fn list_parameters(path: &str, found: &mut Vec<Parameter>) {
        T::list_parameters(&format!("{path}{{}}"), found);
    }
}

/// Drops entries whose name comes again.
fn last_of_each<T>(entries: Vec<(String, T)>) -> Vec<(String, T)> {
    let mut names = BTreeSet::new();
    let superseded: BTreeSet<usize> =
        (0..entries.len()).rev().filter(|position| !names.insert(entries[*position].0.as_str())).collect();
    if superseded.is_empty() {
        return entries;
    }
    let numbered = entries.into_iter().enumerate();
    numbered.filter(|(position, _)| !superseded.contains(position)).map(|(_, entry)| entry).collect()
}

/// An attribute value that is a member of a structure.
pub struct Member(pub Checked<Value>);

impl FromWire for Member {
    fn read<R: Reader>(reader: &mut R) -> Result<Self, Error> {
        reader.expect_structure("Unexpected field type")?;
        Checked::<Value>::read(reader).map(Self)
    }
}
