//! Statements that read an index.

use serde_json::{Value as Json, json};

use crate::database::{Database, column_of};

fn index(name: &str, keys: &[(&str, &str)], projection: Json) -> Json {
    let keys: Vec<Json> =
        keys.iter().map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect();
    json!({"IndexName": name, "KeySchema": keys, "Projection": projection})
}

/// The table `Idx`: its items `s1` and `s4` share `g`, `s3` is in no index.
fn filled() -> Database {
    let mut database = Database::new();
    let attributes: Vec<Json> = ["pk", "sk", "g", "g2", "l", "h1", "h2"]
        .iter()
        .map(|name| json!({"AttributeName": name, "AttributeType": "S"}))
        .collect();
    let keys_only = json!({"ProjectionType": "KEYS_ONLY"});
    let include = json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["proj"]});
    database.done(
        "CreateTable",
        &json!({
            "TableName": "Idx", "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [
                index("gsi-all", &[("g", "HASH")], json!({"ProjectionType": "ALL"})),
                index("gsi-inc", &[("g2", "HASH")], include),
                index("gsi-keys", &[("g2", "HASH"), ("sk", "RANGE")], keys_only.clone()),
                index("gsi-several", &[("h1", "HASH"), ("h2", "HASH")], json!({"ProjectionType": "ALL"})),
            ],
            "LocalSecondaryIndexes": [index("lsi-keys", &[("pk", "HASH"), ("l", "RANGE")], keys_only)],
        }),
    );
    for (sk, g, g2) in [("s1", "x", "y"), ("s2", "z", "y"), ("s4", "x", "q")] {
        database.put(
            "Idx",
            json!({
                "pk": {"S": "p"}, "sk": {"S": sk}, "g": {"S": g}, "g2": {"S": g2}, "l": {"S": format!("l{sk}")},
                "proj": {"S": format!("P{sk}")}, "non": {"S": format!("N{sk}")},
            }),
        );
    }
    database.put("Idx", json!({"pk": {"S": "p"}, "sk": {"S": "s3"}, "non": {"S": "Ns3"}}));
    database
}

