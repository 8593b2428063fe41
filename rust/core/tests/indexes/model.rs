//! Random writes against a model that makes every index anew from its table.

use std::collections::BTreeMap;
use std::time::Duration;

use dynacore::table::Settings;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::database::{Database, attributes, fleet, index, number, text};

type Item = Map<String, Json>;

/// An index as the model knows it: name, partition attributes, sort attributes, projected ones (none for all).
struct Known {
    name: &'static str,
    partition: &'static [&'static str],
    sort: &'static [&'static str],
    included: Option<&'static [&'static str]>,
}

const INDEXES: [Known; 5] = [
    Known { name: "by_year", partition: &["p"], sort: &["year"], included: Some(&["make"]) },
    Known { name: "by_owner", partition: &["owner"], sort: &["year"], included: None },
    Known { name: "by_state", partition: &["state"], sort: &[], included: Some(&[]) },
    Known {
        name: "by_place",
        partition: &["country", "city"],
        sort: &["street", "house"],
        included: Some(&["make"]),
    },
    // Comes and goes.
    Known { name: "late", partition: &["make"], sort: &["s"], included: None },
];

impl Known {
    fn keys(&self) -> impl Iterator<Item = &&'static str> {
        self.partition.iter().chain(self.sort)
    }

    /// The entry an item has.
    fn entry(&self, item: &Item) -> Option<Item> {
        if !self.keys().all(|name| item.get(*name).is_some_and(|value| fits(name, value))) {
            return None;
        }
        let Some(included) = self.included else { return Some(item.clone()) };
        let has = |name: &str| {
            ["p", "s"].contains(&name) || included.contains(&name) || self.keys().any(|key| *key == name)
        };
        Some(
            item.iter()
                .filter(|(name, _)| has(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }
}

/// Whether a value can be the key attribute of that name; `make` may have been written before its index was made.
fn fits(name: &str, value: &Json) -> bool {
    if ["s", "year", "house"].contains(&name) {
        value.get("N").is_some()
    } else {
        value["S"].as_str().is_some_and(|text| !text.is_empty())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(Item),
    Update { key: (u8, u8), name: &'static str, value: Option<Json> },
    Delete((u8, u8)),
    Batch(Vec<Item>),
    MakeIndex,
    RemoveIndex,
    Wait(u64),
}

fn item_key((p, s): (u8, u8)) -> Item {
    let key = json!({ "p": text(["a", "b", "c"][usize::from(p)]), "s": number(i64::from(s)) });
    key.as_object().unwrap().clone()
}

fn key() -> impl Strategy<Value = (u8, u8)> {
    (0..3_u8, 0..4_u8)
}

/// An attribute and a value of its type from a few, so that keys collide and values repeat.
fn attribute() -> impl Strategy<Value = (&'static str, Json)> {
    let texts = prop::sample::select(vec!["owner", "state", "country", "city", "street", "make", "colour"]);
    let numbers = prop::sample::select(vec!["year", "house"]);
    prop_oneof![
        3 => (texts, 0..3_usize).prop_map(|(name, value)| (name, text(["x", "y", "x\0y"][value]))),
        1 => (numbers, -1..3_i64).prop_map(|(name, value)| (name, number(value))),
        // Nothing forbids these where `make` is not a key.
        1 => (0..2_usize).prop_map(|value| ("make", [text(""), number(1)][value].clone())),
    ]
}

fn item() -> impl Strategy<Value = Item> {
    (key(), prop::collection::vec(attribute(), 0..9)).prop_map(|(key, attributes)| {
        let mut item = item_key(key);
        item.extend(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)));
        item
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => item().prop_map(Step::Put),
        6 => (key(), attribute(), any::<bool>()).prop_map(|(key, (name, value), set)| {
            Step::Update { key, name, value: set.then_some(value) }
        }),
        2 => key().prop_map(Step::Delete),
        2 => prop::collection::vec(item(), 1..6).prop_map(Step::Batch),
        1 => Just(Step::MakeIndex),
        1 => Just(Step::RemoveIndex),
        2 => (1..4_u64).prop_map(Step::Wait),
    ]
}

/// The table as the model sees it.
#[derive(Default)]
struct Model {
    items: BTreeMap<(String, i64), Item>,
}

fn model_key(item: &Item) -> (String, i64) {
    (item["p"]["S"].as_str().unwrap().to_owned(), item["s"]["N"].as_str().unwrap().parse().unwrap())
}

fn run(database: &mut Database, model: &mut Model, step: &Step) {
    match step {
        Step::Put(item) => {
            if database.ask("PutItem", &json!({ "TableName": "fleet", "Item": item })).is_ok() {
                model.items.insert(model_key(item), item.clone());
            }
        }
        Step::Update { key, name, value } => {
            let mut body = json!({
                "TableName": "fleet", "Key": item_key(*key), "UpdateExpression": "REMOVE #n",
                "ExpressionAttributeNames": { "#n": name },
            });
            if let Some(value) = value {
                body["UpdateExpression"] = "SET #n = :v".into();
                body["ExpressionAttributeValues"] = json!({ ":v": value });
            }
            if database.ask("UpdateItem", &body).is_ok() {
                let key = item_key(*key);
                let item = model.items.entry(model_key(&key));
                match value {
                    Some(value) => drop(item.or_insert(key).insert((*name).to_owned(), value.clone())),
                    // What only removes makes no item.
                    None => drop(item.and_modify(|item| drop(item.remove(*name)))),
                }
            }
        }
        Step::Delete(key) => {
            let key = item_key(*key);
            database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": key }));
            model.items.remove(&model_key(&key));
        }
        Step::Batch(items) => {
            let puts: Vec<Json> =
                items.iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
            if database.ask("BatchWriteItem", &json!({ "RequestItems": { "fleet": puts } })).is_ok() {
                model.items.extend(items.iter().map(|item| (model_key(item), item.clone())));
            }
        }
        Step::MakeIndex => {
            let create = json!({
                "TableName": "fleet", "AttributeDefinitions": attributes(&[("make", "S"), ("s", "N")]),
                "GlobalSecondaryIndexUpdates": [{ "Create": index("late", "make|s", "ALL") }],
            });
            let _ = database.ask("UpdateTable", &create);
        }
        Step::RemoveIndex => {
            let delete = json!({
                "TableName": "fleet", "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": "late" } }],
            });
            let _ = database.ask("UpdateTable", &delete);
        }
        Step::Wait(seconds) => database.wait(*seconds),
    }
}

