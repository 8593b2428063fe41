//! SearchVectors: scores and order, conditions, projections, capacity, and what is refused.

use serde_json::{Value as Json, json};

use crate::database::{Database, number, text, with};
use crate::table::{SEARCHED, by_look, by_make, cars, elements, list, put, search};

/// Four cars around the unit circle, in an index for each distance.
fn circle() -> Database {
    let named =
        |distance: &str| with(&by_look(), json!({ "IndexName": distance, "DistanceFunction": distance }));
    let mut database = Database::new();
    let indexes = json!([by_look(), named("EUCLIDEAN"), named("DOT_PRODUCT")]);
    database.done("CreateTable", &cars(indexes, &[]));
    for (name, look) in
        [("a", ["1", "0", "0"]), ("b", ["0", "1", "0"]), ("c", ["-1", "0", "0"]), ("d", ["0.6", "0.8", "0"])]
    {
        database.done("PutItem", &put(json!({ "p": text(name), "label": text(name), "look": list(&look) })));
    }
    database
}

/// Minis and a BMW of several years in `by_make`, and a car without a make.
fn minis() -> Database {
    let mut database = Database::new();
    database.done("CreateTable", &cars(json!([by_look(), by_make()]), &SEARCHED));
    for (name, make, year) in [
        ("p1", Some("MINI"), Some(1999)),
        ("p2", Some("MINI"), Some(2001)),
        ("p3", Some("BMW"), Some(1999)),
        ("p4", Some("MINI"), None),
        ("p5", None, Some(1999)),
    ] {
        let mut item = json!({ "p": text(name), "look": list(&["1", "0", "0"]) });
        if let Some(make) = make {
            item["make"] = text(make);
        }
        if let Some(year) = year {
            item["year"] = number(year);
        }
        database.done("PutItem", &put(item));
    }
    database
}

fn scored(answer: &Json) -> Vec<(String, f64)> {
    let results = answer["SearchResults"].as_array().unwrap().iter();
    let of =
        |each: &Json| (each["Item"]["p"]["S"].as_str().unwrap().to_owned(), each["Score"].as_f64().unwrap());
    results.map(of).collect()
}

fn named(answer: &Json) -> Vec<String> {
    let mut names: Vec<String> = scored(answer).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// A search of `by_make`.
fn condition(text: &str, values: Json) -> Json {
    let members = json!({ "IndexName": "by_make", "SearchConditionExpression": text });
    let body = search(members);
    let names = text.contains("#y").then(|| json!({ "#y": "year" }));
    let body =
        if values.is_null() { body } else { with(&body, json!({ "ExpressionAttributeValues": values })) };
    names.map_or(body.clone(), |names| with(&body, json!({ "ExpressionAttributeNames": names })))
}

#[test]
fn the_nearest_come_first_by_each_distance() {
    let mut database = circle();
    let mut scores =
        |index: &str| scored(&database.done("SearchVectors", &search(json!({ "IndexName": index }))));
    let six = f64::from(0.6_f32);
    let cosine = scores("by_look");
    assert_eq!(cosine[0], ("a".to_owned(), 0.0));
    assert_eq!(
        (cosine[1].0.as_str(), cosine[2].clone(), cosine[3].clone()),
        ("d", ("b".to_owned(), 1.0), ("c".to_owned(), 2.0))
    );
    assert!((cosine[1].1 - 0.4).abs() < 1e-6);
    let euclidean = scores("EUCLIDEAN");
    assert_eq!(euclidean.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "d", "b", "c"]);
    assert_eq!(euclidean[2].1, f64::from(2.0_f32.sqrt()), "a score is a 32-bit float");
    let dot = scores("DOT_PRODUCT");
    let wanted = [("a", 1.0), ("d", six), ("b", 0.0), ("c", -1.0)];
    assert_eq!(dot, wanted.map(|(name, score)| (name.to_owned(), score)));
}

#[test]
fn as_many_as_wanted_and_as_there_are() {
    let mut database = circle();
    let one = database.done("SearchVectors", &search(json!({ "TopK": 1 })));
    assert_eq!(scored(&one), [("a".to_owned(), 0.0)]);
    let all = database.done("SearchVectors", &search(json!({ "TopK": 100 })));
    assert_eq!(all["SearchResults"].as_array().unwrap().len(), 4);
    assert_eq!(all.as_object().unwrap().len(), 1, "there is no next page");
    let mut empty = Database::new();
    empty.done("CreateTable", &cars(json!([by_look()]), &[]));
    assert_eq!(empty.done("SearchVectors", &search(json!({}))), json!({ "SearchResults": [] }));
}

#[test]
fn equally_near_ones_come_in_one_order() {
    let order = |names: &[&str]| {
        let mut database = Database::new();
        database.done("CreateTable", &cars(json!([by_look()]), &[]));
        for name in names {
            database.done("PutItem", &put(json!({ "p": text(name), "look": list(&["0.5", "0.5", "0"]) })));
        }
        let first = scored(&database.done("SearchVectors", &search(json!({ "TopK": 2 }))));
        assert_eq!(scored(&database.done("SearchVectors", &search(json!({ "TopK": 2 })))), first);
        first
    };
    assert_eq!(order(&["a", "b", "c"]), order(&["c", "b", "a"]), "however the index was filled");
}

