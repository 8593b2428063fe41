//! DynamoDB's equality and order of encoded values.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{ItemRef, MapRef, Number, Type, ValueRef, View};

impl ValueRef<'_> {
    /// DynamoDB's equality: same type and same value; lists in order, sets and maps in any order.
    #[must_use]
    pub fn equals(&self, other: &ValueRef<'_>) -> bool {
        if self.as_bytes() == other.as_bytes() {
            return true;
        }
        // The encoding of a scalar is canonical, so scalars of other bytes are other values.
        if !self.is_container() || self.type_() != other.type_() {
            return false;
        }
        match (self.view(), other.view()) {
            (View::L(left), View::L(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right.iter()).all(|(left, right)| left.equals(&right))
            }
            (View::M(left), View::M(right)) => maps_equal(left, right),
            (View::Ss(left), View::Ss(right))
            | (View::Ns(left), View::Ns(right))
            | (View::Bs(left), View::Bs(right)) => {
                left.len() == right.len() && sorted(left.iter()) == sorted(right.iter())
            }
            _ => false,
        }
    }

    /// DynamoDB's order of two strings, two numbers or two binaries: strings by UTF-8 bytes, binaries by unsigned
    /// bytes. `None` for anything else.
    #[must_use]
    pub fn compare(&self, other: &ValueRef<'_>) -> Option<Ordering> {
        match (self.type_(), other.type_()) {
            (Type::S, Type::S) | (Type::B, Type::B) => Some(self.payload().cmp(other.payload())),
            (Type::N, Type::N) => Some(Number::compare_stored(self.payload(), other.payload())),
            _ => None,
        }
    }
}

impl ItemRef<'_> {
    /// Whether two items have the same attributes with the same values, in any order.
    #[must_use]
    pub fn equals(&self, other: &ItemRef<'_>) -> bool {
        self.as_bytes() == other.as_bytes() || maps_equal(self.as_map(), other.as_map())
    }
}

fn maps_equal(left: MapRef<'_>, right: MapRef<'_>) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let (left, right) = (by_name(left), by_name(right));
    left.iter().zip(&right).all(|(left, right)| left.0 == right.0 && left.1.equals(&right.1))
}

/// The entries of a map in the order of their names.
fn by_name(map: MapRef<'_>) -> SmallVec<[(&str, ValueRef<'_>); 32]> {
    let mut entries: SmallVec<[_; 32]> = map.iter().collect();
    entries.sort_unstable_by(|left, right| left.0.cmp(right.0));
    entries
}

/// The encoded elements of a set in byte order.
pub(super) fn sorted<'a>(elements: impl Iterator<Item = ValueRef<'a>>) -> SmallVec<[&'a [u8]; 16]> {
    let mut elements: SmallVec<[&[u8]; 16]> = elements.map(|element| element.as_bytes()).collect();
    elements.sort_unstable();
    elements
}
