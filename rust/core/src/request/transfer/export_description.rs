//! `ExportDescription` and `ExportSummary`.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::transfer::exports::Export;
use crate::table::SseAlgorithm;

output_shape! {
    /// `IncrementalExportSpecification`.
    pub struct IncrementalExportSpecification {
        export_from_time: Timestamp = "ExportFromTime",
        export_to_time: Timestamp = "ExportToTime",
        export_view_type: &'static str = "ExportViewType",
    }
}

output_shape! {
    /// What DynamoDB tells of an export.
    pub struct ExportDescription {
        export_arn: String = "ExportArn",
        export_status: &'static str = "ExportStatus",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        export_manifest: String = "ExportManifest",
        table_arn: String = "TableArn",
        table_id: String = "TableId",
        export_time: Timestamp = "ExportTime",
        client_token: String = "ClientToken",
        s3_bucket: String = "S3Bucket",
        s3_bucket_owner: String = "S3BucketOwner",
        s3_prefix: String = "S3Prefix",
        s3_sse_algorithm: &'static str = "S3SseAlgorithm",
        s3_sse_kms_key_id: String = "S3SseKmsKeyId",
        failure_code: String = "FailureCode",
        failure_message: String = "FailureMessage",
        export_format: &'static str = "ExportFormat",
        billed_size_bytes: i64 = "BilledSizeBytes",
        item_count: i64 = "ItemCount",
        export_type: &'static str = "ExportType",
        incremental_export_specification: IncrementalExportSpecification = "IncrementalExportSpecification",
    }
}

output_shape! {
    /// One export of a list.
    pub struct ExportSummary {
        export_arn: String = "ExportArn",
        export_status: &'static str = "ExportStatus",
        export_type: &'static str = "ExportType",
    }
}

output_shape! {
    /// The answer of ExportTableToPointInTime and DescribeExport.
    pub struct ExportOutput {
        export_description: ExportDescription = "ExportDescription",
    }
}

impl ExportOutput {
    /// Describes an export as it is now. What it counted is told when it is complete (LAB DDB-EXPORT-016).
    #[must_use]
    pub fn new(export: &Export) -> Self {
        let request = &export.request;
        let report = &export.report;
        let failure = report.failure.as_ref();
        let complete = export.phase.ended().filter(|_| failure.is_none());
        let count = |number: u64| complete.map(|_| i64::try_from(number).unwrap_or(i64::MAX));
        let description = ExportDescription {
            export_arn: Some(export.arn.clone()),
            export_status: Some(export.status()),
            start_time: Some(export.started),
            end_time: export.phase.ended(),
            export_manifest: report.manifest.clone().filter(|_| complete.is_some()),
            table_arn: Some(request.table_arn.clone()),
            table_id: Some(export.table_id.clone()),
            export_time: Some(export.export_time).filter(|_| request.period.is_none()),
            client_token: Some(export.token.clone()),
            s3_bucket: Some(request.bucket.clone()),
            s3_bucket_owner: request.owner.clone(),
            s3_prefix: request.prefix.clone(),
            s3_sse_algorithm: Some(request.sse_algorithm.unwrap_or(SseAlgorithm::Aes256).name()),
            s3_sse_kms_key_id: request.sse_kms_key_id.clone(),
            failure_code: failure.map(|failure| failure.code.clone()),
            failure_message: failure.map(|failure| failure.message.clone()),
            export_format: Some(request.format.name()),
            billed_size_bytes: count(export.billed_bytes()),
            item_count: count(report.items),
            export_type: request.type_,
            incremental_export_specification: request.period.map(|period| IncrementalExportSpecification {
                export_from_time: Some(period.from),
                export_to_time: Some(period.to),
                export_view_type: Some(period.view.name()),
            }),
        };
        Self { export_description: Some(description) }
    }
}

impl ExportSummary {
    /// Sums an export up.
    #[must_use]
    pub fn new(export: &Export) -> Self {
        Self {
            export_arn: Some(export.arn.clone()),
            export_status: Some(export.status()),
            export_type: Some(if export.request.period.is_some() {
                "INCREMENTAL_EXPORT"
            } else {
                "FULL_EXPORT"
            }),
        }
    }
}
