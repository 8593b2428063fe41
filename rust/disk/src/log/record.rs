//! One commit in the log, as bytes.
//!
//! ```text
//! mark u32 | length u32 | checksum u64 | sequence u64 | durable u64 | writes
//! write: 1 put | space u32 | key length u32 | value length u32 | key | value
//!        2 delete | space u32 | key length u32 | key
//!        3 clear | space u32
//!        4 closed: alone in a record that repeats the last sequence
//! ```
//! Numbers are little-endian. `length` counts what follows the checksum, which covers it. The checksum is seeded with
//! the number of the segment, so that a record of another file is none of this one. `durable` is the last commit that
//! was known to be durable when this one was written: it tells damage from a write that a crash cut off.

use dynacore::store::{Batch, Entry, Sequence, Space, Write};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What every record begins with. Space that is not written yet is zero.
const MARK: [u8; 4] = *b"\xD7rec";
/// Mark, length and checksum.
const HEADER_BYTES: usize = 16;
/// Sequence and durable.
const NUMBERS_BYTES: usize = 16;

const PUT: u8 = 1;
const DELETE: u8 = 2;
const CLEAR: u8 = 3;
const CLOSED: u8 = 4;

/// Appends the record that says that the database was closed behind a commit.
pub(super) fn encode_closed(bytes: &mut Vec<u8>, segment: u64, last: Sequence) {
    let start = begin(bytes, (last, last));
    bytes.push(CLOSED);
    finish(bytes, start, segment);
}

/// Appends the record of a commit.
pub(super) fn encode(
    bytes: &mut Vec<u8>,
    segment: u64,
    (sequence, durable): (Sequence, Sequence),
    batch: &Batch,
) {
    let start = begin(bytes, (sequence, durable));
    for write in &batch.writes {
        match write {
            Write::Put(space, entry, _) => {
                bytes.push(PUT);
                bytes.extend_from_slice(&space.0.to_le_bytes());
                bytes.extend_from_slice(&length(entry.key()));
                bytes.extend_from_slice(&length(entry.value()));
                bytes.extend_from_slice(entry.key());
                bytes.extend_from_slice(entry.value());
            }
            Write::Delete(space, key) => {
                bytes.push(DELETE);
                bytes.extend_from_slice(&space.0.to_le_bytes());
                bytes.extend_from_slice(&length(key));
                bytes.extend_from_slice(key);
            }
            Write::Clear(space) => {
                bytes.push(CLEAR);
                bytes.extend_from_slice(&space.0.to_le_bytes());
            }
        }
    }
    finish(bytes, start, segment);
}

fn begin(bytes: &mut Vec<u8>, (sequence, durable): (Sequence, Sequence)) -> usize {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; HEADER_BYTES]);
    bytes.extend_from_slice(&sequence.0.to_le_bytes());
    bytes.extend_from_slice(&durable.0.to_le_bytes());
    start
}

fn finish(bytes: &mut [u8], start: usize, segment: u64) {
    let (header, body) = bytes[start..].split_at_mut(HEADER_BYTES);
    header[..4].copy_from_slice(&MARK);
    header[4..8].copy_from_slice(&length(body));
    header[8..].copy_from_slice(&xxh3_64_with_seed(body, segment).to_le_bytes());
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).expect("a commit is far below 4 GiB").to_le_bytes()
}

/// A record as it was read.
#[derive(Debug)]
pub(super) struct Record {
    /// The commit.
    pub(super) sequence: Sequence,
    /// The last commit that was durable when it was written.
    durable: Sequence,
    /// What it did; nothing where the database was closed.
    pub(super) batch: Option<Batch>,
    /// Where the next record begins.
    pub(super) end: usize,
}

/// What stands at a place of a log.
#[derive(Debug)]
pub(super) enum Parsed {
    /// A whole record.
    Record(Record),
    /// Nothing was written here.
    End,
    /// Something that is no record.
    Damaged,
}

/// Reads what stands at `offset`.
pub(super) fn parse(bytes: &[u8], offset: usize, segment: u64) -> Parsed {
    let rest = &bytes[offset.min(bytes.len())..];
    if rest.iter().take(MARK.len()).all(|byte| *byte == 0) {
        return Parsed::End;
    }
    match parse_record(rest, segment) {
        Some(record) => Parsed::Record(Record { end: offset + record.end, ..record }),
        None => Parsed::Damaged,
    }
}

