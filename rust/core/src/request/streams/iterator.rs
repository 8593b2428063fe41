//! `ShardIterator`: a place in a shard, for 15 minutes.
//!
//! ```text
//! <ARN of the stream>|1|<base64 of [8 bytes: behind which number][8: when it was given out][name of the shard][8: check]>
//! ```
//!
//! The check makes an iterator that was not given out be refused, whatever it holds.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::clock::Timestamp;
use crate::error::Error;

/// How long an iterator lives (facts 5.1).
const LIFE: Duration = Duration::from_secs(15 * 60);

const MARK: &str = "|1|";
const CHECK_SEED: u64 = 12;

/// A place in a shard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShardIterator {
    /// The ARN of the stream.
    pub stream: String,
    /// The name of the shard.
    pub shard: String,
    /// The number behind which it is.
    pub behind: u64,
    /// When it was given out.
    pub issued: Timestamp,
}

fn check(stream: &str, content: &[u8]) -> u64 {
    xxh3_64_with_seed(content, xxh3_64_with_seed(stream.as_bytes(), CHECK_SEED))
}

impl ShardIterator {
    /// The iterator as callers have it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut bytes = self.behind.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.issued.as_nanos().to_be_bytes());
        bytes.extend_from_slice(self.shard.as_bytes());
        bytes.extend_from_slice(&check(&self.stream, &bytes).to_be_bytes());
        format!("{}{MARK}{}", self.stream, STANDARD.encode(bytes))
    }

    /// Reads an iterator.
    ///
    /// # Errors
    /// `ValidationException` for what was not given out; the text is ours.
    pub fn read(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or_else(|| Error::validation("Invalid ShardIterator"))
    }

    fn parse(text: &str) -> Option<Self> {
        let (stream, encoded) = text.rsplit_once(MARK)?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (content, given) = bytes.split_last_chunk::<8>()?;
        if check(stream, content) != u64::from_be_bytes(*given) {
            return None;
        }
        let (behind, rest) = content.split_first_chunk::<8>()?;
        let (issued, shard) = rest.split_first_chunk::<8>()?;
        Some(Self {
            stream: stream.to_owned(),
            shard: String::from_utf8(shard.to_vec()).ok()?,
            behind: u64::from_be_bytes(*behind),
            issued: Timestamp::from_nanos(i64::from_be_bytes(*issued)),
        })
    }

    /// Refuses an iterator that is older than 15 minutes.
    ///
    /// # Errors
    /// `ExpiredIteratorException`.
    pub fn refuse_expired(&self, now: Timestamp) -> Result<(), Error> {
        if self.issued + LIFE >= now {
            return Ok(());
        }
        Err(Error::ExpiredIterator(
            "The shard iterator has expired and can no longer be used to retrieve stream records. A shard iterator \
             expires 15 minutes after it is retrieved using the GetShardIterator action."
                .to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iterator_leads_back_to_its_place_and_nothing_else_does() {
        let iterator = ShardIterator {
            stream: "arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2026".to_owned(),
            shard: "shardId-00000001573689847184-864758bb".to_owned(),
            behind: 7,
            issued: Timestamp::from_seconds(9),
        };
        let text = iterator.text();
        assert_eq!(ShardIterator::read(&text).unwrap(), iterator);
        let other = text.replace("cars", "vans");
        for wrong in ["", "x", "x|1|", "x|1|AAAA", &text[..text.len() - 4], &other] {
            assert_eq!(ShardIterator::read(wrong).unwrap_err().message(), "Invalid ShardIterator");
        }
        assert_eq!(iterator.refuse_expired(Timestamp::from_seconds(9 + 900)), Ok(()));
        let expired = iterator.refuse_expired(Timestamp::from_seconds(9 + 901)).unwrap_err();
        assert_eq!(expired.code(), "ExpiredIteratorException");
    }
}
