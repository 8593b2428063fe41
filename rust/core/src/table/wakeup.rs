//! Wakeup: the note that something is to happen at a later time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

use triomphe::Arc;

use crate::clock::Timestamp;
use crate::store::Space;

/// The earliest time at which any of many tables wants to be looked at and which tables that are, shared by them and the
/// one who looks. A request finds out in the middle of its work that, say, a partition is to be split; this spares it
/// the way up to whoever keeps the time.
#[derive(Clone, Debug, Default)]
pub(in crate::table) struct Wakeup(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    /// Read before every request, so no lock is in the way.
    nanos: AtomicI64,
    tables: Mutex<BTreeSet<u32>>,
}

const NEVER: i64 = i64::MAX;

impl Default for Notes {
    fn default() -> Self {
        Self { nanos: AtomicI64::new(NEVER), tables: Mutex::default() }
    }
}

impl Notes {
    fn tables(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.tables.lock().expect("invariant: nothing panics while it holds the notes")
    }
}

impl Wakeup {
    /// Asks for a look at the table with its items in `space`, at `time`.
    pub(in crate::table) fn at(&self, space: Space, time: Timestamp) {
        self.0.tables().insert(space.0);
        self.0.nanos.fetch_min(time.as_nanos(), Ordering::Relaxed);
    }

    /// The earliest time that was asked for since the last [`Wakeup::take`].
    pub(in crate::table) fn time(&self) -> Option<Timestamp> {
        let nanos = self.0.nanos.load(Ordering::Relaxed);
        (nanos != NEVER).then(|| Timestamp::from_nanos(nanos))
    }

    /// The tables for which a look was asked, and forgets them.
    pub(in crate::table) fn take(&self) -> BTreeSet<u32> {
        self.0.nanos.store(NEVER, Ordering::Relaxed);
        std::mem::take(&mut *self.0.tables())
    }
}
