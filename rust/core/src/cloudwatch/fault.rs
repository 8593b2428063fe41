//! What CloudWatch refuses.

use crate::error::{CloudWatchFault, Error};

/// A refused call: which exception, and its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    kind: CloudWatchFault,
    text: String,
}

impl Fault {
    /// An exception with a text.
    pub fn new(kind: CloudWatchFault, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// `InvalidParameterValueException`.
    pub fn value(text: impl Into<String>) -> Self {
        Self::new(CloudWatchFault::InvalidParameterValue, text)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::CloudWatch(fault.kind, fault.text)
    }
}
