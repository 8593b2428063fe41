//! Client tokens: a write transaction that comes again under the same token within ten minutes does nothing.

use std::collections::{BTreeMap, VecDeque};
use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::store::{Direction, Entry, KeyRange, Read, StoreError, Write};
use crate::table::capacity::CapacityUnits;
use crate::table::record::TOKENS;
use crate::value::KeyBytes;

/// How long a token is remembered after its transaction has finished (facts 13.1).
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(600);
/// Tokens that are remembered at most, some 40 MB; beyond them the oldest is forgotten early. AWS names no limit.
const TOKENS_MAX: usize = 1 << 18;

/// The token of a request: who it is, and what it asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransactionToken {
    /// A digest of the operation's name and the token's text; each operation has tokens of its own.
    pub identity: u128,
    /// A digest of everything in the request that decides what it does.
    pub payload: u128,
}

/// Whether a token was used before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenUse {
    /// It is new, or forgotten.
    First,
    /// Its transaction has been carried out; these are the read units that each action of the repetition costs.
    Repeated(Box<[CapacityUnits]>),
}

#[derive(Clone)]
struct Remembered {
    payload: u128,
    /// When the transaction is no longer in flight.
    finished: Timestamp,
    units: Box<[CapacityUnits]>,
}

/// The tokens of transactions that were carried out.
#[derive(Clone, Default)]
pub(in crate::table) struct TokenMemory {
    tokens: BTreeMap<u128, Remembered>,
    /// The same in the order of their time, so that forgetting looks at those that are forgotten alone.
    order: VecDeque<u128>,
    /// Whether a durable store has them too.
    is_stored: bool,
    /// Those that a durable store still has.
    forgotten: Vec<u128>,
}

impl TokenMemory {
    /// Whether the token was used.
    ///
    /// # Errors
    /// `IdempotentParameterMismatchException` where it was used for something else, `TransactionInProgressException`
    /// while its transaction is in flight.
    pub(in crate::table) fn recall(
        &mut self,
        token: TransactionToken,
        now: Timestamp,
    ) -> Result<TokenUse, Error> {
        self.forget(now);
        match self.tokens.get(&token.identity) {
            None => Ok(TokenUse::First),
            Some(known) if known.payload != token.payload => Err(Error::IdempotentParameterMismatch),
            Some(known) if now < known.finished => Err(Error::TransactionInProgress),
            Some(known) => Ok(TokenUse::Repeated(known.units.clone())),
        }
    }

    /// Remembers the token of a transaction that was carried out; it is new.
    pub(in crate::table) fn remember(
        &mut self,
        token: TransactionToken,
        finished: Timestamp,
        units: Box<[CapacityUnits]>,
    ) {
        if self.order.len() == TOKENS_MAX {
            self.forget_oldest();
        }
        self.order.push_back(token.identity);
        let remembered = Remembered { payload: token.payload, finished, units };
        let before = self.tokens.insert(token.identity, remembered);
        assert!(before.is_none(), "a token is remembered once");
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some(oldest) = self.order.front()
            && self.tokens[oldest].finished + TOKEN_LIFETIME <= now
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.tokens.remove(&oldest);
            if self.is_stored {
                self.forgotten.push(oldest);
            }
        }
    }

    /// Reads the tokens from a durable store.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where they are none.
    pub(in crate::table) fn load(&mut self, store: &dyn Read) -> Result<(), StoreError> {
        let everything = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        let mut damaged = false;
        store.scan(TOKENS, everything, Direction::Forward, &mut |entry| {
            let identity = entry.key().try_into().map(u128::from_be_bytes);
            match (identity, Remembered::decode(entry.value())) {
                (Ok(identity), Some(remembered)) => {
                    self.tokens.insert(identity, remembered);
                    ControlFlow::Continue(())
                }
                _ => {
                    damaged = true;
                    ControlFlow::Break(())
                }
            }
        })?;
        if damaged {
            return Err(StoreError::Corrupted("the token of a transaction".to_owned()));
        }
        let mut order: Vec<u128> = self.tokens.keys().copied().collect();
        order.sort_by_key(|identity| self.tokens[identity].finished);
        self.order = order.into();
        self.is_stored = true;
        Ok(())
    }

    /// What a durable store is told in the commit of a transaction: its token, and those that are forgotten.
    pub(in crate::table) fn write(
        &mut self,
        token: TransactionToken,
        finished: Timestamp,
        units: &[CapacityUnits],
    ) -> impl Iterator<Item = Write> {
        let key = |identity: u128| KeyBytes::from_slice(&identity.to_be_bytes());
        let remembered = Remembered { payload: token.payload, finished, units: units.into() };
        let put = Write::put(TOKENS, Entry::new(&key(token.identity), &remembered.encode()));
        let forgotten = std::mem::take(&mut self.forgotten);
        forgotten.into_iter().map(move |identity| Write::Delete(TOKENS, key(identity))).chain([put])
    }
}

impl Remembered {
    /// Payload, time and units, all big-endian.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = self.payload.to_be_bytes().to_vec();
        bytes.extend(self.finished.as_nanos().to_be_bytes());
        bytes.extend(self.units.iter().flat_map(|units| units.halves().to_be_bytes()));
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (payload, rest) = bytes.split_first_chunk::<16>()?;
        let (finished, rest) = rest.split_first_chunk::<8>()?;
        let (units, rest) = rest.as_chunks::<8>();
        let units = units.iter().map(|halves| CapacityUnits::from_halves(u64::from_be_bytes(*halves)));
        rest.is_empty().then(|| Self {
            payload: u128::from_be_bytes(*payload),
            finished: Timestamp::from_nanos(i64::from_be_bytes(*finished)),
            units: units.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(identity: u128, payload: u128) -> TransactionToken {
        TransactionToken { identity, payload }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_token_is_remembered_for_ten_minutes_after_the_end_of_its_transaction() {
        let mut memory = TokenMemory::default();
        assert_eq!(memory.recall(token(1, 7), at(0)), Ok(TokenUse::First));
        let units: Box<[CapacityUnits]> = [CapacityUnits::whole(2)].into();
        memory.remember(token(1, 7), at(3), units.clone());
        assert_eq!(memory.recall(token(1, 7), at(2)), Err(Error::TransactionInProgress));
        assert_eq!(memory.recall(token(1, 8), at(2)), Err(Error::IdempotentParameterMismatch));
        assert_eq!(memory.recall(token(2, 8), at(3)), Ok(TokenUse::First));
        assert_eq!(memory.recall(token(1, 7), at(3)), Ok(TokenUse::Repeated(units.clone())));
        assert_eq!(memory.recall(token(1, 7), at(602)), Ok(TokenUse::Repeated(units)));
        assert_eq!(memory.recall(token(1, 7), at(603)), Ok(TokenUse::First));
        assert!(memory.tokens.is_empty() && memory.order.is_empty());
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut memory = TokenMemory::default();
        for identity in 0..=TOKENS_MAX as u128 {
            memory.remember(token(identity, 0), at(0), Box::default());
        }
        assert_eq!((memory.tokens.len(), memory.order.len()), (TOKENS_MAX, TOKENS_MAX));
        assert_eq!(memory.recall(token(0, 0), at(1)), Ok(TokenUse::First));
        assert_ne!(memory.recall(token(1, 0), at(1)), Ok(TokenUse::First));
    }
}