#[test]
fn conditions_select_what_is_compared() {
    let mut database = minis();
    let mut names =
        |text: &str, values: Json| named(&database.done("SearchVectors", &condition(text, values)));
    let make = json!({ ":m": text("MINI") });
    assert_eq!(names("make = :m", make.clone()), ["p1", "p2", "p4"]);
    assert_eq!(names(":m = make", make), ["p1", "p2", "p4"]);
    assert_eq!(names("make = :m", json!({ ":m": text("VW") })), [""; 0]);
    let both = json!({ ":m": text("MINI"), ":y": json!({ "N": "1999.0" }) });
    assert_eq!(names("(make = :m AND #y = :y)", both), ["p1"], "numbers are compared by value");
}

#[test]
fn a_condition_is_equalities_of_the_search_schema() {
    let mut database = minis();
    let mut refused = |text: &str, values: Json| database.invalid("SearchVectors", &condition(text, values));
    let comparator =
        "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression";
    let operator = "Invalid SearchConditionExpression: Invalid operator used in SearchConditionExpression";
    let m = || json!({ ":m": text("MINI") });
    let my = || json!({ ":m": text("MINI"), ":y": number(1999) });
    assert_eq!(refused("make < :m", m()), comparator);
    assert_eq!(refused("make = :m AND #y >= :y", my()), comparator);
    assert_eq!(refused("make = :m AND #y BETWEEN :y AND :y", my()), operator);
    assert_eq!(refused("make = :m OR #y = :y", my()), operator);
    assert_eq!(
        refused("make = :m AND p = :m", m()),
        "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: p"
    );
    assert_eq!(
        refused("make = :m AND #y.a = :y", my()),
        "Invalid SearchConditionExpression: SearchConditionExpression cannot have conditions on nested attributes"
    );
    assert_eq!(
        refused("make = :m AND make = :m", m()),
        "Invalid SearchConditionExpression: SearchConditionExpression must only contain one condition per attribute"
    );
    let needs_hash = "SearchConditionExpression must be provided when SearchSchema has a HASH key";
    assert_eq!(refused("#y = :y", json!({ ":y": number(1999) })), needs_hash);
    assert_eq!(
        refused("make = :m", json!({ ":m": number(1) })),
        "Type of 'make' attribute in SearchConditionExpression (N) does not match type in search schema (S)"
    );
    assert_eq!(
        refused("make = :m AND #y = :y", json!({ ":m": text("MINI"), ":y": text("x") })),
        "Type of 'year' attribute in SearchConditionExpression (S) does not match type in search schema (N)"
    );
    assert_eq!(
        refused("make = :m", json!({ ":m": text("") })),
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         string value. Key: make"
    );
    assert_eq!(
        refused("make = :m", json!({ ":n": text("MINI") })),
        "Invalid SearchConditionExpression: An expression attribute value used in expression is not defined; attribute \
         value: :m"
    );
    assert_eq!(
        refused("", Json::Null),
        "Invalid SearchConditionExpression: The expression can not be empty;"
    );
    let without = search(json!({ "IndexName": "by_make" }));
    assert_eq!(database.invalid("SearchVectors", &without), needs_hash);
    let needless = search(json!({ "ExpressionAttributeValues": { ":m": text("MINI") } }));
    assert_eq!(
        database.invalid("SearchVectors", &needless),
        "ExpressionAttributeValues can only be specified when using expressions: SearchConditionExpression is null"
    );
}

#[test]
fn the_vector_is_told_only_when_asked_for_and_projected() {
    let keys =
        with(&by_look(), json!({ "IndexName": "keys", "Projection": { "ProjectionType": "KEYS_ONLY" } }));
    let include = json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["look"] });
    let include = with(&by_look(), json!({ "IndexName": "include", "Projection": include }));
    let mut database = Database::new();
    database.done("CreateTable", &cars(json!([by_look(), keys, include]), &[]));
    let item = json!({ "p": text("a"), "label": text("x"), "look": list(&["1", "0", "0"]) });
    database.done("PutItem", &put(item.clone()));
    let mut got = |index: &str, projection: Json| {
        let body = search(json!({ "IndexName": index, "ProjectionExpression": projection }));
        database.done("SearchVectors", &body)["SearchResults"][0]["Item"].clone()
    };
    assert_eq!(got("by_look", Json::Null), json!({ "p": text("a"), "label": text("x") }));
    assert_eq!(got("by_look", json!("p, look")), json!({ "p": text("a"), "look": item["look"] }));
    assert_eq!(got("by_look", json!("look[0]")), json!({ "look": list(&["1"]) }));
    assert_eq!(got("keys", Json::Null), json!({ "p": text("a") }));
    assert_eq!(
        got("keys", json!("p, look, label")),
        json!({ "p": text("a") }),
        "what is not projected is left out"
    );
    assert_eq!(got("include", json!("look")), json!({ "look": item["look"] }));
}

