//! `ImportTableDescription` and `ImportSummary`.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::output_shape;
use crate::request::transfer::creation_parameters::TableCreationParametersInput;
use crate::request::transfer::imports::Import;
use crate::table::{ObjectFormat, Settings};

output_shape! {
    /// `S3BucketSource`.
    pub struct S3BucketSource {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
    }
}

output_shape! {
    /// `CsvOptions`.
    pub struct CsvOptions {
        delimiter: String = "Delimiter",
        header_list: Vec<String> = "HeaderList",
    }
}

output_shape! {
    /// `InputFormatOptions`.
    pub struct InputFormatOptions {
        csv: CsvOptions = "Csv",
    }
}

output_shape! {
    /// What DynamoDB tells of an import.
    pub struct ImportTableDescription {
        import_arn: String = "ImportArn",
        import_status: &'static str = "ImportStatus",
        table_arn: String = "TableArn",
        table_id: String = "TableId",
        client_token: String = "ClientToken",
        s3_bucket_source: S3BucketSource = "S3BucketSource",
        error_count: i64 = "ErrorCount",
        cloud_watch_log_group_arn: String = "CloudWatchLogGroupArn",
        input_format: &'static str = "InputFormat",
        input_format_options: InputFormatOptions = "InputFormatOptions",
        input_compression_type: &'static str = "InputCompressionType",
        table_creation_parameters: Arc<TableCreationParametersInput> = "TableCreationParameters",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        processed_size_bytes: i64 = "ProcessedSizeBytes",
        processed_item_count: i64 = "ProcessedItemCount",
        imported_item_count: i64 = "ImportedItemCount",
        failure_code: String = "FailureCode",
        failure_message: String = "FailureMessage",
    }
}

output_shape! {
    /// One import of a list.
    pub struct ImportSummary {
        import_arn: String = "ImportArn",
        import_status: &'static str = "ImportStatus",
        table_arn: String = "TableArn",
        s3_bucket_source: S3BucketSource = "S3BucketSource",
        cloud_watch_log_group_arn: String = "CloudWatchLogGroupArn",
        input_format: &'static str = "InputFormat",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
    }
}

output_shape! {
    /// The answer of ImportTable and DescribeImport.
    pub struct ImportOutput {
        import_table_description: ImportTableDescription = "ImportTableDescription",
    }
}

impl ImportOutput {
    /// Describes an import as it is now. What the request left out is filled in as AWS does (LAB DDB-IMPORT-003).
    #[must_use]
    pub fn new(import: &Import, settings: &Settings) -> Self {
        let request = &import.request;
        let report = &import.report;
        let (failure_code, failure_message) = import.failure().unzip();
        let options = request.options.clone().map(|(delimiter, header_list)| InputFormatOptions {
            csv: Some(CsvOptions { delimiter, header_list }),
        });
        let description = ImportTableDescription {
            import_arn: Some(import.arn.clone()),
            import_status: Some(import.status()),
            table_arn: Some(import.table_arn.clone()),
            table_id: Some(import.table_id.clone()),
            client_token: Some(import.token.clone()),
            s3_bucket_source: Some(source(import, settings)),
            error_count: Some(count(report.errors)),
            cloud_watch_log_group_arn: Some(log_group(settings)),
            input_format: Some(format_name(&request.source.format)),
            input_format_options: options,
            input_compression_type: Some(request.source.compression.name()),
            table_creation_parameters: Some(Arc::clone(&request.parameters)),
            start_time: Some(import.started),
            end_time: import.phase.ended(),
            processed_size_bytes: import.phase.ended().map(|_| count(report.bytes)),
            processed_item_count: Some(count(report.imported + report.errors)),
            imported_item_count: Some(count(report.imported)),
            failure_code,
            failure_message,
        };
        Self { import_table_description: Some(description) }
    }
}

impl ImportSummary {
    /// Sums an import up.
    #[must_use]
    pub fn new(import: &Import, settings: &Settings) -> Self {
        Self {
            import_arn: Some(import.arn.clone()),
            import_status: Some(import.status()),
            table_arn: Some(import.table_arn.clone()),
            s3_bucket_source: Some(source(import, settings)),
            cloud_watch_log_group_arn: Some(log_group(settings)),
            input_format: Some(format_name(&import.request.source.format)),
            start_time: Some(import.started),
            end_time: import.phase.ended(),
        }
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn format_name(format: &ObjectFormat) -> &'static str {
    match format {
        ObjectFormat::DynamoDbJson => "DYNAMODB_JSON",
        ObjectFormat::Ion => "ION",
        ObjectFormat::Csv(_) => "CSV",
    }
}

fn source(import: &Import, settings: &Settings) -> S3BucketSource {
    let source = &import.request.source;
    S3BucketSource {
        s3_bucket_owner: Some(source.owner.clone().unwrap_or_else(|| settings.account_id.clone())),
        s3_bucket: Some(source.bucket.clone()),
        s3_key_prefix: import.request.key_prefix.clone(),
    }
}

/// The group that AWS logs errors of imports to. There are no logs here; a database tells the errors by itself.
fn log_group(settings: &Settings) -> String {
    format!("arn:aws:logs:{}:{}:log-group:/aws-dynamodb/imports:*", settings.region, settings.account_id)
}
