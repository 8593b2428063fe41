//! Limits of keys in queries, of names, and of what a batch may name.

use serde_json::{Value as Json, json};

use crate::database::{Database, changed, table};

const LONG_PARTITION: &str = "One or more parameter values were invalid: Size of hashkey has exceeded the maximum \
                              size limit of2048 bytes";
const LONG_SORT: &str = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded \
                         the size limit of 1024 bytes";

fn element(name: &str, key_type: &str) -> Json {
    json!({ "AttributeName": name, "KeyType": key_type })
}

/// A table with the keys `p` and `s`, a local index on `x` and a global one on `x` and `y`.
fn indexed() -> Database {
    let mut database = Database::new();
    let attributes: Vec<Json> =
        ["p", "s", "x", "y"].map(|name| json!({ "AttributeName": name, "AttributeType": "S" })).into();
    let all = json!({ "ProjectionType": "ALL" });
    database.done(
        "CreateTable",
        &json!({
            "TableName": "cars", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes,
            "KeySchema": [element("p", "HASH"), element("s", "RANGE")],
            "LocalSecondaryIndexes": [
                { "IndexName": "local", "KeySchema": [element("p", "HASH"), element("x", "RANGE")], "Projection": all },
            ],
            "GlobalSecondaryIndexes": [
                { "IndexName": "global", "KeySchema": [element("x", "HASH"), element("y", "RANGE")], "Projection": all },
            ],
        }),
    );
    database
}

fn query(index: Option<&str>, condition: &str, values: &[(&str, usize)]) -> Json {
    let values: serde_json::Map<String, Json> = values
        .iter()
        .map(|(name, length)| ((*name).to_owned(), json!({ "S": "k".repeat(*length) })))
        .collect();
    let mut body = json!({
        "TableName": "cars", "KeyConditionExpression": condition, "ExpressionAttributeValues": values,
    });
    if let Some(index) = index {
        body["IndexName"] = index.into();
    }
    body
}

/// A query for a key that no item can have was answered with an empty page; the service refuses it (the text of the
/// partition key was met on Query in facebook/ThreatExchange#1324).
#[test]
fn a_query_for_a_key_that_is_too_long_is_refused() {
    let mut database = indexed();
    for (index, partition, sort) in [(None, "p", "s"), (Some("local"), "p", "x"), (Some("global"), "x", "y")]
    {
        let by_partition = format!("{partition} = :p");
        database.done("Query", &query(index, &by_partition, &[(":p", 2_048)]));
        assert_eq!(
            database.invalid("Query", &query(index, &by_partition, &[(":p", 2_049)])),
            LONG_PARTITION,
            "{index:?}"
        );
        for condition in ["SORT = :s", "SORT > :s", "begins_with(SORT, :s)", "SORT BETWEEN :low AND :s"] {
            let low = condition.contains(":low").then_some((":low", 1));
            let condition = format!("{by_partition} AND {}", condition.replace("SORT", sort));
            let values = |length| -> Vec<(&str, usize)> {
                [(":p", 1), (":s", length)].into_iter().chain(low).collect()
            };
            database.done("Query", &query(index, &condition, &values(1_024)));
            assert_eq!(
                database.invalid("Query", &query(index, &condition, &values(1_025))),
                LONG_SORT,
                "{index:?} {condition}"
            );
        }
    }
}

/// The type of a value is looked at before its length.
#[test]
fn a_long_key_of_another_type_is_of_another_type() {
    let mut database = indexed();
    let mut body = query(None, "p = :p", &[(":p", 1)]);
    body["ExpressionAttributeValues"][":p"] = json!({ "B": "k".repeat(4_096) });
    let mismatch =
        "One or more parameter values were invalid: Condition parameter type does not match schema type";
    assert_eq!(database.invalid("Query", &body), mismatch);
}

const EMPTY_NAME: &str = "One or more parameter values were invalid: Empty attribute name";
const LONG_NAME: &str =
    "One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes";

fn item_with(name: &str) -> Json {
    let mut item = json!({ "id": { "N": "1" } });
    item[name] = json!({ "N": "2" });
    item
}

/// PutItem stored attributes without a name and with names of any length (measured on the service: 65,535 bytes are
/// accepted, one more is not, in a map as at the top).
#[test]
fn an_attribute_has_a_name_of_its_length() {
    let mut database = Database::new();
    database.table("cars");
    let (good, long) = ("n".repeat(65_535), "n".repeat(65_536));
    let put = |item: Json| json!({ "TableName": "cars", "Item": item });
    let nested = |name: &str| json!({ "id": { "N": "1" }, "m": { "L": [{ "M": { name: { "S": "v" } } }] } });
    database.done("PutItem", &put(item_with(&good)));
    database.done("PutItem", &put(nested(&good)));
    for (name, text) in [("", EMPTY_NAME), (&long[..], LONG_NAME)] {
        assert_eq!(database.invalid("PutItem", &put(item_with(name))), text);
        assert_eq!(database.invalid("PutItem", &put(nested(name))), text);
        let batch = json!({ "RequestItems": { "cars": [{ "PutRequest": { "Item": item_with(name) } }] } });
        assert_eq!(database.invalid("BatchWriteItem", &batch), text);
        let update = json!({
            "TableName": "cars", "Key": { "id": { "N": "1" } }, "UpdateExpression": "SET a = :v",
            "ExpressionAttributeValues": { ":v": { "M": { name: { "S": "v" } } } },
        });
        let wrapped = format!("ExpressionAttributeValues contains invalid value: {EMPTY_NAME} for key :v");
        let expected = if name.is_empty() { &wrapped } else { text };
        assert_eq!(database.invalid("UpdateItem", &update), *expected);
    }
}

