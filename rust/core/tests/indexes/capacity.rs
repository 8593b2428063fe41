//! What indexes cost, and what they hold back (facts 1.4, 1.5, 2.7; sizes measured on AWS by dynoxide's authors).

use dynacore::error::Error;
use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, fleet, index, keys, number, text, units, with};

/// A table with a global index on `g` and a local one on `l`, both with `proj`.
fn table() -> Json {
    json!({
        "TableName": "fleet",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N"), ("g", "S"), ("l", "S")]),
        "KeySchema": keys("p|s"),
        "LocalSecondaryIndexes": [index("local", "p|l", "proj")],
        "GlobalSecondaryIndexes": [index("global", "g", "proj")],
    })
}

fn made() -> Database {
    let mut database = Database::new();
    database.done("CreateTable", &table());
    database
}

fn item(others: Json) -> Json {
    with(&json!({ "p": text("a"), "s": number(1) }), others)
}

/// Total, table, global and local units of an answer.
fn costs(answer: &Json) -> (f64, f64, Option<f64>, Option<f64>) {
    let consumed = &answer["ConsumedCapacity"];
    let units = |part: &Json| part["CapacityUnits"].as_f64();
    (
        units(consumed).unwrap(),
        units(&consumed["Table"]).unwrap(),
        units(&consumed["GlobalSecondaryIndexes"]["global"]),
        units(&consumed["LocalSecondaryIndexes"]["local"]),
    )
}

fn pad(length: usize) -> Json {
    text(&"x".repeat(length))
}

/// What it costs to put one item over another.
fn over(old: Json, new: Json) -> (f64, f64, Option<f64>, Option<f64>) {
    let mut database = made();
    database.put(item(old));
    costs(&database.put(item(new)))
}

#[test]
fn a_new_item_costs_each_index_it_is_in() {
    for (others, expected) in [
        (json!({}), (1.0, 1.0, None, None)),
        (json!({ "g": text("x") }), (2.0, 1.0, Some(1.0), None)),
        (json!({ "l": text("x") }), (2.0, 1.0, None, Some(1.0))),
        (json!({ "g": text("x"), "l": text("x") }), (3.0, 1.0, Some(1.0), Some(1.0))),
        // Each entry is rounded by itself, and only what is projected counts.
        (json!({ "g": text("x"), "other": pad(3000) }), (4.0, 3.0, Some(1.0), None)),
        (json!({ "g": text("x"), "proj": pad(2000) }), (4.0, 2.0, Some(2.0), None)),
    ] {
        assert_eq!(costs(&made().put(item(others.clone()))), expected, "{others}");
    }
}

#[test]
fn a_changed_item_costs_the_indexes_it_changes() {
    let base = json!({ "g": text("x"), "l": text("x"), "proj": text("a"), "set": { "SS": ["a", "b"] } });
    for (changes, expected) in [
        (json!({}), (1.0, 1.0, None, None)),
        (json!({ "set": { "SS": ["b", "a"] } }), (1.0, 1.0, None, None)),
        (json!({ "other": text("b") }), (1.0, 1.0, None, None)),
        (json!({ "proj": text("b") }), (3.0, 1.0, Some(1.0), Some(1.0))),
        (json!({ "g": text("y") }), (3.0, 1.0, Some(2.0), None)),
        (json!({ "l": text("y") }), (3.0, 1.0, None, Some(2.0))),
        (json!({ "g": null }), (2.0, 1.0, Some(1.0), None)),
        (json!({ "g": null, "l": null }), (3.0, 1.0, Some(1.0), Some(1.0))),
    ] {
        assert_eq!(over(base.clone(), with(&base, changes.clone())), expected, "{changes}");
    }
}

#[test]
fn an_entry_in_its_place_costs_its_larger_form_and_a_moved_one_both() {
    let of = |g: &str, length: usize| json!({ "g": text(g), "proj": pad(length) });
    assert_eq!(over(of("x", 3000), of("x", 1)).2, Some(3.0));
    assert_eq!(over(of("x", 1), of("x", 3000)).2, Some(3.0));
    assert_eq!(over(of("x", 1500), json!({ "g": text("x"), "proj": text(&"y".repeat(1500)) })).2, Some(2.0));
    assert_eq!(over(of("x", 1500), of("y", 1500)).2, Some(4.0));
    assert_eq!(over(of("x", 3000), of("y", 1)).2, Some(4.0));
    assert_eq!(over(of("x", 3000), json!({})).2, Some(3.0));
}

