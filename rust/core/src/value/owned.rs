//! One encoded value, owned.

use std::fmt;

use smallvec::SmallVec;

use super::layout::{self, Header};
use super::{AttributeValue, Encoder, Number, ValueRef};

/// One encoded value, owned: an expression's operand, a key attribute. Up to 32 bytes lie inline.
///
/// Equality is that of the bytes; [`ValueRef::equals`] is DynamoDB's.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(SmallVec<[u8; 32]>);

impl Value {
    /// A string.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::scalar(&Header::string(text.len()), text.as_bytes())
    }

    /// A number.
    #[must_use]
    pub fn number(number: Number) -> Self {
        Self::scalar(&Header::number(&number), number.as_bytes())
    }

    /// A binary.
    #[must_use]
    pub fn binary(bytes: &[u8]) -> Self {
        Self::scalar(&Header::binary(bytes.len()), bytes)
    }

    /// A boolean.
    #[must_use]
    pub fn boolean(flag: bool) -> Self {
        Self(SmallVec::from_slice(&[if flag { layout::TRUE } else { layout::FALSE }]))
    }

    /// Null.
    #[must_use]
    pub fn null() -> Self {
        Self(SmallVec::from_slice(&[layout::NULL]))
    }

    /// Borrows the value.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        ValueRef::new(&self.0)
    }

    /// The value of bytes that are known to be one.
    pub(super) fn from_encoded(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }

    /// The value of a buffer that is known to hold one; a value too long to lie inline keeps the allocation.
    pub(super) fn from_buffer(buffer: Vec<u8>) -> Self {
        let inline = SmallVec::<[u8; 32]>::new().inline_size();
        Self(if buffer.len() <= inline { SmallVec::from_slice(&buffer) } else { SmallVec::from_vec(buffer) })
    }

    fn scalar(header: &Header, payload: &[u8]) -> Self {
        let mut bytes = SmallVec::with_capacity(header.as_bytes().len() + payload.len());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(payload);
        Self(bytes)
    }
}

impl From<&AttributeValue> for Value {
    /// # Panics
    /// When a set is empty or holds an element twice.
    fn from(value: &AttributeValue) -> Self {
        let mut encoder = Encoder::value();
        encoder.attribute_value(value);
        encoder.finish_value()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(formatter)
    }
}
