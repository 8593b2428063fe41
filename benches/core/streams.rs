//! What a stream costs the writes of its table, and how fast it is read.

use std::hint::black_box;
use std::time::Duration;

use criterion::Throughput;
use dynacore::clock::Timestamp;
use dynacore::request::{Operation, Service};
use dynacore::wire::{JsonReader, JsonWriter, ToWire};
use dynacore_benches::database::{NOW, put_item};
use dynacore_benches::{Bench, Cars, Database, Scale};

/// Items that are put over and over, each time another one.
const ITEMS: u64 = 10_000;
/// Records that wait in the stream that is read.
const RECORDS: u64 = 100_000;
/// Records of one GetRecords.
const PAGE: u64 = 1_000;

/// From one put to the next, so that records become too old while it is measured: their removal is part of the cost,
/// and the stream stays at some 350,000 records.
const STEP: Duration = Duration::from_millis(250);

const VIEWS: [&str; 3] = ["none", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"];

/// Adds the benches.
pub fn add(bench: &mut Bench, scale: Scale) {
    puts(bench, scale);
    records(bench, scale);
}

fn puts(bench: &mut Bench, scale: Scale) {
    let cars = Cars::read();
    let mut group = bench.benchmark_group("streams/put_item");
    for view in VIEWS {
        let mut database = Database::empty();
        create(&mut database, view);
        let items = scale.of(ITEMS);
        // Two items a key in turn, as an equal one is no change.
        let puts: Vec<Operation> = (0..2 * items)
            .map(|number| {
                let car = cars.car(number % items).json();
                let car = car.strip_suffix('}').expect("a car is an object");
                let item = format!(r#"{car},"turn":{{"N":"{}"}}}}"#, number / items);
                database.read("PutItem", &put_item(&item))
            })
            .collect();
        let (mut next, mut now) = (puts.iter().cycle(), NOW);
        group.bench_function(view, |bencher| {
            bencher.iter(|| {
                now = now + STEP;
                execute(&mut database, black_box(next.next().expect("a cycle does not end")), now);
            });
        });
    }
    group.finish();
}

fn records(bench: &mut Bench, scale: Scale) {
    let cars = Cars::read();
    let mut database = Database::empty();
    create(&mut database, "NEW_AND_OLD_IMAGES");
    for number in 0..scale.of(RECORDS) {
        let put = database.read("PutItem", &put_item(&cars.car(number).json()));
        database.execute(&put);
    }
    let arn = text(&answer(&mut database, "ListStreams", "{}"), "StreamArn");
    let reads = pages(&mut database, &arn);
    let mut group = bench.benchmark_group("streams/get_records");
    group.throughput(Throughput::Elements(PAGE));
    let mut next = reads.iter().cycle();
    group.bench_function("1000", |bencher| {
        bencher.iter(|| database.execute(black_box(next.next().expect("a cycle does not end"))));
    });
    group.bench_function("1000 as JSON", |bencher| {
        bencher.iter(|| {
            let response = database.execute(black_box(next.next().expect("a cycle does not end")));
            let mut writer = JsonWriter::default();
            response.write(&mut writer);
            writer.into_bytes()
        });
    });
    group.finish();
}

/// The requests that read all shards of a stream: those for full pages, if there are any.
fn pages(database: &mut Database, arn: &str) -> Vec<Operation> {
    let (mut full, mut others) = (Vec::new(), Vec::new());
    let shards = answer(database, "DescribeStream", &format!(r#"{{"StreamArn":"{arn}"}}"#));
    for shard in shards.split(r#""ShardId":""#).skip(1).filter_map(|rest| rest.split('"').next()) {
        let place =
            format!(r#"{{"StreamArn":"{arn}","ShardId":"{shard}","ShardIteratorType":"TRIM_HORIZON"}}"#);
        let mut iterator = text(&answer(database, "GetShardIterator", &place), "ShardIterator");
        loop {
            let body = format!(r#"{{"ShardIterator":"{iterator}","Limit":{PAGE}}}"#);
            let page = answer(database, "GetRecords", &body);
            let read = operation(database, "GetRecords", &body);
            if page.matches("eventID").count() as u64 != PAGE {
                others.push(read);
                break;
            }
            full.push(read);
            iterator = text(&page, "NextShardIterator");
        }
    }
    if full.is_empty() { others } else { full }
}

/// The table of cars.
fn create(database: &mut Database, view: &str) {
    let stream = match view {
        "none" => String::new(),
        view => format!(r#","StreamSpecification":{{"StreamEnabled":true,"StreamViewType":"{view}"}}"#),
    };
    let table = format!(
        r#"{{"TableName":"cars","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{{"AttributeName":"make","AttributeType":"S"}},{{"AttributeName":"id","AttributeType":"N"}}],
        "KeySchema":[{{"AttributeName":"make","KeyType":"HASH"}},{{"AttributeName":"id","KeyType":"RANGE"}}]{stream}}}"#
    );
    database.execute(&database.read("CreateTable", &table));
}

fn operation(database: &Database, name: &str, body: &str) -> Operation {
    let mut reader = JsonReader::new(body.as_bytes());
    Operation::read(Service::DynamoDbStreams, name, &mut reader, &database.cache)
        .unwrap_or_else(|error| panic!("{name}: {}", error.message()))
}

fn answer(database: &mut Database, name: &str, body: &str) -> String {
    let mut writer = JsonWriter::default();
    database.execute(&operation(database, name, body)).write(&mut writer);
    String::from_utf8(writer.into_bytes()).expect("JSON is text")
}

fn execute(database: &mut Database, operation: &Operation, now: Timestamp) {
    database.engine.execute(operation, now).unwrap_or_else(|error| panic!("{}", error.message()));
}

/// The first text member of this name in an answer.
fn text(answer: &str, name: &str) -> String {
    let behind = answer.split_once(&format!(r#""{name}":""#)).map_or("", |(_, behind)| behind);
    behind.split('"').next().unwrap_or_default().to_owned()
}
