//! An object of an export while it is written: compressed, and its checksums counted.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest as _, Md5};

use crate::bucket::{Bucket, Upload};

/// What a manifest tells of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Checksums {
    /// MD5 in base64.
    pub(crate) md5: String,
    /// `ETag` as S3 makes it for an object that was sent in one part.
    pub(crate) etag: String,
}

/// MD5 of bytes in base64, as it stands beside a manifest.
pub(crate) fn md5_base64(bytes: &[u8]) -> String {
    STANDARD.encode(Md5::digest(bytes))
}

/// Hashes what is written through it.
struct Hashed {
    upload: Box<dyn Upload>,
    hash: Md5,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.upload.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.upload.flush()
    }
}

/// A compressed object under way.
pub(crate) struct DataFile {
    encoder: GzEncoder<Hashed>,
    /// Its key.
    pub(crate) key: String,
    /// Items in it.
    pub(crate) items: u64,
    /// Bytes before compression.
    pub(crate) bytes: u64,
}

impl DataFile {
    pub(crate) fn create(bucket: &dyn Bucket, key: String) -> io::Result<Self> {
        let hashed = Hashed { upload: bucket.create(&key)?, hash: Md5::new() };
        // The fastest level: three times as fast as the usual one, for files a tenth larger.
        Ok(Self { encoder: GzEncoder::new(hashed, Compression::fast()), key, items: 0, bytes: 0 })
    }

    pub(crate) fn write(&mut self, lines: &[u8], items: u64) -> io::Result<()> {
        self.items += items;
        self.bytes += lines.len() as u64;
        self.encoder.write_all(lines)
    }

    pub(crate) fn finish(self) -> io::Result<Checksums> {
        let hashed = self.encoder.finish()?;
        let digest = hashed.hash.finalize();
        hashed.upload.finish()?;
        let etag: String = Md5::digest(digest).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Checksums { md5: STANDARD.encode(digest), etag: format!("{etag}-1") })
    }
}

/// Writes a whole object.
pub(crate) fn put(bucket: &dyn Bucket, key: &str, bytes: &[u8]) -> io::Result<()> {
    let mut upload = bucket.create(key)?;
    upload.write_all(bytes)?;
    upload.finish()
}
