//! Transfers: what the engine asks of those who have files, to import, export and put in bulk.
//!
//! The engine opens nothing. An operation that reads or writes objects of Amazon S3 leaves an [`Order`], which says all
//! that the work needs; who has files carries it out, hands items in batches to the engine and reports how it ended.

mod exporting;
mod importing;
mod order;

pub use exporting::{ExportHolds, ExportPage, Snapshot, export_ranges};
pub use order::{
    CsvFormat, ExportItems, ExportOrder, ExportReport, Failure, ImageView, ItemFault, Job, LoadItem,
    LoadOrder, LoadReport, NO_SUCH_BUCKET, ObjectFormat, ObjectSource, Order, OutputFormat, Period, Report,
};
