//! Random requests, and what they make of the tables.

use std::collections::BTreeMap;

use dynacore::random::Random;
use serde_json::{Value as Json, json};

use crate::database::Database;

const KEYS: u64 = 24;
const COLLECTIONS: u64 = 5;
const GROUPS: u64 = 4;
pub const TABLES: [&str; 2] = ["left", "right"];

/// Which number the item of each table and key has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State(BTreeMap<(&'static str, u64), u64>);

impl State {
    /// What a database holds.
    pub fn read(database: &mut Database) -> Self {
        let mut state = Self::default();
        for table in TABLES {
            for item in database.scan(table, None) {
                state.0.insert((table, number(&item["s"])), number(&item["n"]));
            }
        }
        state
    }
}

fn number(value: &Json) -> u64 {
    value["N"].as_str().expect("a number").parse().expect("a whole number")
}

#[derive(Debug)]
pub struct Request {
    pub operation: &'static str,
    pub body: Json,
}

/// Makes up requests.
pub struct Workload;

fn key(key: u64) -> Json {
    json!({ "p": { "S": format!("p{}", key % COLLECTIONS) }, "s": { "N": key.to_string() } })
}

fn item(random: &mut Random, of: u64, number: u64) -> Json {
    let mut item = key(of);
    item["g"] = json!({ "S": format!("g{}", number % GROUPS) });
    item["n"] = json!({ "N": number.to_string() });
    item["look"] = json!({ "L": [{ "N": of.to_string() }, { "N": (number % 7).to_string() }] });
    item["text"] = json!({ "S": "x".repeat(random.below(900) as usize) });
    item
}

fn table(random: &mut Random) -> &'static str {
    TABLES[random.below(TABLES.len() as u64) as usize]
}

impl Workload {
    pub fn new() -> Self {
        Self
    }

    /// The next request, and what follows from it.
    pub fn next(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        match random.below(10) {
            0..4 => self.put(random, number, state),
            4 => self.update(random, number, state),
            5 => self.delete(random, state),
            6 => self.batch(random, number, state),
            7 | 8 => self.transact(random, number, state),
            _ => self.transact_condition(random, number, state),
        }
    }

    pub fn put(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        let (table, of) = (table(random), random.below(KEYS));
        let mut state = state.clone();
        state.0.insert((table, of), number);
        let body = json!({ "TableName": table, "Item": item(random, of, number) });
        (Request { operation: "PutItem", body }, state)
    }

    /// Moves an item in its indexes, or makes one that has no vector.
    fn update(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        let (table, of) = (table(random), random.below(KEYS));
        let mut state = state.clone();
        state.0.insert((table, of), number);
        let body = json!({
            "TableName": table,
            "Key": key(of),
            "UpdateExpression": "SET n = :n, g = :g",
            "ExpressionAttributeValues":
                { ":n": { "N": number.to_string() }, ":g": { "S": format!("g{}", number % GROUPS) } },
        });
        (Request { operation: "UpdateItem", body }, state)
    }

    fn delete(&mut self, random: &mut Random, state: &State) -> (Request, State) {
        let (table, of) = (table(random), random.below(KEYS));
        let mut state = state.clone();
        state.0.remove(&(table, of));
        let body = json!({ "TableName": table, "Key": key(of) });
        (Request { operation: "DeleteItem", body }, state)
    }

    fn batch(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        let (table, first, mut state) = (table(random), random.below(KEYS - 6), state.clone());
        let mut writes = Vec::new();
        for of in first..first + 6 {
            if random.chance(70) {
                state.0.insert((table, of), number);
                writes.push(json!({ "PutRequest": { "Item": item(random, of, number) } }));
            } else {
                state.0.remove(&(table, of));
                writes.push(json!({ "DeleteRequest": { "Key": key(of) } }));
            }
        }
        let mut tables = json!({});
        tables[table] = writes.into();
        (Request { operation: "BatchWriteItem", body: json!({ "RequestItems": tables }) }, state)
    }

    /// Puts into both tables, or deletes in both.
    fn transact(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        let (mut state, mut actions) = (state.clone(), Vec::new());
        for of in [random.below(KEYS / 2), KEYS / 2 + random.below(KEYS / 2)] {
            let puts = random.chance(70);
            for table in TABLES {
                if puts {
                    state.0.insert((table, of), number);
                    let item = item(random, of, number);
                    actions.push(json!({ "Put": { "TableName": table, "Item": item } }));
                } else {
                    state.0.remove(&(table, of));
                    actions.push(json!({ "Delete": { "TableName": table, "Key": key(of) } }));
                }
            }
        }
        let body = json!({ "TransactItems": actions, "ClientRequestToken": format!("token-{number}") });
        (Request { operation: "TransactWriteItems", body }, state)
    }

    /// Writes on the left because the right is as the model has it.
    fn transact_condition(&mut self, random: &mut Random, number: u64, state: &State) -> (Request, State) {
        let of = random.below(KEYS);
        let check = match state.0.get(&("right", of)) {
            Some(right) => json!({
                "TableName": "right",
                "Key": key(of),
                "ConditionExpression": "n = :n",
                "ExpressionAttributeValues": { ":n": { "N": right.to_string() } },
            }),
            None => json!({
                "TableName": "right",
                "Key": key(of),
                "ConditionExpression": "attribute_not_exists(n)",
            }),
        };
        let mut state = state.clone();
        state.0.insert(("left", of), number);
        let put = json!({ "TableName": "left", "Item": item(random, of, number) });
        let body = json!({ "TransactItems": [{ "ConditionCheck": check }, { "Put": put }] });
        (Request { operation: "TransactWriteItems", body }, state)
    }
}
