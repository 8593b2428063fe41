//! The engine is a function of its seed, its requests and their times: hours of throttling, auto scaling and table
//! states under virtual time, told byte for byte.

#![expect(clippy::unwrap_used, reason = "a run that stops early fails the test")]

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::expression::Cache;
use dynacore::random::Random;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::{JsonReader, JsonWriter, ToWire, Writer};
use serde_json::{Value as Json, json};

/// A request at a time.
struct Step {
    at: Timestamp,
    service: Service,
    operation: &'static str,
    body: String,
}

/// How time passes between two requests.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// The next request finds out how late it is.
    Jump,
    /// `tick` with this many milliseconds between two calls, and once more at the request's own time.
    Steps(u64),
    /// `tick` at every event's own time, as a host does that sleeps until it.
    Events,
}

const START: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn settings() -> Settings {
    Settings {
        initial_burst_seconds: 0,
        table_transition: Duration::from_millis(8_500),
        ..Settings::default()
    }
}

/// Indexes that are late and reads that may be stale.
fn stale() -> Settings {
    Settings {
        index_propagation: Duration::from_millis(730),
        stale_reads: Duration::from_millis(1_900),
        ..settings()
    }
}

fn play(seed: u64, steps: &[Step], pace: Pace) -> String {
    play_with(settings(), seed, steps, pace)
}

/// Plays the steps and writes down everything that can be seen.
fn play_with(settings: Settings, seed: u64, steps: &[Step], pace: Pace) -> String {
    let mut engine = Engine::new(settings, Box::new(MemoryStore::new()), seed);
    let cache = Cache::new(64);
    let mut told = String::new();
    let mut clock = START;
    for step in steps {
        pass(&mut engine, clock, step.at, pace);
        clock = clock.max(step.at);
        let mut reader = JsonReader::new(step.body.as_bytes());
        let operation = Operation::read(step.service, step.operation, &mut reader, &cache).unwrap();
        let mut writer = JsonWriter::default();
        match engine.execute(&operation, step.at) {
            Ok(response) => response.write(&mut writer),
            Err(error) => {
                told.push_str(&error.to_string());
                writer.begin_object();
                error.write_members(&mut writer);
                writer.end_object();
            }
        }
        told.push_str(std::str::from_utf8(&writer.into_bytes()).unwrap());
        told.push('\n');
    }
    for table in ["cars", "vans"] {
        told.push_str(&format!("{:?}\n", engine.describe_partitions(table, None, clock)));
    }
    tell_streams(&mut engine, clock, &mut told);
    told
}

/// Writes down every shard of every stream and its first records.
fn tell_streams(engine: &mut Engine, now: Timestamp, told: &mut String) {
    let mut ask = |operation: &str, body: Json| -> Json {
        let text = body.to_string();
        let mut reader = JsonReader::new(text.as_bytes());
        let operation =
            Operation::read(Service::DynamoDbStreams, operation, &mut reader, &Cache::new(1)).unwrap();
        let mut writer = JsonWriter::default();
        engine.execute(&operation, now).unwrap().write(&mut writer);
        let answer = writer.into_bytes();
        told.push_str(std::str::from_utf8(&answer).unwrap());
        serde_json::from_slice(&answer).unwrap()
    };
    let list = ask("ListStreams", json!({}));
    for stream in list["Streams"].as_array().unwrap() {
        let arn = &stream["StreamArn"];
        let described = ask("DescribeStream", json!({ "StreamArn": arn }));
        for shard in described["StreamDescription"]["Shards"].as_array().unwrap() {
            let place = json!({
                "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON",
            });
            let iterator = ask("GetShardIterator", place)["ShardIterator"].take();
            ask("GetRecords", json!({ "ShardIterator": iterator }));
        }
    }
}

fn pass(engine: &mut Engine, from: Timestamp, until: Timestamp, pace: Pace) {
    match pace {
        Pace::Jump => {}
        Pace::Steps(milliseconds) => {
            let mut now = from;
            while now < until {
                engine.tick(now).unwrap();
                now = now + Duration::from_millis(milliseconds);
            }
            engine.tick(until).unwrap();
        }
        Pace::Events => {
            while let Some(next) = engine.next_event_at().filter(|next| *next <= until) {
                engine.tick(next).unwrap();
            }
        }
    }
}

