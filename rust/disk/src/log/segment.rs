//! One file of the log.
//!
//! ```text
//! "dynacore log\n" padded to 16 | format u32 | 0 u32 | number u64 | base u64 | checksum u64 | records
//! ```
//! `base` is the last commit before the file's first one, so a missing file and a lost end show.

use std::io;
use std::path::{Path, PathBuf};

use dynacore::store::{Batch, Sequence, StoreError};
use xxhash_rust::xxh3::xxh3_64;

use super::record::{self, Parsed, Record};
use crate::directory::FORMAT_VERSION;
use crate::files::{Files, WritableFile};

const MAGIC: [u8; 16] = *b"dynacore log\n\0\0\0";
pub(super) const HEADER_BYTES: usize = 48;

/// Zeros are written ahead of the records so many bytes at a time: a record then changes no length, and making it
/// durable costs the disk one write in place of several.
const AHEAD_BYTES: usize = 1 << 20;

/// Where the segment of a number is.
pub(crate) fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:010}.log"))
}

/// The segment that is written.
pub(super) struct Segment {
    pub(super) number: u64,
    file: Box<dyn WritableFile>,
    /// Where the next record goes.
    end: u64,
    /// Up to where the file has zeros.
    allocated: u64,
}

impl Segment {
    /// Begins a segment behind the commit `base`. Its header is durable when this returns.
    pub(super) fn create(
        files: &dyn Files,
        directory: &Path,
        number: u64,
        base: Sequence,
    ) -> io::Result<Self> {
        let file = files.create(&path(directory, number))?;
        let mut segment = Self { number, file, end: 0, allocated: 0 };
        segment.append(&header(number, base))?;
        segment.sync()?;
        Ok(segment)
    }

    /// Writes records at the end.
    pub(super) fn append(&mut self, records: &[u8]) -> io::Result<()> {
        let end = self.end + records.len() as u64;
        while self.allocated < end {
            self.file.write(self.allocated, &[0; AHEAD_BYTES])?;
            self.allocated += AHEAD_BYTES as u64;
        }
        self.file.write(self.end, records)?;
        self.end = end;
        Ok(())
    }

    /// Waits until all records are durable.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }

    /// Gives back the space behind the last record; nothing is written here any more.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.file.truncate(self.end)?;
        self.file.sync()
    }
}

fn header(number: u64, base: Sequence) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..16].copy_from_slice(&MAGIC);
    header[16..20].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    header[24..32].copy_from_slice(&number.to_le_bytes());
    header[32..40].copy_from_slice(&base.0.to_le_bytes());
    let checksum = xxh3_64(&header[..40]);
    header[40..].copy_from_slice(&checksum.to_le_bytes());
    header
}

/// What is done with a commit that was read.
pub(super) type Apply<'a> = dyn FnMut(Sequence, Batch) -> Result<(), StoreError> + 'a;

/// What reading a segment found.
pub(super) struct Replay {
    /// The last commit before it.
    pub(super) base: Sequence,
    /// The last commit in it, or `base`.
    pub(super) last: Sequence,
    /// What was wrong behind the last commit, unless that is where the writing ended.
    pub(super) damage: Option<String>,
    /// Whether the damage cannot be what a crash leaves.
    pub(super) lost: bool,
}

/// Reads a segment: hands each commit to `apply`, as far as the file is whole.
///
/// # Errors
/// [`StoreError::Corrupted`] where the header is not one, [`StoreError::Failed`] where the file cannot be read, and
/// those of `apply`.
pub(super) fn replay(
    files: &dyn Files,
    directory: &Path,
    number: u64,
    apply: &mut Apply<'_>,
) -> Result<Replay, StoreError> {
    let path = path(directory, number);
    let bytes = files.read(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::Corrupted(format!("{} is missing", path.display())),
        _ => StoreError::Failed(format!("{}: {error}", path.display())),
    })?;
    let base = base_of(&bytes, number)
        .ok_or_else(|| StoreError::Corrupted(format!("{}: the file's header is damaged", path.display())))?;
    let (mut last, mut offset) = (base, HEADER_BYTES);
    loop {
        let expected = Sequence(last.0 + 1);
        match record::parse(&bytes, offset, number) {
            Parsed::Record(Record { sequence, batch: None, .. }) if sequence == last => {
                return Ok(Replay { base, last, damage: None, lost: false });
            }
            Parsed::Record(Record { sequence, batch: Some(batch), end, .. }) if sequence == expected => {
                apply(sequence, batch)?;
                (last, offset) = (expected, end);
            }
            Parsed::Record(_) | Parsed::Damaged => {
                let damage = format!("{}: the record at byte {offset} is damaged", path.display());
                let lost = record::was_durable(&bytes, offset, number, expected);
                return Ok(Replay { base, last, damage: Some(damage), lost });
            }
            Parsed::End => {
                let lost = record::was_durable(&bytes, offset, number, expected);
                let damage = lost.then(|| format!("{}: bytes from {offset} on are zero", path.display()));
                return Ok(Replay { base, last, damage, lost });
            }
        }
    }
}

fn base_of(bytes: &[u8], number: u64) -> Option<Sequence> {
    let stored = bytes.get(..HEADER_BYTES)?;
    let base = Sequence(u64::from_le_bytes(stored[32..40].try_into().ok()?));
    (stored == header(number, base)).then_some(base)
}