#[test]
fn a_search_is_metered_in_bytes() {
    let mut database = circle();
    for wanted in ["TOTAL", "INDEXES"] {
        let answer = database.done("SearchVectors", &search(json!({ "ReturnConsumedCapacity": wanted })));
        assert_eq!(answer["ConsumedCapacity"], json!({ "VectorSearchRequestBytes": 1_024.0 }));
    }
    let none = database.done("SearchVectors", &search(json!({ "ReturnConsumedCapacity": "NONE" })));
    assert_eq!(none.get("ConsumedCapacity"), None);
}

/// 17.6 bytes a dimension over a few entries, as extenddb's authors measured, and the answered item.
#[test]
fn more_dimensions_and_larger_items_cost_more() {
    let wide = with(&by_look(), json!({ "Dimensions": 1_024 }));
    let mut database = Database::new();
    database.done("CreateTable", &cars(json!([wide]), &[]));
    let vector = vec!["0.5"; 1_024];
    database.done("PutItem", &put(json!({ "p": text("a"), "look": list(&vector), "note": text("12345") })));
    let body = search(json!({
        "SearchVector": elements(&vector), "ReturnConsumedCapacity": "TOTAL", "ProjectionExpression": "p",
    }));
    let answer = database.done("SearchVectors", &body);
    let bytes = answer["ConsumedCapacity"]["VectorSearchRequestBytes"].as_f64().unwrap();
    assert_eq!(bytes, 17.6 * 1_024.0 + 11.0, "whatever is projected");
}

#[test]
fn the_members_of_a_request() {
    let mut database = circle();
    let mut refused = |members: Json| database.invalid("SearchVectors", &search(members));
    let at = |member: &str, constraint: &str| {
        format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must {constraint}"
        )
    };
    assert_eq!(
        refused(json!({ "IndexName": "ab" })),
        at("IndexName", "have length greater than or equal to 3")
    );
    let long = "x".repeat(256);
    assert_eq!(
        refused(json!({ "IndexName": long })),
        at("IndexName", "have length less than or equal to 255")
    );
    assert_eq!(
        refused(json!({ "SearchVector": [] })),
        at("SearchVector", "have length greater than or equal to 1")
    );
    assert_eq!(refused(json!({ "TopK": 0 })), at("TopK", "have value greater than or equal to 1"));
    assert_eq!(
        refused(json!({ "TopK": 101 })),
        "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive"
    );
    let values = "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point \
                  number attribute";
    for vector in [
        json!([list(&["1", "0", "0"])]),
        json!([number(1), text("x"), number(0)]),
        elements(&["1E+39", "0", "0"]),
        elements(&["one", "0", "0"]),
    ] {
        assert_eq!(refused(json!({ "SearchVector": vector })), values);
    }
    assert_eq!(
        refused(json!({ "SearchVector": elements(&["1", "0"]) })),
        "Input search vector dimension 2 does not match vector index dimension 3"
    );
    assert_eq!(
        refused(json!({ "IndexName": "absent" })),
        "The table does not have the specified index: absent"
    );
    for member in ["IndexName", "SearchVector", "TopK"] {
        assert!(refused(json!({ member: null })).contains("Member must not be null"), "{member}");
    }
    let text = database.refused("SearchVectors", &search(json!({ "TableName": "nothing" })));
    assert_eq!(text, "ResourceNotFoundException: Requested resource not found");
}

#[test]
fn only_a_search_reads_a_vector_index() {
    let mut database = circle();
    let query = json!({
        "TableName": "cars", "IndexName": "by_look", "KeyConditionExpression": "p = :p",
        "ExpressionAttributeValues": { ":p": text("a") },
    });
    let scan = json!({ "TableName": "cars", "IndexName": "by_look" });
    assert_eq!(database.invalid("Query", &query), "Query operation not supported on this index type.");
    assert_eq!(database.invalid("Scan", &scan), "Scan operation not supported on this index type");
    let strong = json!({ "ConsistentRead": true });
    let refusal = "Consistent reads are not supported on global secondary indexes";
    assert_eq!(database.invalid("Query", &with(&query, strong.clone())), refusal);
    assert_eq!(database.invalid("Scan", &with(&scan, strong)), refusal);
    let absent = with(&scan, json!({ "IndexName": "absent" }));
    assert_eq!(database.invalid("Scan", &absent), "The table does not have the specified index: absent");
}

#[test]
fn an_answer_above_its_limit_is_refused() {
    let mut database = Database::new();
    database.done("CreateTable", &cars(json!([by_look()]), &[]));
    let blob = text(&"x".repeat(400_000));
    for number in 0..45 {
        let item = json!({ "p": text(&number.to_string()), "look": list(&["1", "0", "0"]), "blob": blob });
        database.done("PutItem", &put(item));
    }
    let refusal = database.invalid("SearchVectors", &search(json!({ "TopK": 45 })));
    assert!(refusal.contains("exceeds the maximum response size"), "{refusal}");
    let narrow = search(json!({ "TopK": 45, "ProjectionExpression": "p" }));
    assert_eq!(database.done("SearchVectors", &narrow)["SearchResults"].as_array().unwrap().len(), 45);
}
