//! Where a read found a key, so that the write that follows need not look for it again.

use super::Entry;

/// Nodes on the way to an entry that a place has room for. Each level but the first has more than twenty times the nodes
/// of the one above, so that a tree of 4 billion entries is no deeper.
const LEVELS_MAX: usize = 7;

/// Where a key is, or would be put: the index of a child for each level and of the entry in its leaf. It is only ever a
/// hint: the store changes behind it, so whoever goes there makes sure that the key belongs there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    levels: u8,
    indices: [u8; LEVELS_MAX],
}

// A place fits beside an entry without a write or what a read gives growing by more than a word.
const _: () = assert!(size_of::<Place>() == 8);

impl Place {
    /// Nowhere: the key has to be looked for.
    pub const UNKNOWN: Self = Self { levels: 0, indices: [0; LEVELS_MAX] };

    /// Goes down to a child or to an entry.
    #[inline]
    pub(super) fn push(&mut self, index: usize) {
        if let Some(slot) = self.indices.get_mut(usize::from(self.levels)) {
            *slot = index as u8;
        }
        self.levels = self.levels.saturating_add(1);
    }

    /// The indices from the root down; none where the place is not known, or deeper than there is room for.
    #[inline]
    pub(super) fn path(&self) -> &[u8] {
        self.indices.get(..usize::from(self.levels)).unwrap_or_default()
    }
}

/// What a read found at a key.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entry, if there is one.
    pub entry: Option<Entry>,
    /// Where it is or would be put, for a [`Write::Put`](super::Write::Put) of the same key.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::super::Write;
    use super::super::key_array::CAPACITY;
    use super::{LEVELS_MAX, Place};

    #[test]
    fn an_index_of_any_node_fits() {
        let mut place = Place::UNKNOWN;
        place.push(CAPACITY);
        place.push(0);
        assert_eq!(place.path(), [CAPACITY as u8, 0]);
    }

    #[test]
    fn a_place_too_deep_is_unknown() {
        let mut place = Place::UNKNOWN;
        for index in 0..LEVELS_MAX {
            place.push(index);
        }
        assert_eq!(place.path(), [0, 1, 2, 3, 4, 5, 6]);
        for index in 0..600 {
            place.push(index);
            assert!(place.path().is_empty(), "{index}");
        }
    }

    #[test]
    fn a_write_does_not_grow_by_its_place() {
        assert!(size_of::<Write>() <= 72, "{}", size_of::<Write>());
    }
}