#[test]
fn updates_and_deletes_are_charged_alike() {
    let mut database = made();
    let update = |value: Json| {
        json!({
            "TableName": "fleet", "Key": item(json!({})), "UpdateExpression": "SET g = :g", "ReturnConsumedCapacity":
            "INDEXES", "ExpressionAttributeValues": { ":g": value },
        })
    };
    assert_eq!(costs(&database.done("UpdateItem", &update(text("x")))), (2.0, 1.0, Some(1.0), None));
    assert_eq!(costs(&database.done("UpdateItem", &update(text("x")))), (1.0, 1.0, None, None));
    assert_eq!(costs(&database.done("UpdateItem", &update(text("y")))), (3.0, 1.0, Some(2.0), None));
    let delete = json!({ "TableName": "fleet", "Key": item(json!({})), "ReturnConsumedCapacity": "INDEXES" });
    assert_eq!(costs(&database.done("DeleteItem", &delete)), (2.0, 1.0, Some(1.0), None));
    assert_eq!(costs(&database.done("DeleteItem", &delete)), (1.0, 1.0, None, None));
}

#[test]
fn a_batch_adds_up_and_total_hides_the_parts() {
    let mut database = made();
    let put = |s: i64, others: Json| json!({ "PutRequest": { "Item": with(&item(others), json!({ "s": number(s) })) } });
    let batch = json!({
        "RequestItems": { "fleet": [put(1, json!({ "g": text("x") })), put(2, json!({ "g": text("y"), "l": text("x") }))] },
        "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE",
    });
    let answer = database.done("BatchWriteItem", &batch);
    let table = &answer["ConsumedCapacity"][0];
    assert_eq!(table["CapacityUnits"], 5.0);
    assert_eq!(table["Table"]["CapacityUnits"], 2.0);
    assert_eq!(table["GlobalSecondaryIndexes"], json!({ "global": { "CapacityUnits": 2.0 } }));
    assert_eq!(table["LocalSecondaryIndexes"], json!({ "local": { "CapacityUnits": 1.0 } }));
    assert_eq!(
        answer["ItemCollectionMetrics"],
        json!({ "fleet": [{ "ItemCollectionKey": { "p": text("a") }, "SizeEstimateRangeGB": [0.0, 1.0] }] })
    );
    let put = json!({
        "TableName": "fleet", "Item": item(json!({ "g": text("z") })), "ReturnConsumedCapacity": "TOTAL",
    });
    assert_eq!(
        database.done("PutItem", &put)["ConsumedCapacity"],
        json!({ "TableName": "fleet", "CapacityUnits": 3.0 })
    );
}

#[test]
fn reads_of_an_index_are_the_indexes() {
    let mut database = made();
    for s in 0..3 {
        let others =
            json!({ "g": text("x"), "l": text("x"), "proj": pad(2000), "other": pad(5000), "s": number(s) });
        database.put(item(others));
    }
    let scan = json!({ "TableName": "fleet", "IndexName": "global", "ReturnConsumedCapacity": "INDEXES" });
    assert_eq!(costs(&database.done("Scan", &scan)), (1.0, 0.0, Some(1.0), None));
    let local = with(&scan, json!({ "IndexName": "local", "ConsistentRead": true }));
    assert_eq!(costs(&database.done("Scan", &local)), (2.0, 0.0, None, Some(2.0)));
    // Three whole items of 7 KB, each rounded up to 8 KB.
    let whole = with(&local, json!({ "Select": "ALL_ATTRIBUTES" }));
    assert_eq!(costs(&database.done("Scan", &whole)), (8.0, 6.0, None, Some(2.0)));
}

#[test]
fn what_is_fetched_counts_against_the_page() {
    let mut database = made();
    for s in 0..5 {
        database.put(item(json!({ "l": text("x"), "other": pad(300_000), "s": number(s) })));
    }
    let query = json!({
        "TableName": "fleet", "IndexName": "local", "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": { ":p": text("a") },
    });
    assert_eq!(database.done("Query", &query)["Count"], 5);
    let page = database.done("Query", &with(&query, json!({ "Select": "ALL_ATTRIBUTES" })));
    assert_eq!(page["Count"], 4, "1 MB is reached with the fourth");
    assert_eq!(page["LastEvaluatedKey"], json!({ "p": text("a"), "s": number(3), "l": text("x") }));
}

