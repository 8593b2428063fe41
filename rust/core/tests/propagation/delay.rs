//! Global indexes follow their table's change log.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, fleet, index, number, text, units, with};

fn delayed(milliseconds: u64) -> Settings {
    Settings { index_propagation: Duration::from_millis(milliseconds), ..Settings::default() }
}

/// The fleet, with indexes two seconds late.
fn late_fleet() -> Database {
    let mut database = Database::with(delayed(2_000));
    database.done("CreateTable", &fleet());
    database
}

fn car(s: i64, owner: &str) -> Json {
    json!({ "p": text("a"), "s": number(s), "owner": text(owner), "year": number(1), "state": text("new") })
}

fn owners(database: &mut Database) -> Vec<String> {
    let found = database.scan("by_owner");
    let mut owners: Vec<String> =
        found.iter().map(|item| item["owner"]["S"].as_str().unwrap().to_owned()).collect();
    owners.sort();
    owners
}

#[test]
fn an_index_shows_a_write_when_its_delay_has_passed() {
    let mut database = late_fleet();
    database.put(car(1, "x"));
    assert_eq!(database.scan("by_owner").len(), 0);
    assert_eq!(database.scan("by_year").len(), 1, "a local index is part of its table");
    database.wait(1);
    assert_eq!(database.scan("by_state").len(), 0);
    database.wait(1);
    assert_eq!(database.scan("by_owner").len(), 1);
    assert_eq!(database.scan("by_state").len(), 1);
}

#[test]
fn changes_arrive_one_after_the_other() {
    let mut database = late_fleet();
    database.put(car(1, "x"));
    database.wait(1);
    database.put(car(1, "y"));
    database.wait(1);
    assert_eq!(owners(&mut database), ["x"]);
    database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": { "p": text("a"), "s": number(1) } }));
    database.wait(1);
    assert_eq!(owners(&mut database), ["y"]);
    database.wait(1);
    assert!(owners(&mut database).is_empty());
}

#[test]
fn capacity_is_taken_when_the_write_is_admitted() {
    let mut database = late_fleet();
    let answer = database.put(car(1, "x"));
    let consumed = &answer["ConsumedCapacity"];
    assert_eq!(consumed["CapacityUnits"], 4.0);
    assert_eq!(consumed["GlobalSecondaryIndexes"]["by_owner"]["CapacityUnits"], 1.0);
    database.wait(2);
    let table = json!({ "TableName": "fleet", "ReturnConsumedCapacity": "INDEXES", "IndexName": "by_owner" });
    let read = &database.done("Scan", &table)["ConsumedCapacity"];
    assert_eq!(read["CapacityUnits"], 0.5, "following costs nothing");
}

/// An index with one write unit a second holds its table back at once, however late its entries are.
#[test]
fn back_pressure_does_not_wait_for_the_delay() {
    let settings = Settings { initial_burst_seconds: 1, ..delayed(60_000) };
    let mut database = Database::with(settings);
    let slow = with(&index("by_owner", "owner", "ALL"), json!({ "ProvisionedThroughput": units(1, 1) }));
    let members = json!({
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N"), ("owner", "S")]),
        "BillingMode": null, "ProvisionedThroughput": units(50, 50), "LocalSecondaryIndexes": null,
        "GlobalSecondaryIndexes": [slow],
    });
    database.done("CreateTable", &with(&fleet(), members));
    database.put(car(1, "x"));
    let put = json!({ "TableName": "fleet", "Item": car(2, "x") });
    let refusal = database.refused("PutItem", &put);
    assert!(refusal.starts_with("ProvisionedThroughputExceededException"), "{refusal}");
    database.wait(1);
    database.done("PutItem", &put);
    database.wait(60);
    assert_eq!(database.scan("by_owner").len(), 2, "what was refused is not in the log");
}

#[test]
fn an_index_counts_what_it_holds() {
    let mut database = late_fleet();
    database.put(car(1, "x"));
    assert_eq!(database.describe()["ItemCount"], 1);
    assert_eq!(database.describe_index("by_owner")["ItemCount"], 0);
    let items = |database: &Database, index: Option<&str>| {
        let partitions = database.engine.describe_partitions("fleet", index, database.now).unwrap();
        partitions.iter().map(|partition| partition.items).sum::<u64>()
    };
    assert_eq!([items(&database, None), items(&database, Some("by_owner"))], [1, 0]);
    database.wait(2);
    assert_eq!(database.describe_index("by_owner")["ItemCount"], 1);
    assert_eq!(items(&database, Some("by_owner")), 1);
    assert!(database.describe_index("by_owner")["IndexSizeBytes"].as_u64() > Some(0));
}

/// A host that sleeps until the next event sees every change at its own time, and then nothing is left to do.
#[test]
fn the_engine_says_when_an_index_follows() {
    let mut database = late_fleet();
    database.done("ListTables", &json!({}));
    assert_eq!(database.engine.next_event_at(), None);
    let first = database.now;
    database.put(car(1, "x"));
    database.now = first + Duration::from_millis(500);
    database.put(car(2, "x"));
    let delay = Duration::from_secs(2);
    assert_eq!(database.engine.next_event_at(), Some(first + delay));
    database.engine.tick(first + delay).unwrap();
    assert_eq!(database.engine.next_event_at(), Some(first + Duration::from_millis(2_500)));
    database.engine.tick(first + Duration::from_millis(2_500)).unwrap();
    assert_eq!(database.engine.next_event_at(), None);
}

