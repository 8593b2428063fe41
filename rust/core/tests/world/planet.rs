//! A world with short ways to ask it.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use dynacore::world::World;
use serde_json::{Value as Json, json};

/// When tests begin.
pub const START: i64 = 1_700_000_000;

/// Names in an order that is not the alphabet's.
pub const REGIONS: [&str; 4] = ["us-east-1", "eu-central-1", "ap-south-1", "eu-west-1"];

/// A world at a time that the test moves.
pub struct Planet {
    pub world: World,
    pub engines: Vec<Engine>,
    cache: Cache,
    pub now: Timestamp,
}

impl Planet {
    pub fn new(regions: usize) -> Self {
        Self::with(regions, &Settings::default(), 7)
    }

    pub fn with(regions: usize, settings: &Settings, seed: u64) -> Self {
        let names: Vec<String> = REGIONS[..regions].iter().map(|name| (*name).to_owned()).collect();
        let engine = |name: &String| {
            let settings = Settings { region: name.clone(), ..settings.clone() };
            Engine::new(settings, Box::new(MemoryStore::new()), seed)
        };
        Self {
            engines: names.iter().map(engine).collect(),
            world: World::new(&names, settings.backfill_items_per_second, seed),
            cache: Cache::new(64),
            now: Timestamp::from_seconds(START),
        }
    }

    /// A world with a global table of the cars in all its Regions.
    pub fn of_cars(regions: usize) -> Self {
        let mut planet = Self::new(regions);
        planet.done(0, "CreateTable", &cars());
        for region in &REGIONS[1..regions] {
            planet.add_replica(region);
        }
        planet
    }

    /// Adds a replica from the first Region and waits for it.
    pub fn add_replica(&mut self, region: &str) {
        let create = json!([{ "Create": { "RegionName": region } }]);
        self.done(0, "UpdateTable", &json!({ "TableName": "cars", "ReplicaUpdates": create }));
        self.wait(5.0);
    }

    pub fn wait(&mut self, seconds: f64) {
        self.now = self.now + Duration::from_secs_f64(seconds);
        self.world.tick(&mut self.engines, self.now).unwrap();
    }

    /// The answer of a Region, or the exception.
    pub fn ask(&mut self, region: usize, operation: &str, body: &Json) -> Result<Json, Error> {
        let service = match operation {
            "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords" => Service::DynamoDbStreams,
            "RegisterScalableTarget" | "PutScalingPolicy" => Service::ApplicationAutoScaling,
            "GetMetricStatistics" | "ListMetrics" => Service::CloudWatch,
            _ => Service::DynamoDb,
        };
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(service, operation, &mut reader, &self.cache)?;
        // As a host does: a Region answers by itself what is not the world's work.
        let is_alone = self.world.is_up(region) && !World::concerns(&operation) && !self.world.has_strong();
        let response = match is_alone {
            true => self.engines[region].execute(&operation, self.now)?,
            false => self.world.execute(&mut self.engines, region, &operation, self.now)?,
        };
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, region: usize, operation: &str, body: &Json) -> Json {
        self.ask(region, operation, body).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// The exception of a request that is refused, as `Name: text`.
    pub fn refused(&mut self, region: usize, operation: &str, body: &Json) -> String {
        match self.ask(region, operation, body) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => format!("{}: {}", error.code(), error.message()),
        }
    }

    pub fn put(&mut self, region: usize, id: &str, make: &str) {
        let item = json!({ "id": { "S": id }, "make": { "S": make } });
        self.done(region, "PutItem", &json!({ "TableName": "cars", "Item": item }));
    }

    pub fn delete(&mut self, region: usize, id: &str) {
        self.done(region, "DeleteItem", &json!({ "TableName": "cars", "Key": { "id": { "S": id } } }));
    }

    /// The make of a car in a Region.
    pub fn make(&mut self, region: usize, id: &str) -> Option<String> {
        let key = json!({ "TableName": "cars", "Key": { "id": { "S": id } }, "ConsistentRead": true });
        let answer = self.done(region, "GetItem", &key);
        answer["Item"]["make"]["S"].as_str().map(str::to_owned)
    }

    pub fn table(&mut self, region: usize) -> Json {
        self.done(region, "DescribeTable", &json!({ "TableName": "cars" }))["Table"].take()
    }

    /// The replicas that a Region tells of, with their status.
    pub fn replicas(&mut self, region: usize) -> Vec<(String, String)> {
        let table = self.table(region);
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let replicas = table["Replicas"].as_array().cloned().unwrap_or_default();
        replicas.iter().map(|each| (text(&each["RegionName"]), text(&each["ReplicaStatus"]))).collect()
    }

    /// All items of a Region.
    pub fn items(&mut self, region: usize) -> Vec<Json> {
        let mut items =
            self.done(region, "Scan", &json!({ "TableName": "cars" }))["Items"].as_array().unwrap().clone();
        items.sort_by_key(Json::to_string);
        items
    }

    /// All records of a Region's stream.
    pub fn records(&mut self, region: usize) -> Vec<Json> {
        let arn = self.table(region)["LatestStreamArn"].clone();
        let stream = self.done(region, "DescribeStream", &json!({ "StreamArn": arn }));
        let mut records = Vec::new();
        for shard in stream["StreamDescription"]["Shards"].as_array().unwrap() {
            let place = json!({
                "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = self.done(region, "GetShardIterator", &place)["ShardIterator"].take();
            loop {
                let page = self.done(region, "GetRecords", &json!({ "ShardIterator": iterator }));
                let found = page["Records"].as_array().unwrap().clone();
                iterator = page["NextShardIterator"].clone();
                if found.is_empty() || iterator.is_null() {
                    records.extend(found);
                    break;
                }
                records.extend(found);
            }
        }
        records
    }
}

/// CreateTable for a table on demand.
pub fn cars() -> Json {
    json!({
        "TableName": "cars",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    })
}
