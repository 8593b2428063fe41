//! The parameters from before expressions, by the engine's own door: what they do, what they refuse and in which
//! order. Texts are those that dynalite's and ExtendDB's tests measured on the service.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use dynacore::error::Error;
use dynacore::request::Service;
use dynacore::testing;
use serde_json::{Value as Json, json};

const INVALID: &str = "One or more parameter values were invalid: ";
const OPERATORS: &str = "Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, \
                         NE, LE, BEGINS_WITH, GE, CONTAINS]";

struct Database(testing::Database);

impl Database {
    /// With the tables `cars` (partition key `id`) and `laps` (`driver` and `lap`), all strings.
    fn new() -> Self {
        let mut database = Self(testing::Database::new());
        for (table, keys) in [("cars", vec!["id"]), ("laps", vec!["driver", "lap"])] {
            let definitions: Vec<Json> =
                keys.iter().map(|key| json!({"AttributeName": key, "AttributeType": "S"})).collect();
            let schema = keys.iter().zip(["HASH", "RANGE"]);
            let schema: Vec<Json> =
                schema.map(|(key, role)| json!({"AttributeName": key, "KeyType": role})).collect();
            let body = json!({"TableName": table, "AttributeDefinitions": definitions, "KeySchema": schema,
                "BillingMode": "PAY_PER_REQUEST"});
            database.ask("CreateTable", &body).unwrap();
        }
        database
    }

    fn ask(&mut self, name: &str, body: &Json) -> Result<Json, Error> {
        self.0.ask(name, body)
    }

    /// The text of a refusal, or the answer.
    fn text(&mut self, name: &str, body: &Json) -> String {
        match self.ask(name, body) {
            Ok(answer) => answer.to_string(),
            Err(error) => error.message().to_owned(),
        }
    }

    fn put(&mut self, table: &str, item: &Json) {
        self.ask("PutItem", &json!({"TableName": table, "Item": item})).unwrap();
    }
}

/// The body of a request with more members.
fn with(mut body: Json, more: &Json) -> Json {
    let members = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(members);
    body
}

fn put_body() -> Json {
    json!({"TableName": "missing", "Item": {"id": {"S": "1"}}})
}

fn eq(value: &str) -> Json {
    json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]})
}

#[test]
fn expected_is_checked_before_the_table_is_looked_up() {
    let mut database = Database::new();
    let both = json!([{"S": "a"}]);
    for (expected, problem) in [
        (json!({}), "Value must be provided when Exists is null for Attribute: a"),
        (json!({"Exists": true}), "Value must be provided when Exists is true for Attribute: a"),
        (
            json!({"Exists": false, "Value": {"S": "a"}}),
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "LT"}),
            "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
        ),
        (
            json!({"Exists": true, "ComparisonOperator": "LT"}),
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            json!({"AttributeValueList": both, "Value": {"S": "a"}, "ComparisonOperator": "LT"}),
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            json!({"AttributeValueList": both, "Exists": true}),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            json!({"AttributeValueList": [], "ComparisonOperator": "EQ"}),
            "Invalid number of argument(s) for the EQ ComparisonOperator",
        ),
        (
            json!({"Value": {"S": "a"}, "ComparisonOperator": "NULL"}),
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (
            json!({"Value": {"S": "a"}, "ComparisonOperator": "BETWEEN"}),
            "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
        ),
        (
            json!({"AttributeValueList": [{"S": "a"}, {"N": "1"}], "ComparisonOperator": "IN"}),
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            json!({"AttributeValueList": [{"L": []}], "ComparisonOperator": "LE"}),
            "ComparisonOperator LE is not valid for L AttributeValue type",
        ),
        (json!({"Value": {"SS": []}}), "An string set  may not be empty"),
    ] {
        let text = database.text("PutItem", &with(put_body(), &json!({"Expected": {"a": expected}})));
        assert_eq!(text, format!("{INVALID}{problem}"));
    }
    let between = json!({"AttributeValueList": [{"N": "2"}, {"N": "1"}], "ComparisonOperator": "BETWEEN"});
    assert_eq!(
        database.text("PutItem", &with(put_body(), &json!({"Expected": {"a": between}}))),
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
    );
}

