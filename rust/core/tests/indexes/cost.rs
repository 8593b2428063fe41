//! What a write asks of the store: one read, one commit, and a write for each index it changes.

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::{Asked, Count, CountingStore};
use serde_json::{Value as Json, json};

use crate::database::{Database, fleet, number, text};

struct Counted {
    database: Database,
    count: Count,
}

impl Counted {
    /// The fleet with so many cars, all in all indexes.
    fn new(cars: i64) -> Self {
        let (store, count) = CountingStore::new(MemoryStore::new());
        let mut database = Database::over(Settings::default(), Box::new(store));
        database.done("CreateTable", &fleet());
        let mut counted = Self { database, count };
        for s in 0..cars {
            counted.database.put(car(s, json!({})));
        }
        counted
    }

    /// What an operation asks of the store.
    fn asked(&mut self, operation: &str, body: &Json) -> Asked {
        self.count.take();
        self.database.done(operation, body);
        self.count.take()
    }
}

fn car(s: i64, changes: Json) -> Json {
    let whole = json!({
        "p": text("a"), "s": number(s), "year": number(s), "owner": text("Ada"), "state": text("new"),
        "country": text("DE"), "city": text("Bonn"), "street": text("Ring"), "house": number(s),
        "make": text("MINI"), "colour": text("red"),
    });
    crate::database::with(&whole, changes)
}

fn put(s: i64, changes: Json) -> Json {
    json!({ "TableName": "fleet", "Item": car(s, changes) })
}

#[test]
fn a_write_touches_only_the_indexes_it_changes() {
    let mut counted = Counted::new(10);
    for (changes, puts, deletes) in [
        (json!({}), 1, 0),
        // The index with all attributes follows every change.
        (json!({ "colour": text("blue") }), 2, 0),
        (json!({ "make": text("Opel") }), 4, 0),
        (json!({ "state": text("sold") }), 3, 1),
        (json!({ "house": number(99) }), 3, 1),
        (json!({ "owner": null }), 1, 1),
    ] {
        counted.asked("PutItem", &put(3, json!({})));
        let asked = counted.asked("PutItem", &put(3, changes.clone()));
        assert_eq!(asked, Asked { gets: 1, commits: 1, puts, deletes, ..Asked::default() }, "{changes}");
    }
    let delete = json!({ "TableName": "fleet", "Key": { "p": text("a"), "s": number(4) } });
    let asked = counted.asked("DeleteItem", &delete);
    assert_eq!(asked, Asked { gets: 1, commits: 1, deletes: 5, ..Asked::default() });
    let asked = counted.asked("DeleteItem", &delete);
    assert_eq!(asked, Asked { gets: 1, ..Asked::default() });
}

#[test]
fn what_an_operation_asks_does_not_grow_with_the_table() {
    let (mut small, mut large) = (Counted::new(20), Counted::new(2_000));
    let query = json!({
        "TableName": "fleet", "IndexName": "by_owner", "KeyConditionExpression": "#o = :o AND #y > :y", "Limit": 5,
        "ExpressionAttributeNames": { "#o": "owner", "#y": "year" },
        "ExpressionAttributeValues": { ":o": text("Ada"), ":y": number(7) },
    });
    for (operation, body) in [
        ("PutItem", put(5, json!({ "state": text("sold"), "year": number(1) }))),
        ("PutItem", put(5_000, json!({}))),
        ("Query", query),
        ("Scan", json!({ "TableName": "fleet", "IndexName": "by_state", "Limit": 5 })),
    ] {
        assert_eq!(small.asked(operation, &body), large.asked(operation, &body), "{operation} {body}");
    }
}
