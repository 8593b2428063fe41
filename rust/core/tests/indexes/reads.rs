//! Query and Scan on indexes.

use serde_json::{Value as Json, json};

use crate::database::{Database, number, text, with};

/// Twelve cars of three owners in two fleets; years repeat, so that equal index keys stand side by side.
fn filled() -> Database {
    let mut database = Database::fleet();
    for s in 0..12 {
        database.put(json!({
            "p": text(if s % 2 == 0 { "a" } else { "b" }), "s": number(s),
            "owner": text(["Ada", "Bob", "Cid"][s as usize % 3]), "year": number(2000 + s / 6),
            "make": text(&format!("m{s}")), "colour": text("red"),
            "country": text("DE"), "city": text("Bonn"), "street": text(if s < 6 { "Ring" } else { "Weg" }),
            "house": number(s % 4),
        }));
    }
    database
}

fn query(index: &str, condition: &str, values: Json, others: Json) -> Json {
    let mut body = json!({
        "TableName": "fleet", "IndexName": index, "KeyConditionExpression": condition,
        "ExpressionAttributeNames": { "#owner": "owner", "#year": "year" }, "ExpressionAttributeValues": values,
    });
    let used = format!("{condition} {others}");
    body["ExpressionAttributeNames"].as_object_mut().unwrap().retain(|name, _| used.contains(name.as_str()));
    if body["ExpressionAttributeNames"].as_object().unwrap().is_empty() {
        body.as_object_mut().unwrap().remove("ExpressionAttributeNames");
    }
    with(&body, others)
}

/// The numbers `s` of the items of an answer.
fn cars(answer: &Json) -> Vec<i64> {
    let items = answer["Items"].as_array().expect("a list").iter();
    items.map(|item| item["s"]["N"].as_str().unwrap().parse().unwrap()).collect()
}

fn sorted(mut cars: Vec<i64>) -> Vec<i64> {
    cars.sort_unstable();
    cars
}

#[test]
fn a_query_reads_one_partition_in_the_order_of_the_sort_key() {
    let mut database = filled();
    let of = |rest: &str, others: Json| {
        query(
            "by_owner",
            &format!("#owner = :o{rest}"),
            json!({ ":o": text("Ada"), ":y": number(2001) }),
            others,
        )
    };
    let all = |database: &mut Database, rest: &str, forward: bool| {
        let mut body = of(rest, json!({ "ScanIndexForward": forward }));
        if rest.is_empty() {
            body["ExpressionAttributeValues"].as_object_mut().unwrap().remove(":y");
        }
        cars(&database.done("Query", &body))
    };
    let forward = all(&mut database, "", true);
    assert_eq!(sorted(forward[..2].to_vec()), [0, 3], "of the year 2000");
    assert_eq!(sorted(forward[2..].to_vec()), [6, 9], "of the year 2001");
    let backward = all(&mut database, "", false);
    assert_eq!(backward, forward.iter().rev().copied().collect::<Vec<_>>());
    for (rest, expected) in [
        (" AND #year = :y", vec![6, 9]),
        (" AND #year < :y", vec![0, 3]),
        (" AND #year <= :y", vec![0, 3, 6, 9]),
        (" AND #year > :y", vec![]),
        (" AND #year >= :y", vec![6, 9]),
        (" AND #year BETWEEN :y AND :y", vec![6, 9]),
    ] {
        assert_eq!(sorted(all(&mut database, rest, true)), expected, "{rest}");
    }
}

#[test]
fn pages_go_on_between_entries_of_one_key() {
    let mut database = filled();
    for forward in [true, false] {
        let base = query(
            "by_owner",
            "#owner = :o AND #year = :y",
            json!({ ":o": text("Bob"), ":y": number(2000) }),
            json!({ "ScanIndexForward": forward, "Limit": 1 }),
        );
        let first = database.done("Query", &base);
        let key = &first["LastEvaluatedKey"];
        assert_eq!(key["owner"], text("Bob"));
        assert_eq!(key["year"], number(2000));
        assert_eq!(key.as_object().unwrap().len(), 4, "the keys of table and index: {key}");
        let second = database.done("Query", &with(&base, json!({ "ExclusiveStartKey": key })));
        assert_eq!(sorted([cars(&first), cars(&second)].concat()), [1, 4]);
    }
}

