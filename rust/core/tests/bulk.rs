//! Bulk operations by the JSON that reaches them. Nobody here has files: each operation's work ends with the failure of a
//! bucket that is not there, as soon as somebody looks.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

#[path = "indexes/database.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of secondary indexes")]
mod database;

use std::time::Duration;

use database::{Database, attributes, index, keys, with};
use dynacore::table::{Failure, NO_SUCH_BUCKET, Settings};
use serde_json::{Value as Json, json};

const DAY: u64 = 86_400;

/// Every transition takes ten seconds; the table is there.
fn slow() -> Database {
    let settings = Settings { table_transition: Duration::from_secs(10), ..Settings::default() };
    let mut database = Database::with(settings);
    create(&mut database, "cars");
    database.wait(10);
    database
}

fn create(database: &mut Database, name: &str) {
    let table = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes(&[("p", "S")]),
        "KeySchema": keys("p"),
    });
    database.done("CreateTable", &table);
}

fn request() -> Json {
    json!({
        "TableName": "cars",
        "ClientToken": "token",
        "InputS3Configuration": { "S3Bucket": "cars-to-load", "InputFormat": "DYNAMODB_JSON" },
        "OutputS3Configuration": { "S3Bucket": "reports", "OutputType": ["ERROR"] },
    })
}

/// Ends the work that is under way.
fn settle(database: &mut Database) {
    let now = database.now;
    database.engine.tick(now).unwrap();
    for order in database.engine.take_orders() {
        let failure = Failure { code: NO_SUCH_BUCKET.to_owned(), message: "no bucket".to_owned() };
        let (job, report) = order.failed(failure);
        database.engine.end_job(job, report, now);
    }
}

fn start(database: &mut Database, members: Json) -> Json {
    settle(database);
    database.done("StartBulkPutItems", &with(&request(), members))["BulkOperationDescription"].clone()
}

fn describe(database: &mut Database, arn: &Json) -> Json {
    settle(database);
    let answer = database.done("DescribeBulkOperation", &json!({ "BulkOperationArn": arn }));
    answer["BulkOperationDescription"].clone()
}

#[test]
fn an_operation_is_described_as_it_was_asked_for() {
    let mut database = slow();
    let input = json!({
        "S3BucketOwner": "123456789012", "S3Bucket": "cars-to-load", "S3KeyPrefix": "2026/", "InputFormat": "ION",
        "InputCompressionType": "GZIP",
    });
    let output = json!({
        "S3Bucket": "reports", "S3KeyPrefix": "r/", "S3SseAlgorithm": "KMS", "S3SseKmsKeyId": "key",
        "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"],
    });
    let members = json!({
        "InputS3Configuration": input, "OutputS3Configuration": output, "MaxWriteRequestUnits": 2_048,
        "PerformanceTier": "ACCELERATED",
    });
    let told = start(&mut database, members);
    assert_eq!((&told["InputS3Configuration"], &told["OutputS3Configuration"]), (&input, &output));
    assert_eq!(
        (&told["MaxWriteRequestUnits"], &told["PerformanceTier"]),
        (&json!(2_048), &json!("ACCELERATED"))
    );
    assert_eq!(
        (&told["BulkOperationStatus"], &told["ClientToken"]),
        (&json!("IN_PROGRESS"), &json!("token"))
    );
    let table = database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone();
    let detail = json!([{ "TableName": table["TableArn"], "TableId": table["TableId"] }]);
    assert_eq!(told["TableDetails"], detail);
    for count in ["ProcessedItemCount", "FailedItemCount", "ProcessedInputBytes"] {
        assert_eq!(told[count], 0, "{count}");
    }
    for absent in ["EndTime", "TotalInputBytes", "FailureCode", "FailureMessage"] {
        assert_eq!(told.get(absent), None, "{absent}");
    }
    assert_eq!(describe(&mut database, &told["BulkOperationArn"]), told);
    create(&mut database, "other");
    database.wait(10);
    let standard = start(&mut database, json!({ "TableName": "other", "ClientToken": null }));
    assert_eq!(standard["PerformanceTier"], "STANDARD");
    assert!(standard["ClientToken"].as_str().unwrap().len() > 30, "one is made up");
}

