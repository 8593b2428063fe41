//! Writes: what is refused, what comes into an index, what leaves it, and what is metered.

use serde_json::{Value as Json, json};

use crate::database::{Database, index, keys, number, text, with};
use crate::table::{SEARCHED, by_look, by_make, cars, elements, list, put, search};

fn looks() -> Database {
    database(&cars(json!([by_look()]), &[]))
}

fn makes() -> Database {
    database(&cars(json!([by_make()]), &SEARCHED))
}

fn database(table: &Json) -> Database {
    let mut database = Database::new();
    database.done("CreateTable", table);
    database
}

/// The keys a search finds, of Minis where the index is divided by make.
fn found(database: &mut Database, index: &str) -> Vec<String> {
    let mut body = search(json!({ "IndexName": index }));
    if index == "by_make" {
        body["SearchConditionExpression"] = json!("make = :m");
        body["ExpressionAttributeValues"] = json!({ ":m": text("MINI") });
    }
    let answer = database.done("SearchVectors", &body);
    let results = answer["SearchResults"].as_array().unwrap();
    let mut keys: Vec<String> =
        results.iter().map(|each| each["Item"]["p"]["S"].as_str().unwrap().to_owned()).collect();
    keys.sort();
    keys
}

fn metered(answer: &Json, index: &str) -> Option<f64> {
    answer["ConsumedCapacity"]["VectorIndexes"][index]["VectorWriteRequestBytes"].as_f64()
}

fn update(expression: &str, values: Json) -> Json {
    let body = json!({
        "TableName": "cars", "Key": { "p": text("a") }, "UpdateExpression": expression,
        "ReturnConsumedCapacity": "INDEXES",
    });
    if values.is_null() { body } else { with(&body, json!({ "ExpressionAttributeValues": values })) }
}

#[test]
fn what_is_no_vector_of_the_index_is_refused() {
    let mut database = looks();
    let huge = ["1E+39", "0", "0"];
    for (value, problem) in [
        (list(&["1", "2"]), "Invalid size for parameter look, Expected: 3, Actual: 2 IndexName: by_look"),
        (list(&[]), "Invalid size for parameter look, Expected: 3, Actual: 0 IndexName: by_look"),
        (
            text("1,2,3"),
            "Invalid type for parameter look, Expected: 32-bit floating point number list IndexName: by_look",
        ),
        (
            json!({ "NS": ["1", "2", "3"] }),
            "Invalid type for parameter look, Expected: 32-bit floating point number list IndexName: by_look",
        ),
        (
            json!({ "L": [number(1), text("x"), number(3)] }),
            "Invalid type for parameter look[1], Expected: 32-bit floating point number, Actual: S. IndexName: by_look",
        ),
        (
            list(&huge),
            "Invalid value for parameter look[0], Value: 1E+39 is outside valid range [-3.4028235E38, 3.4028235E38]. \
             IndexName: by_look",
        ),
    ] {
        let wanted = format!("One or more parameter values were invalid. {problem}");
        let item = json!({ "p": text("a"), "look": value });
        assert_eq!(database.invalid("PutItem", &put(item.clone())), wanted);
        assert_eq!(database.invalid("UpdateItem", &update("SET look = :v", json!({ ":v": value }))), wanted);
        let batch = json!({ "RequestItems": { "cars": [
            { "PutRequest": { "Item": { "p": text("b") } } }, { "PutRequest": { "Item": item } },
        ] } });
        assert_eq!(database.invalid("BatchWriteItem", &batch), wanted);
    }
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 0, "nothing was written");
}

#[test]
fn searched_attributes_have_their_types() {
    let mut database = makes();
    let look = list(&["1", "0", "0"]);
    let item =
        |make: Json, year: Json| put(json!({ "p": text("a"), "look": look, "make": make, "year": year }));
    let mismatch = |name: &str, expected: &str, actual: &str| {
        format!(
            "One or more parameter values were invalid. Attribute '{name}' type mismatch. Expected: {expected}, Actual: \
             {actual}. IndexName: by_make"
        )
    };
    assert_eq!(database.invalid("PutItem", &item(number(7), number(1999))), mismatch("make", "S", "N"));
    assert_eq!(database.invalid("PutItem", &item(text("MINI"), text("1999"))), mismatch("year", "N", "S"));
    assert_eq!(
        database.invalid("PutItem", &item(text(""), number(1999))),
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The \
         AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_make, IndexKey: make"
    );
    assert_eq!(
        database.invalid("UpdateItem", &update("SET make = :m", json!({ ":m": text("") }))),
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key \
         to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
    );
    let year = update("SET #y = :y", json!({ ":y": text("x") }));
    let year = with(&year, json!({ "ExpressionAttributeNames": { "#y": "year" } }));
    assert_eq!(database.invalid("UpdateItem", &year), mismatch("year", "N", "S"));
}

