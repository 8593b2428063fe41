//! The directory of a database: what is in it, whose it is, and who has it open.
//!
//! ```text
//! FORMAT       says that this is a database of dynacore, and of which format
//! LOCK         locked while a process has the database open; holds its id
//! CHECKPOINT   which commits are in the tables, and where the log begins
//! log/         the commits since then
//! tables/      the engine crate's
//! ```

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use dynacore::store::{Sequence, StoreError};
use xxhash_rust::xxh3::xxh3_64;

use crate::files::Files;

/// The format that this version writes and the only one it reads.
pub(crate) const FORMAT_VERSION: u32 = 1;

const FORMAT: &str = "FORMAT";
const LOCK: &str = "LOCK";
const CHECKPOINT: &str = "CHECKPOINT";
const LOG: &str = "log";
const TABLES: &str = "tables";
const FORMAT_TEXT: &str = "dynacore database, format ";

/// Why a database was not opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process, or this one, has it open.
    Locked {
        /// The directory.
        path: PathBuf,
        /// The id of the process that has it, where that is known.
        process: Option<u32>,
    },
    /// The directory, or the file, holds something else.
    NotADatabase(PathBuf),
    /// It was written by another version of dynacore.
    UnknownFormat {
        /// The file that says so.
        path: PathBuf,
        /// What it says.
        format: String,
    },
    /// Stored bytes are not those that were written; names the file.
    Corrupted(String),
    /// The file system refused.
    Failed(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { path, process: Some(process) } => {
                write!(formatter, "{} is open already, in process {process}", path.display())
            }
            Self::Locked { path, process: None } => {
                write!(formatter, "{} is open already", path.display())
            }
            Self::NotADatabase(path) => {
                write!(formatter, "{} holds something that is no database of dynacore", path.display())
            }
            Self::UnknownFormat { path, format } => write!(
                formatter,
                "{} says format {format}, and this version of dynacore reads format {FORMAT_VERSION}",
                path.display()
            ),
            Self::Corrupted(what) => write!(formatter, "stored data is corrupted: {what}"),
            Self::Failed(what) => write!(formatter, "the store failed: {what}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    /// An error about what a database in a directory holds.
    #[must_use]
    pub fn of(path: &Path, error: StoreError) -> Self {
        match error {
            StoreError::Corrupted(what) => Self::Corrupted(format!("{}: {what}", path.display())),
            StoreError::Failed(what) => Self::Failed(format!("{}: {what}", path.display())),
            other => Self::Failed(format!("{}: {other}", path.display())),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupted(what) => Self::Corrupted(what),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// A database's directory, locked.
pub(crate) struct Directory {
    path: PathBuf,
    /// The lock goes when this does.
    _lock: File,
}

/// What the file CHECKPOINT says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Checkpoint {
    /// The last commit in the tables.
    pub(crate) sequence: Sequence,
    /// The segment of the log that holds the first commit behind it.
    pub(crate) first_segment: u64,
    /// A segment up to which all are there: without it, the loss of the newest would look like an end.
    pub(crate) newest_segment: u64,
}

impl Directory {
    /// Locks the database in a directory. A directory that is missing or empty becomes a new database; the flag says
    /// whether it is one, and [`Directory::found`] ends its making.
    ///
    /// # Errors
    /// [`OpenError`]; nothing was changed then, but for an empty directory.
    pub(crate) fn open(path: &Path) -> Result<(Self, bool), OpenError> {
        if path.exists() && !path.is_dir() {
            return Err(OpenError::NotADatabase(path.to_owned()));
        }
        fs::create_dir_all(path).map_err(|error| failed(path, &error))?;
        let names = names(path)?;
        let is_founded = names.iter().any(|name| name == FORMAT);
        // A crash may leave a database half made: only names of its own, and no FORMAT.
        let own = |name: &String| {
            [LOCK, CHECKPOINT, LOG, TABLES, "FORMAT.new", "CHECKPOINT.new"].contains(&name.as_str())
        };
        let is_new = names.is_empty() || (names.iter().any(|name| name == LOCK) && names.iter().all(own));
        if !is_founded && !is_new {
            return Err(OpenError::NotADatabase(path.to_owned()));
        }
        if is_founded {
            check_format(&path.join(FORMAT))?;
        }
        let lock = lock(path)?;
        let directory = Self { path: path.to_owned(), _lock: lock };
        if !is_founded {
            directory.prepare().map_err(|error| failed(path, &error))?;
        }
        Ok((directory, !is_founded))
    }

    fn prepare(&self) -> io::Result<()> {
        for directory in [self.log(), self.tables()] {
            if directory.exists() {
                fs::remove_dir_all(directory)?;
            }
        }
        fs::create_dir(self.log())
    }

    /// Says that a new database is whole now.
    pub(crate) fn found(&self, files: &dyn Files) -> Result<(), OpenError> {
        let path = self.path.join(FORMAT);
        let text = format!("{FORMAT_TEXT}{FORMAT_VERSION}\n");
        files.replace(&path, text.as_bytes()).map_err(|error| failed(&path, &error))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join(LOG)
    }

    pub(crate) fn tables(&self) -> PathBuf {
        self.path.join(TABLES)
    }

    /// The numbers of the log's segments, in order.
    pub(crate) fn segments(&self) -> Result<Vec<u64>, OpenError> {
        let log = self.log();
        if !log.is_dir() {
            return Err(OpenError::Corrupted(format!("{} is missing", log.display())));
        }
        let names = names(&log)?;
        let number = |name: &String| name.strip_suffix(".log").and_then(|digits| digits.parse().ok());
        let mut numbers: Vec<u64> = names.iter().filter_map(number).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Writes the file CHECKPOINT; durable when this returns.
    pub(crate) fn write_checkpoint(
        &self,
        files: &dyn Files,
        checkpoint: &Checkpoint,
    ) -> Result<(), StoreError> {
        let path = self.path.join(CHECKPOINT);
        files
            .replace(&path, checkpoint.encode().as_bytes())
            .map_err(|error| StoreError::Failed(format!("{}: {error}", path.display())))
    }

    /// Reads the file CHECKPOINT.
    pub(crate) fn read_checkpoint(&self, files: &dyn Files) -> Result<Checkpoint, StoreError> {
        let path = self.path.join(CHECKPOINT);
        let bytes = files.read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::Corrupted(format!("{} is missing", path.display())),
            _ => StoreError::Failed(format!("{}: {error}", path.display())),
        })?;
        Checkpoint::decode(&bytes)
            .ok_or_else(|| StoreError::Corrupted(format!("{} is damaged", path.display())))
    }
}

impl Checkpoint {
    /// Lines of text, the last one with the checksum of those before it.
    fn encode(&self) -> String {
        let Self { sequence, first_segment, newest_segment } = self;
        let text = format!("commit {}\nsegments {first_segment} to {newest_segment}\n", sequence.0);
        let checksum = xxh3_64(text.as_bytes());
        format!("{text}checksum {checksum:016x}\n")
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        let sequence = Sequence(lines.next()?.strip_prefix("commit ")?.parse().ok()?);
        let (first, newest) = lines.next()?.strip_prefix("segments ")?.split_once(" to ")?;
        let (first_segment, newest_segment) = (first.parse().ok()?, newest.parse().ok()?);
        let checkpoint = Self { sequence, first_segment, newest_segment };
        (checkpoint.encode() == text).then_some(checkpoint)
    }
}

fn names(directory: &Path) -> Result<Vec<String>, OpenError> {
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
    let name =
        |entry: io::Result<fs::DirEntry>| entry.map(|entry| entry.file_name().to_string_lossy().into_owned());
    entries.map(name).collect::<io::Result<_>>().map_err(|error| failed(directory, &error))
}

fn check_format(path: &Path) -> Result<(), OpenError> {
    let text = fs::read(path).map_err(|error| failed(path, &error))?;
    let text = String::from_utf8_lossy(&text);
    match text.strip_prefix(FORMAT_TEXT).map(str::trim_end) {
        Some(format) if format.parse() == Ok(FORMAT_VERSION) => Ok(()),
        Some(format) if format.chars().all(|digit| digit.is_ascii_digit()) && !format.is_empty() => {
            Err(OpenError::UnknownFormat { path: path.to_owned(), format: format.to_owned() })
        }
        _ => Err(OpenError::Corrupted(format!("{} is damaged", path.display()))),
    }
}

fn lock(directory: &Path) -> Result<File, OpenError> {
    let path = directory.join(LOCK);
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = open.map_err(|error| failed(&path, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is a courtesy; that it is held is what counts.
            let process = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(OpenError::Locked { path: directory.to_owned(), process });
        }
        Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
    }
    let write = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    write.map_err(|error| failed(&path, &error))?;
    Ok(file)
}

fn failed(path: &Path, error: &io::Error) -> OpenError {
    OpenError::Failed(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_comes_back_and_no_changed_bit_goes_unnoticed() {
        let checkpoint = Checkpoint { sequence: Sequence(77), first_segment: 5, newest_segment: 6 };
        let bytes = checkpoint.encode().into_bytes();
        assert_eq!(Checkpoint::decode(&bytes), Some(checkpoint));
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Checkpoint::decode(&changed), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(Checkpoint::decode(&bytes[..length]), None, "{length} bytes");
        }
    }
}
