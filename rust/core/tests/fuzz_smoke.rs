//! The fuzz targets with seeded inputs, as part of every test run. `fuzz/` runs the same targets without end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dynacore::expression::{fuzz_expression, fuzz_statement};
use dynacore::random::Random;
use dynacore::request::Operation;
use dynacore::testing::{fuzz_request, fuzz_sequence};
use dynacore::value::fuzz_key_order;

/// Feeds `count` inputs made from a seed to a target; gives the first that makes it panic, with its seed.
fn first_failure(target: fn(&[u8]), count: u64, make: fn(&mut Random) -> Vec<u8>) -> Option<(u64, Vec<u8>)> {
    (0..count).map(|seed| (seed, make(&mut Random::new(seed)))).find(|(_, input)| panics(target, input))
}

fn panics(target: fn(&[u8]), input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| target(input))).is_err()
}

fn smoke(target: fn(&[u8]), count: u64, make: fn(&mut Random) -> Vec<u8>) {
    if let Some((seed, input)) = first_failure(target, count, make) {
        let shown: String = input.escape_ascii().to_string().chars().take(2000).collect();
        panic!("the target panicked on seed {seed}, {} bytes: {shown}", input.len());
    }
}

#[test]
fn requests_of_mutated_bodies() {
    smoke(fuzz_request, 6000, |random| mutated(random, &request_bodies(), 4));
}

#[test]
fn requests_of_random_bytes() {
    smoke(fuzz_request, 1000, |random| bytes(random, 200));
}

#[test]
fn expressions_of_mutated_text() {
    smoke(fuzz_expression, 4000, |random| mutated(random, &expressions(), 4));
}

#[test]
fn expressions_of_random_tokens() {
    const TOKENS: [&str; 36] = [
        "a",
        "b",
        "c",
        "d",
        "#a",
        "#b",
        ":a",
        ":b",
        ":c",
        ":d",
        ".",
        "[0]",
        "[1]",
        "(",
        ")",
        ",",
        "=",
        "<>",
        "<",
        "<=",
        "+",
        "-",
        "AND",
        "OR",
        "NOT",
        "IN",
        "BETWEEN",
        "SET",
        "REMOVE",
        "ADD",
        "DELETE",
        "size(",
        "attribute_exists(",
        "if_not_exists(",
        "list_append(",
        "contains(",
    ];
    smoke(fuzz_expression, 4000, |random| {
        let count = random.below(30);
        let mut token = |_| TOKENS[random.below(TOKENS.len() as u64) as usize];
        (0..count).map(&mut token).collect::<Vec<_>>().join(" ").into_bytes()
    });
}

#[test]
fn statements_of_mutated_text() {
    smoke(fuzz_statement, 6000, |random| mutated(random, &statements(), 4));
}

#[test]
fn statements_of_random_tokens() {
    const TOKENS: [&str; 40] = [
        "a",
        "b",
        "\"c\"",
        "d",
        "?",
        "'x'",
        "1",
        "-",
        "+",
        "=",
        "<>",
        "<",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<<",
        ">>",
        ",",
        ".",
        ":",
        "AND",
        "OR",
        "NOT",
        "IN",
        "IS",
        "MISSING",
        "BETWEEN",
        "SET",
        "REMOVE",
        "RETURNING",
        "ALL",
        "OLD",
        "*",
        "size(",
        "set_add(",
        "CASE",
    ];
    const HEADS: [&str; 5] = [
        "SELECT",
        "SELECT * FROM t WHERE",
        "INSERT INTO t VALUE {'a':",
        "UPDATE t SET a =",
        "DELETE FROM t WHERE a =",
    ];
    smoke(fuzz_statement, 8000, |random| {
        let mut words = vec![*pick(random, &HEADS)];
        for _ in 0..random.below(12) {
            words.push(*pick(random, &TOKENS));
        }
        words.join(" ").into_bytes()
    });
}

#[test]
fn keys_and_items_of_random_bytes() {
    smoke(fuzz_key_order, 20_000, |random| bytes(random, 60));
}

#[test]
fn sequences_of_random_bytes() {
    smoke(fuzz_sequence, 150, |random| bytes(random, 1500));
}

/// If this fails, the tests above could not fail either: a type that is swapped for text makes the canary panic, an
/// input that has it is told, and its seed makes the same input again.
#[test]
fn a_target_that_panics_is_noticed() {
    const SWAPPED: &[u8] = b"Enabled\":\"a\"";
    fn is_swapped(input: &[u8]) -> bool {
        input.windows(SWAPPED.len()).any(|part| part == SWAPPED)
    }
    fn canary(input: &[u8]) {
        assert!(!is_swapped(input), "chirp");
    }
    fn make(random: &mut Random) -> Vec<u8> {
        mutated(random, &request_bodies(), 4)
    }
    let (seed, input) = first_failure(canary, 60_000, make).expect("a type is swapped for text somewhere");
    assert!(is_swapped(&input), "{}", input.escape_ascii());
    assert_eq!(make(&mut Random::new(seed)), input);
    assert!(panics(canary, &input) && !panics(canary, b"{}"));
    assert_eq!(first_failure(|_| {}, 10, |random| bytes(random, 10)), None);
}

fn bytes(random: &mut Random, most: u64) -> Vec<u8> {
    let length = random.below(most);
    (0..length).map(|_| random.next_u64() as u8).collect()
}

fn pick<'p, T>(random: &mut Random, from: &'p [T]) -> &'p T {
    &from[random.below(from.len() as u64) as usize]
}

