//! Scans in several threads, while others write.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore_server::{Clock, Database};
use serde_json::{Value as Json, json};

const ITEMS: usize = 4_000;
const SEGMENTS: usize = 4;
/// How often each thread reads its segment.
const ROUNDS: usize = 5;

/// A table `events` with a key `id` of type S.
fn database() -> Arc<Database> {
    let database = Database::new(Settings::default(), Box::new(MemoryStore::new()), Clock::System, 7);
    let body = json!({
        "TableName": "events", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    });
    ask(&database, "CreateTable", &body);
    database
}

fn ask(database: &Database, operation: &str, body: &Json) -> Json {
    let reply = database.answer(&format!("DynamoDB_20120810.{operation}"), body.to_string().as_bytes());
    let answer = serde_json::from_slice(&reply.body).expect("an answer in JSON");
    assert_eq!(reply.status, 200, "{operation} {body}: {answer}");
    answer
}

fn put(database: &Database, id: &str, round: usize) {
    // Some pages of a megabyte.
    let item =
        json!({ "id": { "S": id }, "round": { "N": round.to_string() }, "more": { "S": "x".repeat(1_000) } });
    ask(database, "PutItem", &json!({ "TableName": "events", "Item": item }));
}

/// The ids of a segment, in the order of its pages.
fn segment(database: &Database, number: usize, total: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut body = json!({ "TableName": "events", "Segment": number, "TotalSegments": total });
    loop {
        let page = ask(database, "Scan", &body);
        let items = page["Items"].as_array().expect("a list of items");
        found.extend(items.iter().map(|item| item["id"]["S"].as_str().expect("a text").to_owned()));
        match &page["LastEvaluatedKey"] {
            Json::Null => return found,
            key => body["ExclusiveStartKey"] = key.clone(),
        }
    }
}

#[test]
fn segments_are_together_the_table_whoever_writes_meanwhile() {
    let database = database();
    let fixed = |number: usize| format!("fixed-{number}");
    (0..ITEMS).for_each(|number| put(&database, &fixed(number), 0));
    let all: BTreeSet<String> = (0..ITEMS).map(fixed).collect();
    let reading = AtomicUsize::new(SEGMENTS);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut round = 0;
            while reading.load(Ordering::Relaxed) > 0 {
                round += 1;
                put(&database, &fixed(round * 31 % ITEMS), round);
                put(&database, &format!("passing-{round}"), round);
                let key = json!({ "id": { "S": format!("passing-{}", round / 2) } });
                ask(&database, "DeleteItem", &json!({ "TableName": "events", "Key": key }));
            }
            round
        });
        let readers: Vec<_> = (0..SEGMENTS)
            .map(|number| {
                let (database, reading) = (&database, &reading);
                scope.spawn(move || {
                    let rounds: Vec<_> = (0..ROUNDS).map(|_| segment(database, number, SEGMENTS)).collect();
                    reading.fetch_sub(1, Ordering::Relaxed);
                    rounds
                })
            })
            .collect();
        let read: Vec<Vec<Vec<String>>> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
        for round in 0..ROUNDS {
            let ids = read.iter().flat_map(|segment| &segment[round]);
            let mut fixed: Vec<&String> = ids.filter(|id| id.starts_with("fixed")).collect();
            fixed.sort_unstable();
            assert!(fixed.into_iter().eq(&all), "round {round}");
        }
        assert!(writer.join().unwrap() > 0);
    });
}

/// A transaction is in a page as a whole or not at all.
#[test]
fn a_page_is_of_one_moment() {
    let database = database();
    let item = |number: usize, round: usize| json!({ "id": { "S": format!("item-{number}") }, "round": { "N": round.to_string() } });
    for number in 0..2_000 {
        ask(&database, "PutItem", &json!({ "TableName": "events", "Item": item(number, 0) }));
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !is_over.load(Ordering::Relaxed) {
                round += 1;
                let put = |number: usize| json!({ "Put": { "TableName": "events", "Item": item(number * 20, round) } });
                let puts: Vec<Json> = (0..100).map(put).collect();
                ask(&database, "TransactWriteItems", &json!({ "TransactItems": puts }));
            }
        });
        for _ in 0..50 {
            let page = ask(&database, "Scan", &json!({ "TableName": "events", "ConsistentRead": true }));
            let written =
                |item: &&Json| item["id"]["S"].as_str().unwrap()[5..].parse::<usize>().unwrap() % 20 == 0;
            let items = page["Items"].as_array().unwrap();
            let rounds: BTreeSet<&str> =
                items.iter().filter(written).map(|item| item["round"]["N"].as_str().unwrap()).collect();
            assert_eq!((items.len(), rounds.len()), (2_000, 1), "{rounds:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