#[test]
fn types_are_checked_by_operator() {
    let mut database = Database::new();
    let values = [
        json!({"S": "a"}),
        json!({"N": "1"}),
        json!({"B": "YQ=="}),
        json!({"BOOL": true}),
        json!({"NULL": true}),
        json!({"SS": ["a"]}),
        json!({"NS": ["1"]}),
        json!({"BS": ["YQ=="]}),
        json!({"M": {}}),
        json!({"L": []}),
    ];
    for (operator, takes) in [
        ("EQ", 10),
        ("NE", 10),
        ("LT", 3),
        ("LE", 3),
        ("GT", 3),
        ("GE", 3),
        ("IN", 3),
        ("BETWEEN", 3),
        ("CONTAINS", 5),
        ("NOT_CONTAINS", 5),
    ] {
        for (position, value) in values.iter().enumerate() {
            let count = if operator == "BETWEEN" { 2 } else { 1 };
            let given = json!({"ComparisonOperator": operator, "AttributeValueList": vec![value; count]});
            let text = database.text("Scan", &json!({"TableName": "missing", "ScanFilter": {"a": given}}));
            let tag = value.as_object().unwrap().keys().next().unwrap();
            let expected = if position < takes {
                "Requested resource not found".to_owned()
            } else {
                format!("{INVALID}ComparisonOperator {operator} is not valid for {tag} AttributeValue type")
            };
            assert_eq!(text, expected);
        }
    }
    for (value, fits) in [(&values[0], true), (&values[1], false), (&values[2], true), (&values[9], false)] {
        let given = json!({"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [value]});
        let text = database.text("Scan", &json!({"TableName": "missing", "ScanFilter": {"a": given}}));
        assert_eq!(text == "Requested resource not found", fits, "{text}");
    }
}

#[test]
fn a_conditional_operator_combines_two_conditions_or_more() {
    let mut database = Database::new();
    let without = "ConditionalOperator cannot be used without Filter or Expected";
    let alone = "ConditionalOperator can only be used when Filter or Expected has two or more elements";
    let key = json!({"TableName": "cars", "Key": {"id": {"S": "1"}}});
    let query = json!({"TableName": "cars", "KeyConditions": {"id": eq("1")}});
    for (name, body, parameter) in [
        ("PutItem", json!({"TableName": "cars", "Item": {"id": {"S": "1"}}}), "Expected"),
        ("UpdateItem", key.clone(), "Expected"),
        ("DeleteItem", key, "Expected"),
        ("Scan", json!({"TableName": "cars"}), "ScanFilter"),
        ("Query", query, "QueryFilter"),
        ("Query", json!({"TableName": "cars"}), "QueryFilter"),
    ] {
        for operator in ["AND", "OR"] {
            let body = with(body.clone(), &json!({"ConditionalOperator": operator}));
            assert_eq!(database.text(name, &body), without);
            assert_eq!(database.text(name, &with(body.clone(), &json!({parameter: {}}))), without);
            assert_eq!(database.text(name, &with(body.clone(), &json!({parameter: {"a": eq("1")}}))), alone);
        }
        let body = with(body, &json!({"ConditionalOperator": "and"}));
        assert_eq!(
            database.text(name, &body),
            "1 validation error detected: Value 'and' at 'conditionalOperator' failed to satisfy constraint: Member \
             must satisfy enum value set: [OR, AND]"
        );
    }
}

#[test]
fn expressions_and_what_was_before_them_exclude_each_other() {
    let mut database = Database::new();
    let text = |database: &mut Database, name, members: &Json| {
        database.text(name, &with(json!({"TableName": "missing", "Key": {"id": {"S": "1"}}}), members))
    };
    let mixture = |legacy: &str, expressions: &str| {
        format!(
            "Can not use both expression and non-expression parameters in the same request: Non-expression \
             parameters: {{{legacy}}} Expression parameters: {{{expressions}}}"
        )
    };
    let update = json!({"AttributeUpdates": {}, "Expected": {}, "ConditionalOperator": "AND", "UpdateExpression": "",
        "ConditionExpression": ""});
    assert_eq!(
        text(&mut database, "UpdateItem", &update),
        mixture("AttributeUpdates, Expected, ConditionalOperator", "UpdateExpression, ConditionExpression")
    );
    let query = json!({"AttributesToGet": ["a", "a"], "QueryFilter": {"a": eq("1")}, "ConditionalOperator": "OR",
        "KeyConditions": {"id": eq("1")}, "ProjectionExpression": "", "FilterExpression": ""});
    assert_eq!(
        text(&mut database, "Query", &query),
        mixture(
            "AttributesToGet, QueryFilter, ConditionalOperator",
            "ProjectionExpression, FilterExpression"
        )
    );
    assert_eq!(
        text(&mut database, "Query", &with(query, &json!({"KeyConditionExpression": ""}))),
        mixture(
            "AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
            "ProjectionExpression, FilterExpression, KeyConditionExpression"
        )
    );
    assert_eq!(
        text(&mut database, "Scan", &json!({"ScanFilter": {}, "ProjectionExpression": "a"})),
        mixture("ScanFilter", "ProjectionExpression")
    );
    assert_eq!(
        text(&mut database, "GetItem", &json!({"AttributesToGet": ["a"], "ProjectionExpression": "a"})),
        mixture("AttributesToGet", "ProjectionExpression")
    );
    let names = json!({"AttributesToGet": ["a"], "ExpressionAttributeNames": {"#a": "a"}});
    assert_eq!(
        text(&mut database, "GetItem", &names),
        "ExpressionAttributeNames can only be specified when using expressions"
    );
}

#[test]
fn key_conditions_go_with_other_expressions() {
    let mut database = Database::new();
    for (lap, time) in [("1", "90"), ("2", "91"), ("3", "90")] {
        database.put("laps", &json!({"driver": {"S": "ann"}, "lap": {"S": lap}, "time": {"N": time}}));
    }
    let body = json!({"TableName": "laps", "FilterExpression": "#t = :t", "ProjectionExpression": "lap",
        "ExpressionAttributeNames": {"#t": "time"}, "ExpressionAttributeValues": {":t": {"N": "90"}},
        "KeyConditions": {"driver": eq("ann"), "lap": {"ComparisonOperator": "GT",
            "AttributeValueList": [{"S": "1"}]}}});
    assert_eq!(
        database.ask("Query", &body).unwrap(),
        json!({"Items": [{"lap": {"S": "3"}}], "Count": 1, "ScannedCount": 2})
    );
}

#[test]
fn a_query_is_checked_in_order() {
    let mut database = Database::new();
    let mut text = |members: Json| database.text("Query", &with(json!({"TableName": "laps"}), &members));
    let filter = json!({"a": {"ComparisonOperator": "EQ"}});
    let number =
        |name: &str| format!("{INVALID}Invalid number of argument(s) for the {name} ComparisonOperator");
    let missing =
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.";
    let duplicate = format!("{INVALID}Duplicate value in attribute name: a");
    assert_eq!(text(json!({"QueryFilter": filter, "AttributesToGet": ["a", "a"]})), number("EQ"));
    assert_eq!(text(json!({"QueryFilter": {}, "AttributesToGet": ["a", "a"]})), duplicate);
    assert_eq!(text(json!({"QueryFilter": {}})), missing);
    let absent = json!({"ComparisonOperator": "NULL"});
    let lengths = "Conditions can be of length 1 or 2 only";
    assert_eq!(text(json!({"KeyConditions": {}})), lengths);
    let too_many =
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)";
    assert_eq!(text(json!({"KeyConditions": {"a": absent, "b": absent, "c": absent}})), too_many);
    assert_eq!(
        text(json!({"KeyConditions": {"a": {"ComparisonOperator": "LT"}, "b": absent, "c": absent}})),
        number("LT")
    );
    let unindexable = "Attempted conditional constraint is not an indexable operation";
    assert_eq!(text(json!({"KeyConditions": {"driver": eq("a"), "lap": absent}})), unindexable);
    let less = json!({"ComparisonOperator": "LE", "AttributeValueList": [{"S": "a"}]});
    assert_eq!(text(json!({"KeyConditions": {"driver": less}})), "Query key condition not supported");
    assert_eq!(
        text(json!({"KeyConditions": {"lap": eq("a")}})),
        "Query condition missed key schema element: driver"
    );
    assert_eq!(
        text(json!({"KeyConditions": {"driver": eq("a"), "x": absent}})),
        "Query condition missed key schema element: lap"
    );
    let wrong = json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]});
    assert_eq!(
        text(json!({"KeyConditions": {"driver": wrong}})),
        format!("{INVALID}Condition parameter type does not match schema type")
    );
    assert_eq!(
        text(json!({"KeyConditions": {"driver": eq("a")}, "QueryFilter": {"lap": absent}})),
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: lap"
    );
    for (select, name) in [("COUNT", "only the Count"), ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES")] {
        assert_eq!(
            text(json!({"KeyConditions": {"driver": eq("a")}, "AttributesToGet": ["a"], "Select": select})),
            format!("Cannot specify the AttributesToGet when choosing to get {name}")
        );
    }
}

