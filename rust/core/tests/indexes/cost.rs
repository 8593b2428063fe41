//! What a write asks of the store: one read, one commit, and a write for each index it changes.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use dynacore::store::{
    Batch, Direction, Entry, KeyRange, MemoryStore, Read, Sequence, Space, Store, StoreError, Write,
};
use dynacore::table::Settings;
use serde_json::{Value as Json, json};

use crate::database::{Database, fleet, number, text};

/// What was asked of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Asked {
    gets: u64,
    scans: u64,
    /// Entries that scans visited.
    visited: u64,
    commits: u64,
    puts: u64,
    deletes: u64,
}

/// A store that counts.
struct CountingStore {
    inner: MemoryStore,
    asked: Arc<Mutex<Asked>>,
}

impl CountingStore {
    fn count(&self, change: impl FnOnce(&mut Asked)) {
        change(&mut self.asked.lock().unwrap());
    }
}

impl Read for CountingStore {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Entry>, StoreError> {
        self.count(|asked| asked.gets += 1);
        self.inner.get(space, key)
    }

    fn scan(
        &self,
        space: Space,
        range: KeyRange<'_>,
        direction: Direction,
        visit: &mut dyn FnMut(&Entry) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.count(|asked| asked.scans += 1);
        self.inner.scan(space, range, direction, &mut |entry| {
            self.count(|asked| asked.visited += 1);
            visit(entry)
        })
    }
}

impl Store for CountingStore {
    fn commit(&mut self, batch: Batch) -> Result<Sequence, StoreError> {
        self.count(|asked| asked.commits += 1);
        for write in &batch.writes {
            self.count(|asked| match write {
                Write::Put(..) => asked.puts += 1,
                Write::Delete(..) => asked.deletes += 1,
                Write::Clear(_) => {}
            });
        }
        self.inner.commit(batch)
    }

    fn reclaim(&mut self, entries: usize) -> bool {
        self.inner.reclaim(entries)
    }

    fn sequence(&self) -> Sequence {
        self.inner.sequence()
    }

    fn snapshot(&self) -> Box<dyn Read + Send + Sync> {
        self.inner.snapshot()
    }
}

struct Counted {
    database: Database,
    asked: Arc<Mutex<Asked>>,
}

impl Counted {
    /// The fleet with so many cars, all in all indexes.
    fn new(cars: i64) -> Self {
        let asked = Arc::new(Mutex::new(Asked::default()));
        let store = CountingStore { inner: MemoryStore::new(), asked: Arc::clone(&asked) };
        let mut database = Database::over(Settings::default(), Box::new(store));
        database.done("CreateTable", &fleet());
        let mut counted = Self { database, asked };
        for s in 0..cars {
            counted.database.put(car(s, json!({})));
        }
        counted
    }

    /// What an operation asks of the store.
    fn asked(&mut self, operation: &str, body: &Json) -> Asked {
        *self.asked.lock().unwrap() = Asked::default();
        self.database.done(operation, body);
        *self.asked.lock().unwrap()
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
