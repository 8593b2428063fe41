//! An engine with short ways to ask it, and a table with a stream.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use serde_json::{Value as Json, json};

use crate::reader::Reader;

/// When tests begin.
pub const START: i64 = 1_700_000_000;

pub const DAY: u64 = 24 * 3_600;

/// An engine at a time that the test moves.
pub struct Database {
    pub engine: Engine,
    cache: Cache,
    pub now: Timestamp,
}

impl Database {
    pub fn with(settings: Settings) -> Self {
        let settings = Settings { throttle: false, ..settings };
        let engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
        Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(START) }
    }

    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// A database with the cars and a stream of this view.
    pub fn streamed(view: &str) -> Self {
        Self::streamed_with(Settings::default(), view)
    }

    pub fn streamed_with(settings: Settings, view: &str) -> Self {
        let mut database = Self::with(settings);
        let mut cars = cars();
        cars["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
        database.done("CreateTable", &cars);
        database
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        let service = match operation {
            "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords" => Service::DynamoDbStreams,
            _ => Service::DynamoDb,
        };
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(service, operation, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, self.now)?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, operation: &str, body: &Json) -> Json {
        self.ask(operation, body).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// The exception of a request that is refused, as `Name: text`.
    pub fn refused(&mut self, operation: &str, body: &Json) -> String {
        match self.ask(operation, body) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => format!("{}: {}", error.code(), error.message()),
        }
    }

    pub fn put(&mut self, id: &str, make: &str) {
        self.done("PutItem", &json!({ "TableName": "cars", "Item": car(id, make) }));
    }

    pub fn delete(&mut self, id: &str) {
        self.done("DeleteItem", &json!({ "TableName": "cars", "Key": { "id": { "S": id } } }));
    }

    pub fn table(&mut self) -> Json {
        self.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].take()
    }

    pub fn set_stream(&mut self, specification: Json) -> Json {
        let body = json!({ "TableName": "cars", "StreamSpecification": specification });
        self.done("UpdateTable", &body)["TableDescription"].take()
    }

    /// The ARN of the cars' latest stream.
    pub fn arn(&mut self) -> String {
        self.table()["LatestStreamArn"].as_str().unwrap().to_owned()
    }

    pub fn stream(&mut self, arn: &str) -> Json {
        self.done("DescribeStream", &json!({ "StreamArn": arn }))["StreamDescription"].take()
    }

    /// All shards of a stream, described a few at a time.
    pub fn shards(&mut self, arn: &str) -> Vec<Json> {
        let (mut shards, mut body) = (Vec::new(), json!({ "StreamArn": arn, "Limit": 3 }));
        loop {
            let page = self.done("DescribeStream", &body)["StreamDescription"].take();
            shards.extend(page["Shards"].as_array().unwrap().clone());
            match &page["LastEvaluatedShardId"] {
                Json::Null => return shards,
                last => body["ExclusiveStartShardId"] = last.clone(),
            }
        }
    }

    /// A request for a place in the first shard of a stream.
    pub fn place(&mut self, arn: &str, type_: &str) -> Json {
        let shard = self.stream(arn)["Shards"][0]["ShardId"].clone();
        json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": type_ })
    }

    /// An iterator.
    pub fn iterator(&mut self, place: &Json) -> Json {
        self.done("GetShardIterator", place)["ShardIterator"].take()
    }

    /// All records behind an iterator, read `limit` at a time.
    pub fn read(&mut self, iterator: Json, limit: usize) -> Vec<Json> {
        let (mut iterator, mut records) = (iterator, Vec::new());
        loop {
            let mut page = self.done("GetRecords", &json!({ "ShardIterator": iterator, "Limit": limit }));
            let found = page["Records"].as_array().unwrap().clone();
            assert!(found.len() <= limit);
            iterator = page["NextShardIterator"].take();
            if found.is_empty() || iterator.is_null() {
                records.extend(found);
                return records;
            }
            records.extend(found);
        }
    }

    /// All records of the latest stream.
    pub fn records(&mut self) -> Vec<Json> {
        let arn = self.arn();
        Reader::default().read(self, &arn, usize::MAX)
    }
}

/// What each record says: its event and the item's key.
pub fn events(records: &[Json]) -> Vec<(String, String)> {
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    records
        .iter()
        .map(|record| (text(&record["eventName"]), text(&record["dynamodb"]["Keys"]["id"]["S"])))
        .collect()
}

/// A table of one partition.
pub fn cars() -> Json {
    json!({
        "TableName": "cars",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 },
    })
}

pub fn car(id: &str, make: &str) -> Json {
    json!({ "id": { "S": id }, "make": { "S": make } })
}
