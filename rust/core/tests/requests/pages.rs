//! What Query and Scan share: Select, Limit, segments, starting keys.

use serde_json::{Value as Json, json};

use crate::database::{Database, changed};

fn logs(database: &mut Database) {
    database.done(
        "CreateTable",
        &json!({
            "TableName": "logs",
            "AttributeDefinitions": [
                { "AttributeName": "p", "AttributeType": "S" },
                { "AttributeName": "s", "AttributeType": "N" },
            ],
            "KeySchema": [
                { "AttributeName": "p", "KeyType": "HASH" },
                { "AttributeName": "s", "KeyType": "RANGE" },
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }),
    );
    for sort in 0..3 {
        let item = json!({ "p": { "S": "a" }, "s": { "N": sort.to_string() }, "v": { "S": "x" } });
        database.done("PutItem", &json!({ "TableName": "logs", "Item": item }));
    }
}

fn query() -> Json {
    json!({
        "TableName": "logs",
        "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": { ":p": { "S": "a" } },
    })
}

#[test]
fn select_and_projection_exclude_each_other_as_documented() {
    let mut database = Database::new();
    logs(&mut database);
    let asked = |select: &str, projection: Json| {
        changed(&changed(&query(), "Select", json!(select)), "ProjectionExpression", projection)
    };
    for (select, projection, text) in [
        (
            "SPECIFIC_ATTRIBUTES",
            Json::Null,
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        ),
        (
            "ALL_PROJECTED_ATTRIBUTES",
            Json::Null,
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        (
            "ALL_ATTRIBUTES",
            json!("v"),
            "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
        ),
        ("COUNT", json!("v"), "Cannot specify the ProjectionExpression when choosing to get only the Count"),
    ] {
        assert_eq!(database.invalid("Query", &asked(select, projection)), text);
    }
    assert_eq!(
        database.invalid("Query", &asked("all", Json::Null)),
        "1 validation error detected: Value 'all' at 'select' failed to satisfy constraint: Member must satisfy enum \
         value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
    );
    assert_eq!(
        database.done("Query", &asked("SPECIFIC_ATTRIBUTES", json!("v")))["Items"][0],
        json!({ "v": { "S": "x" } })
    );
    assert_eq!(database.done("Query", &asked("COUNT", Json::Null)), json!({ "Count": 3, "ScannedCount": 3 }));
    assert_eq!(database.done("Query", &asked("ALL_ATTRIBUTES", Json::Null))["Count"], 3);
}

#[test]
fn a_limit_is_at_least_one_and_each_operation_says_so_in_its_own_words() {
    let mut database = Database::new();
    logs(&mut database);
    assert_eq!(
        database.invalid("Query", &changed(&query(), "Limit", json!(0))),
        "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater \
         than or equal to 1"
    );
    assert_eq!(
        database.invalid("Scan", &json!({ "TableName": "logs", "Limit": 0 })),
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value \
         greater than or equal to 1"
    );
}

#[test]
fn a_page_that_its_limit_ends_tells_a_key_even_where_nothing_follows() {
    let mut database = Database::new();
    logs(&mut database);
    let full = database.done("Query", &changed(&query(), "Limit", json!(3)));
    assert_eq!(full["LastEvaluatedKey"], json!({ "p": { "S": "a" }, "s": { "N": "2" } }));
    let behind = changed(&query(), "ExclusiveStartKey", full["LastEvaluatedKey"].clone());
    assert_eq!(database.done("Query", &behind), json!({ "Items": [], "Count": 0, "ScannedCount": 0 }));
}

#[test]
fn segments_come_with_their_total() {
    let mut database = Database::new();
    logs(&mut database);
    for (members, text) in [
        (
            json!({ "TableName": "logs", "Segment": 0 }),
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
        ),
        (
            json!({ "TableName": "logs", "TotalSegments": 2 }),
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
        ),
        (
            json!({ "TableName": "logs", "Segment": 5, "TotalSegments": 5 }),
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not \
             less than TotalSegments: 5",
        ),
        (
            json!({ "TableName": "logs", "Segment": 0, "TotalSegments": 1_000_001 }),
            "1 validation error detected: Value '1000001' at 'totalSegments' failed to satisfy constraint: Member \
             must have value less than or equal to 1000000",
        ),
    ] {
        assert_eq!(database.invalid("Scan", &members), text);
    }
    let counts: i64 = (0..1000)
        .map(|segment| json!({ "TableName": "logs", "Segment": segment, "TotalSegments": 1000 }))
        .map(|body| database.done("Scan", &body)["Count"].as_i64().unwrap())
        .sum();
    assert_eq!(counts, 3);
}

#[test]
fn a_starting_key_is_of_the_table_and_inside_what_is_read() {
    let mut database = Database::new();
    logs(&mut database);
    let from = |key: Json| changed(&query(), "ExclusiveStartKey", key);
    assert_eq!(
        database.invalid("Query", &from(json!({ "p": { "S": "a" } }))),
        "The provided starting key is invalid"
    );
    let (sort, other) = (json!({ "N": "1" }), json!({ "S": "1" }));
    assert_eq!(
        database.invalid("Query", &from(json!({ "p": { "S": "a" }, "s": sort, "x": sort }))),
        "The provided starting key is invalid"
    );
    assert_eq!(
        database.invalid("Query", &from(json!({ "p": { "S": "a" }, "s": other }))),
        "The provided key element does not match the schema"
    );
    assert_eq!(
        database.invalid("Query", &from(json!({ "p": { "S": "b" }, "s": { "N": "1" } }))),
        "The provided starting key is outside query boundaries based on provided conditions"
    );
    let found = (0..2).filter(|segment| {
        let body = json!({ "TableName": "logs", "Segment": segment, "TotalSegments": 2,
            "ExclusiveStartKey": { "p": { "S": "a" }, "s": { "N": "1" } } });
        match database.ask("Scan", &body) {
            Ok(answer) => answer["Count"] == 1,
            Err(error) => {
                assert!(
                    error.message().contains("Please use ExclusiveStartKey with correct Segment"),
                    "{error}"
                );
                false
            }
        }
    });
    assert_eq!(found.count(), 1, "a key lies in one of two segments");
}

#[test]
fn a_filter_may_not_name_the_key_and_a_scan_may() {
    let mut database = Database::new();
    logs(&mut database);
    assert_eq!(
        database.invalid("Query", &changed(&query(), "FilterExpression", json!("s = s2 AND p = :p"))),
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: s"
    );
    let scan = json!({
        "TableName": "logs",
        "FilterExpression": "s > :one",
        "ExpressionAttributeValues": { ":one": { "N": "1" } },
    });
    let answer = database.done("Scan", &scan);
    assert_eq!((&answer["Count"], &answer["ScannedCount"]), (&json!(1), &json!(3)));
}

#[test]
fn an_index_that_no_table_has_is_told_by_name() {
    let mut database = Database::new();
    logs(&mut database);
    assert_eq!(
        database.invalid("Scan", &json!({ "TableName": "logs", "IndexName": "by-make" })),
        "The table does not have the specified index: by-make"
    );
}

/// What was measured on AWS by Alternator's tests: a query of such a table has one row at most, so nothing is behind it.
#[test]
fn a_query_of_a_table_without_a_sort_key_has_no_second_page() {
    let mut database = Database::new();
    database.done(
        "CreateTable",
        &json!({
            "TableName": "single",
            "AttributeDefinitions": [{ "AttributeName": "p", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "p", "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        }),
    );
    database.done("PutItem", &json!({ "TableName": "single", "Item": { "p": { "S": "a" } } }));
    let query = changed(&query(), "TableName", json!("single"));
    let first = database.done("Query", &changed(&query, "Limit", json!(1)));
    assert_eq!((&first["Count"], first.get("LastEvaluatedKey")), (&json!(1), None));
    let from = |key: Json| changed(&query, "ExclusiveStartKey", key);
    assert_eq!(
        database.invalid("Query", &from(json!({ "p": { "S": "a" } }))),
        "The provided exclusive start key is invalid: ExclusiveStartKey: {p=AttributeValue: {S:a}}"
    );
    assert_eq!(
        database.invalid("Query", &from(json!({ "q": { "S": "a" } }))),
        "The provided starting key is invalid"
    );
    let scan = json!({ "TableName": "single", "Limit": 1 });
    assert_eq!(database.done("Scan", &scan)["LastEvaluatedKey"], json!({ "p": { "S": "a" } }));
}
