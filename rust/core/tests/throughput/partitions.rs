//! Partitions: how many there are, when they split, and what cannot be split.

use std::time::Duration;

use dynacore::error::Error;
use dynacore::request::Operation;
use dynacore::table::Settings;
use dynacore::table::partition::SplitObstacle;
use serde_json::json;

use crate::database::{Database, provisioned};

const SECOND: Duration = Duration::from_secs(1);

fn database() -> Database {
    Database::with(Settings { initial_burst_seconds: 0, ..Settings::default() })
}

/// Runs `operations` in turn, `rate` of them a second; gives how many were refused in the last minute, and the reason.
fn load(database: &mut Database, minutes: usize, rate: usize, operations: &[Operation]) -> (usize, String) {
    let (mut refused, mut reason, mut turn) = (0, String::new(), 0);
    for minute in 0..minutes {
        refused = 0;
        for _ in 0..60 {
            for _ in 0..rate {
                match database.run(&operations[turn % operations.len()]) {
                    Ok(()) => {}
                    Err(Error::ProvisionedThroughputExceeded(reasons) | Error::Throttling(_, reasons)) => {
                        refused += 1;
                        reason.clone_from(&reasons[0].reason);
                    }
                    Err(other) => panic!("minute {minute}: {other}"),
                }
                turn += 1;
            }
            database.pass(SECOND);
        }
    }
    (refused, reason)
}

/// A put of ten units.
fn heavy_lap(database: &Database, lap: i64) -> Operation {
    let pad = "x".repeat(10_000);
    let item = json!({ "driver": { "S": "Senna" }, "lap": { "N": lap.to_string() }, "pad": { "S": pad } });
    database.operation("PutItem", &json!({ "TableName": "laps", "Item": item }))
}

#[test]
fn the_published_examples_of_initial_partitions() {
    for (read, write, count) in [(1_000, 500, 1), (1_000, 1_000, 2), (5_000, 2_000, 4)] {
        let mut database = database();
        database.laps(&provisioned(read, write));
        assert_eq!(database.partitions("laps").len(), count, "{read} and {write}");
    }
}

#[test]
fn a_hot_collection_is_split_by_its_sort_key_and_serves_more() {
    let mut database = database();
    database.laps(&provisioned(1, 3_000));
    database.pass(SECOND);
    // 1,400 writes a second to one driver's laps: one partition gives 1,000.
    let laps: Vec<_> = (0..700).map(|lap| database.lap("Senna", lap * 7_919 % 700)).collect();
    let before = database.partitions("laps").len();
    let (refused, reason) = load(&mut database, 4, 1_400, &laps);
    assert_eq!(reason, "TableWriteKeyRangeThroughputExceeded");
    assert!((20_000..30_000).contains(&refused), "{refused}");
    let (refused, _) = load(&mut database, 9, 1_400, &laps);
    assert_eq!(refused, 0, "two partitions serve 700 each");
    let partitions = database.partitions("laps");
    assert_eq!(partitions.len(), before + 1);
    assert!(partitions.iter().any(|partition| partition.begins_inside_collection));
    let items: u64 = partitions.iter().map(|partition| partition.items).sum();
    assert_eq!(items, 700, "a split shares out the items");
    // Queries and writes find their side.
    let query = json!({
        "TableName": "laps", "KeyConditionExpression": "driver = :d",
        "ExpressionAttributeValues": { ":d": { "S": "Senna" } }, "Select": "COUNT", "Limit": 1,
    });
    assert_eq!(database.done("Query", &query)["Count"], 1);
}

#[test]
fn a_local_index_and_a_moving_sort_key_keep_a_collection_whole() {
    let local = json!({
        "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 3000 },
        "AttributeDefinitions": [
            { "AttributeName": "driver", "AttributeType": "S" }, { "AttributeName": "lap", "AttributeType": "N" },
            { "AttributeName": "time", "AttributeType": "N" },
        ],
        "LocalSecondaryIndexes": [{
            "IndexName": "by-time", "Projection": { "ProjectionType": "KEYS_ONLY" },
            "KeySchema": [
                { "AttributeName": "driver", "KeyType": "HASH" }, { "AttributeName": "time", "KeyType": "RANGE" },
            ],
        }],
    });
    let mut with_local = database();
    with_local.laps(&local);
    let laps: Vec<_> = (0..700).map(|lap| heavy_lap(&with_local, lap * 7_919 % 700)).collect();
    let (refused, _) = load(&mut with_local, 21, 120, &laps);
    assert!(refused > 500, "{refused}");
    let obstacles = |database: &Database| {
        let partitions = database.partitions("laps");
        partitions
            .iter()
            .filter_map(|partition| partition.obstacle.map(SplitObstacle::as_str))
            .collect::<Vec<_>>()
    };
    assert_eq!(obstacles(&with_local), ["item collection of a table with a local index"]);

    let mut moving = database();
    moving.laps(&provisioned(1, 3_000));
    for lap in 0..9_800 {
        // Each lap 15 times over, so that the key moves on steadily.
        let lap = heavy_lap(&moving, lap);
        for _ in 0..15 {
            let _ = moving.run(&lap);
        }
        moving.pass(Duration::from_millis(130));
    }
    assert_eq!(obstacles(&moving), ["steadily moving sort key"]);
}

