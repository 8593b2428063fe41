//! Long pages, which are begun and finished with other requests in between.

use dynacore::engine::{Begun, LongRead};
use dynacore::error::Error;
use dynacore::request::{Operation, Response, Service};
use dynacore::table::{ENTRIES_AT_ONCE, Settings};
use dynacore::testing::{self, number, text, units};
use dynacore::wire::{JsonWriter, ToWire};
use serde_json::{Value as Json, json};

use crate::database::Database;

/// Enough for a page that is long, and of which most is left when it was begun.
const ITEMS: usize = 3 * ENTRIES_AT_ONCE;

fn logs(database: &mut Database, more: Json) {
    let index = |name: &str, partition: &str, sort: &str, projection: &str| {
        json!({
            "IndexName": name, "Projection": { "ProjectionType": projection },
            "KeySchema": [
                { "AttributeName": partition, "KeyType": "HASH" }, { "AttributeName": sort, "KeyType": "RANGE" },
            ],
        })
    };
    let attribute = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
    let body = json!({
        "TableName": "logs",
        "AttributeDefinitions": [attribute("p", "S"), attribute("s", "N"), attribute("v", "N")],
        "KeySchema": [{ "AttributeName": "p", "KeyType": "HASH" }, { "AttributeName": "s", "KeyType": "RANGE" }],
        "BillingMode": "PAY_PER_REQUEST",
        "LocalSecondaryIndexes": [index("local", "p", "v", "KEYS_ONLY")],
        "GlobalSecondaryIndexes": [index("other", "v", "p", "KEYS_ONLY"), index("global", "p", "v", "ALL")],
    });
    database.done("CreateTable", &testing::with(&body, more));
    (0..ITEMS).for_each(|sort| put(database, sort, 7));
}

fn put(database: &mut Database, sort: usize, value: usize) {
    let item = json!({
        "p": text("a"), "s": number(sort as i64), "v": number(value as i64), "w": text("something else"),
    });
    database.done("PutItem", &json!({ "TableName": "logs", "Item": item }));
}

fn read(database: &Database, operation: &str, body: &Json) -> Operation {
    database.read(Service::DynamoDb, operation, &body.to_string()).expect("a request as it should be")
}

fn begin<'a>(database: &mut Database, operation: &'a Operation) -> LongRead<'a> {
    let now = database.now;
    match database.engine.begin(operation, now) {
        Begun::Long(read) => read,
        Begun::Done(outcome) => panic!("a long page, not {:?}", answer(outcome)),
    }
}

fn finish(database: &mut Database, mut read: LongRead<'_>) -> Result<Json, Error> {
    read.walk();
    let now = database.now;
    answer(database.engine.finish(read, now))
}

fn answer(outcome: Result<Response, Error>) -> Result<Json, Error> {
    let mut writer = JsonWriter::default();
    outcome?.write(&mut writer);
    Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer in JSON"))
}

/// The sort keys and values of a page.
fn rows(page: &Json) -> Vec<(usize, usize)> {
    let figure = |item: &Json, name: &str| {
        item[name]["N"].as_str().and_then(|text| text.parse().ok()).expect("a whole number")
    };
    let items = page["Items"].as_array().expect("a list of items");
    items.iter().map(|item| (figure(item, "s"), figure(item, "v"))).collect()
}

#[test]
fn a_page_in_two_steps_is_the_page_in_one() {
    let databases = || {
        let mut database = Database::new();
        logs(&mut database, json!({}));
        database
    };
    let (mut whole, mut stepped) = (databases(), databases());
    let scan = json!({ "TableName": "logs", "ReturnConsumedCapacity": "INDEXES" });
    let values = json!({ ":p": text("a"), ":s": number(300) });
    let query = testing::with(&scan, json!({ "KeyConditionExpression": "p = :p" }));
    let filtered = json!({ "FilterExpression": "s > :s OR p <> :p", "ExpressionAttributeValues": values });
    let key = json!({ ":p": text("a") });
    let mut long = 0;
    for (operation, body, more) in [
        ("Scan", &scan, json!({})),
        ("Scan", &scan, json!({ "ConsistentRead": true, "Select": "COUNT" })),
        ("Scan", &scan, filtered),
        ("Scan", &scan, json!({ "Limit": ENTRIES_AT_ONCE })),
        ("Scan", &scan, json!({ "Limit": ENTRIES_AT_ONCE + 1, "ProjectionExpression": "s, w" })),
        ("Scan", &scan, json!({ "IndexName": "global", "Limit": ENTRIES_AT_ONCE + 44 })),
        ("Scan", &scan, json!({ "IndexName": "other" })),
        ("Scan", &scan, json!({ "IndexName": "local", "ProjectionExpression": "w", "Limit": 500 })),
        ("Query", &query, json!({ "ExpressionAttributeValues": key })),
        (
            "Query",
            &query,
            json!({ "ExpressionAttributeValues": key, "ScanIndexForward": false, "Limit": 301 }),
        ),
        (
            "Query",
            &query,
            json!({ "ExpressionAttributeValues": key, "IndexName": "local", "Select": "ALL_ATTRIBUTES" }),
        ),
        (
            "Query",
            &query,
            json!({ "ExpressionAttributeValues": key, "IndexName": "global", "ScanIndexForward": false }),
        ),
    ] {
        let mut body = testing::with(body, more);
        loop {
            let operation = read(&stepped, operation, &body);
            let now = stepped.now;
            let page = match stepped.engine.begin(&operation, now) {
                Begun::Done(outcome) => answer(outcome),
                Begun::Long(read) => {
                    long += 1;
                    finish(&mut stepped, read)
                }
            };
            let page = page.unwrap();
            assert_eq!(page, whole.done(operation.name(), &body), "{body}");
            if page["LastEvaluatedKey"].is_null() {
                break;
            }
            body = testing::with(&body, json!({ "ExclusiveStartKey": page["LastEvaluatedKey"] }));
        }
    }
    assert!(long > 10, "{long} long pages");
    assert_eq!(stepped.engine.prometheus(stepped.now), whole.engine.prometheus(whole.now));
}

