//! `NextToken`: where the next page of a statement begins.
//!
//! ```text
//! [version][8 bytes: of which statement and parameters][2 bytes: range][key of the last evaluated item][8 bytes: check]
//! ```
//!
//! in base64. The service's tokens are opaque, and so are these: the check makes a token that was not given out be
//! refused, whatever it holds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::error::Error;
use crate::table::Table;
use crate::value::{ItemRef, KeyBytes, Value};

/// The longest token in characters (API reference of ExecuteStatement).
pub const LENGTH_MAX: usize = 32_768;

const VERSION: u8 = 1;
const HASH_BYTES: usize = 8;
const HEADER_BYTES: usize = 1 + HASH_BYTES + 2;
const CHECK_SEED: u64 = 11;

/// Where a page begins: behind a key in one of the ranges that a statement reads.
pub struct PagePosition {
    /// The position of the range.
    pub range: usize,
    /// The key, as the table or index has it.
    pub key: KeyBytes,
}

/// What a token belongs to: a statement with its parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of a statement.
    #[must_use]
    pub fn new<'v>(statement: &str, parameters: impl Iterator<Item = &'v Value>) -> Self {
        let hash = xxh3_64_with_seed(statement.as_bytes(), 0);
        Self(parameters.fold(hash, |hash, value| xxh3_64_with_seed(value.as_ref().as_bytes(), hash)))
    }
}

impl PagePosition {
    /// The key of an item of a table or of an index of it.
    ///
    /// # Errors
    /// `InternalServerError` where it is no stored item's.
    pub fn key_of(table: &Table, index: Option<usize>, item: ItemRef<'_>) -> Result<KeyBytes, Error> {
        let key = table.schema().key_of_item(item)?;
        let Some(position) = index else { return Ok(key.into_bytes()) };
        let entry = table.indexes()[position].definition().key_of(item, key.as_bytes());
        let missing = || Error::Internal("an index entry without its key".to_owned());
        entry.map(crate::value::IndexKey::into_bytes).ok_or_else(missing)
    }

    /// The token that a caller gets.
    #[must_use]
    pub fn token(&self, fingerprint: Fingerprint) -> String {
        let range = u16::try_from(self.range).expect("invariant: a statement reads at most 50 ranges");
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.key.len() + HASH_BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(&fingerprint.0.to_be_bytes());
        bytes.extend_from_slice(&range.to_be_bytes());
        bytes.extend_from_slice(&self.key);
        let check = xxh3_64_with_seed(&bytes, CHECK_SEED);
        bytes.extend_from_slice(&check.to_be_bytes());
        STANDARD.encode(bytes)
    }

    /// Reads a token.
    ///
    /// # Errors
    /// `ValidationException` where it is none, or another statement's.
    pub fn read(token: &str, fingerprint: Fingerprint) -> Result<Self, Error> {
        let invalid = || Error::validation("Invalid NextToken");
        let bytes = STANDARD.decode(token).map_err(|_| invalid())?;
        let (content, check) = bytes.split_last_chunk::<HASH_BYTES>().ok_or_else(invalid)?;
        if xxh3_64_with_seed(content, CHECK_SEED) != u64::from_be_bytes(*check) {
            return Err(invalid());
        }
        let (version, rest) = content.split_first().ok_or_else(invalid)?;
        let (hash, rest) = rest.split_first_chunk::<HASH_BYTES>().ok_or_else(invalid)?;
        let (range, key) = rest.split_first_chunk::<2>().ok_or_else(invalid)?;
        if *version != VERSION {
            return Err(invalid());
        }
        if u64::from_be_bytes(*hash) != fingerprint.0 {
            return Err(mismatch());
        }
        Ok(Self { range: usize::from(u16::from_be_bytes(*range)), key: KeyBytes::from_slice(key) })
    }
}

/// The refusal of another statement's token.
pub fn mismatch() -> Error {
    Error::validation("NextToken does not match request")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(statement: &str) -> Fingerprint {
        Fingerprint::new(statement, [Value::string("a")].iter())
    }

    #[test]
    fn a_token_leads_back_to_its_position() {
        let position = PagePosition { range: 3, key: KeyBytes::from_slice(b"key") };
        let token = position.token(fingerprint("SELECT"));
        let read = PagePosition::read(&token, fingerprint("SELECT")).unwrap();
        assert_eq!((read.range, &read.key[..]), (3, &b"key"[..]));
        let refused = PagePosition::read(&token, fingerprint("SELECT 2")).err().unwrap();
        assert_eq!(refused.message(), "NextToken does not match request");
    }

    #[test]
    fn anything_else_is_invalid() {
        let token = PagePosition { range: 0, key: KeyBytes::new() }.token(fingerprint("SELECT"));
        let mut changed = STANDARD.decode(&token).unwrap();
        changed[12] ^= 1;
        for garbage in ["", "x", "AAAA", "%%%", &token[..token.len() - 4], &STANDARD.encode(changed)] {
            let refused = PagePosition::read(garbage, fingerprint("SELECT")).err().unwrap();
            assert_eq!(refused.message(), "Invalid NextToken");
        }
    }
}