fn ordered(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by_key(|item| Json::Object(item.clone()).to_string());
    items
}

fn items(answer: &Json) -> Vec<Item> {
    answer["Items"].as_array().unwrap().iter().map(|item| item.as_object().unwrap().clone()).collect()
}

/// All pages of a read, in pages of so many items.
fn pages(database: &mut Database, operation: &str, body: &Json, limit: usize) -> Vec<Item> {
    let mut body = body.clone();
    body["Limit"] = limit.into();
    let mut all = Vec::new();
    loop {
        let answer = database.done(operation, &body);
        all.extend(items(&answer));
        match answer.get("LastEvaluatedKey") {
            None => return all,
            Some(key) => body["ExclusiveStartKey"] = key.clone(),
        }
    }
}

/// A key attribute's value as it sorts.
fn rank(value: &Json) -> (i64, Vec<u8>) {
    match value["N"].as_str() {
        Some(number) => (number.parse().unwrap(), Vec::new()),
        None => (0, value["S"].as_str().unwrap().as_bytes().to_vec()),
    }
}

/// The index holds what the model says, in any paging, and its counts are right.
fn check_contents(database: &mut Database, model: &Model, known: &Known) -> bool {
    let scan = json!({ "TableName": "fleet", "IndexName": known.name });
    let Ok(answer) = database.ask("Scan", &scan) else {
        assert_eq!(known.name, "late", "the others are always there");
        return false;
    };
    let expected: Vec<Item> = model.items.values().filter_map(|item| known.entry(item)).collect();
    let found = items(&answer);
    assert_eq!(ordered(found.clone()), ordered(expected.clone()), "{}", known.name);
    assert_eq!(pages(database, "Scan", &scan, 2), found, "{} in pages", known.name);
    let index = database.describe_index(known.name);
    if !index.is_null() {
        assert_eq!(index["ItemCount"], expected.len(), "{}", known.name);
        assert_eq!(index["IndexSizeBytes"].as_i64().unwrap() == 0, expected.is_empty());
    }
    true
}

