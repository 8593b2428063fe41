//! A store that fails while indexes follow and tables go.

use std::time::Duration;

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::FaultyStore;
use serde_json::{Value as Json, json};

use crate::database::{Database, fleet, number, text};

fn car(s: i64, owner: &str) -> Json {
    json!({ "p": text("a"), "s": number(s), "owner": text(owner), "year": number(1) })
}

fn failing_at(nth: u64) -> Database {
    let settings = Settings { index_propagation: Duration::from_secs(2), ..Settings::default() };
    let store = FaultyStore::failing_at(MemoryStore::new(), nth);
    let mut database = Database::over(settings, Box::new(store));
    database.done("CreateTable", &fleet());
    database
}

#[test]
fn a_write_that_fails_leaves_no_record() {
    let mut database = failing_at(2);
    database.put(car(1, "x"));
    let refusal = database.refused("PutItem", &json!({ "TableName": "fleet", "Item": car(1, "y") }));
    assert!(refusal.starts_with("InternalServerError"), "{refusal}");
    database.put(car(2, "z"));
    database.wait(2);
    let owners: Vec<Json> = database.scan("by_owner").iter().map(|item| item["owner"].clone()).collect();
    assert_eq!(owners, [text("x"), text("z")]);
}

/// The store fails when the index is to follow. Requests are answered, and the index follows a second later.
#[test]
fn an_index_follows_when_the_store_works_again() {
    let mut database = failing_at(2);
    database.put(car(1, "x"));
    database.wait(2);
    assert!(database.scan("by_owner").is_empty());
    assert_eq!(database.describe_index("by_owner")["ItemCount"], 0);
    assert_eq!(database.engine.next_event_at(), Some(database.now + Duration::from_secs(1)));
    database.wait(1);
    assert_eq!(database.scan("by_owner").len(), 1);
    assert_eq!(database.describe_index("by_owner")["ItemCount"], 1);
}

/// Whoever moves the time is told.
#[test]
fn a_tick_tells_that_the_store_failed() {
    let mut database = failing_at(2);
    database.put(car(1, "x"));
    let now = database.now;
    let error = database.engine.tick(now + Duration::from_secs(2)).unwrap_err();
    assert!(error.to_string().starts_with("InternalServerError"), "{error}");
    database.engine.tick(now + Duration::from_secs(3)).unwrap();
    database.wait(3);
    assert_eq!(database.scan("by_owner").len(), 1);
}

/// One failure to drop a table once made every operation fail until it worked.
#[test]
fn a_table_that_cannot_be_dropped_disturbs_nobody() {
    let settings = Settings { table_transition: Duration::from_secs(5), ..Settings::default() };
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(settings, Box::new(store));
    database.done("CreateTable", &fleet());
    database.wait(5);
    database.put(car(1, "x"));
    database.done("DeleteTable", &json!({ "TableName": "fleet" }));
    database.wait(5);
    assert_eq!(database.done("ListTables", &json!({}))["TableNames"], json!(["fleet"]));
    assert_eq!(database.describe()["TableStatus"], "DELETING");
    let refusal = database.refused("CreateTable", &fleet());
    assert!(refusal.starts_with("ResourceInUseException"), "{refusal}");
    database.wait(1);
    assert_eq!(database.done("ListTables", &json!({}))["TableNames"], json!([]));
    database.done("CreateTable", &fleet());
}

/// An index that cannot be dropped stays as it is, and the table serves.
#[test]
fn an_index_that_cannot_be_dropped_disturbs_nobody() {
    let settings = Settings { table_transition: Duration::from_secs(5), ..Settings::default() };
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(settings, Box::new(store));
    database.done("CreateTable", &fleet());
    database.wait(5);
    database.put(car(1, "x"));
    let delete = json!({ "Delete": { "IndexName": "by_owner" } });
    database.done("UpdateTable", &json!({ "TableName": "fleet", "GlobalSecondaryIndexUpdates": [delete] }));
    database.wait(5);
    assert_eq!(database.describe_index("by_owner")["IndexStatus"], "DELETING");
    database.put(car(2, "x"));
    database.wait(1);
    assert!(database.describe_index("by_owner").is_null());
}