#[test]
fn a_hot_item_is_isolated_so_that_others_have_room() {
    let mut database = database();
    database.laps(&provisioned(1, 3_000));
    let mut laps: Vec<_> = (0..20).map(|_| database.lap("Senna", 1)).collect();
    laps.extend((0..10).map(|lap| database.lap("Senna", lap + 2)));
    let _ = load(&mut database, 12, 1_300, &laps);
    let partitions = database.partitions("laps");
    let hot = partitions.iter().find(|partition| partition.items == 1).unwrap();
    assert!(hot.begins_inside_collection, "{partitions:?}");
    // The item itself still has no more than a partition's limit.
    let only = [database.lap("Senna", 1)];
    let (refused, _) = load(&mut database, 11, 1_200, &only);
    assert!((11_000..13_000).contains(&refused), "{refused}");
    let obstacles: Vec<_> = database.partitions("laps").iter().filter_map(|found| found.obstacle).collect();
    assert_eq!(obstacles.len(), 1);
    assert_eq!(obstacles[0].as_str(), "single item");
}

#[test]
fn a_partition_that_is_full_is_split_in_the_middle() {
    let mut database = Database::with(Settings { partition_bytes: 10_000, ..Settings::default() });
    database.laps(&provisioned(100, 900));
    let pad = "x".repeat(500);
    for lap in 0..100 {
        let driver = if lap % 2 == 0 { "Senna".to_owned() } else { format!("driver {lap}") };
        let item = json!({ "driver": { "S": driver }, "lap": { "N": lap.to_string() }, "pad": { "S": pad } });
        database.done("PutItem", &json!({ "TableName": "laps", "Item": item }));
    }
    database.pass(SECOND);
    let partitions = database.partitions("laps");
    assert!((6..=12).contains(&partitions.len()), "{}", partitions.len());
    assert!(partitions.iter().all(|partition| partition.bytes <= 10_600), "{partitions:?}");
    assert_eq!(partitions.iter().map(|partition| partition.items).sum::<u64>(), 100);
    assert!(partitions.iter().any(|partition| partition.begins_inside_collection));
}

#[test]
fn on_demand_throttles_only_where_it_is_asked_for() {
    let on_demand = json!({ "BillingMode": "PAY_PER_REQUEST" });
    let mut free = Database::with(Settings::default());
    free.laps(&on_demand);
    let lap = [free.lap("Senna", 1)];
    assert_eq!(load(&mut free, 1, 2_000, &lap).0, 0);
    let mut limited = Database::with(Settings { throttle_on_demand: true, ..Settings::default() });
    limited.laps(&on_demand);
    assert_eq!(limited.partitions("laps").len(), 4);
    let (refused, reason) = load(&mut limited, 1, 2_000, &lap);
    assert_eq!(reason, "TableWriteKeyRangeThroughputExceeded");
    assert!((59_000..61_000).contains(&refused), "{refused}");
    let put = json!({ "TableName": "laps", "Item": { "driver": { "S": "Senna" }, "lap": { "N": "1" } } });
    let error = (0..2_000).find_map(|_| limited.ask("PutItem", &put).err()).unwrap();
    assert_eq!(error.code(), "ThrottlingException");
    assert!(error.message().starts_with("Throughput exceeds the current capacity of your table or index."));
}

#[test]
fn an_account_is_provisioned_with_80000_units_at_most() {
    let mut database = database();
    let table = |name: &str, write: u64| {
        json!({
            "TableName": name, "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": write },
        })
    };
    database.done("CreateTable", &table("one", 40_000));
    database.done("CreateTable", &table("two", 40_000));
    let refused = database.ask("CreateTable", &table("three", 1)).unwrap_err();
    assert_eq!(refused.code(), "LimitExceededException");
    assert!(refused.message().contains("to 80001, which is above the per account maximum in us-east-1"));
    database.done("DeleteTable", &json!({ "TableName": "two" }));
    database.pass(SECOND);
    database.done("CreateTable", &table("three", 40_000));
}
