//! Global tables between processes: engines that know of each other only what they ask.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::random::Random;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use dynacore::world::peers::{Peering, Question, Step, Target};
use serde_json::{Value as Json, json};

use crate::planet::{REGIONS, START, cars};

/// One process.
struct Process {
    engine: Engine,
    peering: Peering,
}

/// Processes, and the time of all.
struct Processes {
    all: Vec<Process>,
    cache: Cache,
    now: Timestamp,
}

fn process(region: usize, count: usize, now: Timestamp) -> Process {
    let settings = Settings { region: REGIONS[region].to_owned(), ..Settings::default() };
    let others = (0..count).filter(|other| *other != region).map(|other| REGIONS[other].to_owned());
    let mut engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
    engine.resume_replication(now);
    Process { engine, peering: Peering::new(REGIONS[region], others.collect()) }
}

impl Processes {
    fn new(count: usize) -> Self {
        let now = Timestamp::from_seconds(START);
        let all = (0..count).map(|region| process(region, count, now)).collect();
        Self { all, cache: Cache::new(64), now }
    }

    fn of_cars(count: usize) -> Self {
        let mut processes = Self::new(count);
        processes.done(0, "CreateTable", &cars());
        for region in &REGIONS[1..count] {
            processes.done(0, "UpdateTable", &create(region));
            processes.quiesce();
        }
        processes
    }

    /// Lets one process ask another once.
    fn ask(&mut self, from: usize, to: usize) -> Step {
        let Process { engine, peering } = &mut self.all[from];
        let question = peering.next_question(engine, REGIONS[to], self.now).unwrap();
        let body = question.body().unwrap();
        let Process { engine, peering } = &mut self.all[to];
        let answer = peering.answer(engine, (question.operation(), &body), self.now).unwrap();
        let Process { engine, peering } = &mut self.all[from];
        peering.absorb(engine, (REGIONS[to], &question), &answer, self.now).unwrap()
    }

    /// Lets one process ask another, but the answer is lost.
    fn lose(&mut self, from: usize, to: usize) {
        let Process { engine, peering } = &mut self.all[from];
        let question = peering.next_question(engine, REGIONS[to], self.now).unwrap();
        let body = question.body().unwrap();
        let Process { engine, peering } = &mut self.all[to];
        peering.answer(engine, (question.operation(), &body), self.now).unwrap();
    }

    /// Lets all ask until nothing is new.
    fn quiesce(&mut self) {
        let mut quiet = 0;
        for _ in 0..1_000 {
            self.now = self.now + Duration::from_millis(10);
            let mut steps = Vec::new();
            for from in 0..self.all.len() {
                for to in (0..self.all.len()).filter(|to| *to != from) {
                    steps.push(self.ask(from, to));
                }
            }
            quiet = if steps.iter().all(|step| *step == Step::Idle) { quiet + 1 } else { 0 };
            if quiet == 4 {
                return;
            }
        }
        panic!("the processes do not come to rest");
    }

    fn request(&mut self, region: usize, operation: &str, body: &Json) -> Result<Json, Error> {
        let service = match operation {
            "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords" => Service::DynamoDbStreams,
            "GetMetricStatistics" => Service::CloudWatch,
            _ => Service::DynamoDb,
        };
        let text = body.to_string();
        let operation =
            Operation::read(service, operation, &mut JsonReader::new(text.as_bytes()), &self.cache)?;
        self.now = self.now + Duration::from_millis(1);
        let response = if Peering::concerns(&operation) {
            let asked = self.all[region].peering.target(&operation)?;
            let asked =
                asked.map(|(table, other)| (Question::about(table, REGIONS[region]), other.to_owned()));
            let target = asked.map(|(question, other)| {
                let other = REGIONS.iter().position(|region| *region == other).unwrap();
                let Process { engine, peering } = &mut self.all[other];
                let body = question.body().unwrap();
                let answer = peering.answer(engine, (question.operation(), &body), self.now).unwrap();
                Target::read(&answer).unwrap()
            });
            let Process { engine, peering } = &mut self.all[region];
            peering.execute(engine, (&operation, target.as_ref()), self.now)?
        } else {
            self.all[region].engine.execute(&operation, self.now)?
        };
        let mut writer = JsonWriter::default();
        response.write(&mut writer);
        Ok(serde_json::from_slice(&writer.into_bytes()).expect("an answer is JSON"))
    }

    fn done(&mut self, region: usize, operation: &str, body: &Json) -> Json {
        self.request(region, operation, body).unwrap_or_else(|error| panic!("{operation} {body}: {error}"))
    }