#[test]
fn violations_of_the_model_are_gathered() {
    let mut database = Database::new();
    let constraint = |value: &str, path: &str, text: &str| {
        format!("Value {value} at '{path}' failed to satisfy constraint: {text}")
    };
    let null = "Member must not be null";
    let query = json!({"TableName": "laps", "AttributesToGet": [], "ConditionalOperator": "AN",
        "QueryFilter": {"a": {}, "b": {"ComparisonOperator": ""}}, "KeyConditions": {"a": {}}});
    let expected = [
        constraint("null", "queryFilter.a.member.comparisonOperator", null),
        constraint("''", "queryFilter.b.member.comparisonOperator", OPERATORS),
        constraint("'AN'", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]"),
        constraint("'[]'", "attributesToGet", "Member must have length greater than or equal to 1"),
        constraint("null", "keyConditions.a.member.comparisonOperator", null),
    ];
    assert_eq!(
        database.text("Query", &query),
        format!("5 validation errors detected: {}", expected.join("; "))
    );
    let scan = json!({"TableName": "laps", "ConditionalOperator": "AN", "ScanFilter": {"a": {}}});
    let expected = [
        constraint("'AN'", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]"),
        constraint("null", "scanFilter.a.member.comparisonOperator", null),
    ];
    assert_eq!(
        database.text("Scan", &scan),
        format!("2 validation errors detected: {}", expected.join("; "))
    );
    let update = json!({"TableName": "cars", "Key": {"id": {"S": "1"}},
        "Expected": {"a": {"ComparisonOperator": "eq"}}, "AttributeUpdates": {"b": {"Action": "SET"}}});
    let expected = [
        constraint("'eq'", "expected.a.member.comparisonOperator", OPERATORS),
        constraint(
            "'SET'",
            "attributeUpdates.b.member.action",
            "Member must satisfy enum value set: [ADD, DELETE, PUT]",
        ),
    ];
    assert_eq!(
        database.text("UpdateItem", &update),
        format!("2 validation errors detected: {}", expected.join("; "))
    );
    let batch = json!({"RequestItems": {"cars": {"Keys": [{"id": {"S": "1"}}], "AttributesToGet": []}}});
    let path = "requestItems.cars.member.attributesToGet";
    let text = constraint("'[]'", path, "Member must have length greater than or equal to 1");
    assert_eq!(database.text("BatchGetItem", &batch), format!("1 validation error detected: {text}"));
}