#[test]
fn a_placeholder_stands_for_a_name_of_its_length() {
    let mut database = Database::new();
    database.table("cars");
    let update = |name: String| {
        json!({
            "TableName": "cars", "Key": { "id": { "N": "1" } }, "UpdateExpression": "SET #n = :v",
            "ExpressionAttributeNames": { "#n": name }, "ExpressionAttributeValues": { ":v": { "N": "1" } },
        })
    };
    database.done("UpdateItem", &update("n".repeat(65_535)));
    assert_eq!(
        database.invalid("UpdateItem", &update("n".repeat(65_536))),
        "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes \
         for key #n"
    );
    assert_eq!(
        database.invalid("UpdateItem", &update(String::new())),
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n"
    );
}

const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";

/// A batch that named its table by name and by ARN could name an item in both, and wrote it twice.
#[test]
fn a_batch_names_an_item_once_however_it_names_the_table() {
    let mut database = Database::new();
    database.done("CreateTable", &table("cars"));
    let put = |id: i64| json!([{ "PutRequest": { "Item": { "id": { "N": id.to_string() } } } }]);
    let keys = |id: i64| json!({ "Keys": [{ "id": { "N": id.to_string() } }] });
    let duplicates = "Provided list of item keys contains duplicates";
    let write = |other: i64| json!({ "RequestItems": { "cars": put(1), ARN: put(other) } });
    let read = |other: i64| json!({ "RequestItems": { "cars": keys(1), ARN: keys(other) } });
    assert_eq!(database.invalid("BatchWriteItem", &write(1)), duplicates);
    assert_eq!(database.invalid("BatchGetItem", &read(1)), duplicates);
    database.done("BatchWriteItem", &write(2));
    let responses = database.done("BatchGetItem", &read(2))["Responses"].clone();
    assert_eq!(responses["cars"], json!([{ "id": { "N": "1" } }]));
    assert_eq!(responses[ARN], json!([{ "id": { "N": "2" } }]));
}

/// Equal keys of different tables are different items.
#[test]
fn a_batch_may_name_equal_keys_of_two_tables() {
    let mut database = Database::new();
    database.table("cars");
    database.table("vans");
    let put = json!([{ "PutRequest": { "Item": { "id": { "N": "1" } } } }]);
    let vans = ARN.replace("cars", "vans");
    database.done("BatchWriteItem", &json!({ "RequestItems": { "cars": put, vans: put } }));
}

/// A value may stand before its key; what is said about it is what would be said the other way round (Alternator's
/// tests of both orders, dynalite's texts).
#[test]
fn a_value_before_its_key_is_the_same_condition() {
    let mut database = indexed();
    let text = |text: &str| json!({ "S": text });
    for (p, s) in [("a", "1"), ("a", "2"), ("a", "3")] {
        database.done("PutItem", &json!({ "TableName": "cars", "Item": { "p": text(p), "s": text(s) } }));
    }
    let ask = |condition: &str, value: Json| {
        json!({
            "TableName": "cars", "KeyConditionExpression": condition,
            "ExpressionAttributeValues": { ":p": text("a"), ":v": value },
        })
    };
    for (condition, count) in [
        (":p = p AND :v < s", 1),
        (":p = p AND :v >= s", 2),
        (":v <= s AND p = :p", 2),
        (":v = s AND :p = p", 1),
    ] {
        assert_eq!(database.done("Query", &ask(condition, text("2")))["Count"], count, "{condition}");
    }
    let operand = |operator: &str, type_: &str| {
        format!(
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: \
             {operator}, operand type: {type_}"
        )
    };
    let unsupported = || "Query key condition not supported".to_owned();
    let mismatch = || {
        "One or more parameter values were invalid: Condition parameter type does not match schema type"
            .to_owned()
    };
    let invalid = |problem: &str| format!("Invalid condition in KeyConditionExpression: {problem}");
    let one = |value: Json| json!({ ":v": value });
    for (condition, value, refusal) in [
        (":v > p", text("a"), unsupported()),
        ("p < :v", text("a"), unsupported()),
        (":v > p", json!({ "BOOL": true }), operand(">", "BOOL")),
        (":v <= p", json!({ "M": {} }), operand("<=", "M")),
        (":v = p", json!({ "M": {} }), mismatch()),
        (":v = p", json!({ "N": "1" }), mismatch()),
        (":v = s", text("a"), "Query condition missed key schema element: p".to_owned()),
        (
            ":v BETWEEN p AND s",
            text("a"),
            invalid("BETWEEN operator must have the key attribute as its first operand"),
        ),
        (
            "begins_with(:v, p)",
            text("a"),
            invalid("begins_with operator must have the key attribute as its first operand"),
        ),
    ] {
        let body = changed(&ask(condition, Json::Null), "ExpressionAttributeValues", one(value));
        assert_eq!(database.invalid("Query", &body), refusal, "{condition}");
    }
}
