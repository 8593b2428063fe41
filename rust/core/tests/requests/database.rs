//! A database with short ways to make tables.

use std::ops::{Deref, DerefMut};

use dynacore::table::Settings;
use dynacore::testing;
use serde_json::{Value as Json, json};

pub struct Database(testing::Database);

impl Database {
    pub fn new() -> Self {
        Self(testing::Database::new())
    }

    pub fn with(settings: Settings) -> Self {
        Self(testing::Database::with(settings))
    }

    /// Makes a table `name` on demand with a partition key `id` of type N.
    pub fn table(&mut self, name: &str) {
        self.done("CreateTable", &table(name));
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
    testing::with(body, [(member, value)].into_iter().collect())
}
