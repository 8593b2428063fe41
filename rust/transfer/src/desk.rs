//! Whom the work is done for.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::error::Error;
use dynacore::table::{ExportPage, Job, LoadItem, Order, Report};

use crate::bucket::Buckets;
use crate::{export, load};

/// What the work needs of a database.
pub trait Desk {
    /// Puts items; gives the position of those that were refused and why.
    ///
    /// # Errors
    /// Where there is no use in going on.
    fn load(&self, job: Job, items: &[LoadItem]) -> Result<Vec<(usize, Error)>, Error>;

    /// A part of what an export of the past writes, behind a key.
    ///
    /// # Errors
    /// Where there is no use in going on.
    fn export_page(&self, job: Job, behind: Option<&[u8]>, count: usize) -> Result<ExportPage, Error>;

    /// The time.
    fn now(&self) -> Timestamp;

    /// Waits, where time passes by itself.
    fn pause(&self, duration: Duration);
}

/// Carries an order out. It never fails: what goes wrong is part of the report.
#[must_use]
pub fn carry_out(order: &Order, buckets: &Buckets, desk: &dyn Desk) -> (Job, Report) {
    match order {
        Order::Load(order) => (order.job, Report::Load(load::carry_out(order, buckets, desk))),
        Order::Export(order) => (order.job, Report::Export(export::carry_out(order, buckets, desk))),
    }
}