#[test]
fn work_that_fails_is_told() {
    let mut database = slow();
    let arn = start(&mut database, json!({}))["BulkOperationArn"].clone();
    database.wait(9);
    assert_eq!(describe(&mut database, &arn)["BulkOperationStatus"], "IN_PROGRESS");
    database.wait(1);
    let failed = describe(&mut database, &arn);
    assert_eq!(
        (&failed["BulkOperationStatus"], &failed["FailureCode"]),
        (&json!("FAILED"), &json!("S3NoSuchBucket"))
    );
    assert_eq!(failed["FailureMessage"], "no bucket");
    let lasted = failed["EndTime"].as_f64().unwrap() - failed["StartTime"].as_f64().unwrap();
    assert_eq!(lasted, 10.0);
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 0);
}

#[test]
fn an_operation_is_cancelled_in_its_time() {
    let mut database = slow();
    let arn = start(&mut database, json!({}))["BulkOperationArn"].clone();
    let cancel = json!({ "BulkOperationArn": arn });
    database.wait(5);
    let answer = database.done("CancelBulkOperation", &cancel);
    assert_eq!(answer, json!({ "BulkOperationArn": arn, "BulkOperationStatus": "CANCELLING" }));
    database.wait(9);
    assert_eq!(database.done("CancelBulkOperation", &cancel)["BulkOperationStatus"], "CANCELLING");
    database.wait(1);
    let cancelled = describe(&mut database, &arn);
    assert_eq!(
        (&cancelled["BulkOperationStatus"], &cancelled["FailureCode"]),
        (&json!("CANCELLED"), &json!("Cancelled"))
    );
    let refusal = database.invalid("CancelBulkOperation", &cancel);
    assert!(refusal.starts_with("The bulk operation cannot be cancelled, because its status is CANCELLED"));
}

#[test]
fn a_token_starts_one_operation() {
    let mut database = slow();
    let first = start(&mut database, json!({}));
    assert_eq!(start(&mut database, json!({})), first, "also while the table has one in progress");
    let other = with(&request(), json!({ "MaxWriteRequestUnits": 1_024 }));
    let refusal = database.refused("StartBulkPutItems", &other);
    assert!(refusal.starts_with("IdempotentParameterMismatchException: "), "{refusal}");
    database.wait(8 * 3_600 - 1);
    assert_eq!(start(&mut database, json!({}))["BulkOperationArn"], first["BulkOperationArn"]);
    database.wait(1);
    assert_ne!(start(&mut database, json!({}))["BulkOperationArn"], first["BulkOperationArn"]);
}

#[test]
fn a_table_that_is_busy_is_refused() {
    let mut database = slow();
    let in_use = "ResourceInUseException: Attempt to change a resource which is still in use:";
    start(&mut database, json!({}));
    let second = with(&request(), json!({ "ClientToken": "other" }));
    let progress = format!("{in_use} A bulk operation on the table is in progress: cars");
    assert_eq!(database.refused("StartBulkPutItems", &second), progress);
    database.wait(10);
    start(&mut database, json!({ "ClientToken": "other" }));

    create(&mut database, "young");
    let young = with(&request(), json!({ "TableName": "young", "ClientToken": "young" }));
    assert_eq!(
        database.refused("StartBulkPutItems", &young),
        format!("{in_use} Table is being created: young")
    );
    database.wait(10);
    let global = json!({
        "TableName": "young", "AttributeDefinitions": attributes(&[("x", "S")]),
        "GlobalSecondaryIndexUpdates": [{ "Create": index("by_x", "x", "ALL") }],
    });
    database.done("UpdateTable", &global);
    assert_eq!(
        database.refused("StartBulkPutItems", &young),
        format!("{in_use} An index of the table is being created: young")
    );
    let nothing = with(&request(), json!({ "TableName": "nothing", "ClientToken": "nothing" }));
    assert_eq!(
        database.refused("StartBulkPutItems", &nothing),
        "ResourceNotFoundException: Requested resource not found: Table: nothing not found"
    );
}

