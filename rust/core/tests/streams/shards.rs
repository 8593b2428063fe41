//! Shards: one a partition, how they split, roll over and go.

use std::collections::BTreeSet;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{DAY, Database, car, cars, events};
use crate::reader::Reader;

const SHARD_LIFE: u64 = 4 * 3_600;

fn on_demand() -> Json {
    let mut table = cars();
    table.as_object_mut().unwrap().remove("ProvisionedThroughput");
    table["BillingMode"] = json!("PAY_PER_REQUEST");
    table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    table
}

fn all(database: &mut Database, arn: &str) -> Vec<(String, String)> {
    events(&Reader::default().read(database, arn, usize::MAX))
}

#[test]
fn each_partition_has_a_shard() {
    let mut database = Database::new();
    database.done("CreateTable", &on_demand());
    let arn = database.arn();
    for id in 0..40 {
        database.put(&id.to_string(), "vw");
        database.put(&id.to_string(), "audi");
    }
    let shards = database.shards(&arn);
    assert_eq!(shards.len(), 4);
    let mut seen = BTreeSet::new();
    for shard in &shards {
        assert_eq!(
            (&shard["ParentShardId"], &shard["SequenceNumberRange"]["EndingSequenceNumber"]),
            (&Json::Null, &Json::Null)
        );
        let place =
            json!({ "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON" });
        let iterator = database.iterator(&place);
        let found = events(&database.read(iterator, 1_000));
        assert!(found.len() > 4, "40 items fall into 4 shards");
        for pair in found.windows(2).filter(|pair| pair[0].0 == "INSERT") {
            assert_eq!(
                pair[1],
                ("MODIFY".to_owned(), pair[0].1.clone()),
                "changes of an item are in one shard"
            );
        }
        seen.extend(found.into_iter().filter(|(event, _)| event == "MODIFY").map(|(_, id)| id));
    }
    assert_eq!(seen.len(), 40);
}

#[test]
fn a_shard_is_closed_after_four_hours_and_another_goes_on() {
    let mut database = Database::streamed("KEYS_ONLY");
    let arn = database.arn();
    database.put("1", "vw");
    database.wait(SHARD_LIFE - 1);
    let first = database.shards(&arn)[0].clone();
    let place = database.place(&arn, "LATEST");
    let latest = database.iterator(&place);
    database.put("2", "vw");
    database.wait(1);
    database.put("3", "vw");
    let shards = database.shards(&arn);
    assert_eq!(shards.len(), 2);
    assert_eq!(shards[0]["ShardId"], first["ShardId"]);
    assert_eq!(shards[1]["ParentShardId"], first["ShardId"]);
    let range = &shards[0]["SequenceNumberRange"];
    assert!(
        range["EndingSequenceNumber"].as_str()
            < shards[1]["SequenceNumberRange"]["StartingSequenceNumber"].as_str()
    );
    assert_eq!(shards[1]["SequenceNumberRange"].get("EndingSequenceNumber"), None);
    // Whoever reads the first shard comes to its end.
    let page = database.done("GetRecords", &json!({ "ShardIterator": latest }));
    assert_eq!(events(page["Records"].as_array().unwrap()), [("INSERT".to_owned(), "2".to_owned())]);
    assert_eq!(page.get("NextShardIterator"), None);
    let ids: String = all(&mut database, &arn).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, "123");
}

#[test]
fn the_children_of_a_shard_are_described_alone() {
    let mut database = Database::streamed("KEYS_ONLY");
    let arn = database.arn();
    for _ in 0..3 {
        database.wait(SHARD_LIFE);
        database.table();
    }
    let shards = database.shards(&arn);
    assert_eq!(shards.len(), 4);
    let filter = json!({ "Type": "CHILD_SHARDS", "ShardId": shards[1]["ShardId"] });
    let children = database.done("DescribeStream", &json!({ "StreamArn": arn, "ShardFilter": filter }));
    assert_eq!(children["StreamDescription"]["Shards"], json!([shards[2]]));
    let page = database.done("DescribeStream", &json!({ "StreamArn": arn, "Limit": 2 }));
    assert_eq!(page["StreamDescription"]["Shards"], json!(shards[..2]));
    assert_eq!(page["StreamDescription"]["LastEvaluatedShardId"], shards[1]["ShardId"]);
}

