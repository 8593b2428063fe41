//! Random puts, updates, deletes and steps of time against a model that looks at every item in every second.

use std::collections::BTreeMap;
use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::table::Settings;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::{Database, START, indexed_cars, time_to_live};

/// What the attribute of a car holds.
#[derive(Clone, Copy, Debug)]
enum Ends {
    Absent,
    Text,
    /// Tenths of a second after the start.
    Tenths(i64),
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Ends),
    Update(u8, Ends),
    Delete(u8),
    Batch(Vec<(u8, Ends)>),
    Wait(u64),
    Toggle,
}

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        1 => Just(Ends::Absent),
        1 => Just(Ends::Text),
        8 => (-2_000..20_000_i64).prop_map(Ends::Tenths),
        1 => Just(Ends::Tenths(-10 * 5 * 365 * 24 * 3600)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..12_u8, ends()).prop_map(|(id, ends)| Step::Put(id, ends)),
        4 => (0..12_u8, ends()).prop_map(|(id, ends)| Step::Update(id, ends)),
        2 => (0..12_u8).prop_map(Step::Delete),
        1 => prop::collection::vec((0..12_u8, ends()), 1..5).prop_map(Step::Batch),
        6 => (0..400_u64).prop_map(Step::Wait),
        1 => Just(Step::Toggle),
    ]
}

fn value(ends: Ends) -> Option<Json> {
    match ends {
        Ends::Absent => None,
        Ends::Text => Some(json!({ "S": START.to_string() })),
        Ends::Tenths(tenths) => {
            let tenths = START * 10 + tenths;
            Some(json!({ "N": format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10)) }))
        }
    }
}

fn item(id: u8, ends: Ends) -> Json {
    let mut item = json!({ "id": { "S": id.to_string() }, "make": { "S": format!("m{}", id % 3) } });
    if let Some(value) = value(ends) {
        item["ends"] = value;
    }
    item
}

fn update(id: u8, ends: Ends) -> Json {
    let mut body = json!({ "TableName": "cars", "Key": { "id": { "S": id.to_string() } } });
    match value(ends) {
        Some(value) => {
            body["UpdateExpression"] = json!("SET ends = :e");
            body["ExpressionAttributeValues"] = json!({ ":e": value });
        }
        None => body["UpdateExpression"] = json!("REMOVE ends"),
    }
    body
}

/// The cars as they should be.
struct Model {
    cars: BTreeMap<String, Ends>,
    enabled: bool,
    changed: i64,
    delay: i64,
    now: i64,
}

impl Model {
    /// Lets a second pass: a car goes in the first second that is greater than its time and the delay.
    fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += 1;
            self.remove();
        }
    }

    /// An update that only removes makes no car.
    fn update(&mut self, id: u8, ends: Ends) {
        if value(ends).is_some() || self.cars.contains_key(&id.to_string()) {
            self.cars.insert(id.to_string(), ends);
        }
    }

    fn remove(&mut self) {
        let (now, delay, enabled) = (self.now, self.delay, self.enabled);
        self.cars.retain(|_, ends| match ends {
            Ends::Tenths(tenths) if enabled => {
                let second = tenths.div_euclid(10);
                let is_old = second <= now - START - 5 * 365 * 24 * 3600;
                is_old || second >= now - START - delay
            }
            _ => true,
        });
    }
}

fn play(steps: &[Step], delay: u64) {
    let settings = Settings { time_to_live_delay: Duration::from_secs(delay), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &indexed_cars());
    let mut model = Model {
        cars: BTreeMap::new(),
        enabled: false,
        changed: START - 4000,
        delay: i64::try_from(delay).unwrap(),
        now: START,
    };
    for step in steps {
        match step {
            Step::Put(id, ends) => {
                database.put_item(item(*id, *ends));
                model.cars.insert(id.to_string(), *ends);
            }
            Step::Batch(cars) => {
                let distinct: BTreeMap<u8, Ends> = cars.iter().copied().collect();
                let puts: Vec<Json> = distinct
                    .iter()
                    .map(|(id, ends)| json!({ "PutRequest": { "Item": item(*id, *ends) } }))
                    .collect();
                database.done("BatchWriteItem", &json!({ "RequestItems": { "cars": puts } }));
                model.cars.extend(distinct.iter().map(|(id, ends)| (id.to_string(), *ends)));
            }
            Step::Update(id, ends) => {
                database.done("UpdateItem", &update(*id, *ends));
                model.update(*id, *ends);
            }
            Step::Delete(id) => {
                let body = json!({ "TableName": "cars", "Key": { "id": { "S": id.to_string() } } });
                database.done("DeleteItem", &body);
                model.cars.remove(&id.to_string());
            }
            Step::Wait(seconds) => {
                database.wait(*seconds);
                model.wait(*seconds);
            }
            Step::Toggle if model.now - model.changed < 3600 => {}
            Step::Toggle => {
                model.enabled = !model.enabled;
                model.changed = model.now;
                database.done("UpdateTimeToLive", &time_to_live("ends", model.enabled));
            }
        }
        // What ended before it was put, or before the setting was switched on, goes at once.
        model.remove();
        let ids = database.ids();
        let expected: Vec<String> = model.cars.keys().cloned().collect();
        assert_eq!(ids, expected, "after {step:?} at {}", model.now - START);
        let described = database.describe();
        assert_eq!(described["ItemCount"], ids.len());
        // An update that makes a car gives it no make.
        let cars = database.done("Scan", &json!({ "TableName": "cars" }));
        let made = cars["Items"].as_array().unwrap().iter().filter(|car| car.get("make").is_some()).count();
        assert_eq!(described["GlobalSecondaryIndexes"][0]["ItemCount"], made);
    }
    // Nothing is left behind: once all have gone that go, nothing is to come.
    database.now = Timestamp::from_seconds(START + 10_000_000);
    model.now = START + 10_000_000;
    model.remove();
    assert_eq!(database.ids().len(), model.cars.len());
    assert_eq!(database.engine.next_event_at(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn cars_go_when_the_model_says(
        steps in prop::collection::vec(step(), 1..60),
        delay in prop_oneof![Just(0_u64), 1..2_000_u64],
    ) {
        let steps: Vec<Step> = std::iter::once(Step::Toggle).chain(steps).collect();
        play(&steps, delay);
    }
}