/// One of the inputs with up to `most` mutations; the first byte of a request, its operation, mostly stays.
fn mutated(random: &mut Random, inputs: &[Vec<u8>], most: u64) -> Vec<u8> {
    let mut input = pick(random, inputs).clone();
    for _ in 0..random.below(most + 1) {
        mutate(random, &mut input);
    }
    input
}

fn mutate(random: &mut Random, input: &mut Vec<u8>) {
    if input.len() < 2 {
        return;
    }
    let at = 1 + random.below(input.len() as u64 - 1) as usize;
    match random.below(10) {
        0 => input.truncate(at),
        1 => input[at] ^= 1 << random.below(8),
        2 => input[at] = random.next_u64() as u8,
        3 => drop(input.remove(at)),
        4 => {
            // A piece of the input once more: duplicated members, and texts grown long.
            let end = (at + random.below(60) as usize).min(input.len());
            let piece = input[at..end].to_vec();
            for _ in 0..*pick(random, &[1, 1, 2, 30]) {
                input.splice(at..at, piece.iter().copied());
            }
        }
        5 => duplicate_member(random, input),
        6 => deepen(random, input, at),
        _ => swap_value(random, input),
    }
}

/// Positions where a JSON value begins: behind a colon, a comma or an opening bracket.
fn value_starts(input: &[u8]) -> Vec<usize> {
    let starts = |byte: u8| matches!(byte, b':' | b'[' | b',');
    (1..input.len()).filter(|at| starts(input[at - 1])).collect()
}

/// The end of the JSON value at a position, as far as brackets and quotes tell.
fn value_end(input: &[u8], start: usize) -> usize {
    let (mut depth, mut quoted) = (0_i32, false);
    for (offset, byte) in input[start..].iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return start + offset,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return start + offset,
            _ => {}
        }
    }
    input.len()
}

/// Replaces a value by one of another type or beyond every range.
fn swap_value(random: &mut Random, input: &mut Vec<u8>) {
    const VALUES: [&str; 26] = [
        "null",
        "true",
        "1",
        "-1",
        "0.5",
        "1e400",
        "-1e400",
        "99999999999999999999999999",
        "2147483648",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\":null}",
        "{\"S\":\"\"}",
        "{\"N\":\"1e125\"}",
        "{\"N\":\"x\"}",
        "{\"SS\":[]}",
        "{\"NS\":[\"1\",\"1.0\"]}",
        "{\"M\":{\"a\":{\"S\":\"b\"},\"a\":{\"SS\":[]}}}",
        "{\"NULL\":false}",
        "{\"B\":\"AA\"}",
        "\"\\ud800\"",
        "40000",
    ];
    let starts = value_starts(input);
    if starts.is_empty() {
        return;
    }
    let start = *pick(random, &starts);
    let end = value_end(input, start);
    let value = *pick(random, &VALUES);
    input.splice(start..end, value.bytes());
}

/// Repeats a member of some structure, value included.
fn duplicate_member(random: &mut Random, input: &mut Vec<u8>) {
    let starts: Vec<usize> =
        (1..input.len()).filter(|at| input[at - 1] == b'{' && input[*at] == b'"').collect();
    if starts.is_empty() {
        return;
    }
    let start = *pick(random, &starts);
    let end = value_end(input, start);
    let mut member = input[start..end].to_vec();
    member.push(b',');
    input.splice(start..start, member);
}

/// Puts many opening brackets, and sometimes the closing ones, around a place.
fn deepen(random: &mut Random, input: &mut Vec<u8>, at: usize) {
    const PAIRS: [(&str, &str); 6] = [
        ("[", "]"),
        ("{\"M\":{\"a\":", "}}"),
        ("{\"L\":[", "]}"),
        ("(", ")"),
        ("{\"a\":", "}"),
        ("NOT ", ""),
    ];
    let (open, close) = *pick(random, &PAIRS);
    let times = *pick(random, &[1, 5, 31, 32, 33, 300, 5000]);
    let starts = value_starts(input);
    let (start, end) = if starts.is_empty() {
        (at, at)
    } else {
        let start = *pick(random, &starts);
        (start, value_end(input, start))
    };
    input.splice(end..end, close.repeat(times).bytes());
    input.splice(start..start, open.repeat(times).bytes());
}

