//! Random writes, reads and steps of time against a model that knows every state there was.

use std::collections::BTreeMap;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::testing::FaultyStore;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::database::{Database, attributes, fleet, index, number, text};

type Item = Map<String, Json>;
type Key = (u8, u8);

#[derive(Clone, Debug)]
enum Step {
    Put(Key, Item),
    Remove(Key, &'static str),
    Delete(Key),
    Batch(Vec<(Key, Item)>),
    Wait(u64),
    MakeIndex,
    DropIndex,
    Get(Key),
    BatchGet(Vec<Key>),
    Read { index: Option<&'static str>, query: bool, forward: bool, limit: usize, fetch: bool },
}

fn key() -> impl Strategy<Value = Key> {
    (0..2_u8, 0..3_u8)
}

fn key_item((p, s): Key) -> Item {
    let key = json!({ "p": text(["a", "b"][usize::from(p)]), "s": number(i64::from(s)) });
    key.as_object().unwrap().clone()
}

fn item() -> impl Strategy<Value = (Key, Item)> {
    let texts = prop::sample::select(vec!["owner", "state", "country", "city", "street", "make"]);
    let attribute = prop_oneof![
        4 => (texts, 0..2_usize).prop_map(|(name, value)| (name, text(["x", "y"][value]))),
        2 => (0..3_i64).prop_map(|year| ("year", number(year))),
        1 => (0..2_i64).prop_map(|house| ("house", number(house))),
        2 => (0..100_i64).prop_map(|mark| ("mark", number(mark))),
    ];
    (key(), prop::collection::vec(attribute, 0..8)).prop_map(|(key, attributes)| {
        let mut item = key_item(key);
        item.extend(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)));
        (key, item)
    })
}

fn step() -> impl Strategy<Value = Step> {
    let index = prop::sample::select(vec![
        None,
        Some("by_year"),
        Some("by_owner"),
        Some("by_state"),
        Some("by_place"),
        Some("late"),
    ]);
    prop_oneof![
        8 => item().prop_map(|(key, item)| Step::Put(key, item)),
        2 => (key(), prop::sample::select(vec!["owner", "year", "mark"])).prop_map(|(key, name)| Step::Remove(key, name)),
        3 => key().prop_map(Step::Delete),
        2 => prop::collection::vec(item(), 1..5).prop_map(Step::Batch),
        6 => prop::sample::select(vec![1, 400, 900, 1_500, 4_000]).prop_map(Step::Wait),
        1 => Just(Step::MakeIndex),
        1 => Just(Step::DropIndex),
        6 => key().prop_map(Step::Get),
        2 => prop::collection::btree_set(key(), 1..5).prop_map(|keys| Step::BatchGet(keys.into_iter().collect())),
        8 => (index, any::<(bool, bool, bool)>(), 1..4_usize).prop_map(|(index, (query, forward, fetch), limit)| {
            Step::Read { index, query, forward, limit, fetch }
        }),
    ]
}

/// Every state that every item had, each with the time it began.
#[derive(Default)]
struct Model {
    states: BTreeMap<Key, Vec<(Timestamp, Option<Item>)>>,
}

impl Model {
    fn write(&mut self, key: Key, item: Option<Item>, now: Timestamp) {
        self.states.entry(key).or_default().push((now, item));
    }

    fn latest(&self, key: Key) -> Option<Item> {
        self.states.get(&key).and_then(|states| states.last()).and_then(|(_, item)| item.clone())
    }

    /// The states of a key that were there at some moment from `from` to `until`.
    fn within(&self, key: Key, from: Timestamp, until: Timestamp) -> Vec<Option<Item>> {
        let mut found = vec![];
        let none = Vec::new();
        let states = self.states.get(&key).unwrap_or(&none);
        let first = (Timestamp::from_nanos(i64::MIN), None);
        let all: Vec<&(Timestamp, Option<Item>)> = std::iter::once(&first).chain(states).collect();
        for (position, (since, item)) in all.iter().enumerate() {
            let end = all.get(position + 1).map(|(end, _)| *end);
            if *since <= until && end.is_none_or(|end| end > from) {
                found.push(item.clone());
            }
        }
        found
    }
}

const KEYS: [Key; 6] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];