/// Made-up hours of two provisioned tables: bursts of writes and reads that throttle, pauses, a table deleted and
/// made again, throughput changed by hand and by auto scaling.
fn steps(seed: u64) -> Vec<Step> {
    let mut script = Script { random: Random::new(seed), now: START, steps: Vec::new() };
    for table in ["cars", "vans"] {
        script.create(table);
    }
    script.wait_seconds(20);
    for table in ["cars", "vans"] {
        script.scale(table);
        script.ask(
            "UpdateTimeToLive",
            format!(
                r#"{{"TableName":"{table}","TimeToLiveSpecification":{{"Enabled":true,"AttributeName":"ends"}}}}"#
            ),
        );
    }
    script.recover();
    while script.now.since(START) < Duration::from_secs(3 * 3600) {
        script.phase();
    }
    script.restore();
    script.tell();
    script.steps
}

struct Script {
    random: Random,
    now: Timestamp,
    steps: Vec<Step>,
}

impl Script {
    fn ask(&mut self, operation: &'static str, body: String) {
        self.steps.push(Step { at: self.now, service: Service::DynamoDb, operation, body });
    }

    fn ask_scaling(&mut self, operation: &'static str, body: String) {
        self.steps.push(Step { at: self.now, service: Service::ApplicationAutoScaling, operation, body });
    }

    fn wait_seconds(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    fn table(&mut self) -> &'static str {
        if self.random.chance(60) { "cars" } else { "vans" }
    }

