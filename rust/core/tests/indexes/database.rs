//! An engine with short ways to ask it, and the table that most tests use.

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
        Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(1_700_000_000) }
    }

    /// A database with the fleet.
    pub fn fleet() -> Self {
        let mut database = Self::new();
        database.done("CreateTable", &fleet());
        database
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        self.ask_service(Service::DynamoDb, operation, body)
    }

    pub fn ask_service(&mut self, service: Service, operation: &str, body: &Json) -> Result<Json, Error> {
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
            Err(error) => error.to_string(),
        }
    }

    /// The text of a `ValidationException`.
    pub fn invalid(&mut self, operation: &str, body: &Json) -> String {
        let text = self.refused(operation, body);
        let message = text.strip_prefix("ValidationException: ");
        message.unwrap_or_else(|| panic!("{operation} {body}: {text}")).to_owned()
    }

    /// Puts a car of the fleet.
    pub fn put(&mut self, item: Json) -> Json {
        self.done(
            "PutItem",
            &json!({ "TableName": "fleet", "Item": item, "ReturnConsumedCapacity": "INDEXES" }),
        )
    }

    /// What an index of the fleet holds, in its order.
    pub fn scan(&mut self, index: &str) -> Vec<Json> {
        let answer = self.done("Scan", &json!({ "TableName": "fleet", "IndexName": index }));
        answer["Items"].as_array().expect("a list").clone()
    }

    /// `Table` of the fleet.
    pub fn describe(&mut self) -> Json {
        self.done("DescribeTable", &json!({ "TableName": "fleet" }))["Table"].clone()
    }

    /// The description of a global index of the fleet; null where there is none of that name.
    pub fn describe_index(&mut self, name: &str) -> Json {
        let table = self.describe();
        let indexes = table["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
        indexes.into_iter().find(|index| index["IndexName"] == name).unwrap_or(Json::Null)
    }
}

pub fn text(value: &str) -> Json {
    json!({ "S": value })
}

pub fn number(value: i64) -> Json {
    json!({ "N": value.to_string() })
}

pub fn attributes(definitions: &[(&str, &str)]) -> Json {
    let one = |(name, type_): &(&str, &str)| json!({ "AttributeName": name, "AttributeType": type_ });
    definitions.iter().map(one).collect()
}

/// A key schema: names, those behind the `|` as sort attributes.
pub fn keys(names: &str) -> Json {
    let (partition, sort) = names.split_once('|').unwrap_or((names, ""));
    let of = |names: &str, type_: &str| -> Vec<Json> {
        let one = |name: &str| json!({ "AttributeName": name, "KeyType": type_ });
        names.split_whitespace().map(one).collect()
    };
    [of(partition, "HASH"), of(sort, "RANGE")].concat().into()
}

/// An index: its projection is `ALL`, `KEYS_ONLY` or the attributes to include.
pub fn index(name: &str, key_schema: &str, projection: &str) -> Json {
    let projection = match projection {
        "ALL" | "KEYS_ONLY" => json!({ "ProjectionType": projection }),
        included => {
            let names: Vec<&str> = included.split_whitespace().collect();
            json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": names })
        }
    };
    json!({ "IndexName": name, "KeySchema": keys(key_schema), "Projection": projection })
}

/// Cars by their fleet `p` and number `s`, with one local and three global indexes of every kind.
pub fn fleet() -> Json {
    json!({
        "TableName": "fleet",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes(&[
            ("p", "S"), ("s", "N"), ("year", "N"), ("owner", "S"), ("state", "S"),
            ("country", "S"), ("city", "S"), ("street", "S"), ("house", "N"),
        ]),
        "KeySchema": keys("p|s"),
        "LocalSecondaryIndexes": [index("by_year", "p|year", "make")],
        "GlobalSecondaryIndexes": [
            index("by_owner", "owner|year", "ALL"),
            index("by_state", "state", "KEYS_ONLY"),
            index("by_place", "country city|street house", "make"),
        ],
    })
}

/// The same body with some members replaced.
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
