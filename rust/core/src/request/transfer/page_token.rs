//! `NextToken` of ListImports and ListExports: where the next page begins, in a form that cannot be made up by accident.

use crate::error::Error;
use crate::random::Random;

/// Numbers of sixteen hexadecimal digits in a token: the service model wants 112 digits at least.
const WORDS: usize = 7;
const WORD_DIGITS: usize = 16;

/// The list that a token is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// ListImports.
    Imports,
    /// ListExports.
    Exports,
}

impl Listing {
    /// Decides the words of a token that carry nothing.
    fn seed(self) -> u64 {
        match self {
            Self::Imports => 0x696D_706F_7274_7300,
            Self::Exports => 0x6578_706F_7274_7300,
        }
    }

    /// The token of the page behind an entry.
    #[must_use]
    pub fn token(self, behind: u64) -> String {
        let mut random = Random::new(self.seed() ^ behind);
        let filling = (1..WORDS).map(|_| format!("{:016x}", random.next_u64()));
        std::iter::once(format!("{behind:016x}")).chain(filling).collect()
    }

    /// The entry that a token's page lies behind.
    ///
    /// # Errors
    /// `ValidationException` for what this list never gave (text measured, LAB DDB-EXPORT-006).
    pub fn read(self, token: &str) -> Result<u64, Error> {
        let first = token.get(..WORD_DIGITS).and_then(|word| u64::from_str_radix(word, 16).ok());
        first.filter(|behind| self.token(*behind) == token).ok_or_else(|| {
            Error::Validation(format!("Invalid Request: Provided nextToken is invalid: {token}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_knows_its_own_tokens_and_no_others() {
        let token = Listing::Imports.token(17);
        assert_eq!(token.len(), WORDS * WORD_DIGITS);
        assert_eq!(Listing::Imports.read(&token), Ok(17));
        let refused = Listing::Exports.read(&token).unwrap_err();
        assert_eq!(refused.message(), format!("Invalid Request: Provided nextToken is invalid: {token}"));
        for other in ["", "x", "é000000000000000", &"0".repeat(112)] {
            assert!(Listing::Imports.read(other).is_err());
        }
    }
}
