//! The names of entries that are expected.

use super::layout::Header;

/// What an entry with a known name begins with, for a reader that expects the same names in item after item: it is
/// compared in two words where it is short, without a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryName {
    /// The length of the name, then the name.
    bytes: Box<[u8]>,
    /// Its first eight bytes, or as many as there are.
    first: u64,
    first_mask: u64,
    /// Its last eight bytes; nothing where there are less.
    last: u64,
    last_mask: u64,
}

/// What is not longer is decided by its first and its last eight bytes.
const WORDS_BYTES: usize = 16;

impl EntryName {
    /// Of a name in UTF-8.
    #[must_use]
    pub fn new(name: &[u8]) -> Self {
        let header = Header::new().varint(name.len());
        let bytes: Box<[u8]> = [header.as_bytes(), name].concat().into();
        let first_length = bytes.len().min(8);
        let first_mask = u64::MAX >> (64 - 8 * first_length);
        let mut first = [0; 8];
        first[..first_length].copy_from_slice(&bytes[..first_length]);
        let (last, last_mask) = match bytes.last_chunk() {
            Some(last) => (u64::from_le_bytes(*last), u64::MAX),
            None => (0, 0),
        };
        Self { bytes, first: u64::from_le_bytes(first), first_mask, last, last_mask }
    }

    /// What follows the name in an entry at the front of `bytes`, if it has this name.
    #[inline]
    pub(super) fn strip<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let length = self.bytes.len();
        let (Some(window), true) = (bytes.first_chunk::<WORDS_BYTES>(), length <= WORDS_BYTES) else {
            return bytes.strip_prefix(&*self.bytes);
        };
        let word = |start: usize| {
            u64::from_le_bytes(window[start..start + 8].try_into().expect("invariant: eight bytes"))
        };
        let differs = (word(0) & self.first_mask) ^ self.first;
        let differs = differs | ((word(length.saturating_sub(8)) & self.last_mask) ^ self.last);
        (differs == 0).then(|| &bytes[length..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Encoder;

    #[test]
    fn an_entry_has_its_own_name_and_no_other() {
        for length in 0..40 {
            let name = "n".repeat(length);
            let mut item = Encoder::item();
            item.name(&name);
            item.boolean(true);
            let item = item.finish_item();
            let map = item.as_ref().as_map();
            let value = map.expected_entries().next(&EntryName::new(name.as_bytes()));
            assert_eq!(value.map(|value| value.as_bytes()), Some(&[2][..]), "{length}");
            for other in [format!("{name}n"), format!("{name}x"), name.replace('n', "m") + "m"] {
                assert!(map.expected_entries().next(&EntryName::new(other.as_bytes())).is_none(), "{other}");
            }
            for position in 0..length {
                let mut other = name.clone().into_bytes();
                other[position] = b'o';
                assert!(map.expected_entries().next(&EntryName::new(&other)).is_none(), "{other:?}");
            }
        }
    }

    #[test]
    fn entries_follow_each_other() {
        let mut item = Encoder::item();
        for name in ["a", "a name that is longer than two words", "b"] {
            item.name(name);
            item.string(name);
        }
        let item = item.finish_item();
        let mut entries = item.as_ref().as_map().expected_entries();
        assert!(entries.next(&EntryName::new(b"b")).is_none());
        for name in ["a", "a name that is longer than two words", "b"] {
            let value = entries.next(&EntryName::new(name.as_bytes())).unwrap();
            assert_eq!(value.payload(), name.as_bytes());
        }
        assert!(entries.next(&EntryName::new(b"b")).is_none());
    }
}
