//! What the outside does for imports, exports and puts in bulk: it takes orders, reads and writes files, and reports.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::request::load;
use crate::table::{Author, ExportPage, ItemFault, Job, LoadItem, Order, Report};

impl Engine {
    pub(super) fn tick_transfers(&mut self) {
        let account_id = &self.tables.settings().account_id;
        self.bulk.tick(account_id, &mut self.orders, self.now);
        self.imports.tick(account_id, &mut self.orders, self.now);
        self.exports.tick(&mut self.orders, self.now);
    }

    /// Whether there is work for those who have files.
    #[inline]
    #[must_use]
    pub fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    /// The work for those who have files. Who takes it ends it with [`Engine::end_job`].
    pub fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// Puts items that were read for an import or a put in bulk. Gives the position of those that were refused and why.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where the work was cancelled or its table is gone, so that there is no use in going
    /// on; `InternalServerError` where the store fails.
    pub fn load(
        &mut self,
        job: Job,
        items: &[LoadItem],
        now: Timestamp,
    ) -> Result<Vec<(usize, Error)>, Error> {
        let context = self.context(now)?;
        let stopped = || Error::ResourceNotFound("The work was cancelled, or its table is gone".to_owned());
        let mut writing = match job {
            Job::Import(number) => {
                let import = context.imports.working(number).ok_or_else(stopped)?;
                context.tables.importing(&import.table, &import.table_id, context.now).ok_or_else(stopped)?
            }
            Job::BulkPut(number) => {
                let operation = context.bulk.working(number).ok_or_else(stopped)?;
                let name = &operation.request.table;
                if context.tables.find(name).is_none_or(|table| table.id() != operation.table_id) {
                    return Err(stopped());
                }
                let mut writing = context.tables.writing(name, context.now)?;
                writing.author = Author::Load;
                writing
            }
            Job::Export(_) => return Err(stopped()),
        };
        load(&mut writing, items)
    }

    /// A part of what an export of the past writes, behind a key.
    ///
    /// # Errors
    /// `ExportNotFoundException` where there is no use in going on, `InternalServerError` when the store fails.
    pub fn export_page(&self, job: Job, behind: Option<&[u8]>, count: usize) -> Result<ExportPage, Error> {
        match job {
            Job::Export(number) => self.exports.read_page(number, &self.tables, behind, count),
            Job::Import(_) | Job::BulkPut(_) => Ok(ExportPage::default()),
        }
    }

    /// Ends work that was taken.
    pub fn end_job(&mut self, job: Job, report: Report, now: Timestamp) {
        self.now = self.now.max(now);
        match (job, report) {
            (Job::Import(number), Report::Load(report)) => {
                self.imports.end(number, report, &mut self.tables, self.now);
            }
            (Job::BulkPut(number), Report::Load(report)) => self.bulk.end(number, report, self.now),
            (Job::Export(number), Report::Export(report)) => {
                self.exports.end(number, report, &mut self.tables, self.now);
            }
            (Job::Export(_), Report::Load(_)) | (Job::Import(_) | Job::BulkPut(_), Report::Export(_)) => {
                unreachable!("invariant: a report is of its order's kind")
            }
        }
        // What the store fails to do is tried again with the next change.
        let _ = self.tick(self.now);
        let _ = self.save();
    }

    /// What was not imported, of an import that has ended: the first errors, as AWS's log tells them.
    ///
    /// # Errors
    /// `ImportNotFoundException`.
    pub fn import_faults(&self, arn: &str) -> Result<(&str, &[ItemFault]), Error> {
        let import = self.imports.find(arn)?;
        Ok((&import.request.source.bucket, &import.report.faults))
    }
}