#[test]
fn wrong_shapes_name_what_was_expected() {
    let mut database = Database::new();
    for (members, text) in [
        (
            json!({"Expected": []}),
            "Unrecognized collection type java.util.Map<java.lang.String, \
             com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue>",
        ),
        (json!({"Expected": "x"}), "Unexpected field type"),
        (json!({"Expected": {"a": 1}}), "Unexpected value type in payload"),
        (
            json!({"Expected": {"a": []}}),
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue",
        ),
        (json!({"Expected": {"a": {"Exists": 1}}}), "NUMBER_VALUE cannot be converted to Boolean"),
        (json!({"Expected": {"a": {"Value": "x"}}}), "Unexpected field type"),
        (json!({"Expected": {"a": {"AttributeValueList": ["x"]}}}), "Unexpected value type in payload"),
        (json!({"ConditionalOperator": 1}), "NUMBER_VALUE cannot be converted to String"),
    ] {
        let Err(Error::Serialization(refusal)) = database.ask("PutItem", &with(put_body(), &members)) else {
            panic!("{members} is no request");
        };
        assert_eq!(refusal, text, "{members}");
    }
}

#[test]
fn an_update_may_not_touch_the_key_and_its_names_must_be_possible() {
    let mut database = Database::new();
    let mut text = |name: &str| {
        let updates = json!({name: {"Value": {"N": "1"}}});
        let body = json!({"TableName": "cars", "Key": {"id": {"S": "1"}}, "AttributeUpdates": updates});
        database.text("UpdateItem", &body)
    };
    assert_eq!(text("id"), format!("{INVALID}Cannot update attribute id. This attribute is part of the key"));
    assert_eq!(text(""), format!("{INVALID}Empty attribute name"));
    let refusal = format!("{INVALID}Attribute name is too large, must be less than 65536 bytes");
    assert_eq!(text(&"x".repeat(65_536)), refusal);
    assert_eq!(text(&"x".repeat(65_535)), "{}");
}