    fn refused(&mut self, region: usize, operation: &str, body: &Json) -> String {
        match self.request(region, operation, body) {
            Ok(answer) => panic!("{operation} {body} was answered {answer}"),
            Err(error) => format!("{}: {}", error.code(), error.message()),
        }
    }

    fn put(&mut self, region: usize, id: &str, make: &str) {
        let item = json!({ "id": { "S": id }, "make": { "S": make } });
        self.done(region, "PutItem", &json!({ "TableName": "cars", "Item": item }));
    }

    fn delete(&mut self, region: usize, id: &str) {
        self.done(region, "DeleteItem", &json!({ "TableName": "cars", "Key": { "id": { "S": id } } }));
    }

    fn replicas(&mut self, region: usize) -> Vec<String> {
        let table = self.done(region, "DescribeTable", &json!({ "TableName": "cars" }))["Table"].take();
        let replicas = table["Replicas"].as_array().cloned().unwrap_or_default();
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let told = replicas.iter();
        told.map(|each| format!("{} {}", text(&each["RegionName"]), text(&each["ReplicaStatus"]))).collect()
    }

    fn items(&mut self, region: usize) -> Vec<String> {
        let found = self.done(region, "Scan", &json!({ "TableName": "cars" }))["Items"].take();
        let mut items: Vec<String> = found.as_array().unwrap().iter().map(Json::to_string).collect();
        items.sort();
        items
    }
}

fn create(region: &str) -> Json {
    json!({ "TableName": "cars", "ReplicaUpdates": [{ "Create": { "RegionName": region } }] })
}

fn delete(region: &str) -> Json {
    json!({ "TableName": "cars", "ReplicaUpdates": [{ "Delete": { "RegionName": region } }] })
}

#[test]
fn a_replica_is_made_filled_and_kept_up() {
    let mut processes = Processes::new(2);
    processes.done(0, "CreateTable", &cars());
    for number in 0..600 {
        processes.put(0, &format!("{number}"), "Opel");
    }
    let answer = processes.done(0, "UpdateTable", &create("eu-central-1"));
    assert_eq!(answer["TableDescription"]["Replicas"][0]["ReplicaStatus"], "CREATING");
    processes.ask(1, 0);
    processes.put(0, "late", "Ford");
    processes.quiesce();
    assert_eq!(processes.replicas(0), ["eu-central-1 ACTIVE"]);
    assert_eq!(processes.replicas(1), ["us-east-1 ACTIVE"]);
    assert_eq!(processes.items(1).len(), 601);
    processes.put(1, "7", "Saab");
    processes.delete(0, "8");
    processes.quiesce();
    assert_eq!(processes.items(0), processes.items(1));
    assert_eq!(processes.items(0).len(), 600);
}

