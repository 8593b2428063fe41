//! Byte strings of up to sixteen bytes as one number, which most names and values are.
//!
//! Copying so few bytes costs less than the call of a function that copies any number: they are read as two words that
//! overlap where they must, and written as two words of which what is too much is cut off again.

use super::number::Whole;
use super::{Number, layout};

/// The longest of them.
pub(crate) const SHORT_BYTES_MAX: usize = size_of::<u128>();

/// The bytes as a little-endian number, zeros behind them; `None` where they are too many.
#[inline]
pub(crate) fn word(bytes: &[u8]) -> Option<u128> {
    let length = bytes.len();
    if length > SHORT_BYTES_MAX {
        return None;
    }
    Some(if let (Some(start), Some(end)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let end = u128::from(u64::from_le_bytes(*end)) << (8 * (length - size_of::<u64>()));
        u128::from(u64::from_le_bytes(*start)) | end
    } else if let (Some(start), Some(end)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let end = u64::from(u32::from_le_bytes(*end)) << (8 * (length - size_of::<u32>()));
        u128::from(u64::from(u32::from_le_bytes(*start)) | end)
    } else {
        u128::from(bytes.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)))
    })
}

/// The bits of a word that are of its first `length` bytes.
#[inline]
pub(crate) fn mask(length: usize) -> u128 {
    // A look costs less than shifting two registers.
    const MASKS: [u128; SHORT_BYTES_MAX + 1] = {
        let mut masks = [u128::MAX; SHORT_BYTES_MAX + 1];
        let mut length = 0;
        while length < SHORT_BYTES_MAX {
            masks[length] = (1 << (8 * length)) - 1;
            length += 1;
        }
        masks
    };
    MASKS[length]
}

/// The name of an attribute, ready to be written: most items that a caller sends have the names of those before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortName {
    /// Its length and its bytes, zeros behind them.
    window: [u8; 1 + SHORT_BYTES_MAX],
}

impl ShortName {
    /// Of a name in UTF-8; `None` where it is empty or longer than sixteen bytes.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let word = word(name.as_bytes()).filter(|_| !name.is_empty())?;
        let mut window = [name.len() as u8; 1 + SHORT_BYTES_MAX];
        window[1..].copy_from_slice(&word.to_le_bytes());
        Some(Self { window })
    }

    /// Its bytes.
    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.window[1..][..self.len()]
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.window[0])
    }

    /// Appends its length and its bytes.
    #[inline]
    pub(super) fn append_to(&self, buffer: &mut Vec<u8>) {
        append_window(buffer, &self.window, SHORT_BYTES_MAX - self.len());
    }
}

/// A value of up to sixteen bytes and a tag, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct ShortValue {
    /// The tag.
    pub(super) tag: u8,
    /// The bytes behind it, zeros behind them.
    pub(super) word: u128,
    /// How many they are.
    pub(super) length: usize,
    /// DynamoDB's size of the value.
    pub(super) size: usize,
}

impl ShortValue {
    /// Of a string; `None` where it is long.
    #[inline]
    #[must_use]
    pub fn string(text: &str) -> Option<Self> {
        let (word, length) = (word(text.as_bytes())?, text.len());
        Some(Self { tag: layout::STRING + length as u8, word, length, size: length })
    }

    /// Of a whole number.
    #[inline]
    #[must_use]
    pub fn integer(integer: i64) -> Self {
        let Whole { word, length } = Whole::new(integer.unsigned_abs(), integer < 0);
        let size = length + usize::from(integer < 0);
        Self { tag: layout::NUMBER + length as u8, word, length, size }
    }

    /// Of a number; `None` where it has many digits.
    #[inline]
    #[must_use]
    pub fn number(number: &Number) -> Option<Self> {
        let length = number.as_bytes().len();
        if length > SHORT_BYTES_MAX {
            return None;
        }
        let word = u128::from_le_bytes(*number.window()) & mask(length);
        Some(Self { tag: layout::NUMBER + length as u8, word, length, size: number.size() })
    }

    /// Of a boolean.
    #[inline]
    #[must_use]
    pub fn boolean(flag: bool) -> Self {
        Self { tag: if flag { layout::TRUE } else { layout::FALSE }, word: 0, length: 0, size: 1 }
    }
}

/// Appends a name and a value.
#[inline]
pub(super) fn append_entry(buffer: &mut Vec<u8>, name: &ShortName, value: &ShortValue) {
    const PART: usize = 1 + SHORT_BYTES_MAX;
    let mut window = [0; 2 * PART];
    window[..PART].copy_from_slice(&name.window);
    let at = 1 + name.len();
    window[at] = value.tag;
    window[at + 1..at + PART].copy_from_slice(&value.word.to_le_bytes());
    append_window(buffer, &window, 2 * PART - at - 1 - value.length);
}

/// Appends bytes but for the last `cut`.
#[inline]
pub(super) fn append_window<const LENGTH: usize>(buffer: &mut Vec<u8>, window: &[u8; LENGTH], cut: usize) {
    buffer.extend_from_slice(window);
    buffer.truncate(buffer.len() - cut);
}

/// Appends a byte and others behind it.
#[inline]
pub(crate) fn append(buffer: &mut Vec<u8>, first: u8, bytes: &[u8]) {
    match word(bytes) {
        Some(word) => append_word(buffer, first, word, bytes.len()),
        None => {
            buffer.push(first);
            buffer.extend_from_slice(bytes);
        }
    }
}

/// Appends a byte and the first `length` bytes of a word.
#[inline]
pub(crate) fn append_word(buffer: &mut Vec<u8>, first: u8, word: u128, length: usize) {
    let mut window = [first; 1 + SHORT_BYTES_MAX];
    window[1..].copy_from_slice(&word.to_le_bytes());
    append_window(buffer, &window, SHORT_BYTES_MAX - length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_every_length_are_appended_whole() {
        let bytes: Vec<u8> = (1..=40).collect();
        for length in 0..=bytes.len() {
            let mut buffer = b"before".to_vec();
            append(&mut buffer, 7, &bytes[..length]);
            assert_eq!(buffer, [&b"before"[..], &[7], &bytes[..length]].concat());
        }
    }
}
