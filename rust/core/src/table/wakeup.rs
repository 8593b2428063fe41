//! Wakeup: the note that something is to happen at a later time.

use std::sync::atomic::{AtomicI64, Ordering};

use triomphe::Arc;

use crate::clock::Timestamp;

/// The earliest time at which any of many things wants to be looked at, shared by them and the one who looks. A request
/// finds out in the middle of its work that, say, a partition is to be split; this spares it the way up to whoever keeps
/// the time.
#[derive(Clone, Debug)]
pub(in crate::table) struct Wakeup(Arc<AtomicI64>);

const NEVER: i64 = i64::MAX;

impl Default for Wakeup {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(NEVER)))
    }
}

impl Wakeup {
    /// Asks for a look at `time`.
    pub(in crate::table) fn at(&self, time: Timestamp) {
        self.0.fetch_min(time.as_nanos(), Ordering::Relaxed);
    }

    /// The earliest time that was asked for since the last [`Wakeup::clear`].
    pub(in crate::table) fn time(&self) -> Option<Timestamp> {
        let nanos = self.0.load(Ordering::Relaxed);
        (nanos != NEVER).then(|| Timestamp::from_nanos(nanos))
    }

    /// Forgets what was asked for.
    pub(in crate::table) fn clear(&self) {
        self.0.store(NEVER, Ordering::Relaxed);
    }
}
