//! An engine over a disk, at a time that the test moves.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::{Batch, Direction, Entry, Found, KeyRange, Read, Sequence, Space, Store, StoreError};
use dynacore::table::{Replay, Settings};
use dynacore::wire::{JsonReader, JsonWriter, ToWire as _};
use dynacore_disk::{DiskStore, Durability, Files, OpenError, Options, SyncMode};
use serde_json::{Value as Json, json};

/// Bytes that commits take in memory before they are moved to tables: a run does that several times.
const LAYER_BYTES: usize = 30_000;

pub struct Database {
    engine: Engine,
    durability: Durability,
    cache: Cache,
    now: Timestamp,
}

impl Database {
    pub fn open(path: &Path, files: Arc<dyn Files>) -> Result<Self, OpenError> {
        let options = Options { sync: SyncMode::Commit, layer_bytes: LAYER_BYTES, files };
        let mut replay = Replay::default();
        let store = DiskStore::open(path, options, &mut |before, batch| replay.observe(before, batch))?;
        let durability = store.durability();
        let engine = Engine::open(Settings::default(), Box::new(Settling(store)), 7, &replay)
            .map_err(|error| OpenError::of(path, error))?;
        let now = Timestamp::from_seconds(1_700_000_000);
        Ok(Self { engine, durability, cache: Cache::new(64), now })
    }

    /// Makes the tables of a new database.
    pub fn found(mut self) {
        for name in ["left", "right"] {
            self.ask("CreateTable", &table(name)).unwrap();
        }
        self.close();
    }

    pub fn close(mut self) {
        self.engine.close().unwrap();
    }

    pub fn wait_milliseconds(&mut self, milliseconds: u64) {
        self.now = self.now + Duration::from_millis(milliseconds);
    }

    /// The answer, which may not be told yet, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        self.ask_service(Service::DynamoDb, operation, body)
    }

    fn ask_service(&mut self, service: Service, operation: &str, body: &Json) -> Result<Json, Error> {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(service, operation, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, self.now)?;
        self.engine.checkpoint_if_due()?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// Waits until all answers so far may be told.
    pub fn acknowledge(&self) -> Result<(), StoreError> {
        self.durability.wait(self.engine.sequence())
    }

    /// The records of a table's stream by shard: those of one item are in one, unless a partition was split.
    pub fn records(&mut self, table: &str) -> Vec<Vec<Json>> {
        let description = self.ask("DescribeTable", &json!({ "TableName": table })).unwrap();
        let arn = description["Table"]["LatestStreamArn"].clone();
        let stream =
            self.ask_service(Service::DynamoDbStreams, "DescribeStream", &json!({ "StreamArn": arn }));
        let stream = stream.unwrap();
        let shards = stream["StreamDescription"]["Shards"].as_array().unwrap().iter();
        shards.map(|shard| self.shard_records(&arn, &shard["ShardId"])).collect()
    }

    fn shard_records(&mut self, arn: &Json, shard: &Json) -> Vec<Json> {
        let mut ask = |operation: &str, body: Json| {
            self.ask_service(Service::DynamoDbStreams, operation, &body).unwrap()
        };
        let place = json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
        let mut iterator = ask("GetShardIterator", place)["ShardIterator"].clone();
        let mut records = Vec::new();
        loop {
            let mut page = ask("GetRecords", json!({ "ShardIterator": iterator }));
            let found = page["Records"].as_array_mut().unwrap();
            if found.is_empty() {
                return records;
            }
            records.append(found);
            iterator = page["NextShardIterator"].take();
        }
    }

    /// All items of a table or of an index of it.
    pub fn scan(&mut self, table: &str, index: Option<&str>) -> Vec<Json> {
        let mut body = json!({ "TableName": table });
        if let Some(index) = index {
            body["IndexName"] = index.into();
        }
        let mut items = Vec::new();
        loop {
            let mut answer = self.ask("Scan", &body).unwrap();
            items.append(answer["Items"].as_array_mut().unwrap());
            match answer["LastEvaluatedKey"].take() {
                Json::Null => return items,
                last => body["ExclusiveStartKey"] = last,
            }
        }
    }
}

fn table(name: &str) -> Json {
    let attribute = |name: &str, type_: &str| json!({ "AttributeName": name, "AttributeType": type_ });
    let key = |name: &str, type_: &str| json!({ "AttributeName": name, "KeyType": type_ });
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
        "AttributeDefinitions":
            [attribute("p", "S"), attribute("s", "N"), attribute("g", "S"), attribute("n", "N")],
        "KeySchema": [key("p", "HASH"), key("s", "RANGE")],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-g",
            "KeySchema": [key("g", "HASH"), key("n", "RANGE")],
            "Projection": { "ProjectionType": "ALL" },
        }],
        "LocalSecondaryIndexes": [{
            "IndexName": "local",
            "KeySchema": [key("p", "HASH"), key("n", "RANGE")],
            "Projection": { "ProjectionType": "KEYS_ONLY" },
        }],
        "VectorIndexes": [{
            "IndexName": "by-look",
            "VectorAttribute": { "AttributeName": "look" },
            "Dimensions": 2,
            "DistanceFunction": "EUCLIDEAN",
            "Projection": { "ProjectionType": "KEYS_ONLY" },
        }],
    })
}

/// The disk, with each checkpoint waited for: what threads do beside each other is what would make two runs of one seed
/// differ.
struct Settling(DiskStore);

impl Read for Settling {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.0.get(space, key)
    }

    fn find(&self, space: Space, key: &[u8]) -> Result<Found, StoreError> {
        self.0.find(space, key)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.scan(space, range, direction, visit)
    }
}

impl Store for Settling {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        self.0.commit(batch)
    }

    fn sequence(&self) -> Sequence {
        self.0.sequence()
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        self.0.snapshot()
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.0.reclaim(entries)
    }

    fn is_durable(&self) -> bool {
        self.0.is_durable()
    }

    fn checkpoint_due(&self) -> bool {
        self.0.checkpoint_due()
    }

    fn checkpoint(&mut self) {
        self.0.checkpoint();
        while !self.0.is_settled() {
            std::thread::yield_now();
        }
    }

    fn close(&mut self) -> Result<(), StoreError> {
        self.0.close()
    }
}
