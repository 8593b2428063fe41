//! Reading an attribute as a vector of 32-bit floats.

use smallvec::SmallVec;

use crate::value::{Number, Type, ValueRef, View};

/// The bytes of a float in an entry.
pub(super) const FLOAT_BYTES: usize = 4;

/// Why a value is no vector of an index.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum EmbeddingError {
    /// It is not a list.
    NotAList,
    /// It has another number of elements.
    Size(usize),
    /// The element at that position is not a number.
    Element(usize, Type),
    /// The element at that position is too large for a 32-bit float.
    OutOfRange(usize, Number),
}

/// Calls `visit` with each float of a vector in order. Elements before a wrong one have been visited then.
pub(super) fn read_embedding(
    value: ValueRef<'_>,
    dimensions: usize,
    mut visit: impl FnMut(f32),
) -> Result<(), EmbeddingError> {
    let View::L(list) = value.view() else { return Err(EmbeddingError::NotAList) };
    if list.len() != dimensions {
        return Err(EmbeddingError::Size(list.len()));
    }
    for (position, element) in list.iter().enumerate() {
        let View::N(number) = element.view() else {
            return Err(EmbeddingError::Element(position, element.type_()));
        };
        let float = number.to_f32();
        if float.is_infinite() {
            return Err(EmbeddingError::OutOfRange(position, number));
        }
        visit(float);
    }
    Ok(())
}

/// The floats that an entry's bytes hold.
pub(super) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    let (chunks, rest) = bytes.as_chunks::<FLOAT_BYTES>();
    debug_assert!(rest.is_empty(), "a vector is whole floats");
    chunks.iter().map(|chunk| f32::from_le_bytes(*chunk))
}

/// A vector's bytes in an entry.
pub(super) type FloatBytes = SmallVec<[u8; 64]>;
