//! An engine with short ways to ask it.

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

/// An engine at a time that the test moves.
pub struct Database {
    engine: Engine,
    cache: Cache,
    pub now: Timestamp,
}

impl Database {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
        Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(1_700_000_000) }
    }

    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// The answer, or the exception.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        self.ask_text(operation, &body.to_string())
    }

    pub fn ask_text(&mut self, operation: &str, body: &str) -> Result<Json, Error> {
        let mut reader = JsonReader::new(body.as_bytes());
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

    /// Makes a table `name` on demand with a partition key `id` of type N.
    pub fn table(&mut self, name: &str) {
        self.done("CreateTable", &table(name));
    }
}

/// A table on demand with a partition key `id` of type N.
pub fn table(name: &str) -> Json {
    json!({
        "TableName": name,
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "N" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

/// A body with one member replaced, or taken out where the value is null.
pub fn changed(body: &Json, member: &str, value: Json) -> Json {
    let mut body = body.clone();
    match value {
        Json::Null => drop(body.as_object_mut().and_then(|members| members.remove(member))),
        value => body[member] = value,
    }
    body
}