fn throttled(database: &mut Database, operation: &str, body: &Json) -> Vec<(String, String)> {
    match database.ask(operation, body) {
        Err(Error::ProvisionedThroughputExceeded(reasons)) => {
            reasons.into_iter().map(|reason| (reason.reason, reason.resource)).collect()
        }
        other => panic!("{operation} {body}: {other:?}"),
    }
}

#[test]
fn an_index_that_cannot_keep_up_holds_back_its_table() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let narrow = with(&index("global", "g", "proj"), json!({ "ProvisionedThroughput": units(5, 1) }));
    let members = json!({
        "BillingMode": null, "ProvisionedThroughput": units(100, 100), "GlobalSecondaryIndexes": [narrow],
    });
    database.done("CreateTable", &with(&table(), members));
    database.wait(1);
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/fleet";
    database.put(item(json!({ "g": text("x") })));
    let put = json!({ "TableName": "fleet", "Item": item(json!({ "g": text("x"), "s": number(2) })) });
    assert_eq!(
        throttled(&mut database, "PutItem", &put),
        [("IndexWriteProvisionedThroughputExceeded".to_owned(), format!("{arn}/index/global"))]
    );
    assert_eq!(database.describe()["ItemCount"], 1);
    // The table was not charged for it: all of its 100 units but one are left.
    let others: Vec<Json> =
        (0..25).map(|s| json!({ "PutRequest": { "Item": item(json!({ "s": number(s + 10) })) } })).collect();
    let batch = json!({ "RequestItems": { "fleet": others } });
    for _ in 0..3 {
        assert_eq!(database.done("BatchWriteItem", &batch)["UnprocessedItems"], json!({}));
    }
    database.wait(1);
    database.done("PutItem", &put);
}

#[test]
fn reads_of_an_index_are_limited_by_its_own_throughput() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let narrow = with(&index("global", "g", "proj"), json!({ "ProvisionedThroughput": units(1, 5) }));
    let members = json!({
        "BillingMode": null, "ProvisionedThroughput": units(5, 5), "GlobalSecondaryIndexes": [narrow],
    });
    database.done("CreateTable", &with(&table(), members));
    database.wait(1);
    let scan = json!({ "TableName": "fleet", "IndexName": "global" });
    database.done("Scan", &scan);
    database.done("Scan", &scan);
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/fleet/index/global".to_owned();
    assert_eq!(
        throttled(&mut database, "Scan", &scan),
        [("IndexReadProvisionedThroughputExceeded".to_owned(), arn)]
    );
    database.done("Scan", &json!({ "TableName": "fleet" }));
}

#[test]
fn an_item_collection_has_a_limit_and_tells_its_size() {
    let settings = Settings { item_collection_bytes_max: 5_000, ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &table());
    let put = |p: &str, s: i64, others: Json| {
        let item = with(&item(others), json!({ "p": text(p), "s": number(s) }));
        json!({ "TableName": "fleet", "Item": item, "ReturnItemCollectionMetrics": "SIZE" })
    };
    let answer = database.done("PutItem", &put("a", 1, json!({ "other": pad(2000) })));
    assert_eq!(
        answer["ItemCollectionMetrics"],
        json!({ "ItemCollectionKey": { "p": text("a") }, "SizeEstimateRangeGB": [0.0, 1.0] })
    );
    // Twice the size, because the entry in the local index counts too.
    let large = put("a", 2, json!({ "l": text("x"), "proj": pad(1600) }));
    assert_eq!(
        database.refused("PutItem", &large),
        "ItemCollectionSizeLimitExceededException: Collection size exceeded."
    );
    database.done("PutItem", &put("a", 2, json!({ "l": text("x"), "proj": pad(1400) })));
    assert!(
        database.refused("PutItem", &put("a", 3, json!({ "other": pad(500) }))).starts_with("ItemCollection")
    );
    database.done("PutItem", &put("b", 3, json!({ "other": pad(500) })));
    // Shrinking is allowed, and makes room.
    database.done("PutItem", &put("a", 1, json!({ "other": pad(10) })));
    database.done("PutItem", &put("a", 3, json!({ "other": pad(500) })));
}

#[test]
fn a_table_without_a_local_index_has_no_collections() {
    let mut database = Database::new();
    database.done("CreateTable", &with(&fleet(), json!({ "LocalSecondaryIndexes": null })));
    let put = json!({ "TableName": "fleet", "Item": item(json!({})), "ReturnItemCollectionMetrics": "SIZE" });
    assert_eq!(database.done("PutItem", &put), json!({}));
}