#[test]
fn attribute_updates_are_checked_before_what_is_expected() {
    let mut database = Database::new();
    let mut text = |update: Json| {
        let body = json!({"TableName": "missing", "Key": {"id": {"S": "1"}}, "AttributeUpdates": {"a": update},
            "Expected": {"a": {}}});
        database.text("UpdateItem", &body)
    };
    let alone = format!("{INVALID}Only DELETE action is allowed when no attribute value is specified");
    for update in [json!({}), json!({"Action": "PUT"}), json!({"Action": "ADD"})] {
        assert_eq!(text(update), alone);
    }
    for (tag, value) in [
        ("S", json!({"S": "1"})),
        ("B", json!({"B": "YQ=="})),
        ("NULL", json!({"NULL": true})),
        ("BOOL", json!({"BOOL": true})),
        ("M", json!({"M": {}})),
    ] {
        assert_eq!(
            text(json!({"Action": "DELETE", "Value": value})),
            format!("{INVALID}DELETE action with value is not supported for the type {tag}")
        );
        assert_eq!(
            text(json!({"Action": "ADD", "Value": value})),
            format!("{INVALID}ADD action is not supported for the type {tag}")
        );
    }
    assert_eq!(
        text(json!({"Action": "DELETE", "Value": {"L": []}})),
        format!("{INVALID}DELETE action with value is not supported for the type L")
    );
    assert_eq!(text(json!({"Value": {"N": "x"}})), "The parameter cannot be converted to a numeric value: x");
    assert_eq!(
        text(json!({"Value": {"N": "1"}})),
        format!("{INVALID}Value must be provided when Exists is null for Attribute: a")
    );
}

#[test]
fn the_last_of_a_repeated_name_counts() {
    let mut database = Database::new();
    let body = r#"{"TableName":"cars","Key":{"id":{"S":"1"}},"ReturnValues":"ALL_NEW","AttributeUpdates":{
        "a":{"Value":{"N":"1"}},"b":{"Value":{"N":"2"}},"a":{"Value":{"N":"3"}}}}"#;
    database.0.ask_text(Service::DynamoDb, "UpdateItem", body).unwrap();
    let get = json!({"TableName": "cars", "Key": {"id": {"S": "1"}}});
    assert_eq!(
        database.ask("GetItem", &get).unwrap()["Item"],
        json!({"id": {"S": "1"}, "a": {"N": "3"}, "b": {"N": "2"}})
    );
}

