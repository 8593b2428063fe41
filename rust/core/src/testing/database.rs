//! An engine with short ways to ask it in JSON, at a time that the test moves.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::expression::Cache;
use crate::request::{Operation, Service};
use crate::store::{MemoryStore, Store};
use crate::table::Settings;
use crate::wire::{JsonReader, JsonWriter, ToWire, Writer};

/// An engine without tables, and the time of its next request. What is not said otherwise asks DynamoDB.
pub struct Database {
    /// The engine behind.
    pub engine: Engine,
    /// When the next request comes.
    pub now: Timestamp,
    cache: Cache,
}

impl Database {
    /// With default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// In memory.
    #[must_use]
    pub fn with(settings: Settings) -> Self {
        Self::over(settings, Box::new(MemoryStore::new()))
    }

    /// Over a store.
    #[must_use]
    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        let engine = Engine::new(settings, store, 7);
        Self { engine, now: Timestamp::from_seconds(1_700_000_000), cache: Cache::new(256) }
    }

    /// Lets time pass. What was due happens at the next request.
    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// A request that was read, to be carried out more than once.
    ///
    /// # Errors
    ///
    /// What the service says about a request before it looks at a table.
    pub fn read(&self, service: Service, operation: &str, body: &str) -> Result<Operation, Error> {
        Operation::read(service, operation, &mut JsonReader::new(body.as_bytes()), &self.cache)
    }

    /// The answer.
    ///
    /// # Errors
    ///
    /// What the service says.
    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        self.ask_service(Service::DynamoDb, operation, body)
    }

    /// The answer of another service.
    ///
    /// # Errors
    ///
    /// What the service says.
    pub fn ask_service(&mut self, service: Service, operation: &str, body: &Json) -> Result<Json, Error> {
        let answer = self.ask_text(service, operation, &body.to_string())?;
        Ok(serde_json::from_str(&answer).expect("an answer is JSON"))
    }

    /// The answer, as it is written out, to a body that is written out.
    ///
    /// # Errors
    ///
    /// What the service says.
    pub fn ask_text(&mut self, service: Service, operation: &str, body: &str) -> Result<String, Error> {
        let operation = self.read(service, operation, body)?;
        let response = self.engine.execute(&operation, self.now)?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(String::from_utf8(writer.into_bytes()).expect("JSON is UTF-8"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, operation: &str, body: &Json) -> Json {
        self.ask(operation, body).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// The exception of a request that is refused.
    pub fn refusal(&mut self, operation: &str, body: &Json) -> Error {
        match self.ask(operation, body) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => error,
        }
    }

    /// The exception of a request that is refused, as `Name: text`.
    pub fn refused(&mut self, operation: &str, body: &Json) -> String {
        self.refusal(operation, body).to_string()
    }

    /// The text of a `ValidationException`.
    pub fn invalid(&mut self, operation: &str, body: &Json) -> String {
        let text = self.refused(operation, body);
        let message = text.strip_prefix("ValidationException: ");
        message.unwrap_or_else(|| panic!("{operation} {body}: {text}")).to_owned()
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

/// What an exception tells beside its text, such as `CancellationReasons`.
#[must_use]
pub fn members(error: &Error) -> Json {
    let mut writer = JsonWriter::default();
    writer.begin_object();
    error.write_members(&mut writer);
    writer.end_object();
    serde_json::from_slice(&writer.into_bytes()).expect("members are JSON")
}

/// An attribute value of type S.
#[must_use]
pub fn text(value: &str) -> Json {
    json!({ "S": value })
}

/// An attribute value of type N.
#[must_use]
pub fn number(value: i64) -> Json {
    json!({ "N": value.to_string() })
}

/// A `ProvisionedThroughput`.
#[must_use]
pub fn units(read: u64, write: u64) -> Json {
    json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write })
}

/// The same body with some members replaced; null takes one away.
#[must_use]
pub fn with(body: &Json, members: Json) -> Json {
    let Json::Object(members) = members else { panic!("members, not {members}") };
    let mut body = body.clone();
    let old = body.as_object_mut().expect("a body");
    for (member, value) in members {
        match value {
            Json::Null => drop(old.remove(&member)),
            value => drop(old.insert(member, value)),
        }
    }
    body
}