#[test]
fn an_item_without_its_attributes_is_stored_and_not_indexed() {
    let mut database = makes();
    let look = list(&["1", "0", "0"]);
    database.done("PutItem", &put(json!({ "p": text("no make"), "look": look })));
    database.done("PutItem", &put(json!({ "p": text("no look"), "make": text("MINI") })));
    assert_eq!(found(&mut database, "by_make"), [""; 0]);
    database.done("PutItem", &put(json!({ "p": text("no year"), "make": text("MINI"), "look": look })));
    assert_eq!(found(&mut database, "by_make"), ["no year"], "a filter may be absent");
    assert_eq!(database.done("Scan", &json!({ "TableName": "cars" }))["Count"], 3);
}

#[test]
fn an_entry_follows_its_item() {
    let mut database = makes();
    let item = |make: &str| json!({ "p": text("a"), "make": text(make), "look": list(&["1", "0", "0"]) });
    database.done("PutItem", &put(item("MINI")));
    assert_eq!(found(&mut database, "by_make"), ["a"]);
    database.done("UpdateItem", &update("REMOVE make", Json::Null));
    assert_eq!(found(&mut database, "by_make"), [""; 0]);
    database.done("UpdateItem", &update("SET make = :m", json!({ ":m": text("MINI") })));
    assert_eq!(found(&mut database, "by_make"), ["a"]);
    database.done("PutItem", &put(item("BMW")));
    assert_eq!(found(&mut database, "by_make"), [""; 0]);
    database.done("PutItem", &put(item("MINI")));
    database.done("DeleteItem", &json!({ "TableName": "cars", "Key": { "p": text("a") } }));
    assert_eq!(found(&mut database, "by_make"), [""; 0]);
    let table = database.done("DescribeTable", &json!({ "TableName": "cars" }))["Table"].clone();
    assert_eq!(table["VectorIndexes"][0]["ItemCount"], 0);
    assert_eq!(table["VectorIndexes"][0]["IndexSizeBytes"], 0);
}

#[test]
fn the_table_keeps_what_was_written_and_the_index_floats() {
    let mut database = looks();
    let look = list(&["16777217", "0.1", "0"]);
    database.done("PutItem", &put(json!({ "p": text("a"), "look": look })));
    let got = database.done("GetItem", &json!({ "TableName": "cars", "Key": { "p": text("a") } }));
    assert_eq!(got["Item"]["look"], look);
    let answer = database.done("SearchVectors", &search(json!({ "ProjectionExpression": "look" })));
    assert_eq!(answer["SearchResults"][0]["Item"], json!({ "look": list(&["16777216", "0.1", "0"]) }));
}

/// Captured figures: four bytes a dimension, the attribute's name, and the rest of the projected entry; 1,024 at least;
/// of the larger entry where one replaces another.
#[test]
fn writes_are_metered_in_bytes() {
    let mut database = looks();
    let item = |name: &str, length: usize| {
        put(
            json!({ "p": text(name), "embedding": text(""), "look": list(&["1", "0", "0"]), "blob": text(&"y".repeat(length)) }),
        )
    };
    // 12 of the vector, 4 of its name, 2 of the key, 9 of another name, 4 and the length of the blob.
    let size = |length: f64| 12.0 + 4.0 + 2.0 + 9.0 + 4.0 + length;
    for (length, units, wanted) in [
        (1, 1.0, 1_024.0),
        (1_500, 2.0, size(1_500.0)),
        (3_000, 3.0, size(3_000.0)),
        (1_500, 3.0, size(3_000.0)),
    ] {
        let answer = database.done("PutItem", &item("a", length));
        assert_eq!(metered(&answer, "by_look"), Some(wanted), "{length}");
        assert_eq!(answer["ConsumedCapacity"]["CapacityUnits"], units, "bytes are no units");
    }
    let again = database.done("PutItem", &item("a", 1_500));
    assert_eq!(again["ConsumedCapacity"].get("VectorIndexes"), None, "the index sees nothing new");
    let total = with(&item("b", 1), json!({ "ReturnConsumedCapacity": "TOTAL" }));
    assert_eq!(database.done("PutItem", &total)["ConsumedCapacity"].get("VectorIndexes"), None);
    let delete =
        json!({ "TableName": "cars", "Key": { "p": text("a") }, "ReturnConsumedCapacity": "INDEXES" });
    assert_eq!(metered(&database.done("DeleteItem", &delete), "by_look"), Some(size(1_500.0)));
    assert_eq!(metered(&database.done("DeleteItem", &delete), "by_look"), None);
}

#[test]
fn an_index_is_metered_only_for_what_it_projects() {
    let keys_only =
        with(&by_look(), json!({ "IndexName": "keys", "Projection": { "ProjectionType": "KEYS_ONLY" } }));
    let mut database = database(&cars(json!([by_look(), keys_only]), &[]));
    let item = |look: &str, note: &str| {
        put(json!({ "p": text("a"), "look": list(&[look, "0", "0"]), "note": text(note) }))
    };
    let both = |answer: &Json| (metered(answer, "by_look").is_some(), metered(answer, "keys").is_some());
    assert_eq!(both(&database.done("PutItem", &item("1", "x"))), (true, true));
    assert_eq!(both(&database.done("PutItem", &item("1", "y"))), (true, false));
    assert_eq!(both(&database.done("PutItem", &item("2", "y"))), (true, true));
}