#[test]
fn a_closed_shard_goes_with_its_last_record() {
    let mut database = Database::streamed("KEYS_ONLY");
    let arn = database.arn();
    let first = database.shards(&arn)[0]["ShardId"].clone();
    database.wait(SHARD_LIFE + DAY - 60);
    let place = json!({ "StreamArn": arn, "ShardId": first, "ShardIteratorType": "TRIM_HORIZON" });
    let iterator = database.iterator(&place);
    database.wait(60);
    let shards = database.shards(&arn);
    assert_eq!((shards.len(), &shards[0]["ParentShardId"]), (7, &first));
    let trimmed = "TrimmedDataAccessException: The data you are trying to access has been trimmed";
    assert_eq!(database.refused("GetRecords", &json!({ "ShardIterator": iterator })), trimmed);
    let gone = "ResourceNotFoundException: Requested resource not found: Shard does not exist";
    assert_eq!(database.refused("GetShardIterator", &place), gone);
}

#[test]
fn a_partition_that_is_split_leaves_its_shard_to_two() {
    let mut database = Database::with(Settings { partition_bytes: 2_000, ..Settings::default() });
    let mut table = cars();
    table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    database.done("CreateTable", &table);
    let arn = database.arn();
    let mut made = Vec::new();
    for id in 0..60 {
        database.put(&id.to_string(), &"v".repeat(90));
        database.put(&id.to_string(), "vw");
        database
            .done("PutItem", &json!({ "TableName": "cars", "Item": car(&id.to_string(), &"v".repeat(90)) }));
        made.extend(["INSERT", "MODIFY", "MODIFY"].map(|event| (event.to_owned(), id.to_string())));
    }
    let shards = database.shards(&arn);
    let ended = |shard: &&Json| shard["SequenceNumberRange"].get("EndingSequenceNumber").is_some();
    let parents = shards.iter().filter(ended).count();
    assert!(
        parents >= 2 && shards.len() == 1 + 2 * parents,
        "{parents} of {} shards were split",
        shards.len()
    );
    for parent in shards.iter().filter(ended) {
        let children = shards.iter().filter(|shard| shard["ParentShardId"] == parent["ShardId"]);
        assert_eq!(children.count(), 2);
    }
    let mut found = all(&mut database, &arn);
    // The order of one item's changes is kept; that of different ones is not.
    found.sort_by_key(|(_, id)| id.parse::<u32>().unwrap());
    assert_eq!(found, made);
}

#[test]
fn a_stream_that_is_disabled_has_no_open_shard() {
    let mut database = Database::new();
    database.done("CreateTable", &on_demand());
    let arn = database.arn();
    database.put("1", "vw");
    database.set_stream(json!({ "StreamEnabled": false }));
    database.put("2", "vw");
    let shards = database.shards(&arn);
    assert!(shards.iter().all(|shard| shard["SequenceNumberRange"].get("EndingSequenceNumber").is_some()));
    assert_eq!(all(&mut database, &arn), [("INSERT".to_owned(), "1".to_owned())]);
    // The next stream of the table has records and numbers of its own.
    database.set_stream(json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" }));
    database.put("3", "vw");
    let next = database.arn();
    assert_ne!(next, arn);
    assert_eq!(all(&mut database, &next), [("INSERT".to_owned(), "3".to_owned())]);
    let number = |shard: &Json, name: &str| shard["SequenceNumberRange"][name].as_str().unwrap().to_owned();
    assert!(
        number(&shards[3], "EndingSequenceNumber")
            < number(&database.shards(&next)[0], "StartingSequenceNumber")
    );
}
