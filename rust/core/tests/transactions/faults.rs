//! Stores that fail, and what a transaction asks of a store.

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::{Asked, CountingStore, FaultyStore};
use serde_json::json;

use crate::database::{Database, car, check_car, delete_car, number, put, text};

#[test]
fn a_commit_that_fails_leaves_no_trace() {
    // Commits: one put, then the transaction.
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let settings = Settings { item_collection_bytes_max: 200, ..Settings::default() };
    let mut database = Database::over(settings, Box::new(store));
    database.put_car("old", json!({}));
    let everything = database.everything();
    let ship = |s: i64| {
        let x = text(&"x".repeat(30));
        put(
            "fleet",
            json!({ "p": text("p"), "s": number(s), "year": number(1), "owner": text("me"), "x": x }),
        )
    };
    let body = json!({
        "TransactItems": [put("cars", car("new", json!({}))), delete_car("old"), ship(1), ship(2)],
        "ClientRequestToken": "t",
    });
    let used = (database.used("cars"), database.used("fleet"));
    let refusal = database.refused("TransactWriteItems", &body);
    assert!(refusal.starts_with("InternalServerError: "), "{refusal}");
    assert_eq!((database.used("cars"), database.used("fleet")), used, "no capacity");
    assert_eq!(database.everything(), everything);
    let described = database.done("DescribeTable", &json!({ "TableName": "fleet" }));
    assert_eq!(
        (&described["Table"]["ItemCount"], &described["Table"]["TableSizeBytes"]),
        (&json!(0), &json!(0))
    );
    // The token is free and the collection empty: the same request fits.
    database.done("TransactWriteItems", &body);
    assert_eq!(database.done("Scan", &json!({ "TableName": "fleet" }))["Count"], 2);
    assert_eq!(database.car("old"), json!(null));
}

#[test]
fn a_failed_commit_gives_its_capacity_back() {
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(Settings::default(), Box::new(store));
    database.put_car("a", json!({}));
    let ship = json!({ "p": text("p"), "s": number(1), "year": number(1), "owner": text("me") });
    let body = json!({ "TableName": "fleet", "Item": ship });
    assert!(database.refused("PutItem", &body).starts_with("InternalServerError: "));
    assert_eq!(database.used("fleet").1, 0.0);
    database.done("PutItem", &body);
    assert_eq!(database.used("fleet").1, 2.0);
}

#[test]
fn a_transaction_reads_each_item_once_and_commits_once_whatever_the_tables_hold() {
    let (store, count) = CountingStore::new(MemoryStore::new());
    let mut database = Database::over(Settings::default(), Box::new(store));
    for id in 0..2_000 {
        database.put_car(&id.to_string(), json!({}));
    }
    count.take();
    database.write(json!([
        put("cars", car("7", json!({ "x": number(1) }))),
        delete_car("8"),
        check_car("9", "attribute_exists(id)"),
        put("fleet", json!({ "p": text("p"), "s": number(1), "year": number(1), "owner": text("me") })),
    ]));
    assert_eq!(count.take(), Asked { gets: 4, commits: 1, puts: 4, deletes: 1, ..Asked::default() });
    database.write(json!([check_car("9", "attribute_exists(id)")]));
    assert_eq!(
        count.take(),
        Asked { gets: 1, ..Asked::default() },
        "a transaction that writes nothing commits nothing"
    );
}
