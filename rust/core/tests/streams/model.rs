//! Random writes: a reader that replays the stream, shard by shard, and stops and goes on at any time, has the table.

use std::collections::BTreeMap;
use std::time::Duration;

use dynacore::table::Settings;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::{DAY, Database, car};
use crate::reader::Reader;

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Update(u8, u8),
    Delete(u8),
    Transact(u8, u8, u8),
    /// Puts an item that ends after some seconds.
    Expire(u8, u64),
    Wait(u64),
    Read(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (id, make) = (0..12_u8, 0..3_u8);
    prop_oneof![
        4 => (id.clone(), make.clone()).prop_map(|(id, make)| Step::Put(id, make)),
        3 => (id.clone(), make.clone()).prop_map(|(id, make)| Step::Update(id, make)),
        2 => id.clone().prop_map(Step::Delete),
        1 => (0..3_u8, 3..6_u8, make).prop_map(|(left, right, make)| Step::Transact(left, right, make)),
        1 => (id, 0..9_000_u64).prop_map(|(id, seconds)| Step::Expire(id, seconds)),
        2 => (0..400_u64).prop_map(Step::Wait),
        1 => (0..20_000_u64).prop_map(Step::Wait),
        3 => (1..9_usize).prop_map(Step::Read),
    ]
}

/// A copy of the table that is made of records alone.
#[derive(Default)]
struct Copy {
    items: BTreeMap<String, Json>,
}

impl Copy {
    fn apply(&mut self, record: &Json) {
        let change = &record["dynamodb"];
        let key = change["Keys"].to_string();
        let old = self.items.get(&key).cloned().unwrap_or(Json::Null);
        assert_eq!(change["OldImage"], old, "each record follows the one before");
        assert_ne!(change["OldImage"], change["NewImage"]);
        match &change["NewImage"] {
            Json::Null => self.items.remove(&key),
            new => self.items.insert(key, new.clone()),
        };
    }
}

fn apply(database: &mut Database, step: &Step) {
    let key = |id: &u8| json!({ "id": { "S": id.to_string() } });
    match step {
        Step::Put(id, make) => database.put(&id.to_string(), &make.to_string()),
        Step::Update(id, make) => {
            let values = json!({ ":m": { "S": make.to_string() } });
            database.done(
                "UpdateItem",
                &json!({
                    "TableName": "cars", "Key": key(id), "UpdateExpression": "SET make = :m",
                    "ExpressionAttributeValues": values,
                }),
            );
        }
        Step::Delete(id) => database.delete(&id.to_string()),
        Step::Transact(left, right, make) => {
            let put = json!({ "TableName": "cars", "Item": car(&left.to_string(), &make.to_string()) });
            let delete = json!({ "TableName": "cars", "Key": key(right) });
            let actions = json!([{ "Put": put }, { "Delete": delete }]);
            database.done("TransactWriteItems", &json!({ "TransactItems": actions }));
        }
        Step::Expire(id, seconds) => {
            let ends = database.now.as_whole_seconds() + i64::try_from(*seconds).unwrap();
            let mut item = car(&id.to_string(), "old");
            item["ends"] = json!({ "N": ends.to_string() });
            database.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
        }
        Step::Wait(seconds) => database.wait(*seconds),
        Step::Read(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_replayed_stream_is_the_table(
        steps in prop::collection::vec(step(), 1..90),
        stale in any::<bool>(),
        partition_bytes in prop_oneof![Just(60_u64), Just(1 << 30)],
    ) {
        let stale_reads = Duration::from_secs(if stale { 60 } else { 0 });
        let settings = Settings { stale_reads, partition_bytes, ..Settings::default() };
        let mut database = Database::streamed_with(settings, "NEW_AND_OLD_IMAGES");
        let ends = json!({ "AttributeName": "ends", "Enabled": true });
        database.done("UpdateTimeToLive", &json!({ "TableName": "cars", "TimeToLiveSpecification": ends }));
        let arn = database.arn();
        let (mut reader, mut copy, mut unread) = (Reader::default(), Copy::default(), 0);
        for step in steps.iter().chain([&Step::Read(usize::MAX)]) {
            apply(&mut database, step);
            let count = match step {
                Step::Read(count) => *count,
                Step::Wait(seconds) => {
                    // Nothing may become too old to be read.
                    unread += seconds;
                    if unread < DAY - 20_000 { continue }
                    unread = 0;
                    usize::MAX
                }
                _ => continue,
            };
            reader.read(&mut database, &arn, count).iter().for_each(|record| copy.apply(record));
        }
        let scanned = database.done("Scan", &json!({ "TableName": "cars", "ConsistentRead": true }));
        let items: BTreeMap<String, Json> = scanned["Items"].as_array().unwrap().iter()
            .map(|item| (json!({ "id": item["id"] }).to_string(), item.clone()))
            .collect();
        prop_assert_eq!(items, copy.items);
        prop_assert_eq!(reader.read(&mut database, &arn, 1), [Json::Null; 0]);
    }
}
