//! Buckets: names, and where their objects are.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::Arc;

use dynacore::table::{Failure, NO_SUCH_BUCKET};

/// A place for objects with keys, as Amazon S3 has them.
pub trait Bucket: Send + Sync {
    /// The keys that begin with a prefix, in order.
    ///
    /// # Errors
    /// Where the place cannot be looked at.
    fn list(&self, prefix: &str) -> io::Result<Vec<String>>;

    /// Opens an object.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    fn open(&self, key: &str) -> io::Result<Box<dyn Read + Send>>;

    /// Begins an object; it is there once the upload is finished.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn create(&self, key: &str) -> io::Result<Box<dyn Upload>>;
}

/// An object that is being written.
pub trait Upload: Write {
    /// Makes the object visible, whole.
    ///
    /// # Errors
    /// Where that is not possible; there is no object then.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// The buckets of a database, by name.
#[derive(Clone, Default)]
pub struct Buckets {
    by_name: BTreeMap<String, Arc<dyn Bucket>>,
}

impl Buckets {
    /// Puts a bucket in the place of any of that name, which it gives back.
    pub fn add(&mut self, name: &str, bucket: Arc<dyn Bucket>) -> Option<Arc<dyn Bucket>> {
        self.by_name.insert(name.to_owned(), bucket)
    }

    /// The bucket of a name, as S3 gives it to DynamoDB: not there, or of somebody else (texts measured, LAB
    /// DDB-EXPORT-010 and -011; ours have no request ids).
    ///
    /// # Errors
    /// The failure that an import or export ends with.
    pub fn find(
        &self,
        name: &str,
        owner: Option<&str>,
        account_id: &str,
    ) -> Result<&Arc<dyn Bucket>, Failure> {
        let refused = |code: &str, text: &str, status: u16, s3_code: &str| Failure {
            code: code.to_owned(),
            message: format!("{text} (Service: Amazon S3; Status Code: {status}; Error Code: {s3_code})"),
        };
        let missing = || refused(NO_SUCH_BUCKET, "The specified bucket does not exist", 404, "NoSuchBucket");
        let bucket = self.by_name.get(name).ok_or_else(missing)?;
        if owner.is_some_and(|owner| owner != account_id) {
            return Err(refused("S3AccessDenied", "Access Denied", 403, "AccessDenied"));
        }
        Ok(bucket)
    }
}

/// The failure of work that met an error of its bucket.
pub(crate) fn broken(error: &io::Error) -> Failure {
    Failure { code: "S3Unavailable".to_owned(), message: error.to_string() }
}