#[test]
fn of_two_writes_the_later_one_stays_everywhere() {
    let mut processes = Processes::of_cars(3);
    processes.put(2, "1", "first");
    processes.put(0, "1", "second");
    processes.put(1, "1", "third");
    processes.put(1, "2", "there");
    processes.delete(2, "2");
    processes.quiesce();
    for region in 0..3 {
        assert_eq!(processes.items(region), [r#"{"id":{"S":"1"},"make":{"S":"third"}}"#]);
    }
}

#[test]
fn a_replica_goes_and_the_other_table_stays() {
    let mut processes = Processes::of_cars(2);
    processes.put(0, "1", "Opel");
    processes.quiesce();
    processes.done(0, "UpdateTable", &delete("eu-central-1"));
    processes.quiesce();
    assert!(
        processes
            .refused(1, "DescribeTable", &json!({ "TableName": "cars" }))
            .starts_with("ResourceNotFound")
    );
    assert!(processes.replicas(0).is_empty());
    assert_eq!(processes.items(0).len(), 1);
    processes.done(0, "UpdateTable", &create("eu-central-1"));
    processes.quiesce();
    assert_eq!(processes.items(1).len(), 1);
}

#[test]
fn a_replica_that_is_deleted_where_it_is_leaves_the_others() {
    let mut processes = Processes::of_cars(3);
    processes.done(1, "DeleteTable", &json!({ "TableName": "cars" }));
    processes.quiesce();
    assert_eq!(processes.replicas(0), ["ap-south-1 ACTIVE"]);
    assert_eq!(processes.replicas(2), ["us-east-1 ACTIVE"]);
}

#[test]
fn a_process_that_lost_everything_is_filled_again() {
    let mut processes = Processes::of_cars(2);
    processes.put(0, "1", "Opel");
    processes.put(1, "2", "Ford");
    processes.quiesce();
    processes.all[0] = process(0, 2, processes.now);
    processes.put(1, "3", "Saab");
    processes.quiesce();
    assert_eq!(processes.items(0).len(), 3);
    processes.put(0, "4", "Fiat");
    processes.quiesce();
    assert_eq!(processes.items(1), processes.items(0));
    assert_eq!(processes.replicas(0), ["eu-central-1 ACTIVE"]);
    assert_eq!(processes.replicas(1), ["us-east-1 ACTIVE"]);
}

#[test]
fn refusals_say_why() {
    let mut processes = Processes::of_cars(2);
    let own = processes.refused(0, "UpdateTable", &create("us-east-1"));
    assert!(own.contains("Cannot add, delete, or update the local region"), "{own}");
    let unknown = processes.refused(0, "UpdateTable", &create("eu-west-1"));
    assert!(unknown.contains("no Region eu-west-1 among the peers"), "{unknown}");
    let twice = processes.refused(0, "UpdateTable", &create("eu-central-1"));
    assert!(twice.contains("already existed as tables"), "{twice}");
    let mut processes = Processes::new(2);
    processes.done(0, "CreateTable", &cars());
    processes.done(1, "CreateTable", &cars());
    let taken = processes.refused(0, "UpdateTable", &create("eu-central-1"));
    assert!(taken.contains("already existed as tables"), "{taken}");
    let none = processes.refused(0, "UpdateTable", &delete("eu-central-1"));
    assert!(none.contains("was not found"), "{none}");
}

#[test]
fn a_name_that_was_taken_meanwhile_fails_the_creation() {
    let mut processes = Processes::new(2);
    processes.done(0, "CreateTable", &cars());
    processes.done(0, "UpdateTable", &create("eu-central-1"));
    processes.done(1, "CreateTable", &cars());
    processes.quiesce();
    assert_eq!(processes.replicas(0), ["eu-central-1 CREATION_FAILED"]);
    processes.done(0, "UpdateTable", &delete("eu-central-1"));
    processes.quiesce();
    assert!(processes.replicas(0).is_empty());
    assert!(processes.replicas(1).is_empty());
}

#[test]
fn settings_are_the_same_everywhere() {
    let mut processes = Processes::of_cars(2);
    let spec = json!({ "Enabled": true, "AttributeName": "until" });
    processes.done(1, "UpdateTimeToLive", &json!({ "TableName": "cars", "TimeToLiveSpecification": spec }));
    let index = json!([{ "Create": {
        "IndexName": "by-make",
        "KeySchema": [{ "AttributeName": "make", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
    } }]);
    let definitions = json!([{ "AttributeName": "make", "AttributeType": "S" }]);
    let update = json!({ "TableName": "cars", "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": index });
    processes.done(0, "UpdateTable", &update);
    processes.quiesce();
    for region in 0..2 {
        let table = processes.done(region, "DescribeTable", &json!({ "TableName": "cars" }))["Table"].take();
        assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexName"], "by-make");
        let setting = processes.done(region, "DescribeTimeToLive", &json!({ "TableName": "cars" }));
        assert_eq!(setting["TimeToLiveDescription"]["AttributeName"], "until");
    }
}

#[test]
fn old_versions_go_and_new_writes_still_win() {
    let mut processes = Processes::of_cars(2);
    processes.put(0, "1", "Opel");
    processes.quiesce();
    for _ in 0..4 {
        processes.now = processes.now + Duration::from_secs(61);
        processes.quiesce();
    }
    processes.put(1, "1", "Ford");
    processes.quiesce();
    processes.delete(0, "1");
    processes.quiesce();
    assert!(processes.items(0).is_empty() && processes.items(1).is_empty());
}

/// Whatever is asked when, and whichever answers get lost, all end equal: also where old versions go meanwhile.
#[test]
fn processes_that_ask_at_random_end_equal() {
    for seed in 0..60 {
        let mut chance = Random::new(seed);
        let count = 2 + usize::from(seed % 3 == 0);
        let mut processes = Processes::of_cars(count);
        for _ in 0..120 {
            let region = chance.below(count as u64) as usize;
            let id = format!("{}", chance.below(5));
            match chance.below(12) {
                0..=4 => processes.put(region, &id, &format!("{}", chance.below(1_000))),
                5..=6 => processes.delete(region, &id),
                7 => processes.lose(region, (region + 1) % count),
                8 => processes.now = processes.now + Duration::from_secs(chance.below(70)),
                _ => {
                    processes.ask(region, (region + 1) % count);
                }
            }
        }
        processes.quiesce();
        let first = processes.items(0);
        for region in 1..count {
            assert_eq!(processes.items(region), first, "seed {seed}");
        }
    }
}