#[test]
fn a_write_without_effect_on_an_index_passes_through_the_log() {
    let mut database = late_fleet();
    database.put(json!({ "p": text("a"), "s": number(1) }));
    database.wait(2);
    assert_eq!(database.describe()["ItemCount"], 1);
    assert_eq!(database.engine.next_event_at(), None);
}

/// More changes at one moment than one event applies.
#[test]
fn a_burst_of_changes_arrives_whole() {
    let mut database = late_fleet();
    for number in 0..700 {
        database.put(car(number % 300, if number < 400 { "x" } else { "y" }));
    }
    database.wait(2);
    let owners = owners(&mut database);
    assert_eq!(owners.len(), 300);
    // The numbers from 100 to 299 were given again to "y", and all of 0 to 99 too.
    assert_eq!(owners.iter().filter(|owner| *owner == "y").count(), 300);
}

/// An index that is added shows the items of its table as soon as it serves, and follows from there on.
#[test]
fn a_new_index_is_filled_first_and_follows_then() {
    let settings = Settings { table_transition: Duration::from_secs(10), ..delayed(60_000) };
    let mut database = Database::with(settings);
    let plain = json!({
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N")]),
        "LocalSecondaryIndexes": null, "GlobalSecondaryIndexes": null,
    });
    database.done("CreateTable", &with(&fleet(), plain));
    database.wait(10);
    database.put(car(1, "x"));
    database.done(
        "UpdateTable",
        &json!({
            "TableName": "fleet", "AttributeDefinitions": attributes(&[("owner", "S")]),
            "GlobalSecondaryIndexUpdates": [{ "Create": index("by_owner", "owner", "ALL") }],
        }),
    );
    database.put(car(2, "x"));
    database.wait(9);
    database.put(car(1, "y"));
    database.wait(2);
    assert_eq!(database.describe_index("by_owner")["IndexStatus"], "ACTIVE");
    assert_eq!(owners(&mut database), ["x", "y"]);
    database.put(car(1, "z"));
    assert_eq!(owners(&mut database), ["x", "y"]);
    database.wait(60);
    assert_eq!(owners(&mut database), ["x", "z"]);
}

/// What an index that is gone had still to read keeps nobody waiting, and one of the same name begins anew.
#[test]
fn an_index_that_goes_leaves_nothing_behind() {
    let settings = Settings { table_transition: Duration::from_secs(1), ..delayed(5_000) };
    let mut database = Database::with(settings);
    let one = json!({
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N"), ("owner", "S")]),
        "LocalSecondaryIndexes": null, "GlobalSecondaryIndexes": [index("by_owner", "owner", "ALL")],
    });
    database.done("CreateTable", &with(&fleet(), one));
    database.wait(1);
    database.put(car(1, "x"));
    let update = |change: Json| {
        json!({
            "TableName": "fleet", "AttributeDefinitions": attributes(&[("owner", "S")]),
            "GlobalSecondaryIndexUpdates": [change],
        })
    };
    database.done("UpdateTable", &update(json!({ "Delete": { "IndexName": "by_owner" } })));
    database.wait(1);
    database.put(car(2, "x"));
    database.done("UpdateTable", &update(json!({ "Create": index("by_owner", "owner", "ALL") })));
    database.wait(3);
    assert_eq!(database.scan("by_owner").len(), 2);
    database.wait(10);
    assert_eq!(database.scan("by_owner").len(), 2);
    assert_eq!(database.engine.next_event_at(), None);
}

#[test]
fn a_table_is_deleted_with_changes_on_their_way() {
    let mut database = late_fleet();
    database.put(car(1, "x"));
    database.done("DeleteTable", &json!({ "TableName": "fleet" }));
    database.done("ListTables", &json!({}));
    assert_eq!(database.engine.next_event_at(), None);
    database.done("CreateTable", &fleet());
    database.wait(10);
    assert!(database.scan("by_owner").is_empty());
}

/// An index keeps its place in the log while its throughput changes.
#[test]
fn an_index_follows_while_it_is_updated() {
    let settings = Settings { table_transition: Duration::from_secs(5), ..delayed(1_000) };
    let mut database = Database::with(settings);
    let own = with(&index("by_owner", "owner", "ALL"), json!({ "ProvisionedThroughput": units(9, 9) }));
    let members = json!({
        "AttributeDefinitions": attributes(&[("p", "S"), ("s", "N"), ("owner", "S")]),
        "BillingMode": null, "ProvisionedThroughput": units(50, 50), "LocalSecondaryIndexes": null,
        "GlobalSecondaryIndexes": [own],
    });
    database.done("CreateTable", &with(&fleet(), members));
    database.wait(5);
    database.put(car(1, "x"));
    let throughput = json!({ "IndexName": "by_owner", "ProvisionedThroughput": units(20, 20) });
    database.done(
        "UpdateTable",
        &json!({ "TableName": "fleet", "GlobalSecondaryIndexUpdates": [{ "Update": throughput }] }),
    );
    database.wait(1);
    assert_eq!(owners(&mut database), ["x"]);
    database.wait(9);
    assert_eq!(owners(&mut database), ["x"]);
}

/// The actions of a transaction have a record each, in the transaction's one commit.
#[test]
fn a_transaction_passes_through_the_log() {
    let mut database = late_fleet();
    let put = |s: i64| json!({ "Put": { "TableName": "fleet", "Item": car(s, "x") } });
    database.done("TransactWriteItems", &json!({ "TransactItems": [put(1), put(2)] }));
    assert!(owners(&mut database).is_empty());
    database.wait(2);
    assert_eq!(owners(&mut database), ["x", "x"]);
}
