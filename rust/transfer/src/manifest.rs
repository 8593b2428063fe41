//! The manifests of an export: what was exported, and in which files it is (developer guide, "DynamoDB table export
//! output format"; the names of the checksum files are those that were measured, which the guide has otherwise).

use std::io;

use dynacore::clock::Timestamp;
use dynacore::table::{ExportOrder, ExportReport};
use serde_json::{Map, Value, json};

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
    let summary = summary(order, report, &files_key, now).to_string();
    for (key, stem, text) in
        [(&files_key, "manifest-files", &list), (&summary_key, "manifest-summary", &summary)]
    {
        put(bucket, key, text.as_bytes())?;
        put(bucket, &format!("{directory}{stem}.md5"), md5_base64(text.as_bytes()).as_bytes())?;
    }
    Ok(summary_key)
}

fn line(file: &Listed) -> Value {
    json!({
        "itemCount": file.items,
        "md5Checksum": file.checksums.md5,
        "etag": file.checksums.etag,
        "dataFileS3Key": file.key,
    })
}

fn summary(order: &ExportOrder, report: &ExportReport, files_key: &str, now: Timestamp) -> Value {
    let mut summary = Map::new();
    let mut member = |name: &str, value: Value| summary.insert(name.to_owned(), value);
    member("version", json!(if order.period.is_some() { "2023-08-01" } else { "2020-06-30" }));
    member("exportArn", json!(order.arn));
    member("startTime", json!(order.started.to_iso_8601()));
    member("endTime", json!(now.to_iso_8601()));
    member("tableArn", json!(order.table_arn));
    member("tableId", json!(order.table_id));
    match order.period {
        None => {
            member("exportTime", json!(order.export_time.to_iso_8601()));
        }
        Some(period) => {
            member("exportFromTime", json!(period.from.to_iso_8601()));
            member("exportToTime", json!(period.to.to_iso_8601()));
        }
    }
    member("s3Bucket", json!(order.bucket));
    member("s3Prefix", json!(order.prefix));
    member("s3SseAlgorithm", json!(order.sse_algorithm));
    member("s3SseKmsKeyId", json!(order.sse_kms_key_id));
    member("manifestFilesS3Key", json!(files_key));
    member("billedSizeBytes", json!(report.bytes));
    member("itemCount", json!(report.items));
    member("outputFormat", json!(order.format.name()));
    if let Some(period) = order.period {
        member("outputView", json!(period.view.name()));
        member("exportType", json!("INCREMENTAL_EXPORT"));
    }
    Value::Object(summary)
}
