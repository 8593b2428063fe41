//! A database with short ways to ask about the table that most tests use.

use std::ops::{Deref, DerefMut};

use dynacore::store::Store;
use dynacore::table::Settings;
use dynacore::testing;
pub use dynacore::testing::{number, text, units, with};
use serde_json::{Value as Json, json};

pub struct Database(testing::Database);

impl Database {
    pub fn new() -> Self {
        Self(testing::Database::new())
    }

    pub fn with(settings: Settings) -> Self {
        Self(testing::Database::with(settings))
    }

    pub fn over(settings: Settings, store: Box<dyn Store>) -> Self {
        Self(testing::Database::over(settings, store))
    }

    /// A database with the fleet.
    pub fn fleet() -> Self {
        let mut database = Self::new();
        database.done("CreateTable", &fleet());
        database
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
