//! Imports and exports: what has been asked for, how it stands, and the operations on it.

mod creation_parameters;
mod describe_export;
mod describe_import;
mod export_description;
mod export_table;
mod exports;
mod import_description;
mod import_table;
mod imports;
mod job_arn;
mod list_exports;
mod list_imports;
mod load;
mod page_token;
mod phase;

pub use describe_export::{DescribeExport, DescribeExportInput};
pub use describe_import::{DescribeImport, DescribeImportInput};
pub use export_description::ExportOutput;
pub use export_table::{ExportTable, ExportTableInput};
pub use exports::Exports;
pub use import_description::ImportOutput;
pub use import_table::{ImportTable, ImportTableInput};
pub use imports::Imports;
pub use list_exports::{ListExports, ListExportsInput, ListExportsOutput};
pub use list_imports::{ListImports, ListImportsInput, ListImportsOutput};
pub use load::load;