/// Queries for the partition of an entry, with a condition that its first sort attribute fulfils.
fn check_queries(database: &mut Database, model: &Model, known: &Known, operator: &str) {
    let entries: Vec<Item> = model.items.values().filter_map(|item| known.entry(item)).collect();
    for entry in &entries {
        let mut conditions: Vec<String> =
            known.partition.iter().enumerate().map(|(at, _)| format!("#k{at} = :k{at}")).collect();
        let mut names: Item =
            known.partition.iter().enumerate().map(|(at, name)| (format!("#k{at}"), json!(name))).collect();
        let mut values: Item = known
            .partition
            .iter()
            .enumerate()
            .map(|(at, name)| (format!(":k{at}"), entry[*name].clone()))
            .collect();
        let sort = known.sort.first().filter(|_| !operator.is_empty());
        if let Some(sort) = sort {
            conditions.push(format!("#s {operator} :s"));
            names.insert("#s".to_owned(), json!(sort));
            values.insert(":s".to_owned(), entry[*sort].clone());
        }
        let query = |forward: bool| {
            json!({
                "TableName": "fleet", "IndexName": known.name, "KeyConditionExpression": conditions.join(" AND "),
                "ExpressionAttributeNames": names, "ExpressionAttributeValues": values, "ScanIndexForward": forward,
            })
        };
        let selected = |other: &&Item| {
            let same = known.partition.iter().all(|name| other[*name] == entry[*name]);
            let ordering = sort.map(|sort| rank(&other[*sort]).cmp(&rank(&entry[*sort])));
            same && ordering.is_none_or(|ordering| match operator {
                "=" => ordering.is_eq(),
                "<" => ordering.is_lt(),
                "<=" => ordering.is_le(),
                ">" => ordering.is_gt(),
                _ => ordering.is_ge(),
            })
        };
        let expected: Vec<Item> = entries.iter().filter(selected).cloned().collect();
        let forward = pages(database, "Query", &query(true), 100);
        assert_eq!(ordered(forward.clone()), ordered(expected), "{}", query(true));
        assert!(forward.is_sorted_by_key(|item| -> Vec<_> {
            known.sort.iter().map(|name| rank(&item[*name])).collect()
        }));
        let mut backward = pages(database, "Query", &query(false), 1);
        backward.reverse();
        assert_eq!(backward, forward, "{}", query(false));
        assert_eq!(pages(database, "Query", &query(true), 2), forward);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    #[test]
    fn every_index_is_what_its_table_makes_it(
        steps in prop::collection::vec(step(), 1..40),
        operator in prop::sample::select(vec!["", "=", "<", "<=", ">", ">="]),
    ) {
        let settings = Settings {
            table_transition: Duration::from_secs(1),
            backfill_items_per_second: Some(3),
            ..Settings::default()
        };
        let mut database = Database::with(settings);
        database.done("CreateTable", &fleet());
        database.wait(1);
        let mut model = Model::default();
        for step in &steps {
            run(&mut database, &mut model, step);
            for known in &INDEXES {
                check_contents(&mut database, &model, known);
            }
        }
        database.wait(100);
        for known in &INDEXES {
            if check_contents(&mut database, &model, known) {
                check_queries(&mut database, &model, known, operator);
            }
        }
        let stored = items(&database.done("Scan", &json!({ "TableName": "fleet" })));
        prop_assert_eq!(ordered(stored), ordered(model.items.into_values().collect()));
    }
}