    /// Backs both tables up and switches their point-in-time recovery on.
    fn recover(&mut self) {
        for table in ["cars", "vans"] {
            self.ask("CreateBackup", format!(r#"{{"TableName":"{table}","BackupName":"first"}}"#));
            let specification = r#"{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":1}"#;
            self.ask(
                "UpdateContinuousBackups",
                format!(r#"{{"TableName":"{table}","PointInTimeRecoverySpecification":{specification}}}"#),
            );
        }
    }

    /// Restores what tables still have their recovery, and tells what there is.
    fn restore(&mut self) {
        for table in ["cars", "vans"] {
            self.ask(
                "RestoreTableToPointInTime",
                format!(
                    r#"{{"SourceTableName":"{table}","TargetTableName":"{table}-2","UseLatestRestorableTime":true}}"#
                ),
            );
        }
        self.wait_seconds(600);
        for table in ["cars", "vans"] {
            self.ask("Scan", format!(r#"{{"TableName":"{table}-2"}}"#));
        }
        self.ask("ListBackups", r#"{"BackupType":"ALL"}"#.to_owned());
    }

    fn create(&mut self, table: &str) {
        let throughput = r#""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}"#;
        self.ask(
            "CreateTable",
            format!(
                r#"{{"TableName":"{table}","AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"N"}},
                {{"AttributeName":"n","AttributeType":"N"}}],"KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}],
                "GlobalSecondaryIndexes":[{{"IndexName":"by_n","KeySchema":[{{"AttributeName":"n","KeyType":"HASH"}}],
                "Projection":{{"ProjectionType":"ALL"}},{throughput}}}],
                "StreamSpecification":{{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}},
                "ProvisionedThroughput":{{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}}}"#
            ),
        );
    }

    fn scale(&mut self, table: &str) {
        for kind in ["Read", "Write"] {
            let target = format!(
                r#""ServiceNamespace":"dynamodb","ResourceId":"table/{table}",
                "ScalableDimension":"dynamodb:table:{kind}CapacityUnits""#
            );
            self.ask_scaling(
                "RegisterScalableTarget",
                format!(r#"{{{target},"MinCapacity":5,"MaxCapacity":2000}}"#),
            );
            self.ask_scaling(
                "PutScalingPolicy",
                format!(
                    r#"{{"PolicyName":"follow","PolicyType":"TargetTrackingScaling",{target},
                    "TargetTrackingScalingPolicyConfiguration":{{"TargetValue":70.0,"PredefinedMetricSpecification":
                    {{"PredefinedMetricType":"DynamoDB{kind}CapacityUtilization"}}}}}}"#
                ),
            );
        }
    }

    /// A minute or so of one kind of life.
    fn phase(&mut self) {
        let table = self.table();
        match self.random.below(10) {
            0..=4 => {
                let gap = 5 + self.random.below(100);
                for _ in 0..self.random.below(800) {
                    self.item_request(table);
                    self.now = self.now + Duration::from_millis(gap);
                }
            }
            5 | 6 => {
                let pause = self.random.below(900);
                self.wait_seconds(pause);
            }
            7 => {
                let (read, write) = (5 + self.random.below(4000), 5 + self.random.below(100));
                self.ask(
                    "UpdateTable",
                    format!(
                        r#"{{"TableName":"{table}",
                        "ProvisionedThroughput":{{"ReadCapacityUnits":{read},"WriteCapacityUnits":{write}}}}}"#
                    ),
                );
            }
            8 => {
                self.ask("DeleteTable", r#"{"TableName":"vans"}"#.to_owned());
                let pause = self.random.below(12);
                self.wait_seconds(pause);
                self.create("vans");
            }
            _ => self.tell(),
        }
    }

    fn item_request(&mut self, table: &str) {
        let id = self.random.below(500);
        match self.random.below(8) {
            7 => {
                let other = self.random.below(500);
                self.ask(
                    "ExecuteStatement",
                    format!(
                        r#"{{"Statement":"SELECT id, n FROM {table} WHERE id IN [?, {other}] ORDER BY id DESC",
                        "Parameters":[{{"N":"{id}"}}],"Limit":1,"ReturnConsumedCapacity":"TOTAL"}}"#
                    ),
                );
            }
            6 => {
                let (other, token) = (self.random.below(500), self.random.below(20));
                self.ask(
                    "TransactWriteItems",
                    format!(
                        r#"{{"TransactItems":[
                        {{"Update":{{"TableName":"{table}","Key":{{"id":{{"N":"{id}"}}}},"UpdateExpression":"ADD n :one",
                        "ExpressionAttributeValues":{{":one":{{"N":"1"}}}}}}}},
                        {{"ConditionCheck":{{"TableName":"{table}","Key":{{"id":{{"N":"{other}"}}}},
                        "ConditionExpression":"attribute_exists(n)",
                        "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}}}],
                        "ClientRequestToken":"{token}","ReturnConsumedCapacity":"TOTAL"}}"#
                    ),
                );
            }
            0..=2 => {
                let text = "x".repeat(self.random.below(3000) as usize);
                let ends = self.now.as_whole_seconds() + self.random.below(2_000) as i64;
                self.ask(
                    "PutItem",
                    format!(
                        r#"{{"TableName":"{table}","Item":{{"id":{{"N":"{id}"}},"v":{{"S":"{text}"}},"ends":{{"N":"{ends}"}}}},
                        "ReturnConsumedCapacity":"TOTAL"}}"#
                    ),
                );
            }
            3 => self.ask(
                "UpdateItem",
                format!(
                    r#"{{"TableName":"{table}","Key":{{"id":{{"N":"{id}"}}}},"UpdateExpression":"ADD n :one",
                    "ExpressionAttributeValues":{{":one":{{"N":"1"}}}},"ReturnValues":"ALL_NEW"}}"#
                ),
            ),
            4 if id.is_multiple_of(2) => self.ask(
                "Query",
                format!(
                    r#"{{"TableName":"{table}","IndexName":"by_n","KeyConditionExpression":"n = :n",
                    "ExpressionAttributeValues":{{":n":{{"N":"{}"}}}},"ProjectionExpression":"id"}}"#,
                    1 + id % 3
                ),
            ),
            4 => self.ask("GetItem", format!(r#"{{"TableName":"{table}","Key":{{"id":{{"N":"{id}"}}}}}}"#)),
            _ => self.ask(
                "Scan",
                format!(r#"{{"TableName":"{table}","Limit":20,"Select":"COUNT","ReturnConsumedCapacity":"TOTAL"}}"#),
            ),
        }
    }

    /// Asks for everything that the engine tells about itself.
    fn tell(&mut self) {
        for table in ["cars", "vans"] {
            self.ask("DescribeTable", format!(r#"{{"TableName":"{table}"}}"#));
        }
        for operation in ["DescribeScalableTargets", "DescribeScalingPolicies"] {
            self.ask_scaling(operation, r#"{"ServiceNamespace":"dynamodb"}"#.to_owned());
        }
        self.ask_scaling(
            "DescribeScalingActivities",
            r#"{"ServiceNamespace":"dynamodb","IncludeNotScaledActivities":true}"#.to_owned(),
        );
    }
}

/// The text with every identifier, which a seed makes up, replaced.
fn without_identifiers(text: &str) -> String {
    let part_of_one = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut masked = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if part_of_one(c) {
            run.push(c);
            continue;
        }
        // A backup has the shortest, 14 digits and 8.
        masked.push_str(if run.len() >= 23 { "identifier" } else { &run });
        run.clear();
        masked.push(c);
    }
    masked
}

/// The line in which two runs part, for a message that can be read.
fn assert_same(left: &str, right: &str, what: &str) {
    if left == right {
        return;
    }
    let parted = left.lines().zip(right.lines()).enumerate().find(|(_, (left, right))| left != right);
    let (line, (left, right)) = parted.expect("one run is longer");
    let short = |text: &str| text.chars().take(1500).collect::<String>();
    panic!("{what}: line {line}\n  {}\n  {}", short(left), short(right));
}

#[test]
fn the_runs_are_about_what_they_should_be() {
    // One script may be a quiet life; together they see everything.
    let scripts: Vec<Vec<Step>> = (1..4).map(steps).collect();
    let told: String = scripts.iter().map(|steps| play(7, steps, Pace::Jump)).collect();
    let requests: usize = scripts.iter().map(Vec::len).sum();
    assert!(requests > 9000, "{requests} requests");
    for (what, least) in [
        ("ProvisionedThroughputExceededException", 100),
        ("Successfully set write capacity units", 2),
        ("\"TableStatus\":\"UPDATING\"", 2),
        ("\"TableStatus\":\"DELETING\"", 2),
        ("ResourceInUseException", 1),
        ("\"Attributes\":", 100),
        ("\"BackupName\":", 8),
    ] {
        assert!(told.matches(what).count() >= least, "{what}: {}", told.matches(what).count());
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for script in 1..4 {
        let steps = steps(script);
        assert_same(&play(7, &steps, Pace::Jump), &play(7, &steps, Pace::Jump), "twice the same");
    }
}

#[test]
fn another_seed_gives_other_identifiers_and_nothing_else() {
    let steps = steps(2);
    let (seven, eight) = (play(7, &steps, Pace::Jump), play(8, &steps, Pace::Jump));
    assert_ne!(seven, eight);
    assert_same(&without_identifiers(&seven), &without_identifiers(&eight), "but for identifiers");
}

#[test]
fn it_does_not_matter_how_often_the_engine_is_told_the_time() {
    for script in 1..4 {
        let steps = steps(script);
        let jump = play(7, &steps, Pace::Jump);
        for pace in [Pace::Events, Pace::Steps(7_300), Pace::Steps(61_000), Pace::Steps(450)] {
            assert_same(&jump, &play(7, &steps, pace), &format!("script {script}, {pace:?}"));
        }
    }
}

/// Also what chance decides is decided by the seed, and not by when the engine is told the time.
#[test]
fn stale_reads_and_late_indexes_are_the_same_in_every_run() {
    for script in 1..3 {
        let steps = steps(script);
        let jump = play_with(stale(), 7, &steps, Pace::Jump);
        assert_ne!(without_identifiers(&jump), without_identifiers(&play(7, &steps, Pace::Jump)));
        assert_ne!(
            without_identifiers(&jump),
            without_identifiers(&play_with(stale(), 8, &steps, Pace::Jump)),
            "chance follows the seed"
        );
        for pace in [Pace::Jump, Pace::Events, Pace::Steps(7_300)] {
            let again = play_with(stale(), 7, &steps, pace);
            assert_same(&jump, &again, &format!("script {script}, {pace:?}"));
        }
    }
}

/// A clock that steps back counts as one that stands still.
#[test]
fn time_going_backwards_is_harmless() {
    for script in 1..4 {
        let mut random = Random::new(script);
        let mut back = steps(script);
        for step in &mut back {
            if random.chance(20) {
                step.at = step.at - Duration::from_millis(random.below(200_000));
            }
        }
        let mut still = steps(script);
        let mut latest = Timestamp::default();
        for (step, back) in still.iter_mut().zip(&back) {
            latest = latest.max(back.at);
            step.at = latest;
        }
        assert_same(
            &play(7, &back, Pace::Jump),
            &play(7, &still, Pace::Jump),
            "backwards and standing still",
        );
    }
}
