//! The names of entries that are expected.

use super::layout::Header;
use super::short_bytes;

/// What an entry with a known name begins with, for a reader that expects the same names in item after item: it is
/// compared as one number where it is short, without a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryName {
    /// The length of the name, then the name.
    bytes: Box<[u8]>,
    /// The same as a number, where it is short.
    word: u128,
    /// The bits of a number that are compared with it; none where it is long.
    mask: u128,
}

impl EntryName {
    /// Of a name in UTF-8.
    #[must_use]
    pub fn new(name: &[u8]) -> Self {
        let header = Header::new().varint(name.len());
        let bytes: Box<[u8]> = [header.as_bytes(), name].concat().into();
        let (word, mask) = match short_bytes::word(&bytes) {
            Some(word) => (word, short_bytes::mask(bytes.len())),
            None => (0, 0),
        };
        Self { bytes, word, mask }
    }

    /// What follows the name in an entry at the front of `bytes`, if it has this name.
    #[inline]
    pub(super) fn strip<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (Some(window), 1..) = (bytes.first_chunk(), self.mask) else {
            return bytes.strip_prefix(&*self.bytes);
        };
        (u128::from_le_bytes(*window) & self.mask == self.word).then(|| &bytes[self.bytes.len()..])
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
            assert_eq!(value.map(|(value, _)| value.as_bytes()), Some(&[2][..]), "{length}");
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
            let (value, word) = entries.next(&EntryName::new(name.as_bytes())).unwrap();
            assert_eq!(value.payload(), name.as_bytes());
            assert_eq!(word, value.word());
        }
        assert!(entries.next(&EntryName::new(b"b")).is_none());
    }
}
