//! The sorted tables on disk: everything that is no longer in the log, in the engine crate's hands.
//!
//! All spaces are one keyspace of the engine; a key begins with its space. It is only ever written a whole layer at a
//! time, as one sorted run that becomes visible at once, so neither the engine's own journal nor its memory tables are
//! in use: what is acknowledged is in dynacore's log or in tables that were made durable before the log forgot it.
//! Every block the engine reads back has a checksum.

use std::fs;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use dynacore::store::{Direction, Entry, KeyRange, Space, StoreError};
use fjall::{Keyspace, KeyspaceCreateOptions, Readable as _};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_128;

use crate::layer::{Change, Layer, ReadLayer as _};
use crate::merge::Cursor;

/// Memory for blocks that were read.
const CACHE_BYTES: u64 = 64 << 20;
const KEYSPACE: &str = "spaces";
const SPACE_BYTES: usize = 4;

/// The engine.
pub(crate) struct Tables {
    engine: fjall::Database,
    spaces: Keyspace,
}

impl Tables {
    /// Makes tables in a directory that is not there.
    pub(crate) fn create(directory: &Path) -> Result<(), StoreError> {
        let engine = open(directory)?;
        guarded(directory, || engine.keyspace(KEYSPACE, KeyspaceCreateOptions::default)).map(drop)
    }

    /// Opens the tables in a directory.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] names the file or the directory.
    pub(crate) fn open(directory: &Path) -> Result<Self, StoreError> {
        // What the engine does not find it makes anew; what it does not know it removes. So this looks first.
        if !directory.is_dir() {
            return Err(StoreError::Corrupted(format!("{} is missing", directory.display())));
        }
        check_manifests(&directory.join("keyspaces"))?;
        let engine = open(directory)?;
        if !engine.keyspace_exists(KEYSPACE) {
            return Err(StoreError::Corrupted(format!("{}: the tables are missing", directory.display())));
        }
        let spaces = guarded(directory, || engine.keyspace(KEYSPACE, KeyspaceCreateOptions::default))?;
        Ok(Self { engine, spaces })
    }

    /// Writes a layer into tables: durable, and visible to those who read from then on, when this returns. What the
    /// layer hides is removed, which costs as much as there is of it.
    pub(crate) fn write(&self, layer: &Layer) -> Result<(), StoreError> {
        guarded(self.spaces.path(), || self.ingest(layer))?
    }

    fn ingest(&self, layer: &Layer) -> fjall::Result<Result<(), StoreError>> {
        let everything = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };
        let mut run = self.spaces.start_ingestion()?;
        for space in layer.spaces() {
            let mut cursor = Cursor::new(layer, space, everything, Direction::Forward);
            let mut hidden =
                Walk::new(self, None, (space, everything, Direction::Forward), layer.hides(space));
            loop {
                let next =
                    match cursor.peek().and_then(|change| Ok((change.map(Change::key), hidden.peek()?))) {
                        Ok((None, None)) => break,
                        Ok((Some(changed), Some(gone))) => changed.cmp(gone.key()),
                        Ok((Some(_), None)) => std::cmp::Ordering::Less,
                        Ok((None, Some(_))) => std::cmp::Ordering::Greater,
                        Err(error) => return Ok(Err(error)),
                    };
                if next.is_ge()
                    && let Some(gone) = hidden.take()
                    && next.is_gt()
                {
                    run.write_tombstone(prefixed(space, gone.key()).as_slice())?;
                    continue;
                }
                match cursor.take() {
                    Some(Change::Put(entry)) => {
                        run.write(prefixed(space, entry.key()).as_slice(), entry.value())?;
                    }
                    Some(Change::Delete(entry)) => {
                        run.write_tombstone(prefixed(space, entry.key()).as_slice())?;
                    }
                    None => {}
                }
            }
        }
        run.finish().map(Ok)
    }

    /// A moment to read at.
    pub(crate) fn view(&self) -> fjall::Snapshot {
        self.engine.snapshot()
    }

    /// The entry at a key, at a moment that has passed where there is a view.
    pub(crate) fn get(
        &self,
        view: Option<&fjall::Snapshot>,
        space: Space,
        key: &[u8],
    ) -> Result<Option<Entry>, StoreError> {
        let prefixed = prefixed(space, key);
        let value = guarded(self.spaces.path(), || match view {
            Some(view) => view.get(&self.spaces, &prefixed),
            None => self.spaces.get(&prefixed),
        })?;
        Ok(value.map(|value| Entry::new(key, &value)))
    }
}

fn open(directory: &Path) -> Result<fjall::Database, StoreError> {
    guarded(directory, || {
        fjall::Database::builder(directory).cache_size(CACHE_BYTES).worker_threads(1).open()
    })
}

