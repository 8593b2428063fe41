//! Random writes: a reader that replays the stream, page by page and at any time, has the table.

use std::collections::BTreeMap;
use std::time::Duration;

use dynacore::table::Settings;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::{Database, car};

#[derive(Clone, Debug)]
enum Step {
    Put(u8, u8),
    Update(u8, u8),
    Delete(u8),
    Transact(u8, u8, u8),
    Wait(u64),
    Read(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (id, make) = (0..6_u8, 0..3_u8);
    prop_oneof![
        4 => (id.clone(), make.clone()).prop_map(|(id, make)| Step::Put(id, make)),
        3 => (id.clone(), make.clone()).prop_map(|(id, make)| Step::Update(id, make)),
        2 => id.clone().prop_map(Step::Delete),
        1 => (0..3_u8, 3..6_u8, make).prop_map(|(left, right, make)| Step::Transact(left, right, make)),
        2 => (0..400_u64).prop_map(Step::Wait),
        3 => (1..5_usize).prop_map(Step::Read),
    ]
}

/// A copy of the table that is made of records alone.
#[derive(Default)]
struct Copy {
    items: BTreeMap<String, Json>,
    seen: Vec<String>,
}

impl Copy {
    fn apply(&mut self, record: &Json) {
        let change = &record["dynamodb"];
        self.seen.push(change["SequenceNumber"].as_str().unwrap().to_owned());
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
        Step::Wait(seconds) => database.wait(*seconds),
        Step::Read(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_replayed_stream_is_the_table(steps in prop::collection::vec(step(), 1..60), stale in any::<bool>()) {
        let window = Duration::from_secs(if stale { 60 } else { 0 });
        let settings = Settings { stale_reads: window, ..Settings::default() };
        let mut database = Database::streamed_with(settings, "NEW_AND_OLD_IMAGES");
        let arn = database.arn();
        let place = database.place(&arn, "TRIM_HORIZON");
        let mut after = database.place(&arn, "AFTER_SEQUENCE_NUMBER");
        let mut copy = Copy::default();
        for step in steps.iter().chain([&Step::Read(1_000)]) {
            apply(&mut database, step);
            let Step::Read(limit) = step else { continue };
            let iterator = match copy.seen.last() {
                None => database.iterator(&place),
                Some(last) => {
                    after["SequenceNumber"] = json!(last);
                    database.iterator(&after)
                }
            };
            let page = database.done("GetRecords", &json!({ "ShardIterator": iterator, "Limit": limit }));
            page["Records"].as_array().unwrap().iter().for_each(|record| copy.apply(record));
        }
        let scanned = database.done("Scan", &json!({ "TableName": "cars", "ConsistentRead": true }));
        let items: BTreeMap<String, Json> = scanned["Items"].as_array().unwrap().iter()
            .map(|item| (json!({ "id": item["id"] }).to_string(), item.clone()))
            .collect();
        prop_assert_eq!(items, copy.items);
        prop_assert!(copy.seen.is_sorted_by(|left, right| left < right));
    }
}