#[test]
fn what_is_left_of_a_batch_keeps_its_attributes_to_get() {
    let mut database = Database::new();
    let big = "x".repeat(390_000);
    let keys: Vec<Json> = (0..50).map(|id| json!({"id": {"S": id.to_string()}})).collect();
    for key in &keys {
        database.put("cars", &with(key.clone(), &json!({"big": {"S": big}, "name": {"S": "n"}})));
    }
    let body = json!({"RequestItems": {"cars": {"Keys": keys, "AttributesToGet": ["name"]}}});
    let answer = database.ask("BatchGetItem", &body).unwrap();
    assert_eq!(answer["Responses"]["cars"][0], json!({"name": {"S": "n"}}));
    let left = &answer["UnprocessedKeys"]["cars"];
    assert!(left["Keys"].as_array().unwrap().len() < 50);
    assert_eq!(left["AttributesToGet"], json!(["name"]));
    let rest = database.ask("BatchGetItem", &json!({"RequestItems": answer["UnprocessedKeys"]})).unwrap();
    assert_eq!(rest["UnprocessedKeys"], json!({}));
}

#[test]
fn an_index_is_queried_and_scanned_too() {
    let mut database = Database::new();
    let index = |name: &str, sort: Option<&str>| {
        let mut schema = vec![json!({"AttributeName": "make", "KeyType": "HASH"})];
        schema.extend(sort.map(|sort| json!({"AttributeName": sort, "KeyType": "RANGE"})));
        json!({"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}})
    };
    let definition = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let body = json!({"TableName": "fleet", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [definition("id"), definition("make"), definition("year")],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [index("makes", None), index("years", Some("year"))]});
    database.ask("CreateTable", &body).unwrap();
    for (id, year) in [("1", "1957"), ("2", "1968"), ("3", "1975")] {
        let item = json!({"id": {"S": id}, "make": {"S": "Tatra"}, "year": {"S": year}});
        database.put("fleet", &item);
    }
    let ask = |members: Json| with(json!({"TableName": "fleet", "IndexName": "years"}), &members);
    let after = json!({"ComparisonOperator": "GT", "AttributeValueList": [{"S": "1960"}]});
    let query =
        ask(json!({"KeyConditions": {"make": eq("Tatra"), "year": after}, "QueryFilter": {"id": eq("3")},
        "AttributesToGet": ["year"]}));
    assert_eq!(
        database.ask("Query", &query).unwrap(),
        json!({"Items": [{"year": {"S": "1975"}}], "Count": 1, "ScannedCount": 2})
    );
    let scan = ask(json!({"ScanFilter": {"year": after}, "Select": "COUNT"}));
    assert_eq!(database.ask("Scan", &scan).unwrap(), json!({"Count": 2, "ScannedCount": 3}));
    let absent = json!({"ComparisonOperator": "NULL"});
    for (members, text) in [
        (
            json!({"KeyConditions": {"make": eq("x"), "year": absent}}),
            "Attempted conditional constraint is not an indexable operation",
        ),
        (
            json!({"KeyConditions": {"make": eq("x"), "id": absent}}),
            "Query condition missed key schema element: year",
        ),
        (
            json!({"KeyConditions": {"make": eq("x")}, "QueryFilter": {"year": absent}}),
            "QueryFilter can only contain non-primary key attributes: Primary key attribute: year",
        ),
        (
            json!({"IndexName": "makes", "KeyConditions": {"make": eq("x"), "id": eq("1")}}),
            "Query key condition not supported",
        ),
    ] {
        assert_eq!(database.text("Query", &ask(members)), text);
    }
    let update = json!({"TableName": "fleet", "Key": {"id": {"S": "1"}},
        "AttributeUpdates": {"year": {"Value": {"N": "1"}}}});
    assert_eq!(
        database.text("UpdateItem", &update),
        format!("{INVALID}Type mismatch for Index Key year Expected: S Actual: N IndexName: years")
    );
}
