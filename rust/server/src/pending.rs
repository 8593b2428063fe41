//! An answer that waits for the disk.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use dynacore::error::Error;
use dynacore::store::Sequence;
use dynacore_disk::Durability;

/// The wait for a commit to be durable. What an operation says may only be told when this is over: it may tell of that
/// commit. Nothing of the engine is held meanwhile.
pub struct Pending {
    durability: Durability,
    sequence: Sequence,
}

impl Pending {
    /// The wait, unless it is over.
    pub(crate) fn new(durability: &Durability, sequence: Sequence) -> Option<Self> {
        (!durability.is_reached(sequence)).then(|| Self { durability: durability.clone(), sequence })
    }

    /// Waits. Who comes first writes and syncs for all who wait.
    ///
    /// # Errors
    /// `InternalServerError` when the disk failed: the operation may be lost.
    pub fn wait(self) -> Result<(), Error> {
        self.durability.wait(self.sequence).map_err(Error::from)
    }
}

impl Future for Pending {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.durability.poll(self.sequence, context).map_err(Error::from)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pending").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}
