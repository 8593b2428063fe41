//! A consumer that reads every shard of a stream, parents before children, and can stop anywhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::database::Database;

/// What it remembers between two readings: enough to go on in another process.
#[derive(Default)]
pub struct Reader {
    /// The last record it has read of each shard.
    behind: BTreeMap<String, String>,
    /// The shards that it has read to their end.
    done: BTreeSet<String>,
}

impl Reader {
    /// Reads up to `count` records that it has not read before.
    pub fn read(&mut self, database: &mut Database, arn: &str, count: usize) -> Vec<Json> {
        let mut records = Vec::new();
        loop {
            let shards = database.shards(arn);
            let ids: BTreeSet<&str> = shards.iter().filter_map(|shard| shard["ShardId"].as_str()).collect();
            let done = self.done.len();
            for shard in &shards {
                let id = shard["ShardId"].as_str().unwrap();
                let waits = |parent: &str| ids.contains(parent) && !self.done.contains(parent);
                if !self.done.contains(id) && !shard["ParentShardId"].as_str().is_some_and(waits) {
                    self.read_shard(database, (arn, id), count, &mut records);
                }
                if records.len() == count {
                    return records;
                }
            }
            // A shard that is done lets its children be read.
            if self.done.len() == done {
                return records;
            }
        }
    }

    fn read_shard(
        &mut self,
        database: &mut Database,
        (arn, shard): (&str, &str),
        count: usize,
        records: &mut Vec<Json>,
    ) {
        let mut place = json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
        if let Some(last) = self.behind.get(shard) {
            place["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
            place["SequenceNumber"] = json!(last);
        }
        let mut iterator = database.iterator(&place);
        while records.len() < count {
            let limit = (count - records.len()).min(7);
            let mut page = database.done("GetRecords", &json!({ "ShardIterator": iterator, "Limit": limit }));
            let found = page["Records"].as_array().unwrap();
            if let Some(last) = found.last() {
                let number = last["dynamodb"]["SequenceNumber"].as_str().unwrap();
                self.behind.insert(shard.to_owned(), number.to_owned());
            }
            let is_empty = found.is_empty();
            records.extend(found.iter().cloned());
            iterator = page["NextShardIterator"].take();
            if iterator.is_null() {
                self.done.insert(shard.to_owned());
                return;
            }
            if is_empty {
                return;
            }
        }
    }
}