#[test]
fn an_index_gives_what_it_holds() {
    let mut database = filled();
    for (statement, keys) in [
        (r#"SELECT sk FROM "Idx"."gsi-all" WHERE g = 'x'"#, vec!["s1", "s4"]),
        (r#"SELECT sk FROM "Idx"."gsi-keys" WHERE g2 = 'y' ORDER BY sk DESC"#, vec!["s2", "s1"]),
        (r#"SELECT sk FROM "Idx"."gsi-keys" WHERE g2 = 'y' AND sk > 's1'"#, vec!["s2"]),
        (r#"SELECT sk FROM "Idx"."lsi-keys" WHERE pk = 'p' AND l BETWEEN 'ls2' AND 'ls9'"#, vec!["s2", "s4"]),
        (r#"SELECT sk FROM "Idx"."gsi-inc" WHERE g2 IN ['q', 'y'] AND proj = 'Ps2'"#, vec!["s2"]),
    ] {
        assert_eq!(database.column(statement, "sk"), keys, "{statement}");
    }
    let all = database.run(r#"SELECT * FROM "Idx"."gsi-inc" WHERE g2 = 'q'"#);
    assert_eq!(
        all["Items"],
        json!([{"g2": {"S": "q"}, "pk": {"S": "p"}, "sk": {"S": "s4"}, "proj": {"S": "Ps4"}}])
    );
    for (statement, count) in [
        (r#"SELECT * FROM "Idx"."gsi-all""#, 3),
        (r#"SELECT * FROM "Idx"."gsi-inc" WHERE non = 'Ns1'"#, 0),
        (r#"SELECT * FROM "Idx"."gsi-keys" WHERE NOT non = 'Ns1'"#, 3),
        (r#"SELECT * FROM "Idx"."lsi-keys" WHERE non = 'Ns1'"#, 0),
        (r#"SELECT * FROM "Idx"."gsi-inc" WHERE (g2 = 'y' AND non = 'Ns1') OR g2 = 'q'"#, 1),
    ] {
        assert_eq!(database.run(statement)["Items"].as_array().unwrap().len(), count, "{statement}");
    }
}

#[test]
fn a_local_index_fetches_what_it_does_not_hold() {
    let mut database = filled();
    let body = json!({
        "Statement": r#"SELECT non FROM "Idx"."lsi-keys" WHERE pk = 'p'"#, "ReturnConsumedCapacity": "INDEXES",
    });
    let answer = database.done("ExecuteStatement", &body);
    assert_eq!(column_of(&answer, "non"), ["Ns1", "Ns2", "Ns4"]);
    assert_eq!(
        answer["ConsumedCapacity"],
        json!({
            "TableName": "Idx", "CapacityUnits": 2.0, "Table": {"CapacityUnits": 1.5},
            "LocalSecondaryIndexes": {"lsi-keys": {"CapacityUnits": 0.5}},
        })
    );
}

#[test]
fn an_index_that_cannot_answer_says_so() {
    let unprojected = "One or more parameter values were invalid: Secondary index gsi-inc does not project one or more filter attributes:";
    let select = r#"SELECT pk FROM "Idx"."gsi-inc" WHERE"#;
    let mut database = filled();
    for (clause, names) in [
        ("g2 = 'y' AND non = 'x'", "[non]"),
        ("g2 = 'y' AND NOT (non = 'x' OR proj = 'x')", "[non]"),
        ("g2 = 'y' AND non IS MISSING", "[non]"),
        ("g2 IN ['y', 'z'] AND non = 'x'", "[non]"),
        ("g2 = 'y' AND b = '1' AND (a = '2' OR proj = '3')", "[a, b]"),
        ("g2 = 'y' AND (zz = '1' OR aa = '2' OR mm = '3')", "[zz, aa, mm]"),
        ("(g2 = 'b' AND u1 = '1') OR (g2 = 'q' AND u2 = '1')", "[u2]"),
        ("(g2 = 'q' AND u1 = '1') OR (g2 = 'b' AND u2 = '1')", "[u1]"),
    ] {
        assert_eq!(
            database.statement_invalid(&format!("{select} {clause}")),
            format!("{unprojected} {names}"),
            "{clause}"
        );
    }
    for clause in [
        "(g2 = 'y' AND proj = '1') OR (g2 = 'z' AND aa = '1')",
        "g2 > 'a' AND zz = '1'",
        "(g2 = 'y' AND zz = '1') OR aa = '1'",
    ] {
        database.run(&format!("{select} {clause}"));
    }
    let several = "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.";
    database.assert_invalid(&[
        (
            r#"SELECT non, also FROM "Idx"."gsi-inc""#,
            "One or more parameter values were invalid: Global secondary index gsi-inc does not project [non, also]",
        ),
        (r#"SELECT * FROM "Idx"."none""#, "The table does not have the specified index"),
        (r#"SELECT * FROM "Idx"."Idx""#, "The table does not have the specified index"),
        (r#"SELECT * FROM "Idx"."gsi-several" WHERE h1 = 'a'"#, several),
        (r#"SELECT COUNT(*) FROM "Idx"."gsi-several""#, several),
        (r#"SELECT * FROM "Idx"."gsi-several" WHERE"#, "Statement wasn't well formed, can't be processed: Unexpected term"),
        (
            r#"SELECT * FROM "Idx"."gsi-all" WHERE g = 'x' ORDER BY pk"#,
            "Attribute pk in ORDER BY clause must be part of the primary key",
        ),
    ]);
    let consistent = json!({"Statement": r#"SELECT * FROM "Idx"."gsi-all""#, "ConsistentRead": true});
    assert_eq!(
        database.refused("ExecuteStatement", &consistent),
        "ValidationException: Strongly consistent read is not supported on Global Secondary Indexes"
    );
}

#[test]
fn a_page_of_an_index_goes_on_between_equal_keys() {
    let mut database = filled();
    let statement = r#"SELECT sk FROM "Idx"."gsi-all" WHERE g = 'x'"#;
    let first = database.done("ExecuteStatement", &json!({"Statement": statement, "Limit": 1}));
    let body = json!({"Statement": statement, "Limit": 1, "NextToken": first["NextToken"]});
    let second = database.done("ExecuteStatement", &body);
    assert_eq!(
        (column_of(&first, "sk"), column_of(&second, "sk")),
        (vec!["s1".to_owned()], vec!["s4".to_owned()])
    );
    assert_eq!(first["LastEvaluatedKey"], json!({"pk": {"S": "p"}, "sk": {"S": "s1"}, "g": {"S": "x"}}));
}
