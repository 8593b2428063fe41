//! A database with short ways to run statements, and the tables that the tests use.

use std::ops::{Deref, DerefMut};

use dynacore::testing;
use serde_json::{Value as Json, json};

pub struct Database(testing::Database);

impl Database {
    /// With the tables `One` (key `pk`), `Two` (key `pk` and `sk`), and `Num` (a number `pk`).
    pub fn new() -> Self {
        let mut database = Self(testing::Database::new());
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
            &json!({
                "TableName": name, "KeySchema": schema, "AttributeDefinitions": attributes,
                "BillingMode": "PAY_PER_REQUEST",
            }),
        );
    }

    /// The answer of a statement that succeeds.
    pub fn run(&mut self, statement: &str) -> Json {
        self.done("ExecuteStatement", &json!({"Statement": statement}))
    }

    /// The answer of a statement with parameters that succeeds.
    pub fn run_with(&mut self, statement: &str, parameters: Json) -> Json {
        self.done("ExecuteStatement", &json!({"Statement": statement, "Parameters": parameters}))
    }

    /// The text with which a statement is refused as invalid.
    pub fn statement_invalid(&mut self, statement: &str) -> String {
        self.statement_invalid_with(statement, Json::Null)
    }

    pub fn statement_invalid_with(&mut self, statement: &str, parameters: Json) -> String {
        self.invalid("ExecuteStatement", &json!({"Statement": statement, "Parameters": parameters}))
    }

    /// Asserts the refusal of each statement.
    pub fn assert_invalid(&mut self, cases: &[(&str, &str)]) {
        for (statement, text) in cases {
            assert_eq!(self.statement_invalid(statement), *text, "{statement}");
        }
    }

    pub fn put(&mut self, table: &str, item: Json) {
        self.done("PutItem", &json!({"TableName": table, "Item": item}));
    }

    /// The item of `One` with a key; null where there is none.
    pub fn item(&mut self, pk: &str) -> Json {
        self.done("GetItem", &json!({"TableName": "One", "Key": {"pk": {"S": pk}}}))["Item"].clone()
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
        let error = self.refusal("ExecuteTransaction", &transaction(statements));
        assert_eq!(error.code(), "TransactionCanceledException", "{error}");
        testing::members(&error)["CancellationReasons"].clone()
    }

    /// The codes of those reasons.
    pub fn codes(&mut self, statements: &[&str]) -> Vec<String> {
        let reasons = self.reasons(statements);
        reasons.as_array().unwrap().iter().map(|reason| reason["Code"].as_str().unwrap().to_owned()).collect()
    }
}

impl Deref for Database {
    type Target = testing::Database;

    fn deref(&self) -> &testing::Database {
        &self.0
    }
}

impl DerefMut for Database {
    fn deref_mut(&mut self) -> &mut testing::Database {
        &mut self.0
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