#[test]
fn a_key_of_several_attributes_is_queried_from_left_to_right() {
    let mut database = filled();
    let place = json!({ ":c": text("DE"), ":t": text("Bonn"), ":s": text("Ring"), ":h": number(1) });
    let ask = |condition: &str| {
        let mut values = place.clone();
        values.as_object_mut().unwrap().retain(|name, _| condition.contains(name.as_str()));
        query("by_place", condition, values, json!({}))
    };
    let both = "country = :c AND city = :t";
    for (rest, expected) in [
        ("", (0..12).collect()),
        (" AND street = :s", vec![0, 1, 2, 3, 4, 5]),
        (" AND begins_with(street, :s)", vec![0, 1, 2, 3, 4, 5]),
        (" AND street > :s", vec![6, 7, 8, 9, 10, 11]),
        (" AND house = :h AND street = :s", vec![1, 5]),
        (" AND street = :s AND house > :h", vec![2, 3]),
        (" AND street = :s AND house BETWEEN :h AND :h", vec![1, 5]),
    ] {
        let answer = database.done("Query", &ask(&format!("{both}{rest}")));
        assert_eq!(sorted(cars(&answer)), expected, "{rest}");
        let houses: Vec<(String, String)> = answer["Items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["street"]["S"].to_string(), item["house"]["N"].to_string()))
            .collect();
        assert!(houses.is_sorted(), "{houses:?}");
    }
    assert!(database.invalid("Query", &ask("country = :c")).contains("HASH key attribute"));
    assert!(database.invalid("Query", &ask("country = :c AND city > :t")).contains("HASH key attribute"));
    for rest in [" AND house = :h", " AND street > :s AND house = :h"] {
        assert!(
            database.invalid("Query", &ask(&format!("{both}{rest}"))).contains("RANGE key attributes"),
            "{rest}"
        );
    }
}

#[test]
fn scans_and_their_segments_cover_an_index() {
    let mut database = filled();
    for index in ["by_year", "by_owner", "by_place"] {
        let scan = json!({ "TableName": "fleet", "IndexName": index });
        let whole = cars(&database.done("Scan", &scan));
        assert_eq!(sorted(whole.clone()), (0..12).collect::<Vec<_>>(), "{index}");
        let mut parts = Vec::new();
        for segment in 0..3 {
            let part = with(&scan, json!({ "TotalSegments": 3, "Segment": segment }));
            parts.extend(cars(&database.done("Scan", &part)));
        }
        assert_eq!(parts, whole, "{index}");
        let mut paged = Vec::new();
        let mut page = with(&scan, json!({ "Limit": 5 }));
        loop {
            let answer = database.done("Scan", &page);
            paged.extend(cars(&answer));
            match answer.get("LastEvaluatedKey") {
                None => break,
                Some(key) => page["ExclusiveStartKey"] = key.clone(),
            }
        }
        assert_eq!(paged, whole, "{index}");
    }
}

#[test]
fn a_scan_may_filter_on_index_keys_and_a_query_not() {
    let mut database = filled();
    let filter = json!({
        "TableName": "fleet", "IndexName": "by_owner", "FilterExpression": "#owner = :o AND colour = :c",
        "ExpressionAttributeNames": { "#owner": "owner" },
        "ExpressionAttributeValues": { ":o": text("Ada"), ":c": text("red") },
    });
    assert_eq!(database.done("Scan", &filter)["Count"], 4);
    let others = json!({ "FilterExpression": "#year = :o" });
    let key = "Filter Expression can only contain non-primary key attributes: Primary key attribute: year";
    assert_eq!(
        database.invalid("Query", &query("by_owner", "#owner = :o", json!({ ":o": text("Ada") }), others)),
        key
    );
    let others = json!({ "FilterExpression": "s = :n" });
    let values = json!({ ":o": text("Ada"), ":n": number(3) });
    assert_eq!(cars(&database.done("Query", &query("by_owner", "#owner = :o", values, others))), [3]);
    let others = json!({ "FilterExpression": "colour = :p" });
    assert_eq!(
        database.invalid("Query", &query("by_year", "p = :p", json!({ ":p": text("a") }), others)),
        "One or more parameter values were invalid: Secondary index by_year does not project one or more filter \
         attributes: [colour]"
    );
}

#[test]
fn a_global_index_gives_only_what_it_projects() {
    let mut database = filled();
    let values = json!({ ":c": text("DE"), ":t": text("Bonn") });
    let place = |others: Json| query("by_place", "country = :c AND city = :t", values.clone(), others);
    let first = |answer: &Json| answer["Items"][0].as_object().unwrap().len();
    for select in [json!({}), json!({ "Select": "ALL_PROJECTED_ATTRIBUTES" })] {
        assert_eq!(first(&database.done("Query", &place(select))), 7);
    }
    let all = place(json!({ "Select": "ALL_ATTRIBUTES" }));
    let scan = json!({ "TableName": "fleet", "IndexName": "by_place", "Select": "ALL_ATTRIBUTES" });
    for text in [database.invalid("Query", &all), database.invalid("Scan", &scan)] {
        assert_eq!(
            text,
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary \
             index by_place because its projection type is not ALL"
        );
    }
    assert_eq!(first(&database.done("Query", &place(json!({ "ProjectionExpression": "make, s" })))), 2);
    assert_eq!(
        database.invalid("Query", &place(json!({ "ProjectionExpression": "make, colour" }))),
        "One or more parameter values were invalid: Global secondary index by_place does not project [colour]"
    );
    assert_eq!(
        database.invalid("Query", &place(json!({ "ConsistentRead": true }))),
        "Consistent reads are not supported on global secondary indexes"
    );
    let whole =
        query("by_owner", "#owner = :o", json!({ ":o": text("Ada") }), json!({ "Select": "ALL_ATTRIBUTES" }));
    assert_eq!(first(&database.done("Query", &whole)), 10);
}

#[test]
fn a_local_index_fetches_what_it_does_not_project() {
    let mut database = filled();
    let year = |others: Json| {
        let values = json!({ ":p": text("a"), ":y": number(2000) });
        query("by_year", "p = :p AND #year = :y", values, others)
    };
    let entries = database.done("Query", &year(json!({ "ConsistentRead": true })));
    assert_eq!(entries["Items"][0].as_object().unwrap().len(), 4);
    let whole = database.done("Query", &year(json!({ "Select": "ALL_ATTRIBUTES" })));
    assert_eq!(cars(&whole), cars(&entries));
    assert_eq!(whole["Items"][0].as_object().unwrap().len(), 10);
    let part = database.done("Query", &year(json!({ "ProjectionExpression": "colour, make" })));
    assert_eq!(part["Items"][0], json!({ "colour": text("red"), "make": whole["Items"][0]["make"] }));
    let count =
        database.done("Query", &year(json!({ "Select": "COUNT", "ReturnConsumedCapacity": "INDEXES" })));
    assert_eq!((&count["Count"], count.get("Items")), (&json!(3), None));
    assert_eq!(count["ConsumedCapacity"]["Table"]["CapacityUnits"], 0.0);
}

#[test]
fn an_unknown_index_is_refused() {
    let mut database = filled();
    let text = "The table does not have the specified index: by_nothing";
    assert_eq!(database.invalid("Scan", &json!({ "TableName": "fleet", "IndexName": "by_nothing" })), text);
    assert_eq!(
        database.invalid("Query", &query("by_nothing", "q = :q", json!({ ":q": number(1) }), json!({}))),
        text
    );
}

#[test]
fn a_query_of_an_index_names_its_keys() {
    let mut database = filled();
    let ask = |condition: &str, values: Json| query("by_owner", condition, values, json!({}));
    assert_eq!(
        database.invalid("Query", &ask("p = :p", json!({ ":p": text("a") }))),
        "Query condition missed key schema element: owner"
    );
    assert_eq!(
        database.invalid("Query", &ask("#owner = :p AND s = :p", json!({ ":p": text("a") }))),
        "Query condition missed key schema element: year"
    );
    assert_eq!(
        database.invalid("Query", &ask("#owner = :p", json!({ ":p": number(1) }))),
        "One or more parameter values were invalid: Condition parameter type does not match schema type"
    );
    assert_eq!(
        database.invalid("Query", &ask("#owner = :p", json!({ ":p": text("") }))),
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string \
         value. Key: owner"
    );
    assert_eq!(
        database.invalid("Query", &ask("#owner > :p", json!({ ":p": text("a") }))),
        "Query key condition not supported"
    );
}

#[test]
fn starting_keys_have_the_keys_of_table_and_index() {
    let mut database = filled();
    let key = json!({ "p": text("a"), "s": number(0), "owner": text("Ada"), "year": number(2000) });
    let start = |changes: Json| {
        let others = json!({ "ExclusiveStartKey": with(&key, changes) });
        query(
            "by_owner",
            "#owner = :o AND #year <= :y",
            json!({ ":o": text("Ada"), ":y": number(2000) }),
            others,
        )
    };
    assert!(cars(&database.done("Query", &start(json!({})))).len() < 2, "0 itself is left out");
    let invalid = "The provided starting key is invalid";
    let mismatch = "The provided key element does not match the schema";
    for (changes, text) in [
        (json!({ "year": null }), invalid.to_owned()),
        (json!({ "extra": number(1) }), invalid.to_owned()),
        (json!({ "owner": null, "other": text("x") }), invalid.to_owned()),
        (json!({ "owner": number(1) }), mismatch.to_owned()),
        (json!({ "year": text("x") }), mismatch.to_owned()),
        (json!({ "s": text("x") }), format!("{invalid}: {mismatch}")),
        (json!({ "s": null, "other": text("x") }), format!("{invalid}: {mismatch}")),
        (
            json!({ "year": number(2001) }),
            "The provided starting key does not match the range key predicate".to_owned(),
        ),
    ] {
        assert_eq!(database.invalid("Query", &start(changes.clone())), text, "{changes}");
        let mut scan = json!({ "TableName": "fleet", "IndexName": "by_owner" });
        scan["ExclusiveStartKey"] = with(&key, changes.clone());
        match text.as_str() {
            "The provided starting key does not match the range key predicate" => {
                drop(database.done("Scan", &scan));
            }
            text => assert_eq!(database.invalid("Scan", &scan), text, "{changes}"),
        }
    }
    let outside =
        query("by_owner", "#owner = :o", json!({ ":o": text("Bob") }), json!({ "ExclusiveStartKey": key }));
    assert_eq!(
        database.invalid("Query", &outside),
        "The provided starting key is outside query boundaries based on provided conditions"
    );
}

#[test]
fn a_starting_key_belongs_to_its_segment() {
    let mut database = filled();
    let answer = database.done("Scan", &json!({ "TableName": "fleet", "IndexName": "by_owner", "Limit": 1 }));
    let key = &answer["LastEvaluatedKey"];
    let texts: Vec<Result<Json, String>> = (0..2)
        .map(|segment| {
            let body = json!({
                "TableName": "fleet", "IndexName": "by_owner", "TotalSegments": 2, "Segment": segment,
                "ExclusiveStartKey": key,
            });
            database.ask("Scan", &body).map_err(|error| error.message().to_owned())
        })
        .collect();
    let refused: Vec<&String> = texts.iter().filter_map(|text| text.as_ref().err()).collect();
    assert_eq!(refused.len(), 1, "the key lies in one of two segments");
    assert!(refused[0].contains("Please use ExclusiveStartKey with correct Segment."), "{}", refused[0]);
}
