//! The files of a database, as far as dynacore itself writes them: a seam, so that tests can let a disk fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a database asks of a file system.
pub trait Files: Send + Sync {
    /// All bytes of a file.
    ///
    /// # Errors
    /// The file system's.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Makes an empty file; replaces one that is there. Its name is durable when this returns.
    ///
    /// # Errors
    /// The file system's.
    fn create(&self, path: &Path) -> io::Result<Box<dyn WritableFile>>;

    /// Gives a file these bytes, so that a crash leaves the old ones or the new ones. Durable when it returns.
    ///
    /// # Errors
    /// The file system's.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The file system's.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// A file that is written.
pub trait WritableFile: Send {
    /// Writes all the bytes at an offset.
    ///
    /// # Errors
    /// The file system's; how much was written is unknown then.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Waits until what was written is durable.
    ///
    /// # Errors
    /// The file system's. What was written since the last success may be lost then, also after a later success.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file off.
    ///
    /// # Errors
    /// The file system's.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemFiles;

impl Files for SystemFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn WritableFile>> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
        sync_directory_of(path)?;
        Ok(Box::new(SystemFile(file)))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let beside = temporary(path);
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_directory_of(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

/// Where the bytes of a file are written before they replace it.
fn temporary(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// A new name is durable when its directory is. Windows has no such call and needs none.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let Some(directory) = path.parent() else { return Ok(()) };
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

struct SystemFile(File);

impl WritableFile for SystemFile {
    #[cfg(unix)]
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::FileExt as _;
        self.0.write_all_at(bytes, offset)
    }

    #[cfg(not(unix))]
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::io::{Seek as _, SeekFrom};
        self.0.seek(SeekFrom::Start(offset))?;
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}
