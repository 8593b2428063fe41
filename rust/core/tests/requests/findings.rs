//! Bugs that were found, each with its story.

use dynacore::request::Service;
use serde_json::{Value as Json, json};

use crate::database::{Database, changed, table};

/// The table's state ended at a time that had come already, but the engine looked at the clock that had stepped
/// back, so the table stayed CREATING until the clock caught up.
#[test]
fn a_clock_that_steps_back_does_not_keep_a_table_from_becoming_active() {
    let mut database = Database::new();
    database.table("cars");
    database.now = database.now - std::time::Duration::from_secs(3600);
    let described = database.done("DescribeTable", &json!({ "TableName": "cars" }));
    assert_eq!(described["Table"]["TableStatus"], "ACTIVE");
}

/// Only UpdateTable knew the quota: a table made with a thousand million units tried to have a million partitions.
#[test]
fn a_table_is_not_made_with_more_throughput_than_updated_to() {
    let mut database = Database::new();
    let units = |read: u64, write: u64| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
    let body = changed(&table("cars"), "BillingMode", Json::Null);
    let text = |kind, units| {
        format!(
            "LimitExceededException: The requested {kind}, {units}, is above the per table maximum for the account \
             in us-east-1. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits \
             and how to request higher limits."
        )
    };
    for (read, write, expected) in [
        (1_000_000_000_000, 1, text("ReadCapacityUnits", 1_000_000_000_000_u64)),
        (40_000, 40_001, text("WriteCapacityUnits", 40_001)),
    ] {
        let asked = changed(&body, "ProvisionedThroughput", units(read, write));
        assert_eq!(database.refused("CreateTable", &asked), expected);
    }
    database.done("CreateTable", &changed(&body, "ProvisionedThroughput", units(40_000, 40_000)));
}

fn nested(levels: usize) -> Json {
    (0..levels).fold(json!({ "S": "leaf" }), |inner, _| json!({ "M": { "n": inner } }))
}

const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels \
                        beyond supported limit";

/// Measured on the service: 31 maps around a value are accepted, 32 are not; one more was accepted here.
#[test]
fn the_leaf_is_the_thirty_second_level() {
    let mut database = Database::new();
    database.table("cars");
    let put = |levels| json!({ "TableName": "cars", "Item": { "id": { "N": "1" }, "a": nested(levels) } });
    database.done("PutItem", &put(31));
    assert_eq!(database.invalid("PutItem", &put(32)), TOO_DEEP);
}

/// Updates could write a document into itself, level by level, until the process ran out of stack reading it.
#[test]
fn an_update_cannot_nest_deeper_than_a_put() {
    let mut database = Database::new();
    database.table("cars");
    database.done("PutItem", &json!({ "TableName": "cars", "Item": { "id": { "N": "1" }, "a": nested(1) } }));
    let update =
        json!({ "TableName": "cars", "Key": { "id": { "N": "1" } }, "UpdateExpression": "SET a.n = a" });
    for _ in 2..=31 {
        database.done("UpdateItem", &update);
    }
    assert_eq!(database.invalid("UpdateItem", &update), TOO_DEEP);
    let got = database.done("GetItem", &json!({ "TableName": "cars", "Key": { "id": { "N": "1" } } }));
    assert_eq!(got["Item"]["a"], nested(31));
}

/// A name that a JSON object has twice stood twice in `ExpressionAttributeNames`: the first was used, the second
/// was reported as unused. In every map the last one counts.
#[test]
fn of_a_repeated_name_in_a_map_the_last_one_counts() {
    let mut database = Database::new();
    database.table("cars");
    let put = r##"{"TableName":"cars","Item":{"id":{"N":"1"},"a":{"S":"first"},"a":{"S":"last"}},
        "ConditionExpression":"attribute_not_exists(#n) AND :v < :w","ExpressionAttributeNames":{"#n":"id","#n":"a"},
        "ExpressionAttributeValues":{":v":{"N":"9"},":v":{"N":"1"},":w":{"N":"5"}}}"##;
    database.ask_text(Service::DynamoDb, "PutItem", put).unwrap();
    let got = database.done("GetItem", &json!({ "TableName": "cars", "Key": { "id": { "N": "1" } } }));
    assert_eq!(got["Item"]["a"], json!({ "S": "last" }));
    let many: Vec<String> = (0..20).map(|n| format!(r##""#n{n}":"a{n}""##)).collect();
    let paths: Vec<String> = (0..20).map(|n| format!("#n{n}")).collect();
    let get = format!(
        r##"{{"TableName":"cars","Key":{{"id":{{"N":"1"}}}},"ProjectionExpression":"{}",
            "ExpressionAttributeNames":{{"#n3":"b","#n19":"a0",{},"#n7":"a"}}}}"##,
        paths.join(","),
        many.join(",")
    );
    assert_eq!(
        database.ask_text(Service::DynamoDb, "GetItem", &get).unwrap(),
        r#"{"Item":{"a":{"S":"last"}}}"#
    );
}

/// `-0.5` became -1, which a constraint then refused; the service cuts the fraction off.
#[test]
fn a_fraction_of_a_whole_number_is_cut_off() {
    let mut database = Database::new();
    database.table("cars");
    let scan = |segment: f64| json!({ "TableName": "cars", "Segment": segment, "TotalSegments": 2.9 });
    assert_eq!(database.done("Scan", &scan(-0.5))["Count"], 0);
    assert_eq!(database.done("Scan", &scan(1.9))["Count"], 0);
}

/// The message showed the bytes as Rust prints them.
#[test]
fn repeated_binaries_are_shown_as_they_were_sent() {
    let mut database = Database::new();
    database.table("cars");
    let item = json!({ "id": { "N": "1" }, "s": { "BS": ["/w==", "AA==", "AA=="] } });
    assert_eq!(
        database.invalid("PutItem", &json!({ "TableName": "cars", "Item": item })),
        "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates."
    );
}