/// Bodies that are carried out, one or more for each operation.
const BODIES: &[(&str, &str)] = &[
    (
        "BatchGetItem",
        r##"{"RequestItems":{"cars":{"Keys":[{"id":{"N":"1"}},{"id":{"N":"2"}}],"ConsistentRead":true,"ProjectionExpression":"#m, doors","ExpressionAttributeNames":{"#m":"make"}}},"ReturnConsumedCapacity":"TOTAL"}"##,
    ),
    (
        "BatchWriteItem",
        r#"{"RequestItems":{"cars":[{"PutRequest":{"Item":{"id":{"N":"5"}}}},{"DeleteRequest":{"Key":{"id":{"N":"1"}}}}]},"ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE"}"#,
    ),
    (
        "CancelBulkOperation",
        r#"{"BulkOperationArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/bulk-operation/01700000000000-00000000"}"#,
    ),
    (
        "DescribeBulkOperation",
        r#"{"BulkOperationArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/bulk-operation/01700000000000-00000000"}"#,
    ),
    (
        "DescribeExport",
        r#"{"ExportArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/export/01700000000000-00000000"}"#,
    ),
    (
        "DescribeImport",
        r#"{"ImportArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/import/01700000000000-00000000"}"#,
    ),
    (
        "ExportTableToPointInTime",
        r#"{"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","ClientToken":"t","S3Bucket":"out","S3Prefix":"p/","S3SseAlgorithm":"KMS","S3SseKmsKeyId":"k","ExportFormat":"ION","ExportType":"FULL_EXPORT"}"#,
    ),
    (
        "ImportTable",
        r#"{"ClientToken":"t","S3BucketSource":{"S3Bucket":"in","S3KeyPrefix":"p/"},"InputFormat":"CSV","InputFormatOptions":{"Csv":{"Delimiter":";","HeaderList":["id","make"]}},"InputCompressionType":"GZIP","TableCreationParameters":{"TableName":"imported","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}}"#,
    ),
    ("ListExports", r#"{"TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","MaxResults":3}"#),
    ("ListImports", r#"{"PageSize":3}"#),
    ("ListBulkOperations", r#"{"MaxResults":3,"NextToken":"0000000000000002"}"#),
    (
        "StartBulkPutItems",
        r#"{"TableName":"logs","ClientToken":"t","InputS3Configuration":{"S3Bucket":"in-1","S3BucketOwner":"123456789012","S3KeyPrefix":"p/","InputFormat":"ION","InputCompressionType":"ZSTD"},"OutputS3Configuration":{"S3Bucket":"out","OutputType":["ERROR"],"S3SseAlgorithm":"KMS","S3SseKmsKeyId":"k"},"MaxWriteRequestUnits":1024,"PerformanceTier":"STANDARD"}"#,
    ),
    (
        "CreateTable",
        r#"{"TableName":"more","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],"KeySchema":[{"AttributeName":"k","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},"DeletionProtectionEnabled":true}"#,
    ),
    (
        "CreateTable",
        r#"{"TableName":"demand","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"B"}],"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}"#,
    ),
    (
        "DeleteItem",
        r#"{"TableName":"cars","Key":{"id":{"N":"1"}},"ConditionExpression":"doors = :n","ExpressionAttributeValues":{":n":{"N":"3"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}"#,
    ),
    ("DeleteTable", r#"{"TableName":"cars"}"#),
    (
        "TransactGetItems",
        r##"{"TransactItems":[{"Get":{"TableName":"cars","Key":{"id":{"N":"1"}},"ProjectionExpression":"#m, doors","ExpressionAttributeNames":{"#m":"make"}}},{"Get":{"TableName":"logs","Key":{"p":{"S":"a"},"s":{"B":"AA=="}}}}],"ReturnConsumedCapacity":"INDEXES"}"##,
    ),
    (
        "TransactWriteItems",
        r#"{"TransactItems":[{"Put":{"TableName":"cars","Item":{"id":{"N":"7"},"set":{"NS":["1","2"]}}}},{"Update":{"TableName":"cars","Key":{"id":{"N":"1"}},"UpdateExpression":"SET doors = doors + :n","ConditionExpression":"attribute_exists(id)","ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},{"Delete":{"TableName":"cars","Key":{"id":{"N":"2"}}}},{"ConditionCheck":{"TableName":"logs","Key":{"p":{"S":"a"},"s":{"B":"AA=="}},"ConditionExpression":"attribute_exists(p)"}}],"ClientRequestToken":"t","ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE"}"#,
    ),
    ("DescribeTable", r#"{"TableName":"cars"}"#),
    (
        "BatchExecuteStatement",
        r#"{"Statements":[{"Statement":"UPDATE cars SET doors = doors + ? WHERE id = 1 AND doors < 9","Parameters":[{"N":"1"}],"ReturnValuesOnConditionCheckFailure":"ALL_OLD"},{"Statement":"DELETE FROM cars WHERE id = 2 RETURNING ALL OLD *"}],"ReturnConsumedCapacity":"INDEXES"}"#,
    ),
    (
        "BatchExecuteStatement",
        r#"{"Statements":[{"Statement":"SELECT parts[0].k FROM cars WHERE id = ?","Parameters":[{"N":"1"}],"ConsistentRead":true},{"Statement":"SELECT * FROM logs WHERE p = 'a' AND s = ?","Parameters":[{"B":"AA=="}]}],"ReturnConsumedCapacity":"TOTAL"}"#,
    ),
    (
        "ExecuteStatement",
        r#"{"Statement":"SELECT p, v FROM logs WHERE p IN [?, 'b'] AND s >= ? AND NOT v IS NULL ORDER BY p DESC, s","Parameters":[{"S":"a"},{"B":"AA=="}],"Limit":1,"ConsistentRead":true,"ReturnConsumedCapacity":"INDEXES"}"#,
    ),
    (
        "ExecuteStatement",
        r#"{"Statement":"INSERT INTO cars VALUE {'id': 7, 'tags': <<'a', 'b'>>, 'deep': {'l': [1, ?, null, true]}}","Parameters":[{"BS":["AA=="]}],"ReturnConsumedCapacity":"TOTAL"}"#,
    ),
    (
        "ExecuteStatement",
        r#"{"Statement":"UPDATE cars SET parts[0].k = parts[0].k - 1, tags = set_add(tags, ?) REMOVE make WHERE id = 1 AND (contains(tags, 'a') OR size(make) BETWEEN 1 AND 9) RETURNING MODIFIED NEW *","Parameters":[{"SS":["z"]}],"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"#,
    ),
    (
        "ExecuteTransaction",
        r#"{"TransactStatements":[{"Statement":"EXISTS(SELECT * FROM cars WHERE id = 1 AND doors = 3)"},{"Statement":"INSERT INTO logs VALUE {'p': 'x', 's': ?}","Parameters":[{"B":"AA=="}]},{"Statement":"DELETE FROM cars WHERE id = 2"}],"ClientRequestToken":"u","ReturnConsumedCapacity":"TOTAL"}"#,
    ),
    (
        "ExecuteTransaction",
        r#"{"TransactStatements":[{"Statement":"SELECT * FROM cars WHERE id = 1"},{"Statement":"SELECT v FROM logs WHERE p = 'a' AND s = ?","Parameters":[{"B":"AQ=="}]}],"ReturnConsumedCapacity":"INDEXES"}"#,
    ),
    (
        "GetItem",
        r#"{"TableName":"cars","Key":{"id":{"N":"1"}},"ProjectionExpression":"parts[0].k, tags","ConsistentRead":true,"ReturnConsumedCapacity":"INDEXES"}"#,
    ),
    ("GetItem", r#"{"TableName":"logs","Key":{"p":{"S":"a"},"s":{"B":"AA=="}}}"#),
    ("ListTables", r#"{"ExclusiveStartTableName":"abc","Limit":1}"#),
    (
        "PutItem",
        r#"{"TableName":"cars","Item":{"id":{"N":"1"},"deep":{"M":{"a":{"L":[{"S":"x"},{"NULL":true},{"BOOL":false}]}}},"set":{"NS":["1","2.5"]},"b":{"BS":["AA==","AQ=="]}},"ConditionExpression":"attribute_exists(id) AND doors > :n","ExpressionAttributeValues":{":n":{"N":"2"}},"ReturnValues":"ALL_OLD","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"#,
    ),
    ("PutItem", r#"{"TableName":"logs","Item":{"p":{"S":"b"},"s":{"B":"AAEC"},"n":{"N":"-1.50e-3"}}}"#),
    (
        "Query",
        r##"{"TableName":"logs","KeyConditionExpression":"#p = :p AND begins_with(s, :s)","FilterExpression":"attribute_exists(v)","ExpressionAttributeNames":{"#p":"p"},"ExpressionAttributeValues":{":p":{"S":"a"},":s":{"B":"AQ=="}},"Limit":1,"ScanIndexForward":false,"ReturnConsumedCapacity":"TOTAL"}"##,
    ),
    (
        "Query",
        r#"{"TableName":"logs","KeyConditionExpression":"p = :p AND s BETWEEN :a AND :b","ExpressionAttributeValues":{":p":{"S":"a"},":a":{"B":"AA=="},":b":{"B":"/w=="}},"ExclusiveStartKey":{"p":{"S":"a"},"s":{"B":"AA=="}},"Select":"COUNT"}"#,
    ),
    (
        "Query",
        r#"{"TableName":"cars","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"N":"1"}},"ProjectionExpression":"make","Select":"SPECIFIC_ATTRIBUTES"}"#,
    ),
    (
        "Scan",
        r#"{"TableName":"logs","FilterExpression":"v BETWEEN :l AND :h OR NOT size(s) IN (:l, :h)","ExpressionAttributeValues":{":l":{"N":"1"},":h":{"N":"9"}},"Segment":0,"TotalSegments":2,"Limit":5}"#,
    ),
    (
        "Scan",
        r#"{"TableName":"cars","ExclusiveStartKey":{"id":{"N":"1"}},"Select":"ALL_ATTRIBUTES","ConsistentRead":true}"#,
    ),
    (
        "SearchVectors",
        r##"{"TableName":"looks","IndexName":"by_look","SearchVector":[{"N":"1"},{"N":"0.5"}],"TopK":3,"SearchConditionExpression":"make = :m AND #y = :y","ExpressionAttributeNames":{"#y":"year"},"ExpressionAttributeValues":{":m":{"S":"MINI"},":y":{"N":"1999"}},"ProjectionExpression":"p, look[1]","ReturnConsumedCapacity":"TOTAL"}"##,
    ),
    (
        "UpdateItem",
        r#"{"TableName":"looks","Key":{"p":{"S":"a"}},"UpdateExpression":"SET look[0] = :x, make = :m","ExpressionAttributeValues":{":x":{"N":"3.5"},":m":{"S":"BMW"}},"ReturnConsumedCapacity":"INDEXES"}"#,
    ),
    (
        "UpdateTable",
        r#"{"TableName":"looks","AttributeDefinitions":[{"AttributeName":"size","AttributeType":"N"}],"VectorIndexUpdates":[{"Create":{"IndexName":"other","VectorAttribute":{"AttributeName":"sound"},"SearchSchema":[{"AttributeName":"size","SearchSchemaElementType":"INLINE_FILTER"}],"Dimensions":3,"DistanceFunction":"EUCLIDEAN","Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["sound"]}}}]}"#,
    ),
    (
        "UpdateItem",
        r#"{"TableName":"cars","Key":{"id":{"N":"1"}},"UpdateExpression":"SET parts[0].k = parts[0].k + :n, fresh = if_not_exists(fresh, :l) REMOVE make ADD doors :n DELETE tags :t","ConditionExpression":"contains(tags, :a)","ExpressionAttributeValues":{":n":{"N":"1"},":l":{"L":[]},":t":{"SS":["a"]},":a":{"S":"a"}},"ReturnValues":"UPDATED_NEW"}"#,
    ),
    (
        "UpdateItem",
        r#"{"TableName":"cars","Key":{"id":{"N":"9"}},"UpdateExpression":"SET l = list_append(:l, :l)","ExpressionAttributeValues":{":l":{"L":[{"M":{}}]}},"ReturnValues":"ALL_NEW","ReturnConsumedCapacity":"TOTAL"}"#,
    ),
    (
        "UpdateTable",
        r#"{"TableName":"cars","ProvisionedThroughput":{"ReadCapacityUnits":50,"WriteCapacityUnits":4000}}"#,
    ),
    ("UpdateTable", r#"{"TableName":"cars","BillingMode":"PAY_PER_REQUEST"}"#),
    ("UpdateTable", r#"{"TableName":"logs","DeletionProtectionEnabled":true}"#),
    (
        "UpdateTable",
        r#"{"TableName":"cars","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}"#,
    ),
    ("UpdateTable", r#"{"TableName":"cars","StreamSpecification":{"StreamEnabled":false}}"#),
    (
        "CreateTable",
        r#"{"TableName":"set","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST","OnDemandThroughput":{"MaxReadRequestUnits":5},"WarmThroughput":{"ReadUnitsPerSecond":12001},"TableClass":"STANDARD_INFREQUENT_ACCESS","SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"alias/a"},"Tags":[{"Key":"a","Value":"b"}],"ResourcePolicy":"{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":[\"dynamodb:Get*\"],\"Resource\":\"*\"}]}"}"#,
    ),
    (
        "DeleteResourcePolicy",
        r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","ExpectedRevisionId":"NO_POLICY"}"#,
    ),
    ("DescribeContributorInsights", r#"{"TableName":"cars","IndexName":"abc"}"#),
    ("DescribeEndpoints", r#"{}"#),
    ("DescribeLimits", r#"{}"#),
    (
        "CreateGlobalTable",
        r#"{"GlobalTableName":"cars","ReplicationGroup":[{"RegionName":"us-east-1"},{"RegionName":"eu-west-1"}]}"#,
    ),
    (
        "UpdateGlobalTable",
        r#"{"GlobalTableName":"cars","ReplicaUpdates":[{"Create":{"RegionName":"us-east-1"}},{"Delete":{"RegionName":"eu-west-1"}}]}"#,
    ),
    ("DescribeGlobalTable", r#"{"GlobalTableName":"cars"}"#),
    ("ListGlobalTables", r#"{"ExclusiveStartGlobalTableName":"bikes","Limit":3,"RegionName":"us-east-1"}"#),
    ("DescribeGlobalTableSettings", r#"{"GlobalTableName":"cars"}"#),
    (
        "UpdateGlobalTableSettings",
        r#"{"GlobalTableName":"cars","GlobalTableBillingMode":"PROVISIONED","GlobalTableProvisionedWriteCapacityUnits":5,"GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate":{"MinimumUnits":1,"MaximumUnits":9,"AutoScalingRoleArn":"role","ScalingPolicyUpdate":{"PolicyName":"p","TargetTrackingScalingPolicyConfiguration":{"TargetValue":70.5,"ScaleInCooldown":1,"ScaleOutCooldown":2,"DisableScaleIn":true}}},"GlobalTableGlobalSecondaryIndexSettingsUpdate":[{"IndexName":"by_make","ProvisionedWriteCapacityUnits":5}],"ReplicaSettingsUpdate":[{"RegionName":"us-east-1","ReplicaProvisionedReadCapacityUnits":5,"ReplicaGlobalSecondaryIndexSettingsUpdate":[{"IndexName":"by_make","ProvisionedReadCapacityAutoScalingSettingsUpdate":{"AutoScalingDisabled":true}}],"ReplicaTableClass":"STANDARD"}]}"#,
    ),
    ("DescribeTableReplicaAutoScaling", r#"{"TableName":"cars"}"#),
    (
        "UpdateTableReplicaAutoScaling",
        r#"{"TableName":"cars","GlobalSecondaryIndexUpdates":[{"IndexName":"by_make","ProvisionedWriteCapacityAutoScalingUpdate":{"AutoScalingDisabled":true}}],"ProvisionedWriteCapacityAutoScalingUpdate":{"MinimumUnits":1,"MaximumUnits":9,"ScalingPolicyUpdate":{"TargetTrackingScalingPolicyConfiguration":{"TargetValue":70}}},"ReplicaUpdates":[{"RegionName":"us-east-1","ReplicaProvisionedReadCapacityAutoScalingUpdate":{"AutoScalingDisabled":true},"ReplicaGlobalSecondaryIndexUpdates":[{"IndexName":"by_make","ProvisionedReadCapacityAutoScalingUpdate":{"AutoScalingDisabled":true}}]}]}"#,
    ),
    ("DescribeTimeToLive", r#"{"TableName":"cars"}"#),
    ("GetResourcePolicy", r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars"}"#),
    ("ListContributorInsights", r#"{"TableName":"cars","MaxResults":1,"NextToken":"cars/"}"#),
    (
        "ListTagsOfResource",
        r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","NextToken":"a"}"#,
    ),
    (
        "PutResourcePolicy",
        r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","Policy":"{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":[\"dynamodb:Get*\"],\"Resource\":\"*\"}]}","ConfirmRemoveSelfResourceAccess":true}"#,
    ),
    (
        "TagResource",
        r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":""}]}"#,
    ),
    (
        "UntagResource",
        r#"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","TagKeys":["a"]}"#,
    ),
    (
        "UpdateContributorInsights",
        r#"{"TableName":"cars","ContributorInsightsAction":"ENABLE","ContributorInsightsMode":"THROTTLED_KEYS"}"#,
    ),
    (
        "UpdateTable",
        r#"{"TableName":"logs","OnDemandThroughput":{"MaxReadRequestUnits":5,"MaxWriteRequestUnits":-1},"BillingMode":"PAY_PER_REQUEST"}"#,
    ),
    (
        "UpdateTable",
        r#"{"TableName":"logs","WarmThroughput":{"ReadUnitsPerSecond":13000,"WriteUnitsPerSecond":5000}}"#,
    ),
    ("UpdateTable", r#"{"TableName":"cars","TableClass":"STANDARD_INFREQUENT_ACCESS"}"#),
    (
        "UpdateTable",
        r#"{"TableName":"cars","SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"arn:aws:kms:us-east-1:000000000000:key/a"}}"#,
    ),
    (
        "UpdateTimeToLive",
        r#"{"TableName":"cars","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"doors"}}"#,
    ),
    ("CreateBackup", r#"{"TableName":"cars","BackupName":"monday"}"#),
    (
        "DeleteBackup",
        r#"{"BackupArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01700000000000-00000000"}"#,
    ),
    (
        "DescribeBackup",
        r#"{"BackupArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01700000000000-00000000"}"#,
    ),
    ("DescribeContinuousBackups", r#"{"TableName":"cars"}"#),
    (
        "ListBackups",
        r#"{"TableName":"cars","BackupType":"ALL","Limit":5,"TimeRangeLowerBound":0.5,"TimeRangeUpperBound":1e10,"ExclusiveStartBackupArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01700000000000-00000000"}"#,
    ),
    (
        "RestoreTableFromBackup",
        r#"{"TargetTableName":"again","BackupArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01700000000000-00000000","BillingModeOverride":"PROVISIONED","ProvisionedThroughputOverride":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},"GlobalSecondaryIndexOverride":[],"LocalSecondaryIndexOverride":[],"SSESpecificationOverride":{"Enabled":true}}"#,
    ),
    (
        "RestoreTableToPointInTime",
        r#"{"SourceTableName":"cars","TargetTableName":"again","UseLatestRestorableTime":true,"BillingModeOverride":"PAY_PER_REQUEST","OnDemandThroughputOverride":{"MaxReadRequestUnits":5},"GlobalSecondaryIndexOverride":[{"IndexName":"by_make","KeySchema":[{"AttributeName":"make","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}"#,
    ),
    (
        "RestoreTableToPointInTime",
        r#"{"SourceTableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars","TargetTableName":"again","RestoreDateTime":1700000000.25}"#,
    ),
    (
        "UpdateContinuousBackups",
        r#"{"TableName":"cars","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":7}}"#,
    ),
    (
        "DeleteScalingPolicy",
        r#"{"PolicyName":"p","ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits"}"#,
    ),
    (
        "DeregisterScalableTarget",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits"}"#,
    ),
    (
        "DescribeScalableTargets",
        r#"{"ServiceNamespace":"dynamodb","ResourceIds":["table/cars"],"ScalableDimension":"dynamodb:table:WriteCapacityUnits","MaxResults":1,"NextToken":"0"}"#,
    ),
    (
        "DescribeScalingActivities",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits","IncludeNotScaledActivities":true}"#,
    ),
    (
        "DescribeScalingPolicies",
        r#"{"ServiceNamespace":"dynamodb","PolicyNames":["p"],"ResourceId":"table/cars"}"#,
    ),
    (
        "PutScalingPolicy",
        r#"{"PolicyName":"q","ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits","PolicyType":"TargetTrackingScaling","TargetTrackingScalingPolicyConfiguration":{"TargetValue":20.5,"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"},"ScaleOutCooldown":0,"ScaleInCooldown":60,"DisableScaleIn":false}}"#,
    ),
    (
        "RegisterScalableTarget",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:ReadCapacityUnits","MinCapacity":1,"MaxCapacity":40000,"SuspendedState":{"DynamicScalingInSuspended":true}}"#,
    ),
    (
        "DeleteScheduledAction",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits","ScheduledActionName":"a"}"#,
    ),
    (
        "DescribeScheduledActions",
        r#"{"ServiceNamespace":"dynamodb","ScheduledActionNames":["a"],"ResourceId":"table/cars","MaxResults":1,"NextToken":"0"}"#,
    ),
    (
        "GetPredictiveScalingForecast",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits","PolicyName":"p","StartTime":1700000000,"EndTime":1700003600}"#,
    ),
    (
        "ListTagsForResource",
        r#"{"ResourceARN":"arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/x"}"#,
    ),
    (
        "PutScheduledAction",
        r#"{"ServiceNamespace":"dynamodb","ResourceId":"table/cars","ScalableDimension":"dynamodb:table:WriteCapacityUnits","ScheduledActionName":"a","Schedule":"cron(0/5 9-17 ? JAN-MAR MON#2 2025,2030)","Timezone":"Europe/Berlin","StartTime":1700000000.5,"EndTime":4000000000,"ScalableTargetAction":{"MinCapacity":1,"MaxCapacity":9}}"#,
    ),
    ("DeleteAlarms", r#"{"AlarmNames":["a"]}"#),
    ("DeleteDashboards", r#"{"DashboardNames":["d"]}"#),
    (
        "DescribeAlarmHistory",
        r#"{"AlarmName":"a","HistoryItemType":"StateUpdate","StartDate":1,"EndDate":1800000000,"MaxRecords":5,"ScanBy":"TimestampAscending","NextToken":"0"}"#,
    ),
    ("DescribeAlarms", r#"{"AlarmNamePrefix":"a","StateValue":"OK","MaxRecords":1,"NextToken":"0"}"#),
    ("DescribeInsightRules", r#"{"MaxResults":1,"NextToken":"0"}"#),
    ("DisableAlarmActions", r#"{"AlarmNames":["a"]}"#),
    ("EnableAlarmActions", r#"{"AlarmNames":["a"]}"#),
    (
        "EnableKinesisStreamingDestination",
        r#"{"TableName":"cars","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/changes","EnableKinesisStreamingConfiguration":{"ApproximateCreationDateTimePrecision":"MICROSECOND"}}"#,
    ),
    (
        "UpdateKinesisStreamingDestination",
        r#"{"TableName":"cars","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/changes","UpdateKinesisStreamingConfiguration":{"ApproximateCreationDateTimePrecision":"MILLISECOND"}}"#,
    ),
    (
        "DisableKinesisStreamingDestination",
        r#"{"TableName":"cars","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/changes"}"#,
    ),
    ("DescribeKinesisStreamingDestination", r#"{"TableName":"cars"}"#),
    (
        "DescribeStream",
        r#"{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000","Limit":9,"ExclusiveStartShardId":"shardId-00000001700000000000-00000001","ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"shardId-00000001700000000000-00000001"}}"#,
    ),
    (
        "GetRecords",
        r#"{"ShardIterator":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000|1|AAAAAAAAAAE=","Limit":9}"#,
    ),
    (
        "GetShardIterator",
        r#"{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000","ShardId":"shardId-00000001700000000000-00000001","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"100000000000000000001","Timestamp":1700000000}"#,
    ),
    (
        "ListStreams",
        r#"{"TableName":"cars","Limit":9,"ExclusiveStartStreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000"}"#,
    ),
    ("GetDashboard", r#"{"DashboardName":"d"}"#),
    (
        "GetInsightRuleReport",
        r#"{"RuleName":"DynamoDBContributorInsights-PKC-cars-1700000000000","StartTime":1699999200,"EndTime":1700002800,"Period":60,"MaxContributorCount":5,"Metrics":["Sum","UniqueContributors"],"OrderBy":"Maximum"}"#,
    ),
    (
        "GetMetricData",
        r#"{"StartTime":1699999200,"EndTime":1700002800,"ScanBy":"TimestampAscending","MetricDataQueries":[{"Id":"m","ReturnData":false,"MetricStat":{"Metric":{"Namespace":"AWS/DynamoDB","MetricName":"ConsumedWriteCapacityUnits","Dimensions":[{"Name":"TableName","Value":"cars"}]},"Period":300,"Stat":"Sum"}},{"Id":"e","Expression":"FILL(m, 0) / PERIOD(m) ^ -(2 + MAX([m, 1]))","Label":"rate","Period":300}]}"#,
    ),
    (
        "GetMetricStatistics",
        r#"{"Namespace":"AWS/DynamoDB","MetricName":"ConsumedWriteCapacityUnits","Dimensions":[{"Name":"TableName","Value":"cars"}],"StartTime":1699999200,"EndTime":1700002800,"Period":60,"Statistics":["Sum","Average"],"ExtendedStatistics":["p99.9","TM(10%:90%)","PR(:300)","IQM"]}"#,
    ),
    ("ListDashboards", r#"{"DashboardNamePrefix":"d","NextToken":"0"}"#),
    (
        "ListMetrics",
        r#"{"Namespace":"AWS/DynamoDB","MetricName":"ConsumedWriteCapacityUnits","Dimensions":[{"Name":"TableName","Value":"cars"}],"NextToken":"0"}"#,
    ),
    (
        "PutCompositeAlarm",
        r#"{"AlarmName":"c","AlarmRule":"(ALARM(a) AND NOT OK(\"a\")) OR INSUFFICIENT_DATA(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a) OR FALSE","AlarmDescription":"d","ActionsEnabled":true,"OKActions":["arn:a"]}"#,
    ),
    ("PutDashboard", r#"{"DashboardName":"d","DashboardBody":"{}"}"#),
    (
        "PutMetricAlarm",
        r#"{"AlarmName":"a","Namespace":"AWS/DynamoDB","MetricName":"ConsumedWriteCapacityUnits","Dimensions":[{"Name":"TableName","Value":"cars"}],"Statistic":"Sum","Period":60,"EvaluationPeriods":3,"DatapointsToAlarm":2,"Threshold":1.5,"ComparisonOperator":"GreaterThanThreshold","TreatMissingData":"breaching","ActionsEnabled":true,"AlarmActions":["arn:a"]}"#,
    ),
    (
        "PutMetricData",
        r#"{"Namespace":"app","MetricData":[{"MetricName":"m","Values":[1,2.5],"Counts":[1,2],"Unit":"Count"},{"MetricName":"n","StatisticValues":{"SampleCount":2,"Sum":3,"Minimum":1,"Maximum":2}}]}"#,
    ),
    ("SetAlarmState", r#"{"AlarmName":"a","StateValue":"ALARM","StateReason":"r","StateReasonData":"{}"}"#),
    (
        "CreateEventSourceMapping",
        r#"{"EventSourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000","FunctionName":"f","Enabled":true,"BatchSize":9,"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":[{\"prefix\":\"b\"}]}"}]},"MaximumBatchingWindowInSeconds":1,"ParallelizationFactor":1,"StartingPosition":"LATEST","DestinationConfig":{"OnFailure":{"Destination":"f"}},"MaximumRecordAgeInSeconds":60,"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":3,"TumblingWindowInSeconds":60,"FunctionResponseTypes":["ReportBatchItemFailures"]}"#,
    ),
    ("DeleteEventSourceMapping", r#"{"UUID":"u"}"#),
    ("GetEventSourceMapping", r#"{"UUID":"u"}"#),
    (
        "ListEventSourceMappings",
        r#"{"EventSourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/cars/stream/2023-11-14T22:13:20.000","FunctionName":"f:1","Marker":"1","MaxItems":9}"#,
    ),
    (
        "UpdateEventSourceMapping",
        r#"{"UUID":"u","FunctionName":"arn:aws:lambda:us-east-1:000000000000:function:f","Enabled":false,"BatchSize":1,"ParallelizationFactor":9,"MaximumRecordAgeInSeconds":-1,"FilterCriteria":{}}"#,
    ),
    ("DeleteRule", r#"{"Name":"r","EventBusName":"default","Force":true}"#),
    ("DescribeRule", r#"{"Name":"r","EventBusName":"default"}"#),
    ("DisableRule", r#"{"Name":"r","EventBusName":"default"}"#),
    ("EnableRule", r#"{"Name":"r","EventBusName":"default"}"#),
    ("ListRules", r#"{"NamePrefix":"r","EventBusName":"default","NextToken":"1","Limit":9}"#),
    ("ListTargetsByRule", r#"{"Rule":"r","EventBusName":"default","NextToken":"1","Limit":9}"#),
    (
        "PutEvents",
        r#"{"Entries":[{"Time":1700000000,"Source":"s","Resources":["a"],"DetailType":"t","Detail":"{\"a\":1}","EventBusName":"default"}]}"#,
    ),
    (
        "PutRule",
        r#"{"Name":"r","ScheduleExpression":"cron(0/5 9-17 ? * MON-FRI *)","EventPattern":"{\"$or\":[{\"a\":[{\"numeric\":[\">\",1,\"<\",9]}]},{\"b\":[{\"wildcard\":\"*x*\"}]}]}","State":"ENABLED","Description":"d","EventBusName":"default"}"#,
    ),
    (
        "PutTargets",
        r#"{"Rule":"r","EventBusName":"default","Targets":[{"Id":"1","Arn":"arn:aws:lambda:us-east-1:000000000000:function:f","InputPath":"$.detail"},{"Id":"2","Arn":"f","Input":"{}"}]}"#,
    ),
    ("RemoveTargets", r#"{"Rule":"r","EventBusName":"default","Ids":["1"],"Force":true}"#),
    (
        "TestEventPattern",
        r#"{"EventPattern":"{\"source\":[{\"anything-but\":[\"x\"]}]}","Event":"{\"id\":\"1\",\"detail-type\":\"t\",\"source\":\"s\",\"account\":\"1\",\"time\":\"t\",\"region\":\"r\",\"resources\":[]}"}"#,
    ),
];

/// Those bodies, each behind the byte that picks its operation.
fn request_bodies() -> Vec<Vec<u8>> {
    let all = Operation::ALL;
    assert!(
        all.iter().all(|(_, name)| BODIES.iter().any(|(body, _)| body == name)),
        "a body for each operation"
    );
    let behind = |(name, body): &(&str, &str)| {
        let choice = all.iter().position(|(_, known)| known == name).expect("the operation exists");
        [&[choice as u8], body.as_bytes()].concat()
    };
    BODIES.iter().map(behind).collect()
}

/// Expressions of each kind that are accepted.
fn expressions() -> Vec<Vec<u8>> {
    [
        "attribute_exists(a) AND NOT (b < :b OR size(#c.a) >= :b)",
        "begins_with(a, :a) OR contains(c.a, :b) AND attribute_type(d, :a)",
        "b BETWEEN :b AND :b AND a IN (:a, :b, :c)",
        "a = :a AND b > :b",
        "#a, b, c.a[1], c.a[0]",
        "SET a = :a, b = b + :b, c.a[5] = if_not_exists(c.b, :c) REMOVE #d",
        "SET #c.#a = list_append(c.a, :c) ADD b :b DELETE d :d",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}

/// Statements of each kind that are accepted.
fn statements() -> Vec<Vec<u8>> {
    [
        "SELECT a, c.a[1] FROM \"t\".\"i\" WHERE a = ? AND b >= 1.5e0 AND NOT (d IS MISSING OR size(c.a) IN [1, 2])",
        "SELECT * FROM t WHERE (a = 'it''s' OR a IN ['x', 'y']) AND begins_with(b, 'q') ORDER BY a DESC, b /* c */",
        "INSERT INTO t VALUE {'a': 1, 'b': [{'c': <<1, 2>>}, null, true], 'd': ?}",
        "UPDATE t SET a = b - ?, c.a[0] = list_append(c.a, ['x']) SET d = set_delete(d, <<'x'>>) REMOVE c.b \
         WHERE a = 'x' AND b BETWEEN 1 AND 9 RETURNING ALL OLD * -- end",
        "FROM t WHERE a = ? SET b = if_not_exists(b, 1)",
        "DELETE FROM t WHERE a = 'x' AND contains(d, 'y') RETURNING ALL OLD *;",
        "EXISTS(SELECT * FROM t WHERE a = 'x' AND attribute_type(b, 'N'))",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}