/// Compares each manifest with the checksum that stands beside its number. The engine writes that checksum and does
/// not look at it (as of 3.1); a wrong manifest would cost it the tables it then no longer knows.
fn check_manifests(keyspaces: &Path) -> Result<(), StoreError> {
    let damaged = |path: &Path| StoreError::Corrupted(format!("{} is missing or damaged", path.display()));
    let directories = fs::read_dir(keyspaces).map_err(|_| damaged(keyspaces))?;
    let mut count = 0;
    for directory in directories {
        let directory = directory.map_err(|_| damaged(keyspaces))?.path();
        let current = directory.join("current");
        let bytes = fs::read(&current).map_err(|_| damaged(&current))?;
        let (Some(version), Some(checksum)) = (bytes.first_chunk::<8>(), bytes.get(8..24)) else {
            return Err(damaged(&current));
        };
        let manifest = directory.join(format!("v{}", u64::from_le_bytes(*version)));
        let content = fs::read(&manifest).map_err(|_| damaged(&manifest))?;
        if xxh3_128(&content).to_le_bytes() != checksum {
            return Err(damaged(&manifest));
        }
        count += 1;
    }
    // The engine's own keyspace, and the one of the spaces.
    if count == 2 { Ok(()) } else { Err(damaged(keyspaces)) }
}

/// A key as the tables have it.
fn prefixed(space: Space, key: &[u8]) -> SmallVec<[u8; 96]> {
    let mut prefixed = SmallVec::from_slice(&space.0.to_be_bytes());
    prefixed.extend_from_slice(key);
    prefixed
}

/// The entries of a range, one at a time.
pub(crate) struct Walk {
    entries: Option<fjall::Iter>,
    direction: Direction,
    path: PathBuf,
    peeked: Option<Entry>,
}

impl Walk {
    /// Walks over a range of a space, at a moment that has passed where there is a view; over nothing where it is not
    /// `wanted`.
    pub(crate) fn new(
        tables: &Tables,
        view: Option<&fjall::Snapshot>,
        (space, range, direction): (Space, KeyRange<'_>, Direction),
        wanted: bool,
    ) -> Self {
        let lower = match range.lower {
            Bound::Unbounded => Bound::Included(prefixed(space, b"")),
            bound => bound.map(|key| prefixed(space, key)),
        };
        let upper = match range.upper {
            Bound::Unbounded => space
                .0
                .checked_add(1)
                .map_or(Bound::Unbounded, |next| Bound::Excluded(prefixed(Space(next), b""))),
            bound => bound.map(|key| prefixed(space, key)),
        };
        let entries = (wanted && !is_empty(range)).then(|| match view {
            Some(view) => view.range(&tables.spaces, (lower, upper)),
            None => tables.spaces.range((lower, upper)),
        });
        Self { entries, direction, path: tables.spaces.path().to_owned(), peeked: None }
    }

    /// The next entry.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, StoreError> {
        if let Some(peeked) = self.peeked.take() {
            return Ok(Some(peeked));
        }
        let (Some(entries), direction) = (&mut self.entries, self.direction) else { return Ok(None) };
        let read = || {
            let next = match direction {
                Direction::Forward => entries.next(),
                Direction::Backward => entries.next_back(),
            };
            next.map(fjall::Guard::into_inner).transpose()
        };
        let next = guarded(&self.path, read)?;
        Ok(next.map(|(key, value)| Entry::new(&key[SPACE_BYTES..], &value)))
    }

    fn peek(&mut self) -> Result<Option<&Entry>, StoreError> {
        self.peeked = self.next()?;
        Ok(self.peeked.as_ref())
    }

    fn take(&mut self) -> Option<Entry> {
        self.peeked.take()
    }
}

/// The engine asserts that a range does not end before it begins.
fn is_empty(range: KeyRange<'_>) -> bool {
    match (range.lower, range.upper) {
        (Bound::Included(lower), Bound::Included(upper)) => lower > upper,
        (
            Bound::Included(lower) | Bound::Excluded(lower),
            Bound::Included(upper) | Bound::Excluded(upper),
        ) => lower >= upper,
        _ => false,
    }
}

/// The one place where the engine's errors become the store's. Where it meets bytes it did not expect it may also
/// panic, which is an error here as well.
fn guarded<T>(path: &Path, work: impl FnOnce() -> fjall::Result<T>) -> Result<T, StoreError> {
    let Ok(outcome) = catch_unwind(AssertUnwindSafe(work)) else {
        return Err(StoreError::Corrupted(format!("{}: the tables cannot be read", path.display())));
    };
    outcome.map_err(|error| {
        let failed = match &error {
            fjall::Error::Io(cause) => is_failure(cause),
            fjall::Error::Storage(fjall::LsmError::Io(cause)) => is_failure(cause),
            fjall::Error::Poisoned | fjall::Error::Locked => true,
            _ => false,
        };
        let text = format!("{}: {error}", path.display());
        if failed { StoreError::Failed(text) } else { StoreError::Corrupted(text) }
    })
}

/// Whether an error is the disk's rather than one of what it holds.
fn is_failure(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    !matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput
    )
}
