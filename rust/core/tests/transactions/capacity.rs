//! What write transactions cost, and what they say about it.

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, car, check_car, delete_car, number, on_car, put, text};

fn consumed(database: &mut Database, actions: Json, asked: &str) -> Json {
    let body = json!({ "TransactItems": actions, "ReturnConsumedCapacity": asked });
    database.done("TransactWriteItems", &body)["ConsumedCapacity"].clone()
}

#[test]
fn the_tables_part_is_doubled_and_that_of_indexes_is_not() {
    let mut database = Database::new();
    let ship = json!({ "p": text("a"), "s": number(1), "year": number(1999), "owner": text("me") });
    let actions =
        json!([put("fleet", ship), put("cars", car("a", json!({ "x": text(&"x".repeat(1_500)) })))]);
    let unit = |units: f64| json!({ "CapacityUnits": units, "WriteCapacityUnits": units });
    assert_eq!(
        consumed(&mut database, actions, "INDEXES"),
        json!([
            {
                "TableName": "fleet",
                "CapacityUnits": 4.0,
                "WriteCapacityUnits": 4.0,
                "Table": unit(2.0),
                "LocalSecondaryIndexes": { "by_year": unit(1.0) },
                "GlobalSecondaryIndexes": { "by_owner": unit(1.0) },
            },
            { "TableName": "cars", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0, "Table": unit(4.0) },
        ])
    );
    assert_eq!(database.used("fleet").1, 3.0, "the table pays for its local index");
    assert_eq!(
        consumed(&mut database, json!([delete_car("a")]), "TOTAL"),
        json!([{ "TableName": "cars", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0 }])
    );
    assert_eq!(consumed(&mut database, json!([delete_car("a")]), "NONE"), json!(null));
}

#[test]
fn a_check_costs_what_a_write_of_its_item_would() {
    let mut database = Database::new();
    database.put_car("a", json!({ "x": text(&"x".repeat(3_000)) }));
    let check = |id| json!([check_car(id, "attribute_not_exists(nothing)")]);
    assert_eq!(consumed(&mut database, check("a"), "TOTAL")[0]["CapacityUnits"], 6.0);
    assert_eq!(consumed(&mut database, check("missing"), "TOTAL")[0]["CapacityUnits"], 2.0);
}

#[test]
fn a_cancelled_transaction_consumes_all_the_same() {
    let mut database = Database::new();
    database.put_car("a", json!({ "x": text(&"x".repeat(3_000)) }));
    let before = database.used("cars").1;
    database
        .cancelled(json!([check_car("a", "attribute_not_exists(id)"), put("cars", car("b", json!({}))),]));
    assert_eq!(database.used("cars").1 - before, 8.0);
    // What was never looked at costs nothing.
    database.cancelled(json!([put("cars", json!({ "id": number(1) })), put("cars", car("b", json!({})))]));
    assert_eq!(database.used("cars").1 - before, 8.0);
}

#[test]
fn collections_that_were_written_to_are_told_once() {
    let mut database = Database::new();
    let ship = |p: &str, s: i64| put("fleet", json!({ "p": text(p), "s": number(s) }));
    let body = json!({
        "TransactItems": [
            ship("a", 1), ship("a", 2), ship("b", 1), put("cars", car("x", json!({}))),
            { "ConditionCheck": {
                "TableName": "fleet", "Key": { "p": text("c"), "s": number(1) },
                "ConditionExpression": "attribute_not_exists(p)",
            } },
        ],
        "ReturnItemCollectionMetrics": "SIZE",
    });
    let of = |p: &str| json!({ "ItemCollectionKey": { "p": text(p) }, "SizeEstimateRangeGB": [0.0, 1.0] });
    assert_eq!(
        database.done("TransactWriteItems", &body),
        json!({ "ItemCollectionMetrics": { "fleet": [of("a"), of("b")] } })
    );
}

#[test]
fn the_actions_of_a_transaction_fill_a_collection_together() {
    let settings = Settings { item_collection_bytes_max: 1_000, ..Settings::default() };
    let mut database = Database::with(settings);
    let ship = |s: i64| put("fleet", json!({ "p": text("a"), "s": number(s), "x": text(&"x".repeat(395)) }));
    let reasons = database.cancelled(json!([ship(1), ship(2), ship(3)]));
    let full = json!({ "Code": "ItemCollectionSizeLimitExceeded", "Message": "Collection size exceeded." });
    assert_eq!(reasons, json!([{ "Code": "None" }, { "Code": "None" }, full]));
    database.write(json!([ship(1), ship(2)]));
    assert_eq!(database.cancelled(json!([ship(3)])), json!([full]));
    database
        .write(json!([{ "Delete": { "TableName": "fleet", "Key": { "p": text("a"), "s": number(1) } } }]));
    database.write(json!([ship(3)]));
}

#[test]
fn an_update_is_sized_on_the_larger_of_before_and_after() {
    let mut database = Database::new();
    database.put_car("a", json!({ "x": text(&"x".repeat(3_000)) }));
    let shrink = on_car("Update", "a", json!({ "UpdateExpression": "REMOVE x" }));
    assert_eq!(consumed(&mut database, json!([shrink]), "TOTAL")[0]["CapacityUnits"], 6.0);
}
