//! The table of these tests: cars with a picture's embedding of three dimensions.

use serde_json::{Value as Json, json};

use crate::database::{attributes, keys, with};

/// A vector index named `by_look`, without a search schema.
pub fn by_look() -> Json {
    json!({
        "IndexName": "by_look",
        "VectorAttribute": { "AttributeName": "look" },
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
        "Projection": { "ProjectionType": "ALL" },
    })
}

/// One that is divided by `make` and can be filtered by `year`.
pub fn by_make() -> Json {
    let schema = json!([
        { "AttributeName": "make", "SearchSchemaElementType": "HASH" },
        { "AttributeName": "year", "SearchSchemaElementType": "INLINE_FILTER" },
    ]);
    with(&by_look(), json!({ "IndexName": "by_make", "SearchSchema": schema }))
}

/// A table on demand with these vector indexes.
pub fn cars(indexes: Json, definitions: &[(&str, &str)]) -> Json {
    let definitions: Vec<(&str, &str)> = [("p", "S")].iter().chain(definitions).copied().collect();
    json!({
        "TableName": "cars",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes(&definitions),
        "KeySchema": keys("p"),
        "VectorIndexes": indexes,
    })
}

/// The attributes that `by_make` searches by.
pub const SEARCHED: [(&str, &str); 2] = [("make", "S"), ("year", "N")];

/// A vector as an attribute.
pub fn list(vector: &[&str]) -> Json {
    json!({ "L": elements(vector) })
}

/// A vector as `SearchVector`.
pub fn elements(vector: &[&str]) -> Json {
    vector.iter().map(|number| json!({ "N": number })).collect()
}

/// A put of a car.
pub fn put(item: Json) -> Json {
    json!({ "TableName": "cars", "Item": item, "ReturnConsumedCapacity": "INDEXES" })
}

/// A search of `by_look` for what is near to 1, 0, 0.
pub fn search(members: Json) -> Json {
    let body = json!({
        "TableName": "cars", "IndexName": "by_look", "SearchVector": elements(&["1", "0", "0"]), "TopK": 10,
    });
    with(&body, members)
}
