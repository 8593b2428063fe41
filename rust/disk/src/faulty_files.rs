//! Files that fail on purpose, and forget what was not synced when the machine is said to crash.

use std::collections::BTreeMap;
use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynacore::random::Random;

use crate::files::{Files, SystemFiles, WritableFile};

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A write stops in its middle.
    ShortWrite,
    /// A sync fails; what it was to make durable may be lost.
    FailedSync,
    /// The disk is full from then on.
    FullDisk,
    /// A write stores one bit that it was not given, and says nothing.
    FlippedBit,
}

/// The operating system's files, with one fault in the `nth` write or sync. The same seed loses the same bytes.
#[derive(Clone)]
pub struct FaultyFiles {
    state: Arc<Mutex<State>>,
}

struct State {
    fault: Fault,
    /// Operations until the fault; it has happened at 0.
    left: u64,
    /// Writes so far, and which of them was the fault.
    writes: u64,
    failed_write: u64,
    is_off: bool,
    random: Random,
    files: BTreeMap<PathBuf, Content>,
}

#[derive(Default)]
struct Content {
    synced: Vec<u8>,
    /// Writes since the last sync.
    unsynced: Vec<(u64, Vec<u8>)>,
}

impl Content {
    fn apply(bytes: &mut Vec<u8>, offset: u64, written: &[u8]) {
        let (offset, end) = (offset as usize, offset as usize + written.len());
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[offset..end].copy_from_slice(written);
    }
}

impl FaultyFiles {
    /// Lets `fault` happen in the `nth` write or sync, counted from 1.
    #[must_use]
    pub fn new(fault: Fault, nth: u64, seed: u64) -> Self {
        let (random, files) = (Random::new(seed), BTreeMap::new());
        let state = State { fault, left: nth, writes: 0, failed_write: 0, is_off: false, random, files };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Whether the fault has happened.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        state(&self.state).left == 0
    }

    /// Writes that were asked for so far.
    #[must_use]
    pub fn writes(&self) -> u64 {
        state(&self.state).writes
    }

    /// Whether the fault was in the last write of all.
    #[must_use]
    pub fn was_last_write(&self) -> bool {
        let state = state(&self.state);
        state.failed_write == state.writes
    }

    /// Takes the power away: nothing is written from now on.
    pub fn switch_off(&self) {
        state(&self.state).is_off = true;
    }

    /// What a machine leaves that lost its power: of each write that was not synced all, a part or nothing.
    ///
    /// # Errors
    /// The file system's.
    pub fn crash(&self) -> io::Result<()> {
        let mut state = state(&self.state);
        let State { random, files, .. } = &mut *state;
        for (path, content) in files {
            let mut bytes = content.synced.clone();
            for (offset, written) in &content.unsynced {
                let kept = match random.below(3) {
                    0 => 0,
                    1 => random.below(written.len() as u64 + 1) as usize,
                    _ => written.len(),
                };
                Content::apply(&mut bytes, *offset, &written[..kept]);
            }
            if path.exists() {
                std::fs::write(path, bytes)?;
            }
        }
        Ok(())
    }
}

fn state(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// The fault of an operation of this kind, if it is its turn.
    fn turn(&mut self, is_write: bool) -> Option<Fault> {
        self.writes += u64::from(is_write);
        if self.left == 0 {
            // What has failed once fails no more, but for a disk without room.
            return (self.fault == Fault::FullDisk && is_write).then_some(Fault::FullDisk);
        }
        let suits = match self.fault {
            Fault::ShortWrite | Fault::FullDisk | Fault::FlippedBit => is_write,
            Fault::FailedSync => !is_write,
        };
        if !suits {
            return None;
        }
        self.left -= 1;
        if self.left > 0 {
            return None;
        }
        self.failed_write = self.writes;
        Some(self.fault)
    }

    fn flip_a_bit(&mut self, bytes: &mut [u8]) {
        if !bytes.is_empty() {
            let bit = self.random.below(bytes.len() as u64 * 8) as usize;
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }

    fn check_power(&self) -> io::Result<()> {
        if self.is_off { Err(Error::other("the power is off")) } else { Ok(()) }
    }
}

impl Files for FaultyFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        SystemFiles.read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn WritableFile>> {
        let mut state = state(&self.state);
        state.check_power()?;
        let file = SystemFiles.create(path)?;
        state.files.insert(path.to_owned(), Content::default());
        Ok(Box::new(FaultyFile { file, path: path.to_owned(), state: Arc::clone(&self.state) }))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut state = state(&self.state);
        state.check_power()?;
        match state.turn(true).or_else(|| state.turn(false)) {
            None => SystemFiles.replace(path, bytes),
            Some(Fault::FlippedBit) => {
                let mut bytes = bytes.to_vec();
                state.flip_a_bit(&mut bytes);
                SystemFiles.replace(path, &bytes)
            }
            Some(fault) => {
                // What a sync that failed leaves may be the new file or the old one.
                if fault == Fault::FailedSync && state.random.chance(50) {
                    SystemFiles.replace(path, bytes)?;
                }
                Err(failure(fault))
            }
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = state(&self.state);
        state.check_power()?;
        state.files.remove(path);
        SystemFiles.remove(path)
    }
}

struct FaultyFile {
    file: Box<dyn WritableFile>,
    path: PathBuf,
    state: Arc<Mutex<State>>,
}

fn failure(fault: Fault) -> Error {
    match fault {
        Fault::FullDisk => Error::new(ErrorKind::StorageFull, "no space left on device"),
        Fault::ShortWrite | Fault::FailedSync | Fault::FlippedBit => {
            Error::other("an input/output error that was asked for")
        }
    }
}

impl WritableFile for FaultyFile {
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = state(&self.state);
        state.check_power()?;
        let mut written = bytes.to_vec();
        let fault = state.turn(true);
        match fault {
            None => {}
            Some(Fault::FlippedBit) => state.flip_a_bit(&mut written),
            Some(Fault::FullDisk) => written.clear(),
            Some(_) => written.truncate(state.random.below(bytes.len() as u64) as usize),
        }
        self.file.write(offset, &written)?;
        let content = state.files.entry(self.path.clone()).or_default();
        content.unsynced.push((offset, written));
        fault.filter(|fault| *fault != Fault::FlippedBit).map_or(Ok(()), |fault| Err(failure(fault)))
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = state(&self.state);
        state.check_power()?;
        if let Some(fault) = state.turn(false) {
            return Err(failure(fault));
        }
        let content = state.files.entry(self.path.clone()).or_default();
        for (offset, written) in std::mem::take(&mut content.unsynced) {
            Content::apply(&mut content.synced, offset, &written);
        }
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut state = state(&self.state);
        state.check_power()?;
        let content = state.files.entry(self.path.clone()).or_default();
        // Cutting off happens behind a sync that failed at most, and what it cuts off is zeros.
        let unsynced = std::mem::take(&mut content.unsynced);
        for (offset, mut written) in unsynced {
            written.truncate(length.saturating_sub(offset) as usize);
            content.unsynced.push((offset, written));
        }
        content.synced.truncate(length as usize);
        self.file.truncate(length)
    }
}
