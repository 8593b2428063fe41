//! How fast virtual time runs under load: an hour of 1,000 requests a second, and a day of 100, on an auto-scaled table
//! with a global index; and what a put costs with limits held and without. Run in a process of its own.
//!
//! Seconds are of the processor: the wall's would count other processes of a busy machine. Prints one JSON object a run. `cargo run --release --package dynacore-benches --example simulation`

use std::time::Duration;

use cpu_time::ThreadTime;
use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::expression::Cache;
use dynacore::request::{Operation, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::wire::JsonReader;

const START: Timestamp = Timestamp::from_seconds(1_700_000_000);

const CREATE_TABLE: &str = r#"{"TableName":"laps","ProvisionedThroughput":{"ReadCapacityUnits":500,"WriteCapacityUnits":500},
    "AttributeDefinitions":[{"AttributeName":"driver","AttributeType":"S"},{"AttributeName":"lap","AttributeType":"N"},
        {"AttributeName":"team","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"driver","KeyType":"HASH"},{"AttributeName":"lap","KeyType":"RANGE"}],
    "GlobalSecondaryIndexes":[{"IndexName":"by-team","KeySchema":[{"AttributeName":"team","KeyType":"HASH"},
        {"AttributeName":"lap","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"},
        "ProvisionedThroughput":{"ReadCapacityUnits":100,"WriteCapacityUnits":500}}]}"#;

/// What is scaled: resource, dimension, metric.
const SCALED: [(&str, &str, &str); 3] = [
    ("table/laps", "dynamodb:table:WriteCapacityUnits", "DynamoDBWriteCapacityUtilization"),
    ("table/laps", "dynamodb:table:ReadCapacityUnits", "DynamoDBReadCapacityUtilization"),
    ("table/laps/index/by-team", "dynamodb:index:WriteCapacityUnits", "DynamoDBWriteCapacityUtilization"),
];

fn read(service: Service, name: &str, body: &str, cache: &Cache) -> Operation {
    Operation::read(service, name, &mut JsonReader::new(body.as_bytes()), cache)
        .expect("a request that is allowed")
}

fn engine(cache: &Cache) -> Engine {
    let mut engine = Engine::new(Settings::default(), Box::new(MemoryStore::new()), 7);
    let execute = |engine: &mut Engine, operation: &Operation| {
        engine.execute(operation, START).expect("the engine carries it out");
    };
    execute(&mut engine, &read(Service::DynamoDb, "CreateTable", CREATE_TABLE, cache));
    for (resource, dimension, metric) in SCALED {
        let target = format!(
            r#""ServiceNamespace":"dynamodb","ResourceId":"{resource}","ScalableDimension":"{dimension}""#
        );
        let register = format!(r#"{{{target},"MinCapacity":50,"MaxCapacity":5000}}"#);
        let service = Service::ApplicationAutoScaling;
        execute(&mut engine, &read(service, "RegisterScalableTarget", &register, cache));
        let policy = format!(
            r#"{{{target},"PolicyName":"follow","PolicyType":"TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration":{{"TargetValue":70,
                    "PredefinedMetricSpecification":{{"PredefinedMetricType":"{metric}"}}}}}}"#
        );
        execute(&mut engine, &read(service, "PutScalingPolicy", &policy, cache));
    }
    engine
}

/// Half puts, half gets, over 2,000 keys; read once, as a driver would.
fn requests(cache: &Cache) -> Vec<Operation> {
    let padding = "x".repeat(200);
    (0..4_000_u64)
        .map(|number| {
            let key = number * 7_919 % 2_000;
            let (driver, lap) = (key % 100, key / 100);
            let names = format!(r#""driver":{{"S":"driver {driver}"}},"lap":{{"N":"{lap}"}}"#);
            if number % 2 == 0 {
                let team = driver % 10;
                let body = format!(
                    r#"{{"TableName":"laps","Item":{{{names},"team":{{"S":"team {team}"}},"count":{{"N":"{number}"}},
                        "padding":{{"S":"{padding}"}}}}}}"#
                );
                read(Service::DynamoDb, "PutItem", &body, cache)
            } else {
                read(Service::DynamoDb, "GetItem", &format!(r#"{{"TableName":"laps","Key":{{{names}}}}}"#), cache)
            }
        })
        .collect()
}

