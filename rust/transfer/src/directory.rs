//! A bucket that is a directory: the parts of a key are directories and a file.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::bucket::{Bucket, Upload};

/// Ends the name of a file that is being written.
const PARTIAL: &str = ".dynacore-partial";

/// A directory with objects in it. It is made when the first object is written.
pub struct DirectoryBucket {
    root: PathBuf,
}

impl DirectoryBucket {
    /// The bucket of a directory.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where an object is. A key that leads out of the directory has no place.
    fn path(&self, key: &str) -> io::Result<PathBuf> {
        let inside = Path::new(key).components().all(|part| matches!(part, Component::Normal(_)));
        if key.is_empty() || !inside || key.ends_with('/') {
            let problem = format!("the key {key:?} is no path of a file inside a directory");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        Ok(self.root.join(key))
    }

    fn collect(&self, directory: &Path, prefix: &str, keys: &mut Vec<String>) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let path = entry.path();
            let Some(key) = path.strip_prefix(&self.root).ok().and_then(key_of) else { continue };
            // Links are followed: a bucket may be put together of what is elsewhere.
            let is_directory = fs::metadata(&path)?.is_dir();
            if is_directory {
                let below = format!("{key}/");
                if below.starts_with(prefix) || prefix.starts_with(&below) {
                    self.collect(&path, prefix, keys)?;
                }
            } else if key.starts_with(prefix) && !key.ends_with(PARTIAL) {
                keys.push(key);
            }
        }
        Ok(())
    }
}

/// The key of a relative path; none where a part is no text.
fn key_of(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Bucket for DirectoryBucket {
    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let mut keys = Vec::new();
        if self.root.exists() {
            self.collect(&self.root, prefix, &mut keys).map_err(|error| named(&self.root, &error))?;
        }
        keys.sort();
        Ok(keys)
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + Send>> {
        let path = self.path(key)?;
        Ok(Box::new(File::open(&path).map_err(|error| named(&path, &error))?))
    }

    fn create(&self, key: &str) -> io::Result<Box<dyn Upload>> {
        let path = self.path(key)?;
        let mut partial = path.clone().into_os_string();
        partial.push(PARTIAL);
        let partial = PathBuf::from(partial);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
        }
        let file = File::create(&partial).map_err(|error| named(&partial, &error))?;
        Ok(Box::new(FileUpload { file: Some(file), partial, path }))
    }
}

/// A file under a name of its own until it is whole.
struct FileUpload {
    /// None once it was closed.
    file: Option<File>,
    partial: PathBuf,
    path: PathBuf,
}

impl FileUpload {
    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::Error::other("the object was finished"))
    }
}

impl Write for FileUpload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file()?.write(bytes);
        written.map_err(|error| named(&self.path, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Upload for FileUpload {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        drop(self.file.take());
        fs::rename(&self.partial, &self.path).map_err(|error| named(&self.path, &error))
    }
}

impl Drop for FileUpload {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // It was given up; what cannot be removed is never listed.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("dynacore-bucket-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        root
    }

    fn put(bucket: &DirectoryBucket, key: &str) {
        let mut upload = bucket.create(key).unwrap();
        upload.write_all(key.as_bytes()).unwrap();
        upload.finish().unwrap();
    }

    #[test]
    fn a_prefix_is_any_beginning_of_a_key() {
        let root = fresh("prefix");
        let bucket = DirectoryBucket::new(&root);
        for key in ["data/1.json", "data2/x.json", "data.bak", "other/data/2.json"] {
            put(&bucket, key);
        }
        assert_eq!(bucket.list("data").unwrap(), ["data.bak", "data/1.json", "data2/x.json"]);
        assert_eq!(bucket.list("data/").unwrap(), ["data/1.json"]);
        assert_eq!(bucket.list("data/1.json").unwrap(), ["data/1.json"]);
        assert_eq!(bucket.list("").unwrap().len(), 4);
        assert!(bucket.list("nothing/here").unwrap().is_empty());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_is_not_finished_is_not_there() {
        let root = fresh("partial");
        let bucket = DirectoryBucket::new(&root);
        let mut upload = bucket.create("a/b").unwrap();
        upload.write_all(b"half").unwrap();
        assert!(bucket.list("").unwrap().is_empty());
        drop(upload);
        assert!(fs::read_dir(root.join("a")).unwrap().next().is_none());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn no_key_leads_out_of_the_directory() {
        let bucket = DirectoryBucket::new(fresh("outside"));
        for key in ["../x", "a/../../x", "/etc/passwd", "", "a/"] {
            assert!(bucket.create(key).is_err(), "{key:?}");
            assert!(bucket.open(key).is_err(), "{key:?}");
        }
    }
}
