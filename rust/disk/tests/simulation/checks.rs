//! What must hold of a database whatever happened to it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::database::Database;
use crate::workload::TABLES;

/// Every index is what its table makes it, every stream tells how it came about, and counts are exact.
pub fn check(database: &mut Database) {
    for table in TABLES {
        let items = database.scan(table, None);
        let shards = database.records(table);
        assert!(shards.len() > 1, "a table on demand has several partitions");
        let replayed: Vec<Json> = shards.iter().flat_map(|records| replayed(records)).collect();
        assert_eq!(sorted(&replayed, &[]), sorted(&items, &[]), "{table}'s stream");
        let by_group = database.scan(table, Some("by-g"));
        assert_eq!(sorted(&by_group, &[]), sorted(&items, &[]), "{table} by-g");
        let (local, keys) = (database.scan(table, Some("local")), ["p", "s", "n"]);
        assert_eq!(sorted(&local, &keys), sorted(&items, &keys), "{table} local");
        let vectors: Vec<Json> = items.iter().filter(|item| !item["look"].is_null()).cloned().collect();
        let body = json!({
            "TableName": table,
            "IndexName": "by-look",
            "SearchVector": [{ "N": "0" }, { "N": "0" }],
            "TopK": 100,
        });
        let answer = database.ask("SearchVectors", &body).unwrap();
        let found = answer["SearchResults"].as_array().unwrap().iter();
        let found: Vec<Json> = found.map(|result| result["Item"].clone()).collect();
        assert_eq!(sorted(&found, &["p", "s"]), sorted(&vectors, &["p", "s"]), "{table} by-look");
        let description = database.ask("DescribeTable", &json!({ "TableName": table })).unwrap();
        let description = &description["Table"];
        assert_eq!(description["ItemCount"], items.len(), "{table}");
        for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes"] {
            let index = &description[kind][0];
            let entries = if kind == "VectorIndexes" { vectors.len() } else { items.len() };
            assert_eq!(index["ItemCount"], entries, "{table} {}", index["IndexName"]);
        }
    }
}

/// The items that the records of a shard leave, each of which goes on from what those before it left.
fn replayed(records: &[Json]) -> Vec<Json> {
    let mut items = BTreeMap::new();
    let mut last = String::new();
    for record in records {
        let change = &record["dynamodb"];
        let number = change["SequenceNumber"].as_str().unwrap();
        assert!(*last < *number, "{last} then {number}");
        number.clone_into(&mut last);
        let key = change["Keys"].to_string();
        let old: Option<Json> = items.remove(&key);
        assert_eq!(old.unwrap_or_default(), change["OldImage"], "before {number}");
        if !change["NewImage"].is_null() {
            items.insert(key, change["NewImage"].clone());
        }
    }
    items.into_values().collect()
}

/// The items as text, in order; of those attributes, if any are named.
fn sorted(items: &[Json], of: &[&str]) -> Vec<String> {
    let text = |item: &Json| match of {
        [] => item.to_string(),
        of => of.iter().map(|name| format!("{name} {} ", item[name])).collect(),
    };
    let mut texts: Vec<String> = items.iter().map(text).collect();
    texts.sort_unstable();
    texts
}