/// Nanoseconds of a put into a table with the limits of provisioned throughput held or not: the least of several rounds.
fn put_nanos(throttle: bool) -> f64 {
    const ROUNDS: usize = 15;
    const PUTS: usize = 100_000;
    let cache = Cache::new(1_000);
    let settings = Settings { throttle, ..Settings::default() };
    let mut engine = Engine::new(settings, Box::new(MemoryStore::new()), 7);
    let create = r#"{"TableName":"laps","ProvisionedThroughput":{"ReadCapacityUnits":100,"WriteCapacityUnits":900},
        "AttributeDefinitions":[{"AttributeName":"driver","AttributeType":"S"},{"AttributeName":"lap","AttributeType":"N"}],
        "KeySchema":[{"AttributeName":"driver","KeyType":"HASH"},{"AttributeName":"lap","KeyType":"RANGE"}]}"#;
    let created = engine.execute(&read(Service::DynamoDb, "CreateTable", create, &cache), START);
    assert!(created.is_ok(), "a table is made");
    let puts: Vec<Operation> = requests(&cache).into_iter().step_by(2).collect();
    let mut least = f64::INFINITY;
    let mut now = START;
    for _ in 0..ROUNDS {
        let begun = ThreadTime::now();
        for put in puts.iter().cycle().take(PUTS) {
            // 800 a second: nothing is ever refused.
            now = now + Duration::from_micros(1_250);
            assert!(engine.execute(put, now).is_ok(), "there is room");
        }
        least = least.min(begun.elapsed().as_nanos() as f64 / PUTS as f64);
    }
    least
}

struct Outcome {
    seconds: f64,
    requests: u64,
    throttled: u64,
}

/// Runs so many seconds of virtual time at a rate that is given for each second.
fn run(virtual_seconds: u64, rate: impl Fn(u64) -> u64) -> Outcome {
    let cache = Cache::new(1_000);
    let (mut engine, operations) = (engine(&cache), requests(&cache));
    let (mut count, mut throttled) = (0_usize, 0);
    let begun = ThreadTime::now();
    for second in 0..virtual_seconds {
        let rate = rate(second);
        for turn in 0..rate {
            let now = START + Duration::from_nanos(second * 1_000_000_000 + turn * 1_000_000_000 / rate);
            let outcome = engine.execute(&operations[count % operations.len()], now);
            throttled += u64::from(outcome.is_err());
            count += 1;
        }
    }
    Outcome { seconds: begun.elapsed().as_secs_f64(), requests: count as u64, throttled }
}

fn main() {
    if cfg!(debug_assertions) {
        eprintln!("speed is measured in a release build: cargo run --release");
        std::process::exit(1);
    }
    let (with, without) = (put_nanos(true), put_nanos(false));
    println!(r#"{{"run":"put_item","nanos_with_limits":{with:.0},"nanos_without":{without:.0}}}"#);
    // The load swells and ebbs, so that capacity follows it both ways.
    let hour = run(3_600, |second| if second / 900 % 2 == 0 { 1_300 } else { 700 });
    let day = run(86_400, |second| if second / 21_600 % 2 == 0 { 130 } else { 70 });
    for (name, outcome) in [("hour_of_1000_a_second", hour), ("day_of_100_a_second", day)] {
        let Outcome { seconds, requests, throttled } = outcome;
        println!(
            r#"{{"run":"{name}","seconds":{seconds:.2},"requests":{requests},"throttled":{throttled},"resident_bytes":{}}}"#,
            resident_bytes()
        );
    }
}

/// What the kernel has given this process.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells what a process holds");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("with its highest resident set");
    let kilobytes = line.split_whitespace().nth(1).expect("in kB");
    kilobytes.parse::<usize>().expect("as a number") * 1024
}
