//! Eventually consistent reads that see former states.

use std::collections::BTreeSet;
use std::time::Duration;

use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, fleet, number, text};

fn stale_fleet() -> Database {
    let settings = Settings { stale_reads: Duration::from_secs(10), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &fleet());
    database
}

fn car(s: i64, year: i64) -> Json {
    json!({ "p": text("a"), "s": number(s), "year": number(year), "make": text("x"), "colour": number(year) })
}

fn key(s: i64) -> Json {
    json!({ "p": text("a"), "s": number(s) })
}

/// The year in which a read sees car 1; none where it does not see it.
fn year(database: &mut Database, consistent: bool) -> Option<i64> {
    let get = json!({ "TableName": "fleet", "Key": key(1), "ConsistentRead": consistent });
    let answer = database.done("GetItem", &get);
    answer.get("Item").map(|item| item["year"]["N"].as_str().unwrap().parse().unwrap())
}

fn years(database: &mut Database) -> BTreeSet<Option<i64>> {
    (0..60).map(|_| year(database, false)).collect()
}

#[test]
fn a_read_sees_any_state_within_the_window_and_none_before_it() {
    let mut database = stale_fleet();
    for round in 0..4 {
        database.put(car(1, round));
        assert_eq!(year(&mut database, true), Some(round));
        database.wait(4);
    }
    // Written 16, 12, 8 and 4 seconds ago: ten seconds ago, the second was there.
    assert_eq!(years(&mut database), [1, 2, 3].map(Some).into());
    database.wait(6);
    assert_eq!(years(&mut database), [Some(3)].into());
}

#[test]
fn a_later_read_may_see_an_earlier_state() {
    let mut database = stale_fleet();
    for round in 0..3 {
        database.put(car(1, round));
    }
    let seen: Vec<Option<i64>> = (0..60).map(|_| year(&mut database, false)).collect();
    assert!(seen.windows(2).any(|two| two[1] < two[0]), "{seen:?}");
}

#[test]
fn an_item_may_not_be_there_yet_or_still_be_there() {
    let mut database = stale_fleet();
    database.put(car(1, 0));
    assert_eq!(years(&mut database), [None, Some(0)].into());
    database.wait(10);
    database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": key(1) }));
    assert_eq!(year(&mut database, true), None);
    assert_eq!(years(&mut database), [None, Some(0)].into());
}

/// Each item of a page by itself; a deleted one stands where it stood.
#[test]
fn a_page_mixes_states_in_the_order_of_the_keys() {
    let mut database = stale_fleet();
    for s in 0..6 {
        database.put(car(s, 0));
    }
    database.wait(10);
    for s in [0, 3, 5] {
        database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": key(s) }));
    }
    let mut lengths = BTreeSet::new();
    for forward in [true, false] {
        for _ in 0..60 {
            let query = json!({
                "TableName": "fleet", "KeyConditionExpression": "p = :p", "ScanIndexForward": forward,
                "ExpressionAttributeValues": { ":p": text("a") },
            });
            let answer = database.done("Query", &query);
            let items = answer["Items"].as_array().unwrap();
            let mut numbers: Vec<&str> = items.iter().map(|item| item["s"]["N"].as_str().unwrap()).collect();
            if !forward {
                numbers.reverse();
            }
            assert!(numbers.is_sorted(), "{numbers:?}");
            assert!(["1", "2", "4"].iter().all(|there| numbers.contains(there)), "{numbers:?}");
            lengths.insert(numbers.len());
        }
    }
    assert_eq!(lengths, [3, 4, 5, 6].into());
}

/// A page may end behind an item that is gone, and the next one begins there.
#[test]
fn a_page_goes_on_behind_an_item_that_is_gone() {
    let mut database = stale_fleet();
    for s in 0..9 {
        database.put(car(s, 0));
    }
    database.wait(10);
    for s in 0..9 {
        database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": key(s) }));
    }
    let mut ended_behind_ghosts = 0;
    for _ in 0..20 {
        let mut scan = json!({ "TableName": "fleet", "Limit": 1 });
        let mut seen = Vec::new();
        loop {
            let answer = database.done("Scan", &scan);
            seen.extend(answer["Items"].as_array().unwrap().iter().map(|item| item["s"].to_string()));
            let Some(last) = answer.get("LastEvaluatedKey") else { break };
            ended_behind_ghosts += 1;
            scan["ExclusiveStartKey"] = last.clone();
        }
        assert!(seen.is_sorted(), "{seen:?}");
    }
    assert!(ended_behind_ghosts > 20);
}