#[test]
fn operations_are_listed_page_by_page_the_last_first() {
    let mut database = Database::new();
    create(&mut database, "cars");
    let mut started: Vec<Json> = Vec::new();
    for number in 0..13 {
        database.wait(1);
        let told = start(&mut database, json!({ "ClientToken": format!("token{number}") }));
        started.insert(0, told["BulkOperationArn"].clone());
    }
    database.wait(1);
    settle(&mut database);
    let mut pages = |body: Json| {
        let (mut found, mut sizes, mut body) = (Vec::new(), Vec::new(), body);
        loop {
            let answer = database.done("ListBulkOperations", &body);
            let page = answer["BulkOperationsSummaryList"].as_array().unwrap();
            sizes.push(page.len());
            found.extend(page.iter().map(|each| each["BulkOperationArn"].clone()));
            assert!(
                page.iter()
                    .all(|each| each["BulkOperationStatus"] == "FAILED" && each["EndTime"].is_number())
            );
            match answer.get("NextToken") {
                None => return (found, sizes),
                Some(token) => body["NextToken"] = token.clone(),
            }
        }
    };
    assert_eq!(pages(json!({})), (started.clone(), vec![10, 3]));
    assert_eq!(pages(json!({ "MaxResults": 5 })), (started.clone(), vec![5, 5, 3]));
    assert_eq!(pages(json!({ "MaxResults": 13 })), (started.clone(), vec![13]));
    database.wait(90 * DAY - 10);
    let answer = database.done("ListBulkOperations", &json!({ "MaxResults": 25 }));
    assert_eq!(answer["BulkOperationsSummaryList"].as_array().unwrap().len(), 10, "of the last 90 days");
}

const NULL: &str = "not be null";
const PATTERN: &str = "satisfy regular expression pattern:";

/// The text for one constraint of the service's model.
fn violation(path: &str, value: &str, constraint: &str) -> String {
    format!(
        "1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: Member must {constraint}"
    )
}

fn refuses(cases: Vec<(Json, String)>) {
    let mut database = slow();
    for (body, text) in cases {
        assert_eq!(database.invalid("StartBulkPutItems", &body), text);
    }
}

/// The request with another `InputS3Configuration`.
fn input(members: Json) -> Json {
    let input = with(&request()["InputS3Configuration"], members);
    with(&request(), json!({ "InputS3Configuration": input }))
}

/// The request with another `OutputS3Configuration`.
fn output(members: Json) -> Json {
    let output = with(&request()["OutputS3Configuration"], members);
    with(&request(), json!({ "OutputS3Configuration": output }))
}

#[test]
fn the_model_s_constraints_of_a_request() {
    let without = |member: &str| with(&request(), json!({ member: null }));
    let units = with(&request(), json!({ "MaxWriteRequestUnits": 1_023 }));
    let tier = with(&request(), json!({ "PerformanceTier": "FAST" }));
    let token = with(&request(), json!({ "ClientToken": "a$b" }));
    refuses(vec![
        (without("TableName"), violation("tableName", "null", NULL)),
        (without("InputS3Configuration"), violation("inputS3Configuration", "null", NULL)),
        (without("OutputS3Configuration"), violation("outputS3Configuration", "null", NULL)),
        (units, violation("maxWriteRequestUnits", "'1023'", "have value greater than or equal to 1024")),
        (tier, violation("performanceTier", "'FAST'", "satisfy enum value set: [STANDARD, ACCELERATED]")),
        (token, violation("clientToken", "'a$b'", &format!("{PATTERN} ^[^\\$]+$"))),
    ]);
}

