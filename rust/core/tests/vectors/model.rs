//! Random writes, then searches, against a reference that looks at every item of the table and computes distances as they
//! are defined.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::database::{Database, number, text, with};
use crate::table::{SEARCHED, by_look, by_make, cars, elements, put, search};

/// Numbers that a test's vectors are made of: few, so that equal distances occur.
const NUMBERS: [f32; 6] = [-2.0, -0.5, 0.0, 0.25, 1.0, 3.0];
const MAKES: [&str; 2] = ["MINI", "BMW"];

type Vector = [f32; 3];

#[derive(Clone, Debug, PartialEq)]
struct Car {
    make: Option<&'static str>,
    year: Option<i64>,
    look: Option<Vector>,
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Car),
    /// Sets or removes the vector of an item.
    Look(u8, Option<Vector>),
    /// Sets or removes what divides the index.
    Make(u8, Option<&'static str>),
    Delete(u8),
}

fn vector() -> impl Strategy<Value = Vector> {
    let number = || prop::sample::select(&NUMBERS[..]);
    [number(), number(), number()]
}

fn car() -> impl Strategy<Value = Car> {
    let make = prop::option::weighted(0.9, prop::sample::select(&MAKES[..]));
    let year = prop::option::of(1999_i64..2002);
    (make, year, prop::option::weighted(0.9, vector())).prop_map(|(make, year, look)| Car {
        make,
        year,
        look,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let name = || 0_u8..12;
    prop_oneof![
        4 => (name(), car()).prop_map(|(name, car)| Step::Put(name, car)),
        2 => (name(), prop::option::of(vector())).prop_map(|(name, look)| Step::Look(name, look)),
        1 => (name(), prop::option::of(prop::sample::select(&MAKES[..])))
            .prop_map(|(name, make)| Step::Make(name, make)),
        2 => name().prop_map(Step::Delete),
    ]
}

fn shown(vector: &Vector) -> Json {
    let texts = vector.map(|number| number.to_string());
    elements(&[&texts[0], &texts[1], &texts[2]])
}

/// The step as a request.
fn request(step: &Step) -> (&'static str, Json) {
    let key = |name: &u8| json!({ "p": text(&name.to_string()) });
    let change = |name: &u8, attribute: &str, value: Option<Json>| {
        let body = json!({ "TableName": "cars", "Key": key(name) });
        let members = match value {
            None => json!({ "UpdateExpression": format!("REMOVE {attribute}") }),
            Some(value) => json!({
                "UpdateExpression": format!("SET {attribute} = :v"), "ExpressionAttributeValues": { ":v": value },
            }),
        };
        ("UpdateItem", with(&body, members))
    };
    match step {
        Step::Put(name, car) => {
            let mut item = key(name);
            if let Some(make) = car.make {
                item["make"] = text(make);
            }
            if let Some(year) = car.year {
                item["year"] = number(year);
            }
            if let Some(look) = &car.look {
                item["look"] = json!({ "L": shown(look) });
            }
            ("PutItem", put(item))
        }
        Step::Look(name, look) => change(name, "look", look.as_ref().map(|look| json!({ "L": shown(look) }))),
        Step::Make(name, make) => change(name, "make", make.map(text)),
        Step::Delete(name) => ("DeleteItem", json!({ "TableName": "cars", "Key": key(name) })),
    }
}

fn apply(cars: &mut BTreeMap<u8, Car>, step: &Step) {
    let empty = Car { make: None, year: None, look: None };
    match step {
        Step::Put(name, car) => drop(cars.insert(*name, car.clone())),
        Step::Delete(name) => drop(cars.remove(name)),
        // An update that only removes makes no item.
        Step::Look(name, None) => drop(cars.get_mut(name).map(|car| car.look = None)),
        Step::Make(name, None) => drop(cars.get_mut(name).map(|car| car.make = None)),
        Step::Look(name, look) => cars.entry(*name).or_insert(empty).look = *look,
        Step::Make(name, make) => cars.entry(*name).or_insert(empty).make = *make,
    }
}

/// A search: distance, vector, how many, and the make and year to search by.
type Question = (&'static str, Vector, usize, Option<(&'static str, Option<i64>)>);

fn question() -> impl Strategy<Value = Question> {
    let distance = prop::sample::select(&["COSINE", "EUCLIDEAN", "DOT_PRODUCT"][..]);
    let by = prop::option::of((prop::sample::select(&MAKES[..]), prop::option::of(1999_i64..2002)));
    (distance, vector(), 1_usize..15, by)
}

/// Lower is nearer.
fn cost(distance: &str, query: &Vector, stored: &Vector) -> f64 {
    let pairs = || query.iter().zip(stored).map(|(left, right)| (f64::from(*left), f64::from(*right)));
    let dot: f64 = pairs().map(|(left, right)| left * right).sum();
    match distance {
        "DOT_PRODUCT" => -dot,
        "EUCLIDEAN" => pairs().map(|(left, right)| (left - right).powi(2)).sum::<f64>().sqrt(),
        _ => {
            let length = |of: fn((f64, f64)) -> f64| pairs().map(|pair| of(pair).powi(2)).sum::<f64>().sqrt();
            let (left, right) = (length(|(left, _)| left), length(|(_, right)| right));
            if left == 0.0 || right == 0.0 { 1.0 } else { 1.0 - dot / (left * right) }
        }
    }
}

fn indexes() -> Json {
    let named = |index: Json, kind: &str, distance: &str| {
        with(&index, json!({ "IndexName": format!("{kind}_{distance}"), "DistanceFunction": distance }))
    };
    json!([
        named(by_look(), "look", "COSINE"),
        named(by_look(), "look", "EUCLIDEAN"),
        named(by_make(), "make", "COSINE"),
        named(by_make(), "make", "EUCLIDEAN"),
        named(by_make(), "make", "DOT_PRODUCT"),
    ])
}

fn ask(database: &mut Database, (distance, vector, top, by): &Question) -> Vec<(u8, f64)> {
    let mut body = search(json!({ "SearchVector": shown(vector), "TopK": top, "ProjectionExpression": "p" }));
    body["IndexName"] = json!(format!("look_{distance}"));
    if let Some((make, year)) = by {
        body["IndexName"] = json!(format!("make_{distance}"));
        body["SearchConditionExpression"] =
            json!(if year.is_some() { "make = :m AND #y = :y" } else { "make = :m" });
        body["ExpressionAttributeValues"] = json!({ ":m": text(make) });
        if let Some(year) = year {
            body["ExpressionAttributeValues"][":y"] = number(*year);
            body["ExpressionAttributeNames"] = json!({ "#y": "year" });
        }
    }
    let answer = database.done("SearchVectors", &body);
    let sign = if *distance == "DOT_PRODUCT" { -1.0 } else { 1.0 };
    let found = |each: &Json| {
        let name = each["Item"]["p"]["S"].as_str().unwrap().parse().unwrap();
        (name, sign * each["Score"].as_f64().unwrap())
    };
    answer["SearchResults"].as_array().unwrap().iter().map(found).collect()
}

/// The distances of the nearest, nearest first; of equally near ones which come is free.
fn check(cars: &BTreeMap<u8, Car>, question: &Question, found: &[(u8, f64)]) -> Result<(), TestCaseError> {
    let (distance, vector, top, by) = question;
    let selected = |car: &&Car| {
        by.is_none_or(|(make, year)| car.make == Some(make) && year.is_none_or(|year| car.year == Some(year)))
    };
    let costs = cars.values().filter(selected).filter_map(|car| Some(cost(distance, vector, &car.look?)));
    let mut costs: Vec<f64> = costs.collect();
    costs.sort_by(f64::total_cmp);
    costs.truncate(*top);
    prop_assert_eq!(found.len(), costs.len());
    for ((name, score), wanted) in found.iter().zip(&costs) {
        let car = &cars[name];
        prop_assert!(selected(&car));
        let own = cost(distance, vector, &car.look.unwrap());
        prop_assert!(
            (score - own).abs() < 1e-5 && (score - wanted).abs() < 1e-5,
            "{} {} {}",
            score,
            own,
            wanted
        );
    }
    let mut names: Vec<u8> = found.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    prop_assert_eq!(names.len(), found.len(), "no item twice");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_looking_at_everything_finds(
        steps in prop::collection::vec(step(), 0..60), questions in prop::collection::vec(question(), 1..6),
        added_at in 0_usize..60,
    ) {
        // DOT_PRODUCT over the whole table is added while there are items, so that a backfill is part of it.
        let mut database = Database::new();
        let five = indexes();
        database.done("CreateTable", &cars(json!(five.as_array().unwrap()[..4]), &SEARCHED));
        let late = [five[4].clone(), with(&by_look(), json!({ "IndexName": "look_DOT_PRODUCT", "DistanceFunction": "DOT_PRODUCT" }))];
        let mut model = BTreeMap::new();
        for (position, step) in steps.iter().enumerate() {
            if position == added_at {
                add(&mut database, &late[0]);
            }
            let (operation, body) = request(step);
            database.done(operation, &body);
            apply(&mut model, step);
        }
        if steps.len() <= added_at {
            add(&mut database, &late[0]);
        }
        for question in &questions {
            if question.0 == "DOT_PRODUCT" && question.3.is_none() {
                continue;
            }
            let found = ask(&mut database, question);
            check(&model, question, &found)?;
        }
        // Another index over everything takes the place of one.
        database.done("UpdateTable", &json!({
            "TableName": "cars", "VectorIndexUpdates": [{ "Delete": { "IndexName": "look_COSINE" } }],
        }));
        database.wait(1);
        add(&mut database, &late[1]);
        let question = ("DOT_PRODUCT", [1.0, -0.5, 0.25], 5, None);
        let found = ask(&mut database, &question);
        check(&model, &question, &found)?;
        let described = database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone();
        let looks = model.values().filter(|car| car.look.is_some()).count();
        for index in described["VectorIndexes"].as_array().unwrap() {
            let divided = index.get("SearchSchema").is_some();
            let held = model.values().filter(|car| car.look.is_some() && car.make.is_some()).count();
            prop_assert_eq!(&index["ItemCount"], &json!(if divided { held } else { looks }));
        }
    }
}

fn add(database: &mut Database, index: &Json) {
    let body = json!({
        "TableName": "cars", "AttributeDefinitions": crate::database::attributes(&SEARCHED),
        "VectorIndexUpdates": [{ "Create": index }],
    });
    database.done("UpdateTable", &body);
    database.wait(1);
}