/// A local index gives whole items: as they were when the entry was.
#[test]
fn a_local_index_fetches_the_item_of_its_entrys_moment() {
    let mut database = stale_fleet();
    for round in 0..3 {
        database.put(car(1, round));
    }
    database.done("DeleteItem", &json!({ "TableName": "fleet", "Key": key(1) }));
    let mut seen = BTreeSet::new();
    for _ in 0..60 {
        let query = json!({
            "TableName": "fleet", "IndexName": "by_year", "KeyConditionExpression": "p = :p",
            "ExpressionAttributeValues": { ":p": text("a") }, "Select": "ALL_ATTRIBUTES",
        });
        for item in database.done("Query", &query)["Items"].as_array().unwrap() {
            assert_eq!(item["year"], item["colour"]);
            seen.insert(item["year"]["N"].to_string());
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn strong_reads_of_a_local_index_see_the_latest() {
    let mut database = stale_fleet();
    for round in 0..9 {
        database.put(car(1, round));
        let scan = json!({ "TableName": "fleet", "IndexName": "by_year", "ConsistentRead": true });
        assert_eq!(database.done("Scan", &scan)["Items"][0]["year"], number(round));
    }
}

/// Keys and writes: a write always works on the latest state, whatever reads see.
#[test]
fn conditions_see_the_latest_state() {
    let mut database = stale_fleet();
    for round in 0..40 {
        let update = json!({
            "TableName": "fleet", "Key": key(1), "UpdateExpression": "SET #y = :next", "ReturnValues": "ALL_NEW",
            "ConditionExpression": "attribute_not_exists(#y) OR #y = :now",
            "ExpressionAttributeNames": { "#y": "year" },
            "ExpressionAttributeValues": { ":next": number(round + 1), ":now": number(round) },
        });
        assert_eq!(database.done("UpdateItem", &update)["Attributes"]["year"], number(round + 1));
    }
}

#[test]
fn a_batch_is_stale_where_it_is_not_consistent() {
    let mut database = stale_fleet();
    for round in 0..5 {
        database.put(car(1, round));
    }
    let mut ask = |consistent: bool| -> BTreeSet<String> {
        let keys = json!({ "Keys": [key(1)], "ConsistentRead": consistent });
        let batch = json!({ "RequestItems": { "fleet": keys } });
        (0..60).map(|_| database.done("BatchGetItem", &batch)["Responses"]["fleet"].to_string()).collect()
    };
    assert_eq!(ask(true).len(), 1);
    assert_eq!(ask(false).len(), 6, "five states, and the one before all of them");
}

/// What no read may see any more is let go, also when nothing happens.
#[test]
fn the_past_is_forgotten() {
    let mut database = stale_fleet();
    for round in 0..3_000 {
        database.put(car(round % 7, round));
    }
    let forgets = database.engine.next_event_at().unwrap();
    assert_eq!(forgets, database.now + Duration::from_secs(10));
    database.engine.tick(forgets).unwrap();
    assert_eq!(database.engine.next_event_at(), None);
}

#[test]
fn transactions_see_the_latest_state_and_leave_former_ones() {
    let mut database = stale_fleet();
    for round in 0..5 {
        let put = json!({ "Put": { "TableName": "fleet", "Item": car(1, round) } });
        database.done("TransactWriteItems", &json!({ "TransactItems": [put] }));
    }
    let get = json!({ "TransactItems": [{ "Get": { "TableName": "fleet", "Key": key(1) } }] });
    for _ in 0..60 {
        let answer = database.done("TransactGetItems", &get);
        assert_eq!(answer["Responses"][0]["Item"]["year"], number(4));
    }
    assert_eq!(years(&mut database).len(), 6, "five states, and the one before all of them");
}
