//! The manifests of an export: what was exported, and in which files it is (developer guide, "DynamoDB table export
//! output format"; the names of the checksum files are those that were measured, which the guide has otherwise).

use std::io;

use dynacore::clock::Timestamp;
use dynacore::table::{ExportOrder, ExportReport};
use serde::Serialize;

use crate::bucket::Bucket;
use crate::upload::{Checksums, md5_base64, put};

/// A data file of an export.
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) items: u64,
    pub(crate) checksums: Checksums,
}

/// The directory of an export's manifests, with the slash at its end.
pub(crate) fn directory(order: &ExportOrder) -> String {
    format!("{}AWSDynamoDB/{}/", prefix(order), order.id)
}

/// The directory of an export's data: that of incremental exports is shared.
pub(crate) fn data_directory(order: &ExportOrder) -> String {
    match order.period {
        None => format!("{}data/", directory(order)),
        Some(_) => format!("{}AWSDynamoDB/data/", prefix(order)),
    }
}

fn prefix(order: &ExportOrder) -> String {
    match &order.prefix {
        None => String::new(),
        Some(prefix) if prefix.ends_with('/') => prefix.clone(),
        Some(prefix) => format!("{prefix}/"),
    }
}

/// Writes both manifests with their checksums; gives the key of the summary.
pub(crate) fn write(
    order: &ExportOrder,
    files: &[Listed],
    report: &ExportReport,
    bucket: &dyn Bucket,
    now: Timestamp,
) -> io::Result<String> {
    let directory = directory(order);
    let list: String = files.iter().map(|file| format!("{}\n", line(file))).collect();
    let files_key = format!("{directory}manifest-files.json");
    let summary_key = format!("{directory}manifest-summary.json");
    let summary = summary(order, report, &files_key, now);
    for (key, stem, text) in
        [(&files_key, "manifest-files", &list), (&summary_key, "manifest-summary", &summary)]
    {
        put(bucket, key, text.as_bytes())?;
        put(bucket, &format!("{directory}{stem}.md5"), md5_base64(text.as_bytes()).as_bytes())?;
    }
    Ok(summary_key)
}

/// A line of `manifest-files.json`; members stand in AWS's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileLine<'a> {
    item_count: u64,
    md5_checksum: &'a str,
    etag: &'a str,
    #[serde(rename = "dataFileS3Key")]
    data_file_key: &'a str,
}

fn line(file: &Listed) -> String {
    let line = FileLine {
        item_count: file.items,
        md5_checksum: &file.checksums.md5,
        etag: &file.checksums.etag,
        data_file_key: &file.key,
    };
    serde_json::to_string(&line).expect("invariant: texts and numbers are JSON")
}

/// `manifest-summary.json`; members stand in AWS's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    version: &'a str,
    export_arn: &'a str,
    start_time: String,
    end_time: String,
    table_arn: &'a str,
    table_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_from_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_to_time: Option<String>,
    s3_bucket: &'a str,
    s3_prefix: Option<&'a str>,
    s3_sse_algorithm: &'a str,
    s3_sse_kms_key_id: Option<&'a str>,
    #[serde(rename = "manifestFilesS3Key")]
    manifest_files_key: &'a str,
    billed_size_bytes: u64,
    item_count: u64,
    output_format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_view: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_type: Option<&'a str>,
}

fn summary(order: &ExportOrder, report: &ExportReport, files_key: &str, now: Timestamp) -> String {
    let period = order.period;
    let summary = Summary {
        version: if period.is_some() { "2023-08-01" } else { "2020-06-30" },
        export_arn: &order.arn,
        start_time: order.started.to_iso_8601(),
        end_time: now.to_iso_8601(),
        table_arn: &order.table_arn,
        table_id: &order.table_id,
        export_time: period.is_none().then(|| order.export_time.to_iso_8601()),
        export_from_time: period.map(|period| period.from.to_iso_8601()),
        export_to_time: period.map(|period| period.to.to_iso_8601()),
        s3_bucket: &order.bucket,
        s3_prefix: order.prefix.as_deref(),
        s3_sse_algorithm: order.sse_algorithm,
        s3_sse_kms_key_id: order.sse_kms_key_id.as_deref(),
        manifest_files_key: files_key,
        billed_size_bytes: report.bytes,
        item_count: report.items,
        output_format: order.format.name(),
        output_view: period.map(|period| period.view.name()),
        export_type: period.map(|_| "INCREMENTAL_EXPORT"),
    };
    serde_json::to_string(&summary).expect("invariant: texts and numbers are JSON")
}
