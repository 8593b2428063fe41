//! `InputS3Configuration`, `OutputS3Configuration` and the members that several operations share.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::table::{CompressionType, InputFormat, OutputType, S3Input, S3Output, SseAlgorithm};

const BUCKET_PATTERN: &str = "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$";

input_shape! {
    /// `InputS3Configuration`.
    pub struct InputS3ConfigurationInput {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
        input_format: String = "InputFormat",
        input_compression_type: String = "InputCompressionType",
    }
}

input_shape! {
    /// `OutputS3Configuration`.
    pub struct OutputS3ConfigurationInput {
        s3_bucket_owner: String = "S3BucketOwner",
        s3_bucket: String = "S3Bucket",
        s3_key_prefix: String = "S3KeyPrefix",
        s3_sse_algorithm: String = "S3SseAlgorithm",
        s3_sse_kms_key_id: String = "S3SseKmsKeyId",
        output_type: Vec<String> = "OutputType",
    }
}

/// Reads `InputS3Configuration`; none where a violation leaves nothing to read.
pub fn read_input(violations: &mut Violations, given: Option<InputS3ConfigurationInput>) -> Option<S3Input> {
    const PATH: &str = "inputS3Configuration";
    violations.required(PATH, given.as_ref());
    let given = given?;
    check_location(violations, PATH, (given.s3_bucket_owner.as_deref(), given.s3_bucket.as_deref()));
    violations.required(&format!("{PATH}.s3Bucket"), given.s3_bucket.as_ref());
    violations.length(&format!("{PATH}.s3KeyPrefix"), given.s3_key_prefix.as_deref(), 0, 1_024);
    let format_path = format!("{PATH}.inputFormat");
    violations.required(&format_path, given.input_format.as_ref());
    let format = violations.choice(&format_path, given.input_format.as_deref(), InputFormat::ALL);
    let compression_path = format!("{PATH}.inputCompressionType");
    let compression = given.input_compression_type.as_deref();
    let compression = violations.choice(&compression_path, compression, CompressionType::ALL);
    Some(S3Input {
        bucket_owner: given.s3_bucket_owner,
        bucket: given.s3_bucket?,
        key_prefix: given.s3_key_prefix,
        format: format?,
        compression,
    })
}

/// Reads `OutputS3Configuration`; none where a violation leaves nothing to read.
pub fn read_output(
    violations: &mut Violations,
    given: Option<OutputS3ConfigurationInput>,
) -> Option<S3Output> {
    const PATH: &str = "outputS3Configuration";
    violations.required(PATH, given.as_ref());
    let given = given?;
    check_location(violations, PATH, (given.s3_bucket_owner.as_deref(), given.s3_bucket.as_deref()));
    violations.length(&format!("{PATH}.s3KeyPrefix"), given.s3_key_prefix.as_deref(), 0, 1_024);
    let algorithm_path = format!("{PATH}.s3SseAlgorithm");
    let algorithm = violations.choice(&algorithm_path, given.s3_sse_algorithm.as_deref(), SseAlgorithm::ALL);
    violations.length(&format!("{PATH}.s3SseKmsKeyId"), given.s3_sse_kms_key_id.as_deref(), 1, 2_048);
    violations.required(&format!("{PATH}.outputType"), given.output_type.as_ref());
    let mut types = Vec::new();
    for (index, type_) in given.output_type.iter().flatten().enumerate() {
        let path = format!("{PATH}.outputType.{}.member", index + 1);
        types.extend(violations.choice(&path, Some(type_), OutputType::ALL));
    }
    Some(S3Output {
        bucket_owner: given.s3_bucket_owner,
        bucket: given.s3_bucket,
        key_prefix: given.s3_key_prefix,
        sse_algorithm: algorithm,
        sse_kms_key_id: given.s3_sse_kms_key_id,
        types,
    })
}

/// What the service model's documentation demands of reports beside its constraints; the texts are ours.
///
/// # Errors
/// `ValidationException`.
pub fn check_output(output: &S3Output) -> Result<(), Error> {
    let invalid = |problem: &str| {
        Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
    };
    if output.types.is_empty() {
        return invalid("OutputType must have at least one value");
    }
    match (output.sse_algorithm, &output.sse_kms_key_id) {
        (Some(SseAlgorithm::Kms), None) => {
            invalid("S3SseKmsKeyId must be specified when S3SseAlgorithm is KMS")
        }
        (Some(SseAlgorithm::Aes256) | None, Some(_)) => {
            invalid("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS")
        }
        _ => Ok(()),
    }
}

/// Notes what a `ClientToken` must not be.
pub fn check_client_token(violations: &mut Violations, token: Option<&str>) {
    if let Some(token) = token.filter(|token| token.is_empty() || token.contains('$')) {
        violations.note("clientToken", &token, "Member must satisfy regular expression pattern: ^[^\\$]+$");
    }
}

/// Notes what the owner and the name of a bucket must not be; they are members of `path`, or of the request itself.
pub fn check_location(
    violations: &mut Violations,
    path: &str,
    (owner, bucket): (Option<&str>, Option<&str>),
) {
    let path = if path.is_empty() { String::new() } else { format!("{path}.") };
    let is_account = |owner: &str| owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(owner) = owner.filter(|owner| !is_account(owner)) {
        let constraint = "Member must satisfy regular expression pattern: [0-9]{12}";
        violations.note(&format!("{path}s3BucketOwner"), &owner, constraint);
    }
    let bucket_path = format!("{path}s3Bucket");
    violations.length(&bucket_path, bucket, 0, 255);
    if let Some(bucket) = bucket.filter(|bucket| !is_bucket(bucket)) {
        let constraint = format!("Member must satisfy regular expression pattern: {BUCKET_PATTERN}");
        violations.note(&bucket_path, &bucket, &constraint);
    }
}

/// Whether a text matches [`BUCKET_PATTERN`].
fn is_bucket(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let ends = [text.bytes().next(), text.bytes().next_back()];
    text.len() >= 2 && text.bytes().all(inner) && ends.iter().flatten().all(u8::is_ascii_alphanumeric)
}

/// Reads a `BulkOperationArn`.
///
/// # Errors
/// `ValidationException`.
pub fn read_arn(given: Option<String>) -> Result<String, Error> {
    let mut violations = Violations::default();
    violations.required("bulkOperationArn", given.as_ref());
    violations.length("bulkOperationArn", given.as_deref(), 37, 1_024);
    violations.finish()?;
    Ok(given.expect("invariant: presence was checked above"))
}
