//! CreateTable with indexes, and what DescribeTable tells of them.

use serde_json::{Value as Json, json};

use crate::database::{Database, attributes, fleet, index, keys, units, with};

/// A body with the keys `p` and `s` and these other definitions.
fn body(others: &[(&str, &str)], members: Json) -> Json {
    let definitions = [&[("p", "S"), ("s", "S")], others].concat();
    let table = json!({
        "TableName": "cars",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes(&definitions),
        "KeySchema": keys("p|s"),
    });
    with(&table, members)
}

fn refused(others: &[(&str, &str)], members: Json) -> String {
    let text = Database::new().invalid("CreateTable", &body(others, members));
    text.strip_prefix("One or more parameter values were invalid: ").unwrap_or(&text).to_owned()
}

fn local(indexes: &[Json]) -> Json {
    json!({ "LocalSecondaryIndexes": indexes })
}

fn global(indexes: &[Json]) -> Json {
    json!({ "GlobalSecondaryIndexes": indexes })
}

#[test]
fn a_table_tells_its_indexes() {
    let mut database = Database::new();
    let made = database.done("CreateTable", &fleet());
    let made = &made["TableDescription"];
    assert_eq!(made["TableStatus"], "CREATING");
    assert_eq!(made["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
    assert_eq!(made["GlobalSecondaryIndexes"][0].get("Backfilling"), None);
    let table = database.describe();
    assert_eq!(
        table["LocalSecondaryIndexes"],
        json!([{
            "IndexName": "by_year",
            "KeySchema": keys("p|year"),
            "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["make"] },
            "IndexSizeBytes": 0,
            "ItemCount": 0,
            "IndexArn": "arn:aws:dynamodb:us-east-1:000000000000:table/fleet/index/by_year",
        }])
    );
    assert_eq!(
        table["GlobalSecondaryIndexes"][1],
        json!({
            "IndexName": "by_state",
            "KeySchema": keys("state"),
            "Projection": { "ProjectionType": "KEYS_ONLY" },
            "IndexStatus": "ACTIVE",
            "ProvisionedThroughput":
                { "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 },
            "IndexSizeBytes": 0,
            "ItemCount": 0,
            "IndexArn": "arn:aws:dynamodb:us-east-1:000000000000:table/fleet/index/by_state",
            "WarmThroughput": { "ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE" },
        })
    );
    assert_eq!(table["GlobalSecondaryIndexes"][2]["KeySchema"], keys("country city|street house"));
    let defined: Vec<&str> = table["AttributeDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|definition| definition["AttributeName"].as_str().unwrap())
        .collect();
    assert_eq!(defined, ["city", "country", "house", "owner", "p", "s", "state", "street", "year"]);
}

#[test]
fn a_table_that_is_deleted_tells_its_indexes_no_more() {
    let mut database = Database::fleet();
    let gone = database.done("DeleteTable", &json!({ "TableName": "fleet" }));
    let gone = &gone["TableDescription"];
    assert_eq!(gone["TableStatus"], "DELETING");
    assert_eq!((gone.get("LocalSecondaryIndexes"), gone.get("GlobalSecondaryIndexes")), (None, None));
}

#[test]
fn a_provisioned_index_tells_its_throughput() {
    let mut database = Database::new();
    let index = with(&index("by_x", "x", "zz aa"), json!({ "ProvisionedThroughput": units(3, 4) }));
    let members = json!({ "BillingMode": null, "ProvisionedThroughput": units(1, 2), "GlobalSecondaryIndexes": [index] });
    let made = database.done("CreateTable", &body(&[("x", "S")], members));
    let index = &made["TableDescription"]["GlobalSecondaryIndexes"][0];
    assert_eq!(index["ProvisionedThroughput"]["ReadCapacityUnits"], 3);
    assert_eq!(index["ProvisionedThroughput"]["WriteCapacityUnits"], 4);
    assert_eq!(index["Projection"]["NonKeyAttributes"], json!(["aa", "zz"]));
}

#[test]
fn unusual_keys_are_accepted() {
    let mut database = Database::new();
    let names = ["h1", "h2", "h3", "h4", "r1", "r2", "r3", "r4"];
    let definitions: Vec<(&str, &str)> = names.iter().map(|name| (*name, "S")).collect();
    let members = json!({
        "LocalSecondaryIndexes": [index("same", "p|s", "ALL")],
        "GlobalSecondaryIndexes": [
            index("cars", "p|s", "ALL"),
            index("wide", "h1 h2 h3 h4|r1 r2 r3 r4", "p h1"),
        ],
    });
    database.done("CreateTable", &body(&definitions, members));
}

#[test]
fn local_indexes_have_rules() {
    let x = &[("x", "S")][..];
    assert_eq!(refused(&[], local(&[])), "List of LocalSecondaryIndexes is empty");
    let hash_only = with(&local(&[index("abc", "p|s", "ALL")]), json!({ "KeySchema": keys("p") }));
    assert_eq!(
        refused(&[], hash_only),
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
    );
    assert_eq!(
        refused(x, local(&[index("abc", "x", "ALL")])),
        "Index KeySchema does not have a range key for index: abc"
    );
    assert_eq!(
        refused(x, local(&[index("abc", "x|p", "ALL")])),
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: abc. index hash key: x, \
         table hash key: p"
    );
    assert_eq!(
        refused(x, local(&[index("abc", "p x", "ALL")])),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
    );
    assert_eq!(
        refused(&[], local(&[index("abc", "p|p", "ALL")])),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name"
    );
    let six: Vec<Json> = (0..6).map(|number| index(&format!("lsi{number}"), "p|s", "ALL")).collect();
    assert_eq!(refused(&[], local(&six)), "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    assert_eq!(
        refused(x, local(&[index("abc", "p|s x", "ALL")])),
        "1 validation error detected: Value '[KeySchemaElement(attributeName=p, keyType=HASH), \
         KeySchemaElement(attributeName=s, keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]' at \
         'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: Member must have length less than or \
         equal to 2"
    );
}

#[test]
fn keys_of_global_indexes_have_rules() {
    let five: Vec<(String, &str)> = (1..=5).map(|number| (format!("x{number}"), "S")).collect();
    let five: Vec<(&str, &str)> = five.iter().map(|(name, type_)| (name.as_str(), *type_)).collect();
    let one = |key_schema: Json| {
        let index = with(&index("abc", "p", "ALL"), json!({ "KeySchema": key_schema }));
        global(&[index])
    };
    assert_eq!(
        refused(&five, one(keys("x1 x2 x3 x4 x5"))),
        "The KeySchema exceeds the maximum allowed number of HASH key attributes"
    );
    assert_eq!(
        refused(&five, one(keys("p|x1 x2 x3 x4 x5"))),
        "The KeySchema exceeds the maximum allowed number of RANGE key attributes"
    );
    let element = |name: &str, type_: &str| json!({ "AttributeName": name, "KeyType": type_ });
    assert_eq!(
        refused(&[], one(json!([element("p", "HASH"), element("s", "RANGE"), element("s", "HASH")]))),
        "The KeySchema contains multiple key attributes with the same name"
    );
    assert_eq!(
        refused(
            &[("x", "S")],
            one(json!([element("p", "HASH"), element("s", "RANGE"), element("x", "HASH")]))
        ),
        "All HASH key attributes must precede RANGE key attributes in the KeySchema"
    );
    assert_eq!(
        refused(&[], one(json!([element("p", "RANGE"), element("s", "HASH")]))),
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
    );
    let many: Vec<Json> = (0..21).map(|number| index(&format!("gsi{number}"), "p", "ALL")).collect();
    assert_eq!(refused(&[], global(&many)), "GlobalSecondaryIndex count exceeds the per-table limit of 20");
    assert_eq!(refused(&[], global(&[])), "List of GlobalSecondaryIndexes is empty");
}

#[test]
fn definitions_and_keys_fit_each_other() {
    let projection_too = |name: &str| with(&index("abc", name, "ALL"), json!({ "Projection": {} }));
    assert_eq!(
        refused(&[("x", "S"), ("y", "S")], global(&[projection_too("x")])),
        "Some AttributeDefinitions are not used. AttributeDefinitions: [p, s, x, y], keys used: [p, s, x]"
    );
    assert_eq!(
        refused(&[], global(&[index("abc", "q|s", "ALL")])),
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [q, s], AttributeDefinitions: [p, s]"
    );
    assert_eq!(
        refused(&[("p", "N")], global(&[index("abc", "p", "ALL")])),
        "Attribute Name is duplicated: p"
    );
    let both = json!({
        "LocalSecondaryIndexes": [index("dup", "p|s", "ALL")],
        "GlobalSecondaryIndexes": [index("dup", "s", "ALL")],
    });
    assert_eq!(refused(&[], both), "Duplicate index name: dup");
}

#[test]
fn projections_have_rules() {
    let one = |projection: Json| {
        refused(&[], global(&[with(&index("abc", "s", "ALL"), json!({ "Projection": projection }))]))
    };
    assert_eq!(one(json!({})), "Unknown ProjectionType: null");
    assert_eq!(
        one(json!({ "ProjectionType": "INCLUDE" })),
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
    );
    for type_ in ["ALL", "KEYS_ONLY"] {
        assert_eq!(
            one(json!({ "ProjectionType": type_, "NonKeyAttributes": ["a"] })),
            format!("ProjectionType is {type_}, but NonKeyAttributes is specified")
        );
    }
    assert_eq!(
        one(json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b", "a"] })),
        "Duplicate element in NonKeyAttributes: a"
    );
    assert_eq!(
        one(json!({ "ProjectionType": "all", "NonKeyAttributes": [] })),
        "2 validation errors detected: Value 'all' at 'globalSecondaryIndexes.1.member.projection.projectionType' failed \
         to satisfy constraint: Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]; Value '[]' at \
         'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have \
         length greater than or equal to 1"
    );
    let many: Vec<String> = (0..21).map(|number| format!("a{number}")).collect();
    let text = one(json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": many }));
    assert!(text.ends_with("Member must have length less than or equal to 20"), "{text}");
    let twenty = many[..20].join(" ");
    let six: Vec<Json> = (0..6).map(|number| index(&format!("gsi{number}"), "s", &twenty)).collect();
    assert!(refused(&[], global(&six)).contains("limit of 100"));
}

#[test]
fn constraints_of_the_service_model_are_gathered() {
    let given = json!({ "IndexName": "h;", "KeySchema": [], "Projection": { "ProjectionType": "ALL" } });
    let path = "globalSecondaryIndexes.1.member";
    assert_eq!(
        refused(&[], global(&[given])),
        format!(
            "3 validation errors detected: Value 'h;' at '{path}.indexName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'h;' at '{path}.indexName' failed to satisfy \
             constraint: Member must have length greater than or equal to 3; Value '[]' at '{path}.keySchema' failed to \
             satisfy constraint: Member must have length greater than or equal to 1"
        )
    );
    let path = "localSecondaryIndexes.1.member";
    assert_eq!(
        refused(&[], local(&[json!({})])),
        format!(
            "3 validation errors detected: Value null at '{path}.indexName' failed to satisfy constraint: Member must not \
             be null; Value null at '{path}.keySchema' failed to satisfy constraint: Member must not be null; Value null \
             at '{path}.projection' failed to satisfy constraint: Member must not be null"
        )
    );
}

#[test]
fn throughput_is_given_where_the_table_has_one() {
    let given = with(&index("abc", "s", "ALL"), json!({ "ProvisionedThroughput": units(1, 1) }));
    assert_eq!(
        refused(&[], global(std::slice::from_ref(&given))),
        "ProvisionedThroughput should not be specified for index: abc when BillingMode is PAY_PER_REQUEST"
    );
    let provisioned = |index: Json| {
        json!({
            "BillingMode": null, "ProvisionedThroughput": units(1, 1), "GlobalSecondaryIndexes": [index],
        })
    };
    assert_eq!(
        refused(&[], provisioned(index("abc", "s", "ALL"))),
        "ProvisionedThroughput is not specified for index: abc"
    );
    let high = with(&given, json!({ "ProvisionedThroughput": units(40_001, 1) }));
    let mut database = Database::new();
    assert_eq!(
        database.refused("CreateTable", &body(&[], provisioned(high))),
        "LimitExceededException: The requested ReadCapacityUnits for index abc, 40001, is above the per index maximum for \
         the account in us-east-1. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current \
         limits and how to request higher limits."
    );
}
