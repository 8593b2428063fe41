//! The removal of items whose time has passed.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::request::Service;
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::{CountingStore, FaultyStore, StorePlace};
use serde_json::{Value as Json, json};

use crate::database::{Database, START, cars, indexed_cars, time_to_live, units, with};

#[test]
fn an_item_goes_in_the_second_after_its_time() {
    let mut database = Database::cars();
    database.enable_time_to_live();
    database.put("a", 60);
    assert_eq!(database.engine.next_event_at(), Some(Timestamp::from_seconds(START + 61)));
    database.wait(60);
    assert_eq!(database.ids(), ["a"]);
    database.wait(1);
    assert_eq!(database.ids(), [""; 0]);
    assert_eq!(database.engine.next_event_at(), None);
    assert_eq!(database.describe()["ItemCount"], 0);
}

#[test]
fn the_delay_is_a_setting() {
    let settings = Settings { time_to_live_delay: Duration::from_secs(3600), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars());
    database.enable_time_to_live();
    database.put("a", 60);
    database.wait(3660);
    assert_eq!(database.ids(), ["a"]);
    database.wait(1);
    assert_eq!(database.ids(), [""; 0]);
}

#[test]
fn an_item_that_has_ended_can_be_rescued_until_it_is_removed() {
    let settings = Settings { time_to_live_delay: Duration::from_secs(100), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars());
    database.enable_time_to_live();
    for id in ["later", "never", "gone"] {
        database.put(id, 10);
    }
    database.wait(60);
    let mut update = |id: &str, expression: &str| {
        let mut body = json!({
            "TableName": "cars", "Key": { "id": { "S": id } }, "UpdateExpression": expression,
        });
        if expression.contains(":later") {
            body["ExpressionAttributeValues"] = json!({ ":later": { "N": (START + 500).to_string() } });
        }
        database.done("UpdateItem", &body);
    };
    update("later", "SET ends = :later");
    update("never", "REMOVE ends");
    update("gone", "SET seen = :later");
    database.wait(100);
    assert_eq!(database.ids(), ["later", "never"]);
    database.wait(500);
    assert_eq!(database.ids(), ["never"]);
}

#[test]
fn only_a_number_is_a_time_and_not_one_of_long_ago() {
    let mut database = Database::cars();
    database.enable_time_to_live();
    let five_years = 5 * 365 * 24 * 3600;
    for (id, value) in [
        ("text", json!({ "S": START.to_string() })),
        ("set", json!({ "NS": [START.to_string()] })),
        ("list", json!({ "L": [{ "N": START.to_string() }] })),
        ("old", json!({ "N": (START - five_years).to_string() })),
        ("year", json!({ "N": "2023" })),
        ("milliseconds", json!({ "N": (START * 1000).to_string() })),
        ("huge", json!({ "N": "1e100" })),
        ("within five years", json!({ "N": (START - five_years + 100).to_string() })),
        ("fraction", json!({ "N": format!("{}.9", START + 9) })),
    ] {
        database.put_item(json!({ "id": { "S": id }, "ends": value }));
    }
    database.put_item(json!({ "id": { "S": "without" } }));
    database.wait(9);
    let kept = ["fraction", "huge", "list", "milliseconds", "old", "set", "text", "without", "year"];
    assert_eq!(database.ids(), kept);
    database.wait(1);
    assert_eq!(database.ids(), kept[1..]);
}

#[test]
fn items_from_before_are_found() {
    let mut database = Database::cars();
    for id in ["a", "b", "c"] {
        database.put(id, 10);
    }
    database.put("later", 100);
    database.enable_time_to_live();
    database.wait(50);
    assert_eq!(database.ids(), ["later"]);
}

#[test]
fn a_large_table_is_looked_through_at_a_pace() {
    let settings = Settings {
        table_transition: Duration::from_secs(5),
        backfill_items_per_second: Some(10),
        ..Settings::default()
    };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars());
    database.wait(5);
    for id in 0..25 {
        database.put(&format!("{id:02}"), 1);
    }
    database.enable_time_to_live();
    let status = |database: &mut Database| {
        database.done("DescribeTimeToLive", &json!({ "TableName": "cars" }))["TimeToLiveDescription"]
            ["TimeToLiveStatus"]
            .clone()
    };
    database.wait(6);
    assert_eq!((status(&mut database), database.ids().len()), (json!("ENABLING"), 25));
    // A write meanwhile counts as well.
    database.put("24", 1000);
    database.wait(2);
    assert_eq!(status(&mut database), "ENABLED");
    assert_eq!(database.ids(), ["24"]);
}

#[test]
fn what_is_switched_off_removes_nothing() {
    let mut database = Database::cars();
    database.enable_time_to_live();
    database.put("a", 5000);
    database.wait(3600);
    database.done("UpdateTimeToLive", &time_to_live("ends", false));
    database.wait(3600);
    assert_eq!(database.ids(), ["a"]);
    // And what was put meanwhile is found when it is switched on again.
    database.put("b", 7210);
    database.enable_time_to_live();
    assert_eq!(database.ids(), ["b"]);
    database.wait(20);
    assert_eq!(database.ids(), [""; 0]);
}

