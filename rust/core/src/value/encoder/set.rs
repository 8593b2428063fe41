//! What makes a set one.

use std::fmt;

use crate::value::comparison;
use crate::value::view::Elements;

/// Sets of up to this many elements are checked for duplicates by looking through them.
const SCANNED_ELEMENTS_MAX: usize = 8;

/// Why a set is no set. The texts DynamoDB gives name the set's type or its elements, so the door that read them
/// writes the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetError {
    /// A set has at least one element.
    Empty,
    /// A set has no element twice; numbers are compared by value.
    Duplicate,
}

impl fmt::Display for SetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "a set may not be empty",
            Self::Duplicate => "a set contains duplicates",
        })
    }
}

impl std::error::Error for SetError {}

/// Whether encoded elements make a set.
pub(in crate::value) fn distinct(elements: &[u8], count: usize) -> Result<(), SetError> {
    if count == 0 {
        return Err(SetError::Empty);
    }
    let elements = Elements::new(elements, count);
    let repeated = if count <= SCANNED_ELEMENTS_MAX {
        let mut rest = elements;
        std::iter::from_fn(|| rest.next().map(|element| (element, rest.clone())))
            .any(|(element, mut rest)| rest.any(|other| other.as_bytes() == element.as_bytes()))
    } else {
        comparison::sorted(elements).windows(2).any(|pair| pair[0] == pair[1])
    };
    if repeated { Err(SetError::Duplicate) } else { Ok(()) }
}
