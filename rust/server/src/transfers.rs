//! The buckets of a database, and the work on them: imports, exports and puts in bulk.

use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::table::{ExportPage, Failure, Job, LoadItem, Order};
use dynacore_transfer::{Bucket, Buckets, Desk, carry_out};

use crate::database::Database;

/// The longest time to sleep without a look at whether the database is still there.
const PAUSE_MAX: Duration = Duration::from_millis(100);

/// The buckets that a database can reach.
#[derive(Default)]
pub(crate) struct Transfers {
    buckets: RwLock<Buckets>,
}

impl Transfers {
    pub(crate) fn add_bucket(&self, name: &str, bucket: Arc<dyn Bucket>) {
        let earlier = self.buckets.write().unwrap_or_else(PoisonError::into_inner).add(name, bucket);
        // Not under the lock: it may be an object of an interpreter, whose end can run anything.
        drop(earlier);
    }

    /// Reaches the buckets of another database.
    pub(crate) fn share(&self, buckets: Buckets) {
        *self.buckets.write().unwrap_or_else(PoisonError::into_inner) = buckets;
    }

    /// The buckets as they are now.
    pub(crate) fn buckets(&self) -> Buckets {
        self.buckets.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A database as long as somebody else has it: work ends when it is closed.
struct Held {
    database: Weak<Database>,
    /// Whether time passes by itself.
    passes: bool,
}

impl Held {
    fn database(&self) -> Result<Arc<Database>, Error> {
        self.database.upgrade().ok_or_else(|| Error::ResourceNotFound("The database was closed".to_owned()))
    }
}

impl Desk for Held {
    fn load(&self, job: Job, items: &[LoadItem]) -> Result<Vec<(usize, Error)>, Error> {
        self.database()?.load(job, items)
    }

    fn export_page(&self, job: Job, behind: Option<&[u8]>, count: usize) -> Result<ExportPage, Error> {
        self.database()?.export_page(job, behind, count)
    }

    fn now(&self) -> Timestamp {
        self.database().map(|database| database.clock().now()).unwrap_or_default()
    }

    fn pause(&self, duration: Duration) {
        let mut left = duration;
        while self.passes && !left.is_zero() && self.database.strong_count() > 0 {
            let nap = left.min(PAUSE_MAX);
            thread::sleep(nap);
            left -= nap;
        }
    }
}

/// Carries an order out: in a thread of its own, or before it returns.
pub(crate) fn run(order: Order, buckets: Buckets, database: Weak<Database>, aside: bool) {
    let (failed, owner) = (
        order.failed(Failure {
            code: "InternalServerError".to_owned(),
            message: "No thread could be made for the work".to_owned(),
        }),
        Weak::clone(&database),
    );
    let work = move || {
        let desk = Held { database, passes: aside };
        let (job, report) = carry_out(&order, &buckets, &desk);
        if let Ok(database) = desk.database() {
            database.end_job(job, report);
        }
    };
    if aside {
        let builder = thread::Builder::new().name("dynacore-transfer".to_owned());
        if builder.spawn(work).is_err()
            && let Some(database) = owner.upgrade()
        {
            database.end_job(failed.0, failed.1);
        }
    } else {
        work();
    }
}