fn index_keys(name: &str) -> &'static [&'static str] {
    match name {
        "by_year" => &["year"],
        "by_owner" => &["owner", "year"],
        "by_state" => &["state"],
        "by_place" => &["country", "city", "street", "house"],
        _ => &["make"],
    }
}

/// What an item has in an index; all of it where whole items are asked for.
fn entry(item: &Item, index: Option<&str>, whole: bool) -> Option<Item> {
    let Some(index) = index else { return Some(item.clone()) };
    let keys = index_keys(index);
    if !keys.iter().all(|name| item.contains_key(*name)) {
        return None;
    }
    let included: &[&str] = match index {
        "by_year" | "by_place" => &["make"],
        "by_state" => &[],
        _ => return Some(item.clone()),
    };
    let has =
        |name: &str| whole || ["p", "s"].contains(&name) || keys.contains(&name) || included.contains(&name);
    let kept = item.iter().filter(|(name, _)| has(name));
    Some(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn key_of(item: &Json) -> Key {
    let p = u8::from(item["p"]["S"] == "b");
    (p, item["s"]["N"].as_str().unwrap().parse().unwrap())
}

struct Run {
    database: Database,
    model: Model,
    delay: Duration,
    window: Duration,
    /// Whether commits may fail, so that indexes may be later than their delay.
    faulty: bool,
    stale_answers: usize,
}

impl Run {
    fn new(delay: Duration, window: Duration, fault_percent: u8, seed: u64) -> Self {
        let settings = Settings {
            index_propagation: delay,
            stale_reads: window,
            table_transition: Duration::from_secs(1),
            backfill_items_per_second: Some(2),
            ..Settings::default()
        };
        let store = FaultyStore::failing_percent(MemoryStore::new(), fault_percent, seed);
        let mut database = Database::over(settings, Box::new(store));
        database.done("CreateTable", &fleet());
        database.wait(1);
        let model = Model::default();
        Self { database, model, delay, window, faulty: fault_percent > 0, stale_answers: 0 }
    }

    fn step(&mut self, step: &Step) {
        let now = self.database.now;
        match step {
            Step::Put(key, item) => {
                if self.ask("PutItem", &json!({ "TableName": "fleet", "Item": item })).is_some() {
                    self.model.write(*key, Some(item.clone()), now);
                }
            }
            Step::Remove(key, name) => {
                let body = json!({
                    "TableName": "fleet", "Key": key_item(*key), "UpdateExpression": "REMOVE #n",
                    "ExpressionAttributeNames": { "#n": name },
                });
                if self.ask("UpdateItem", &body).is_some() {
                    let mut item = self.model.latest(*key);
                    item.iter_mut().for_each(|item| drop(item.remove(*name)));
                    self.model.write(*key, item, now);
                }
            }
            Step::Delete(key) => {
                if self.ask("DeleteItem", &json!({ "TableName": "fleet", "Key": key_item(*key) })).is_some() {
                    self.model.write(*key, None, now);
                }
            }
            Step::Batch(items) => {
                let items: BTreeMap<Key, Item> = items.iter().cloned().collect();
                let puts: Vec<Json> =
                    items.values().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
                if self.ask("BatchWriteItem", &json!({ "RequestItems": { "fleet": puts } })).is_some() {
                    for (key, item) in items {
                        self.model.write(key, Some(item), now);
                    }
                }
            }
            Step::Wait(milliseconds) => {
                self.database.now = now + Duration::from_millis(*milliseconds);
            }
            Step::MakeIndex => {
                let _ = self.database.ask(
                    "UpdateTable",
                    &json!({
                        "TableName": "fleet", "AttributeDefinitions": attributes(&[("make", "S")]),
                        "GlobalSecondaryIndexUpdates": [{ "Create": index("late", "make", "ALL") }],
                    }),
                );
            }
            Step::DropIndex => {
                let delete = json!({ "Delete": { "IndexName": "late" } });
                let body = json!({ "TableName": "fleet", "GlobalSecondaryIndexUpdates": [delete] });
                let _ = self.database.ask("UpdateTable", &body);
            }
            Step::Get(key) => self.check_get(*key),
            Step::BatchGet(keys) => self.check_batch(keys),
            Step::Read { index, query, forward, limit, fetch } => {
                for consistent in [false, true] {
                    let read = Read {
                        index: *index,
                        query: *query,
                        forward: *forward,
                        limit: *limit,
                        fetch: *fetch && *index == Some("by_year"),
                        consistent: consistent && matches!(index, None | Some("by_year")),
                    };
                    self.check_read(&read);
                }
            }
        }
    }

    /// A write's answer; none where the store failed.
    fn ask(&mut self, operation: &str, body: &Json) -> Option<Json> {
        match self.database.ask(operation, body) {
            Ok(answer) => Some(answer),
            Err(error) => {
                assert!(self.faulty && error.to_string().starts_with("InternalServerError"), "{error}");
                None
            }
        }
    }

    /// The states of a key that an eventually consistent read may see.
    fn visible(&self, key: Key, index: Option<&str>) -> Vec<Option<Item>> {
        let now = self.database.now;
        let global = index.is_some_and(|index| index != "by_year");
        let late = match index {
            // Commits that failed make an index later than it would be; one that was made lately is less late.
            _ if !global => return self.model.within(key, now - self.window, now),
            Some("late") => return self.model.within(key, self.oldest(), now),
            _ if self.faulty => return self.model.within(key, self.oldest(), now),
            _ => now - self.delay,
        };
        self.model.within(key, late - self.window, late)
    }

    fn oldest(&self) -> Timestamp {
        Timestamp::from_nanos(i64::MIN)
    }

    fn check_item(&mut self, key: Key, item: Option<&Json>, strong: bool) {
        let found = item.map(|item| item.as_object().unwrap().clone());
        let latest = self.model.latest(key);
        self.stale_answers += usize::from(found != latest);
        if strong {
            assert_eq!(found, latest, "{key:?}");
        } else {
            let visible = self.visible(key, None);
            assert!(visible.contains(&found), "{key:?}: {found:?} is none of {visible:?}");
        }
    }

    fn check_get(&mut self, key: Key) {
        for strong in [false, true, false] {
            let body = json!({ "TableName": "fleet", "Key": key_item(key), "ConsistentRead": strong });
            let answer = self.database.done("GetItem", &body);
            self.check_item(key, answer.get("Item"), strong);
        }
    }

    fn check_batch(&mut self, keys: &[Key]) {
        for strong in [false, true] {
            let asked: Vec<Item> = keys.iter().map(|key| key_item(*key)).collect();
            let asked = json!({ "Keys": asked, "ConsistentRead": strong });
            let answer = self.database.done("BatchGetItem", &json!({ "RequestItems": { "fleet": asked } }));
            let items = answer["Responses"]["fleet"].as_array().unwrap();
            for key in keys {
                let item = items.iter().find(|item| key_of(item) == *key);
                self.check_item(*key, item, strong);
            }
        }
    }
}

struct Read {
    index: Option<&'static str>,
    query: bool,
    forward: bool,
    limit: usize,
    fetch: bool,
    consistent: bool,
}

impl Read {
    fn body(&self) -> Json {
        let mut body =
            json!({ "TableName": "fleet", "Limit": self.limit, "ConsistentRead": self.consistent });
        if let Some(index) = self.index {
            body["IndexName"] = index.into();
        }
        if self.fetch && self.query {
            body["Select"] = "ALL_ATTRIBUTES".into();
        }
        if self.query {
            let keys: &[&str] = match self.index {
                None | Some("by_year") => &["p"],
                Some("by_place") => &["country", "city"],
                Some(index) => &index_keys(index)[..1],
            };
            let conditions: Vec<String> = keys.iter().map(|key| format!("#{key} = :v")).collect();
            let names: Item = keys.iter().map(|key| (format!("#{key}"), json!(key))).collect();
            let value = if matches!(self.index, None | Some("by_year")) { "a" } else { "x" };
            body["KeyConditionExpression"] = conditions.join(" AND ").into();
            body["ExpressionAttributeNames"] = names.into();
            body["ExpressionAttributeValues"] = json!({ ":v": text(value) });
            body["ScanIndexForward"] = self.forward.into();
        }
        body
    }

    /// Whether an entry is one that the read asks for.
    fn selects(&self, entry: &Item) -> bool {
        if !self.query {
            return true;
        }
        match self.index {
            None | Some("by_year") => entry["p"]["S"] == "a",
            Some("by_place") => entry["country"]["S"] == "x" && entry["city"]["S"] == "x",
            Some(index) => entry[index_keys(index)[0]]["S"] == "x",
        }
    }
}

impl Run {
    fn check_read(&mut self, read: &Read) {
        let mut body = read.body();
        let mut found: Vec<Json> = Vec::new();
        // The states of one key in pages: entries move while a reader walks, so it may meet an item twice.
        loop {
            let operation = if read.query { "Query" } else { "Scan" };
            let answer = match self.database.ask(operation, &body) {
                Ok(answer) => answer,
                Err(_) if read.index == Some("late") => return,
                Err(error) => panic!("{operation} {body}: {error}"),
            };
            found.extend(answer["Items"].as_array().unwrap().iter().cloned());
            assert!(found.len() < 100, "a reader comes to an end");
            match answer.get("LastEvaluatedKey") {
                None => break,
                Some(last) => body["ExclusiveStartKey"] = last.clone(),
            }
        }
        let whole = read.fetch && read.query;
        for key in KEYS {
            let seen: Vec<Item> = found
                .iter()
                .filter(|item| key_of(item) == key)
                .map(|item| item.as_object().unwrap().clone())
                .collect();
            let states =
                if read.consistent { vec![self.model.latest(key)] } else { self.visible(key, read.index) };
            let expected: Vec<Option<Item>> = states
                .into_iter()
                .map(|state| state.and_then(|item| entry(&item, read.index, whole)))
                .map(|entry| entry.filter(|entry| read.selects(entry)))
                .collect();
            for item in &seen {
                let known = expected.contains(&Some(item.clone()));
                assert!(known, "{:?} {key:?}: {item:?} is none of {expected:?}", read.index);
            }
            if seen.is_empty() {
                // An entry that moves may be met nowhere; one that stays is met.
                let stays = expected.iter().all(|state| *state == expected[0] && state.is_some());
                assert!(!stays, "{:?} {key:?}: {expected:?} is missing", read.index);
            }
            if read.index.is_none() {
                assert!(seen.len() <= 1, "{key:?} twice in its table: {seen:?}");
            }
        }
    }

    /// When nothing happens any more, everything is what the table makes it.
    fn check_rest(&mut self) {
        for _ in 0..100 {
            self.database.wait(1);
            let now = self.database.now;
            let _ = self.database.engine.tick(now);
        }
        let latest: Vec<Item> = KEYS.iter().filter_map(|key| self.model.latest(*key)).collect();
        for index in
            [None, Some("by_year"), Some("by_owner"), Some("by_state"), Some("by_place"), Some("late")]
        {
            let mut scan = json!({ "TableName": "fleet" });
            if let Some(index) = index {
                scan["IndexName"] = index.into();
            }
            let Ok(answer) = self.database.ask("Scan", &scan) else {
                assert_eq!(index, Some("late"));
                continue;
            };
            let mut found: Vec<String> =
                answer["Items"].as_array().unwrap().iter().map(ToString::to_string).collect();
            let mut expected: Vec<String> = latest
                .iter()
                .filter_map(|item| entry(item, index, false))
                .map(|entry| Json::Object(entry).to_string())
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{index:?}");
            let description = index.map(|index| self.database.describe_index(index)).filter(|d| !d.is_null());
            if let Some(description) = description {
                assert_eq!(description["ItemCount"], expected.len(), "{index:?}");
                assert_eq!(description["IndexSizeBytes"] == 0, expected.is_empty(), "{index:?}");
            }
        }
        assert_eq!(self.database.engine.next_event_at(), None, "nothing is left to do");
    }
}

fn seconds() -> impl Strategy<Value = Duration> {
    prop::sample::select(vec![0, 300, 1_000, 3_000]).prop_map(Duration::from_millis)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_a_state_of_its_window(
        steps in prop::collection::vec(step(), 1..60),
        delay in seconds(),
        window in seconds(),
    ) {
        let mut run = Run::new(delay, window, 0, 0);
        steps.iter().for_each(|step| run.step(step));
        if window.is_zero() {
            prop_assert_eq!(run.stale_answers, 0);
        }
        run.check_rest();
    }

    #[test]
    fn a_store_that_fails_loses_and_reorders_nothing(
        steps in prop::collection::vec(step(), 1..60),
        delay in seconds(),
        window in seconds(),
        seed in any::<u64>(),
    ) {
        let mut run = Run::new(delay, window, 25, seed);
        steps.iter().for_each(|step| run.step(step));
        run.check_rest();
    }
}
