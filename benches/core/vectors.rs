//! The exact search of a vector index.

use std::hint::black_box;

use criterion::Throughput;
use dynacore::random::Random;
use dynacore_benches::{Bench, Database, Scale};

const ENTRIES: u64 = 100_000;
const DIMENSIONS: usize = 256;
const DISTANCES: [&str; 3] = ["COSINE", "EUCLIDEAN", "DOT_PRODUCT"];

/// Adds the benches.
pub fn add(bench: &mut Bench, scale: Scale) {
    let entries = scale.of(ENTRIES);
    let mut random = Random::new(1);
    let mut database = Database::empty();
    database.execute(&database.read("CreateTable", &table()));
    for number in 0..entries {
        let item = format!(r#"{{"id":{{"N":"{number}"}},"look":{{"L":{}}}}}"#, vector(&mut random));
        let put = database.read("PutItem", &format!(r#"{{"TableName":"pictures","Item":{item}}}"#));
        database.execute(&put);
    }
    let mut group = bench.benchmark_group("search_vectors");
    group.sample_size(20).throughput(Throughput::Elements(entries));
    for distance in DISTANCES {
        let body = format!(
            r#"{{"TableName":"pictures","IndexName":"{distance}","TopK":10,"SearchVector":{}}}"#,
            vector(&mut random)
        );
        let search = database.read("SearchVectors", &body);
        group.bench_function(format!("{distance}/{ENTRIES}x{DIMENSIONS}"), |bencher| {
            bencher.iter(|| database.execute(black_box(&search)));
        });
    }
    group.finish();
}

/// A table with an index for each distance.
fn table() -> String {
    let index = |distance: &str| {
        format!(
            r#"{{"IndexName":"{distance}","VectorAttribute":{{"AttributeName":"look"}},"Dimensions":{DIMENSIONS},
            "DistanceFunction":"{distance}","Projection":{{"ProjectionType":"KEYS_ONLY"}}}}"#
        )
    };
    format!(
        r#"{{"TableName":"pictures","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{{"AttributeName":"id","AttributeType":"N"}}],
        "KeySchema":[{{"AttributeName":"id","KeyType":"HASH"}}],"VectorIndexes":[{}]}}"#,
        DISTANCES.map(index).join(",")
    )
}

/// A list of numbers in DynamoDB's JSON.
fn vector(random: &mut Random) -> String {
    let mut number = || format!(r#"{{"N":"{:.4}"}}"#, random.below(20_000) as f64 / 10_000.0 - 1.0);
    let numbers: Vec<String> = (0..DIMENSIONS).map(|_| number()).collect();
    format!("[{}]", numbers.join(","))
}