#[test]
fn a_page_is_of_the_moment_at_which_it_began() {
    let mut database = Database::new();
    logs(&mut database, json!({}));
    let scan = json!({ "TableName": "logs" });
    let operation = read(&database, "Scan", &scan);
    let page = begin(&mut database, &operation);
    for sort in 0..2 * ITEMS {
        put(&mut database, sort, 8);
    }
    for sort in (0..ITEMS).step_by(2) {
        let key = json!({ "p": text("a"), "s": number(sort as i64) });
        database.done("DeleteItem", &json!({ "TableName": "logs", "Key": key }));
    }
    let page = finish(&mut database, page).unwrap();
    assert_eq!(rows(&page), (0..ITEMS).map(|sort| (sort, 7)).collect::<Vec<_>>());
    let left = (0..2 * ITEMS).filter(|sort| *sort >= ITEMS || sort % 2 == 1);
    assert_eq!(rows(&database.done("Scan", &scan)), left.map(|sort| (sort, 8)).collect::<Vec<_>>());
}

#[test]
fn a_page_of_a_table_that_has_gone_is_answered_and_nobody_pays() {
    let mut database = Database::new();
    logs(&mut database, json!({}));
    let operation =
        read(&database, "Scan", &json!({ "TableName": "logs", "ReturnConsumedCapacity": "TOTAL" }));
    let (first, second) = (begin(&mut database, &operation), begin(&mut database, &operation));
    database.done("DeleteTable", &json!({ "TableName": "logs" }));
    let page = finish(&mut database, first).unwrap();
    assert_eq!((rows(&page).len(), &page["LastEvaluatedKey"]), (ITEMS, &Json::Null));
    let consumed = &page["ConsumedCapacity"]["CapacityUnits"];
    // One of the same name is another one.
    logs(&mut database, json!({}));
    let before = database.engine.prometheus(database.now);
    let page = finish(&mut database, second).unwrap();
    assert_eq!((rows(&page).len(), &page["ConsumedCapacity"]["CapacityUnits"]), (ITEMS, consumed));
    assert_eq!(database.engine.prometheus(database.now), before);
}

#[test]
fn a_page_of_an_index_is_charged_to_it_wherever_it_stands_and_to_nobody_once_it_has_gone() {
    let mut database = Database::new();
    logs(&mut database, json!({}));
    let body = json!({ "TableName": "logs", "IndexName": "global", "ReturnConsumedCapacity": "INDEXES" });
    let operation = read(&database, "Scan", &body);
    let whole = database.done("Scan", &body);
    let units = |database: &Database| -> f64 {
        let described = database.engine.describe_partitions("logs", Some("global"), database.now).unwrap();
        described.iter().map(|partition| partition.read_units.as_f64()).sum()
    };
    let (cost, (first, second)) =
        (units(&database), (begin(&mut database, &operation), begin(&mut database, &operation)));
    assert!(cost > 0.0);
    let delete = |name: &str| json!({ "TableName": "logs", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": name } }] });
    database.done("UpdateTable", &delete("other"));
    assert_eq!(finish(&mut database, first).unwrap(), whole);
    assert!((units(&database) - 2.0 * cost).abs() < 1e-9);
    database.done("UpdateTable", &delete("global"));
    assert_eq!(finish(&mut database, second).unwrap(), whole);
}

/// A minute ends between the two steps, and others take what the page costs.
#[test]
fn a_page_that_is_refused_at_its_end_counts_as_throttled_alone() {
    let mut database = Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() });
    let plain = json!({
        "LocalSecondaryIndexes": null, "GlobalSecondaryIndexes": null,
        "AttributeDefinitions": [
            { "AttributeName": "p", "AttributeType": "S" }, { "AttributeName": "s", "AttributeType": "N" },
        ],
    });
    logs(&mut database, plain);
    let provisioned = json!({
        "TableName": "logs", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(2, 2),
    });
    database.done("UpdateTable", &provisioned);
    database.wait(600);
    let scan = json!({ "TableName": "logs" });
    let operation = read(&database, "Scan", &scan);
    let page = begin(&mut database, &operation);
    database.wait(61);
    while database.ask("Scan", &scan).is_ok() {}
    let before = database.engine.prometheus(database.now);
    let refused = finish(&mut database, page).unwrap_err();
    assert!(refused.is_throttle(), "{refused}");
    let lines = |text: &str, name: &str| -> Vec<String> {
        let wanted = |line: &&str| line.starts_with(name) && line.contains("\"Scan\"");
        text.lines().filter(wanted).map(str::to_owned).collect()
    };
    let after = database.engine.prometheus(database.now);
    let answered = lines(&after, "dynacore_requests_total");
    assert_eq!((answered.len(), answered), (1, lines(&before, "dynacore_requests_total")));
    let throttled = lines(&after, "dynacore_throttled_requests_total");
    assert!(throttled[0].ends_with(" 2"), "{throttled:?}");
    // The next minute begins with what is left.
    database.wait(120);
    database.done("Scan", &scan);
}