#[test]
fn a_batch_adds_up_what_its_writes_are_metered() {
    let mut database = looks();
    let write =
        |name: &str| json!({ "PutRequest": { "Item": { "p": text(name), "look": list(&["1", "0", "0"]) } } });
    let batch = json!({
        "RequestItems": { "cars": [write("a"), write("b")] }, "ReturnConsumedCapacity": "INDEXES",
    });
    let answer = database.done("BatchWriteItem", &batch);
    let index = &answer["ConsumedCapacity"][0]["VectorIndexes"]["by_look"];
    assert_eq!(index, &json!({ "VectorWriteRequestBytes": 2_048.0 }));
    assert_eq!(found(&mut database, "by_look"), ["a", "b"]);
}

#[test]
fn secondary_indexes_stand_beside_it() {
    let mut table = cars(json!([by_look()]), &[("keeper", "S")]);
    table["GlobalSecondaryIndexes"] = json!([index("by_keeper", "keeper", "ALL")]);
    let mut database = database(&table);
    let answer = database.done(
        "PutItem",
        &put(json!({ "p": text("a"), "keeper": text("me"), "look": list(&["1", "0", "0"]) })),
    );
    let consumed = &answer["ConsumedCapacity"];
    assert_eq!(consumed["CapacityUnits"], 2.0);
    assert_eq!(consumed["GlobalSecondaryIndexes"]["by_keeper"]["CapacityUnits"], 1.0);
    assert_eq!(metered(&answer, "by_look"), Some(1_024.0));
    let query = json!({
        "TableName": "cars", "IndexName": "by_keeper", "KeyConditionExpression": "keeper = :o",
        "ExpressionAttributeValues": { ":o": text("me") },
    });
    assert_eq!(database.done("Query", &query)["Count"], 1);
    assert_eq!(found(&mut database, "by_look"), ["a"]);
}

#[test]
fn a_write_refused_by_one_index_reaches_none() {
    let other = with(
        &by_look(),
        json!({ "IndexName": "other", "VectorAttribute": { "AttributeName": "sound" }, "Dimensions": 2 }),
    );
    let mut database = database(&cars(json!([by_look(), other]), &[]));
    let item = json!({ "p": text("a"), "look": list(&["1", "0", "0"]), "sound": list(&["1"]) });
    let text = database.invalid("PutItem", &put(item));
    assert!(
        text.ends_with("Invalid size for parameter sound, Expected: 2, Actual: 1 IndexName: other"),
        "{text}"
    );
    assert_eq!(found(&mut database, "by_look"), [""; 0]);
}

#[test]
fn a_key_can_divide_an_index() {
    let schema = json!([{ "AttributeName": "p", "SearchSchemaElementType": "HASH" }]);
    let mut table = cars(json!([with(&by_look(), json!({ "SearchSchema": schema }))]), &[("s", "N")]);
    table["KeySchema"] = keys("p|s");
    let mut database = database(&table);
    for (p, s) in [("a", 1), ("a", 2), ("b", 1)] {
        database
            .done("PutItem", &put(json!({ "p": text(p), "s": number(s), "look": list(&["1", "0", "0"]) })));
    }
    let body = search(json!({
        "SearchVector": elements(&["1", "0", "0"]), "SearchConditionExpression": "p = :p",
        "ExpressionAttributeValues": { ":p": text("a") },
    }));
    assert_eq!(database.done("SearchVectors", &body)["SearchResults"].as_array().unwrap().len(), 2);
}

/// The table's part doubles in a transaction, the bytes do not (measured by dynoxide's authors).
#[test]
fn a_transaction_keeps_its_indexes_up_or_leaves_them() {
    let mut database = looks();
    let action = |name: &str| json!({ "Put": { "TableName": "cars", "Item": { "p": text(name), "look": list(&["1", "0", "0"]) } } });
    let body = json!({ "TransactItems": [action("a"), action("b")], "ReturnConsumedCapacity": "INDEXES" });
    let answer = database.done("TransactWriteItems", &body);
    let consumed = &answer["ConsumedCapacity"][0];
    assert_eq!(consumed["CapacityUnits"], 4.0);
    assert_eq!(consumed["VectorIndexes"], json!({ "by_look": { "VectorWriteRequestBytes": 2_048.0 } }));
    assert_eq!(found(&mut database, "by_look"), ["a", "b"]);
    let key = json!({ "p": text("absent") });
    let check = json!({ "ConditionCheck": {
        "TableName": "cars", "Key": key, "ConditionExpression": "attribute_exists(p)",
    } });
    let body = json!({ "TransactItems": [action("c"), check] });
    assert!(database.refused("TransactWriteItems", &body).starts_with("TransactionCanceledException"));
    assert_eq!(found(&mut database, "by_look"), ["a", "b"]);
}
