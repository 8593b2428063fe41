//! Byte strings as a few machine words, for tables that are looked into for every attribute.

/// The longest byte string that its words tell apart from every other.
pub const EXACT_BYTES_MAX: usize = 16;

/// A byte string's beginning, end and length: equal for two strings of up to [`EXACT_BYTES_MAX`] bytes only if
/// they are equal.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Short {
    first: u64,
    last: u64,
    length: usize,
}

impl Short {
    /// The words of `bytes`.
    #[inline]
    pub fn of(bytes: &[u8]) -> Self {
        let (first, last) = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
        } else {
            (bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0)
        };
        Self { first, last, length: bytes.len() }
    }

    /// How many bytes there are.
    #[inline]
    pub fn length(self) -> usize {
        self.length
    }

    /// Whether equal words mean equal bytes.
    #[inline]
    pub fn is_exact(self) -> bool {
        self.length <= EXACT_BYTES_MAX
    }

    /// A slot of a table of `slots` slots, a power of two.
    #[inline]
    pub fn slot(self, slots: usize) -> usize {
        debug_assert!(slots.is_power_of_two());
        let mixed = (self.first ^ self.last.rotate_left(23)).wrapping_add(self.length as u64);
        (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & (slots - 1)
    }
}