/// Whether a whole record behind `offset` says that the commit `expected` there was durable. A crash may leave any
/// part of what was not durable yet, so a whole record alone says nothing.
pub(super) fn was_durable(bytes: &[u8], offset: usize, segment: u64, expected: Sequence) -> bool {
    let first = (offset + 1).min(bytes.len());
    (first..bytes.len().saturating_sub(HEADER_BYTES))
        .filter(|place| bytes[*place..].starts_with(&MARK))
        .filter_map(|place| parse_record(&bytes[place..], segment))
        .any(|record| record.durable >= expected)
}

fn parse_record(bytes: &[u8], segment: u64) -> Option<Record> {
    let (header, rest) = bytes.split_at_checked(HEADER_BYTES)?;
    if header[..4] != MARK {
        return None;
    }
    let length = u32::from_le_bytes(header[4..8].try_into().ok()?) as usize;
    let checksum = u64::from_le_bytes(header[8..].try_into().ok()?);
    let body = rest.get(..length)?;
    if xxh3_64_with_seed(body, segment) != checksum {
        return None;
    }
    let (numbers, writes) = body.split_at_checked(NUMBERS_BYTES)?;
    let number = |range: std::ops::Range<usize>| Some(u64::from_le_bytes(numbers[range].try_into().ok()?));
    let (sequence, durable) = (Sequence(number(0..8)?), Sequence(number(8..16)?));
    let end = HEADER_BYTES + length;
    if writes == [CLOSED] {
        return Some(Record { sequence, durable, batch: None, end });
    }
    let mut reader = Writes(writes);
    let mut batch = Batch::default();
    while !reader.0.is_empty() {
        batch.writes.push(reader.write()?);
    }
    Some(Record { sequence, durable, batch: Some(batch), end })
}

struct Writes<'a>(&'a [u8]);

impl<'a> Writes<'a> {
    fn write(&mut self) -> Option<Write> {
        let kind = self.take(1)?[0];
        let space = Space(self.number()?);
        Some(match kind {
            PUT => {
                let (key, value) = (self.number()? as usize, self.number()? as usize);
                Write::put(space, Entry::from_joined(self.take(key.checked_add(value)?)?, key))
            }
            DELETE => {
                let key = self.number()? as usize;
                Write::Delete(space, SmallVec::from_slice(self.take(key)?))
            }
            CLEAR => Write::Clear(space),
            _ => return None,
        })
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let writes = [
            Write::put(Space(16), Entry::new(b"key", b"value")),
            Write::Delete(Space(17), SmallVec::from_slice(b"gone")),
            Write::Clear(Space(18)),
        ];
        Batch { writes: writes.into_iter().collect() }
    }

    #[test]
    fn a_record_comes_back() {
        let mut bytes = vec![7; 5];
        encode(&mut bytes, 3, (Sequence(9), Sequence(8)), &batch());
        let end = bytes.len();
        bytes.extend([0; 20]);
        let Parsed::Record(record) = parse(&bytes, 5, 3) else { panic!("a record") };
        assert_eq!((record.sequence, record.durable, record.end), (Sequence(9), Sequence(8), end));
        assert_eq!(format!("{:?}", record.batch), format!("{:?}", Some(batch())));
        assert!(matches!(parse(&bytes, end, 3), Parsed::End));
        assert!(matches!(parse(&bytes, 5, 4), Parsed::Damaged), "a record of another segment");
    }

    #[test]
    fn no_changed_bit_and_no_missing_byte_goes_unnoticed() {
        let mut bytes = Vec::new();
        encode(&mut bytes, 3, (Sequence(9), Sequence(8)), &batch());
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(parse(&changed, 0, 3), Parsed::Damaged), "bit {bit}");
        }
        for length in 4..bytes.len() {
            assert!(matches!(parse(&bytes[..length], 0, 3), Parsed::Damaged), "{length} bytes");
        }
    }

    #[test]
    fn only_a_later_group_says_that_a_commit_was_durable() {
        let mut bytes = Vec::new();
        encode(&mut bytes, 3, (Sequence(9), Sequence(8)), &batch());
        encode(&mut bytes, 3, (Sequence(10), Sequence(8)), &batch());
        assert!(!was_durable(&bytes, 0, 3, Sequence(9)), "both were of one group");
        encode(&mut bytes, 3, (Sequence(11), Sequence(10)), &batch());
        assert!(was_durable(&bytes, 0, 3, Sequence(9)));
    }
}
