//! An engine with short ways to ask it, and the tables that most tests use.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::{MemoryStore, Store};
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use serde_json::{Value as Json, json};

/// When tests begin.
pub const START: i64 = 1_700_000_000;

pub const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";

/// An engine at a time that the test moves.
pub struct Database {
    pub engine: Engine,
    cache: Cache,
    pub now: Timestamp,
}

impl Database {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Self::over(settings, Box::new(MemoryStore::new()))
    }

    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        let engine = Engine::new(settings, store, 7);
        Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(START) }
    }

    /// A database with the cars.
    pub fn cars() -> Self {
        let mut database = Self::new();
        database.done("CreateTable", &cars());
        database
    }

    /// A database that takes ten seconds for each change of a table, with the cars.
    pub fn slow_cars() -> Self {
        let mut database =
            Self::with(Settings { table_transition: Duration::from_secs(10), ..Settings::default() });
        database.done("CreateTable", &cars());
        database.wait(10);
        database
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(Service::DynamoDb, operation, &mut reader, &self.cache)?;
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
            Err(error) => error.to_string(),
        }
    }

    /// The text of a `ValidationException`.
    pub fn invalid(&mut self, operation: &str, body: &Json) -> String {
        let text = self.refused(operation, body);
        let message = text.strip_prefix("ValidationException: ");
        message.unwrap_or_else(|| panic!("{operation} {body}: {text}")).to_owned()
    }

    /// `Table` of the cars.
    pub fn describe(&mut self) -> Json {
        self.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone()
    }

    /// UpdateTable of the cars.
    pub fn update(&mut self, members: Json) -> Json {
        self.done("UpdateTable", &with(&json!({ "TableName": "cars" }), members))["TableDescription"].clone()
    }

    /// A refused UpdateTable of the cars, as `Name: text`.
    pub fn update_refused(&mut self, members: Json) -> String {
        self.refused("UpdateTable", &with(&json!({ "TableName": "cars" }), members))
    }

    /// Switches the time to live of the cars on.
    pub fn enable_time_to_live(&mut self) {
        self.done("UpdateTimeToLive", &time_to_live("ends", true));
    }

    /// Puts a car that ends so many seconds after the start.
    pub fn put(&mut self, id: &str, ends: i64) {
        let item = json!({ "id": { "S": id }, "ends": { "N": (START + ends).to_string() } });
        self.put_item(item);
    }

    pub fn put_item(&mut self, item: Json) {
        self.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    }

    /// The ids of the cars, in order.
    pub fn ids(&mut self) -> Vec<String> {
        let answer = self.done("Scan", &json!({ "TableName": "cars", "ConsistentRead": true }));
        let items = answer["Items"].as_array().unwrap();
        let mut ids: Vec<String> =
            items.iter().map(|item| item["id"]["S"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    }
}

/// Cars by their id, on demand.
pub fn cars() -> Json {
    json!({
        "TableName": "cars",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    })
}

/// A global index on one attribute.
pub fn index(name: &str, attribute: &str) -> Json {
    json!({
        "IndexName": name,
        "KeySchema": [{ "AttributeName": attribute, "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
    })
}

/// Cars with an index on their make.
pub fn indexed_cars() -> Json {
    with(
        &cars(),
        json!({
            "AttributeDefinitions": [
                { "AttributeName": "id", "AttributeType": "S" },
                { "AttributeName": "make", "AttributeType": "S" },
            ],
            "GlobalSecondaryIndexes": [index("by_make", "make")],
        }),
    )
}

pub fn time_to_live(attribute: &str, enabled: bool) -> Json {
    json!({
        "TableName": "cars",
        "TimeToLiveSpecification": { "Enabled": enabled, "AttributeName": attribute },
    })
}

/// The same body with some members replaced; null takes one away.
pub fn with(body: &Json, members: Json) -> Json {
    let mut body = body.clone();
    for (member, value) in members.as_object().expect("members") {
        match value {
            Json::Null => drop(body.as_object_mut().expect("a body").remove(member)),
            value => body[member] = value.clone(),
        }
    }
    body
}

pub fn units(read: u64, write: u64) -> Json {
    json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write })
}
