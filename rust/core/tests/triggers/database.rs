//! An engine whose functions the test plays.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::{Replay, Settings};
use dynacore::testing::StorePlace;
use dynacore::trigger::{Invocation, Outcome};
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use serde_json::{Value as Json, json};

/// When tests begin: the start of a minute.
pub const START: i64 = 1_700_000_040;

/// An engine at a time that the test moves, with the table `cars`, its stream, and the functions `f` and `lost`.
pub struct Database {
    pub engine: Engine,
    cache: Cache,
    pub now: Timestamp,
    place: Option<StorePlace>,
}

impl Database {
    pub fn with(settings: Settings) -> Self {
        Self::over(Engine::new(settings, Box::new(MemoryStore::new()), 7))
    }

    /// With a store that stays when the engine goes.
    pub fn lasting() -> Self {
        let place = StorePlace::default();
        let engine = Engine::new(Settings::default(), Box::new(place.open()), 7);
        Self { place: Some(place), ..Self::over(engine) }
    }

    /// Ends the engine, after closing it or as a crash does, and opens the store again, without functions.
    pub fn reopen(&mut self, is_clean: bool) {
        if is_clean {
            self.engine.close().unwrap();
        }
        // Something else to hold until the store is back.
        self.engine = Engine::new(Settings::default(), Box::new(MemoryStore::new()), 7);
        let store = self.place.as_ref().unwrap().open();
        self.engine = Engine::open(Settings::default(), Box::new(store), 7, &Replay::default()).unwrap();
    }

    /// Makes the functions known.
    pub fn know_functions(&mut self) {
        for function in ["f", "lost"] {
            assert!(self.engine.add_function(function, None).unwrap());
        }
    }

    fn over(engine: Engine) -> Self {
        let mut database =
            Self { engine, cache: Cache::new(64), now: Timestamp::from_seconds(START), place: None };
        database.done(
            "CreateTable",
            &json!({
                "TableName": "cars",
                "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
                // One partition, and so one shard: records of several items have an order.
                "ProvisionedThroughput": { "ReadCapacityUnits": 100, "WriteCapacityUnits": 100 },
                "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
            }),
        );
        database.know_functions();
        database
    }

    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// With a mapping to `f` that has these options.
    pub fn mapped(options: &Json) -> Self {
        let mut database = Self::new();
        database.map(options);
        database
    }

    pub fn ask(&mut self, operation: &str, body: &Json) -> Result<Json, Error> {
        let of = |service| Operation::exists(service, operation).then_some(service);
        let services = [Service::DynamoDb, Service::Lambda, Service::EventBridge, Service::CloudWatch];
        let service = services.into_iter().find_map(of);
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(service.unwrap(), operation, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, self.now)?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

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

    pub fn stream(&mut self) -> String {
        let table = self.done("DescribeTable", &json!({ "TableName": "cars" }));
        table["Table"]["LatestStreamArn"].as_str().unwrap().to_owned()
    }

    /// Maps the stream to `f`.
    pub fn map(&mut self, options: &Json) -> Json {
        let mut body = json!({
            "EventSourceArn": self.stream(), "FunctionName": "f", "StartingPosition": "TRIM_HORIZON",
        });
        for (name, value) in options.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.done("CreateEventSourceMapping", &body)
    }

    pub fn put(&mut self, id: &str, make: &str) {
        let item = json!({ "id": { "S": id }, "make": { "S": make } });
        self.done("PutItem", &json!({ "TableName": "cars", "Item": item }));
    }

    /// Puts items of these ids.
    pub fn put_all(&mut self, ids: &[&str]) {
        ids.iter().for_each(|id| self.put(id, "MINI"));
    }

    /// Lets time pass, and what is due happen.
    pub fn wait(&mut self, seconds: f64) {
        self.now = self.now + Duration::from_secs_f64(seconds);
        self.engine.tick(self.now).unwrap();
    }

    /// The calls that wait.
    pub fn calls(&mut self) -> Vec<Call> {
        self.engine.tick(self.now).unwrap();
        std::iter::from_fn(|| self.engine.take_invocation())
            .map(|invocation| Call::new(&invocation))
            .collect()
    }

    /// The one call that waits.
    pub fn call(&mut self) -> Call {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "one call waits");
        calls.remove(0)
    }

    pub fn succeed(&mut self, call: &Call) {
        self.engine.settle_invocation(call.number, &Outcome::Returned(None), self.now).unwrap();
    }

    pub fn answer(&mut self, call: &Call, answer: &Json) {
        assert!(call.wants_answer);
        let outcome = Outcome::Returned(Some(answer.to_string()));
        self.engine.settle_invocation(call.number, &outcome, self.now).unwrap();
    }

    pub fn fail(&mut self, call: &Call) {
        self.engine.settle_invocation(call.number, &Outcome::Failed, self.now).unwrap();
    }

    /// Lets every call succeed until there is none; gives the ids of each.
    pub fn drain(&mut self) -> Vec<Vec<String>> {
        let mut seen = Vec::new();
        loop {
            let calls = self.calls();
            if calls.is_empty() {
                return seen;
            }
            for call in calls {
                seen.push(call.ids());
                self.succeed(&call);
            }
        }
    }

    /// When something happens next, in seconds from now.
    pub fn next_in(&self) -> Option<f64> {
        self.engine.next_event_at().map(|at| at.since(self.now).as_secs_f64())
    }
}

pub struct Call {
    pub number: u64,
    pub function: String,
    pub event: Json,
    pub wants_answer: bool,
}

impl Call {
    fn new(invocation: &Invocation) -> Self {
        Self {
            number: invocation.number,
            function: invocation.function.clone(),
            event: serde_json::from_slice(&invocation.event()).expect("an event is JSON"),
            wants_answer: invocation.wants_answer(),
        }
    }

    pub fn records(&self) -> &Vec<Json> {
        self.event["Records"].as_array().unwrap()
    }

    pub fn ids(&self) -> Vec<String> {
        let id = |record: &Json| record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap().to_owned();
        self.records().iter().map(id).collect()
    }

    /// The number of the record at a position.
    pub fn sequence_number(&self, position: usize) -> &Json {
        &self.records()[position]["dynamodb"]["SequenceNumber"]
    }
}

/// An answer that reports a record.
pub fn failed_item(number: &Json) -> Json {
    json!({ "batchItemFailures": [{ "itemIdentifier": number }] })
}