#[test]
fn a_removal_takes_no_capacity_and_follows_into_indexes() {
    let settings = Settings { initial_burst_seconds: 0, ..Settings::default() };
    let mut database = Database::with(settings);
    let mut index = indexed_cars()["GlobalSecondaryIndexes"][0].clone();
    index["ProvisionedThroughput"] = units(1, 1);
    database.done(
        "CreateTable",
        &with(
            &indexed_cars(),
            json!({
                "BillingMode": null,
                "ProvisionedThroughput": units(100, 1),
                "GlobalSecondaryIndexes": [index],
            }),
        ),
    );
    database.enable_time_to_live();
    for id in 0..5 {
        database.wait(1);
        let ends = (START + 100).to_string();
        database.put_item(
            json!({ "id": { "S": format!("{id}") }, "make": { "S": "MINI" }, "ends": { "N": ends } }),
        );
    }
    database.now = Timestamp::from_seconds(START + 101);
    let described = database.describe();
    assert_eq!(described["ItemCount"], 0);
    assert_eq!(described["TableSizeBytes"], 0);
    assert_eq!(described["GlobalSecondaryIndexes"][0]["ItemCount"], 0);
    assert_eq!(described["GlobalSecondaryIndexes"][0]["IndexSizeBytes"], 0);
    // Five removals in one moment at one unit a second would have left a debt.
    database.put_item(json!({ "id": { "S": "new" }, "make": { "S": "MINI" } }));
}

#[test]
fn an_item_collection_shrinks_with_what_is_removed() {
    let settings = Settings { item_collection_bytes_max: 2_000, ..Settings::default() };
    let mut database = Database::with(settings);
    database.done(
        "CreateTable",
        &json!({
            "TableName": "cars",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                { "AttributeName": "id", "AttributeType": "S" },
                { "AttributeName": "s", "AttributeType": "N" },
                { "AttributeName": "t", "AttributeType": "N" },
            ],
            "KeySchema": [
                { "AttributeName": "id", "KeyType": "HASH" },
                { "AttributeName": "s", "KeyType": "RANGE" },
            ],
            "LocalSecondaryIndexes": [{
                "IndexName": "local",
                "KeySchema": [
                    { "AttributeName": "id", "KeyType": "HASH" },
                    { "AttributeName": "t", "KeyType": "RANGE" },
                ],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            }],
        }),
    );
    database.enable_time_to_live();
    let item = |sort: i64| {
        json!({ "TableName": "cars", "Item": {
            "id": { "S": "a" }, "s": { "N": sort.to_string() }, "t": { "N": "1" },
            "ends": { "N": (START + 10).to_string() }, "text": { "S": "x".repeat(1_500) },
        } })
    };
    database.done("PutItem", &item(1));
    assert!(database.refused("PutItem", &item(2)).starts_with("ItemCollectionSizeLimitExceeded"));
    database.wait(11);
    database.done("PutItem", &item(2));
}

#[test]
fn more_items_than_one_step_removes_go_at_once() {
    let mut database = Database::cars();
    database.enable_time_to_live();
    for id in 0..350 {
        database.put(&format!("{id:03}"), 10);
    }
    database.put("stays", 1000);
    database.wait(11);
    assert_eq!(database.ids(), ["stays"]);
}

#[test]
fn a_table_that_is_deleted_takes_its_expiries_along() {
    let mut database = Database::slow_cars();
    database.enable_time_to_live();
    database.wait(10);
    database.put("a", 30);
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.wait(10);
    database.done("CreateTable", &cars());
    database.wait(10);
    database.put("a", 30);
    database.wait(100);
    assert_eq!(database.ids(), ["a"]);
    assert_eq!(database.engine.next_event_at(), None);
}

/// The store that fails keeps the item, and the removal is made once it works again.
#[test]
fn a_removal_that_the_store_refuses_is_repeated() {
    // The first commit is the put, the second the removal.
    let store = FaultyStore::failing_at(MemoryStore::new(), 2);
    let mut database = Database::over(Settings::default(), Box::new(store));
    database.done("CreateTable", &cars());
    database.enable_time_to_live();
    database.put("a", 10);
    database.wait(11);
    assert_eq!(database.ids(), ["a"], "the removal failed, and no request fails for that");
    database.wait(1);
    assert_eq!(database.ids(), [""; 0]);
    assert_eq!(database.describe()["ItemCount"], 0);
}

#[test]
fn removed_items_are_counted() {
    let mut database = Database::cars();
    database.enable_time_to_live();
    (0..3).for_each(|id| database.put(&id.to_string(), 5));
    database.put("stays", 500);
    database.wait(60);
    assert_eq!(database.ids(), ["stays"]);
    let body = json!({
        "Namespace": "AWS/DynamoDB", "MetricName": "TimeToLiveDeletedItemCount", "Period": 60, "Statistics": ["Sum"],
        "Dimensions": [{ "Name": "TableName", "Value": "cars" }], "StartTime": START - 100, "EndTime": START + 100,
    });
    let answer = database.ask_service(Service::CloudWatch, "GetMetricStatistics", &body).unwrap();
    let sums: Vec<&Json> =
        answer["Datapoints"].as_array().unwrap().iter().map(|point| &point["Sum"]).collect();
    assert_eq!(sums, [&json!(3.0)]);
}

/// The record of a table is as long as its settings, and says nothing of its items that the log does not.
#[test]
fn a_removal_writes_the_item_and_no_record_of_its_table() {
    let (store, count) = CountingStore::new(StorePlace::default().open());
    let mut database = Database::over(Settings::default(), Box::new(store));
    database.done("CreateTable", &cars());
    database.enable_time_to_live();
    database.put("a", 10);
    count.take();
    database.wait(20);
    assert!(database.ids().is_empty());
    let asked = count.take();
    assert_eq!((asked.puts, asked.deletes), (0, 2), "the item, and when it ends");
}
