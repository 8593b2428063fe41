//! `BulkOperationDescription`.

use crate::clock::Timestamp;
use crate::output_shape;
use crate::table::{BulkOperation, OutputType, S3Input, S3Output};

output_shape! {
    /// `InputS3Configuration`.
    pub struct InputS3Configuration {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
        input_format: &'static str = "InputFormat",
        input_compression_type: &'static str = "InputCompressionType",
    }
}

output_shape! {
    /// `OutputS3Configuration`.
    pub struct OutputS3Configuration {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
        s3_sse_algorithm: &'static str = "S3SseAlgorithm",
        s3_sse_kms_key_id: String = "S3SseKmsKeyId",
        output_type: Vec<&'static str> = "OutputType",
    }
}

output_shape! {
    /// The table of an operation.
    pub struct BulkOperationTableDetail {
        table_name: String = "TableName",
        table_id: String = "TableId",
    }
}

output_shape! {
    /// What a part of a table was metered as.
    pub struct BulkOperationBytes {
        bulk_put_bytes: i64 = "BulkPutBytes",
    }
}

output_shape! {
    /// What an operation was metered as.
    pub struct BulkOperationUsage {
        table_name: String = "TableName",
        bulk_put_bytes: i64 = "BulkPutBytes",
        table: BulkOperationBytes = "Table",
    }
}

output_shape! {
    /// What DynamoDB tells of a bulk operation.
    pub struct BulkOperationDescription {
        bulk_operation_arn: String = "BulkOperationArn",
        bulk_operation_status: &'static str = "BulkOperationStatus",
        table_details: Vec<BulkOperationTableDetail> = "TableDetails",
        client_token: String = "ClientToken",
        input_s3_configuration: InputS3Configuration = "InputS3Configuration",
        output_s3_configuration: OutputS3Configuration = "OutputS3Configuration",
        start_time: Timestamp = "StartTime",
        end_time: Timestamp = "EndTime",
        processed_item_count: i64 = "ProcessedItemCount",
        processed_input_bytes: i64 = "ProcessedInputBytes",
        bulk_operation_usage: Vec<BulkOperationUsage> = "BulkOperationUsage",
        failed_item_count: i64 = "FailedItemCount",
        failure_code: String = "FailureCode",
        failure_message: String = "FailureMessage",
        max_write_request_units: i64 = "MaxWriteRequestUnits",
        performance_tier: &'static str = "PerformanceTier",
    }
}

output_shape! {
    /// The answer of StartBulkPutItems and DescribeBulkOperation.
    pub struct BulkOperationOutput {
        bulk_operation_description: BulkOperationDescription = "BulkOperationDescription",
    }
}

impl BulkOperationOutput {
    /// Describes an operation as it is now.
    #[must_use]
    pub fn new(operation: &BulkOperation) -> Self {
        let request = &operation.request;
        let report = &operation.report;
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let metered = count(report.item_bytes);
        let table_name = Some(operation.table_arn.clone());
        let usage = BulkOperationUsage {
            table_name: table_name.clone(),
            bulk_put_bytes: Some(metered),
            table: Some(BulkOperationBytes { bulk_put_bytes: Some(metered) }),
        };
        let table = BulkOperationTableDetail { table_name, table_id: Some(operation.table_id.clone()) };
        let (failure_code, failure_message) = operation.failure().unzip();
        let description = BulkOperationDescription {
            bulk_operation_arn: Some(operation.arn.clone()),
            bulk_operation_status: Some(operation.status()),
            table_details: Some(vec![table]),
            client_token: Some(operation.token.clone()),
            input_s3_configuration: Some(InputS3Configuration::new(&request.input)),
            output_s3_configuration: Some(OutputS3Configuration::new(&request.output)),
            start_time: Some(operation.started),
            end_time: operation.state.ended(),
            processed_item_count: Some(count(report.imported + report.errors + report.refused)),
            processed_input_bytes: Some(count(report.bytes)),
            bulk_operation_usage: Some(vec![usage]),
            failed_item_count: Some(count(report.errors + report.refused)),
            failure_code,
            failure_message,
            max_write_request_units: request.max_write_request_units,
            performance_tier: Some(request.tier.name()),
        };
        Self { bulk_operation_description: Some(description) }
    }
}

impl InputS3Configuration {
    fn new(input: &S3Input) -> Self {
        Self {
            s3_bucket_owner: input.bucket_owner.clone(),
            s3_bucket: Some(input.bucket.clone()),
            s3_key_prefix: input.key_prefix.clone(),
            input_format: Some(input.format.name()),
            input_compression_type: input.compression.map(crate::table::CompressionType::name),
        }
    }
}

impl OutputS3Configuration {
    fn new(output: &S3Output) -> Self {
        Self {
            s3_bucket_owner: output.bucket_owner.clone(),
            s3_bucket: output.bucket.clone(),
            s3_key_prefix: output.key_prefix.clone(),
            s3_sse_algorithm: output.sse_algorithm.map(crate::table::SseAlgorithm::name),
            s3_sse_kms_key_id: output.sse_kms_key_id.clone(),
            output_type: Some(output.types.iter().copied().map(OutputType::name).collect()),
        }
    }
}
