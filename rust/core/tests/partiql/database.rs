//! An engine with short ways to run statements, and the tables that the tests use.

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire, Writer};
use serde_json::{Value as Json, json};

/// An engine whose time stands still.
pub struct Database {
    engine: Engine,
    cache: Cache,
}

impl Database {
    /// With the tables `One` (key `pk`), `Two` (key `pk` and `sk`), and `Num` (a number `pk`).
    pub fn new() -> Self {
        let engine = Engine::new(Settings::default(), Box::new(MemoryStore::new()), 7);
        let mut database = Self { engine, cache: Cache::new(256) };
        database.create("One", &[("pk", "S")]);
        database.create("Two", &[("pk", "S"), ("sk", "S")]);
        database.create("Num", &[("pk", "N")]);
        database
    }

    fn create(&mut self, name: &str, key: &[(&str, &str)]) {
        let kinds = ["HASH", "RANGE"];
        let schema: Vec<Json> = key
            .iter()
            .zip(kinds)
            .map(|((attribute, _), kind)| json!({"AttributeName": attribute, "KeyType": kind}))
            .collect();
        let attributes: Vec<Json> = key
            .iter()
            .map(|(attribute, type_)| json!({"AttributeName": attribute, "AttributeType": type_}))
            .collect();
        self.done(
            "CreateTable",
            json!({
                "TableName": name, "KeySchema": schema, "AttributeDefinitions": attributes,
                "BillingMode": "PAY_PER_REQUEST",
            }),
        );
    }

    pub fn ask(&mut self, operation: &str, body: Json) -> Result<Json, Error> {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation = Operation::read(Service::DynamoDb, operation, &mut reader, &self.cache)?;
        let response = self.engine.execute(&operation, Timestamp::from_seconds(1_700_000_000))?;
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    /// The answer of a request that succeeds.
    pub fn done(&mut self, operation: &str, body: Json) -> Json {
        self.ask(operation, body.clone()).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    /// The answer of a statement that succeeds.
    pub fn run(&mut self, statement: &str) -> Json {
        self.done("ExecuteStatement", json!({"Statement": statement}))
    }

    /// The answer of a statement with parameters that succeeds.
    pub fn run_with(&mut self, statement: &str, parameters: Json) -> Json {
        self.done("ExecuteStatement", json!({"Statement": statement, "Parameters": parameters}))
    }

    /// The refusal of a request, as `Name: text`.
    pub fn refused(&mut self, operation: &str, body: Json) -> String {
        match self.ask(operation, body.clone()) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => error.to_string(),
        }
    }

    /// The text with which a statement is refused as invalid.
    pub fn invalid(&mut self, statement: &str) -> String {
        self.invalid_with(statement, Json::Null)
    }

    pub fn invalid_with(&mut self, statement: &str, parameters: Json) -> String {
        let refused =
            self.refused("ExecuteStatement", json!({"Statement": statement, "Parameters": parameters}));
        let text = refused.strip_prefix("ValidationException: ");
        text.unwrap_or_else(|| panic!("{statement}: {refused}")).to_owned()
    }

    /// Asserts the refusal of each statement.
    pub fn assert_invalid(&mut self, cases: &[(&str, &str)]) {
        for (statement, text) in cases {
            assert_eq!(self.invalid(statement), *text, "{statement}");
        }
    }

    pub fn put(&mut self, table: &str, item: Json) {
        self.done("PutItem", json!({"TableName": table, "Item": item}));
    }

    /// The item of `One` with a key; null where there is none.
    pub fn item(&mut self, pk: &str) -> Json {
        self.done("GetItem", json!({"TableName": "One", "Key": {"pk": {"S": pk}}}))["Item"].clone()
    }

    /// A column of what a statement reads, whatever its type.
    pub fn column(&mut self, statement: &str, column: &str) -> Vec<String> {
        column_of(&self.run(statement), column)
    }

    /// Which items of `Two` a clause selects, as `pk/sk`, in the order of the answer.
    pub fn selected(&mut self, rest: &str) -> Vec<String> {
        let answer = self.run(&format!("SELECT pk, sk FROM \"Two\" WHERE {rest}"));
        let (pks, sks) = (column_of(&answer, "pk"), column_of(&answer, "sk"));
        pks.into_iter().zip(sks).map(|(pk, sk)| format!("{pk}/{sk}")).collect()
    }

    /// `CancellationReasons` of a refused transaction of statements.
    pub fn reasons(&mut self, statements: &[&str]) -> Json {
        let error = match self.ask("ExecuteTransaction", transaction(statements)) {
            Ok(answer) => panic!("{statements:?} was answered {answer}"),
            Err(error) => error,
        };
        assert_eq!(error.code(), "TransactionCanceledException", "{error}");
        let mut writer = JsonWriter::default();
        writer.begin_object();
        error.write_members(&mut writer);
        writer.end_object();
        let members: Json = serde_json::from_slice(&writer.into_bytes()).expect("members are JSON");
        members["CancellationReasons"].clone()
    }

    /// The codes of those reasons.
    pub fn codes(&mut self, statements: &[&str]) -> Vec<String> {
        let reasons = self.reasons(statements);
        reasons.as_array().unwrap().iter().map(|reason| reason["Code"].as_str().unwrap().to_owned()).collect()
    }
}

/// The body of a transaction.
pub fn transaction(statements: &[&str]) -> Json {
    let members: Vec<Json> = statements.iter().map(|text| json!({"Statement": text})).collect();
    json!({"TransactStatements": members})
}

/// A column of the items of an answer.
pub fn column_of(answer: &Json, column: &str) -> Vec<String> {
    let items = answer["Items"].as_array().unwrap();
    let text = |item: &Json| {
        let value = item[column].as_object().unwrap().values().next().unwrap();
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    items.iter().map(text).collect()
}
