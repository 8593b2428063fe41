//! An engine with short ways to ask it, at a time that the test moves.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::table::partition::PartitionDescription;
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use serde_json::{Value as Json, json};

/// The beginning of an hour.
pub const START: i64 = 1_700_000_000 / 3_600 * 3_600;

pub struct Database {
    pub engine: Engine,
    cache: Cache,
    pub now: Timestamp,
}

impl Database {
    pub fn with(settings: Settings) -> Self {
        let engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
        Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(START) }
    }

    pub fn wait(&mut self, duration: Duration) {
        self.now = self.now + duration;
        self.engine.tick(self.now).unwrap();
    }

    /// An operation, to be carried out many times.
    pub fn operation(&self, service: Service, name: &str, body: &Json) -> Operation {
        let text = body.to_string();
        Operation::read(service, name, &mut JsonReader::new(text.as_bytes()), &self.cache).unwrap()
    }

    pub fn run(&mut self, operation: &Operation) -> Result<(), Error> {
        self.engine.execute(operation, self.now).map(drop)
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, service: Service, name: &str, body: &Json) -> Result<Json, Error> {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(service, name, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, self.now)?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, name: &str, body: &Json) -> Json {
        self.ask(Service::DynamoDb, name, body).unwrap_or_else(|error| panic!("{name} {body}: {error}"))
    }

    /// A table `laps` with the key `driver` and `lap`.
    pub fn laps(&mut self, members: &Json) {
        let mut body = json!({
            "TableName": "laps",
            "KeySchema": [
                { "AttributeName": "driver", "KeyType": "HASH" }, { "AttributeName": "lap", "KeyType": "RANGE" },
            ],
            "AttributeDefinitions": [
                { "AttributeName": "driver", "AttributeType": "S" }, { "AttributeName": "lap", "AttributeType": "N" },
            ],
        });
        for (name, value) in members.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.done("CreateTable", &body);
    }

    pub fn partitions(&self, table: &str) -> Vec<PartitionDescription> {
        self.engine.describe_partitions(table, None, self.now).unwrap()
    }

    /// A put of a lap.
    pub fn lap(&self, driver: &str, lap: i64) -> Operation {
        let item = json!({ "driver": { "S": driver }, "lap": { "N": lap.to_string() } });
        self.operation(Service::DynamoDb, "PutItem", &json!({ "TableName": "laps", "Item": item }))
    }
}

pub fn provisioned(read: u64, write: u64) -> Json {
    json!({ "ProvisionedThroughput": { "ReadCapacityUnits": read, "WriteCapacityUnits": write } })
}