#[test]
fn the_model_s_constraints_of_input_and_output() {
    let of_input = |member: &str, value: &str, constraint: &str| {
        violation(&format!("inputS3Configuration.{member}"), value, constraint)
    };
    let of_output = |member: &str, value: &str, constraint: &str| {
        violation(&format!("outputS3Configuration.{member}"), value, constraint)
    };
    let bucket = format!("{PATTERN} ^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$");
    let owner = format!("{PATTERN} [0-9]{{12}}");
    refuses(vec![
        (input(json!({ "S3Bucket": null })), of_input("s3Bucket", "null", NULL)),
        (input(json!({ "InputFormat": null })), of_input("inputFormat", "null", NULL)),
        (
            input(json!({ "InputFormat": "CSV" })),
            of_input("inputFormat", "'CSV'", "satisfy enum value set: [DYNAMODB_JSON, ION]"),
        ),
        (
            input(json!({ "InputCompressionType": "LZ4" })),
            of_input("inputCompressionType", "'LZ4'", "satisfy enum value set: [GZIP, ZSTD, NONE]"),
        ),
        (input(json!({ "S3BucketOwner": "12" })), of_input("s3BucketOwner", "'12'", &owner)),
        (input(json!({ "S3Bucket": "-a" })), of_input("s3Bucket", "'-a'", &bucket)),
        (input(json!({ "S3Bucket": "a" })), of_input("s3Bucket", "'a'", &bucket)),
        (output(json!({ "OutputType": null })), of_output("outputType", "null", NULL)),
        (
            output(json!({ "S3SseAlgorithm": "DES" })),
            of_output("s3SseAlgorithm", "'DES'", "satisfy enum value set: [AES256, KMS]"),
        ),
        (
            output(json!({ "OutputType": ["ERROR", "ALL"] })),
            of_output(
                "outputType.2.member",
                "'ALL'",
                "satisfy enum value set: [ERROR, CONDITION_CHECK_FAILURE]",
            ),
        ),
    ]);
}

#[test]
fn reports_are_of_something_and_encrypted_with_what_belongs_together() {
    let invalid = |problem: &str| format!("One or more parameter values were invalid: {problem}");
    let only_kms = invalid("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS");
    refuses(vec![
        (output(json!({ "OutputType": [] })), invalid("OutputType must have at least one value")),
        (
            output(json!({ "S3SseAlgorithm": "KMS" })),
            invalid("S3SseKmsKeyId must be specified when S3SseAlgorithm is KMS"),
        ),
        (output(json!({ "S3SseAlgorithm": "AES256", "S3SseKmsKeyId": "key" })), only_kms.clone()),
        (output(json!({ "S3SseKmsKeyId": "key" })), only_kms),
    ]);
}

#[test]
fn the_model_s_constraints_of_the_other_operations() {
    let mut database = slow();
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/bulk-operation/01700000000000-12345678";
    for operation in ["DescribeBulkOperation", "CancelBulkOperation"] {
        let nothing = database.invalid(operation, &json!({}));
        assert_eq!(nothing, violation("bulkOperationArn", "null", NULL));
        let short = database.invalid(operation, &json!({ "BulkOperationArn": "arn" }));
        assert_eq!(short, violation("bulkOperationArn", "'arn'", "have length greater than or equal to 37"));
        let text = database.refused(operation, &json!({ "BulkOperationArn": arn }));
        assert!(text.starts_with("ResourceNotFoundException: Requested resource not found"), "{text}");
    }
    for (body, path, shown, constraint) in [
        (json!({ "MaxResults": 0 }), "maxResults", "'0'", "have value greater than or equal to 1"),
        (json!({ "MaxResults": 26 }), "maxResults", "'26'", "have value less than or equal to 25"),
        (
            json!({ "NextToken": "12ab" }),
            "nextToken",
            "'12ab'",
            "satisfy regular expression pattern: ([0-9a-f]{16})+",
        ),
    ] {
        assert_eq!(database.invalid("ListBulkOperations", &body), violation(path, shown, constraint));
    }
}
