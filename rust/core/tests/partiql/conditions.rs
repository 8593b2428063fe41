//! `WHERE` as a filter and as a condition.

use serde_json::json;

use crate::database::Database;

fn filled() -> Database {
    let mut database = Database::new();
    database.put(
        "One",
        json!({
            "pk": {"S": "i"}, "s": {"S": "str"}, "n": {"N": "5"}, "ss": {"SS": ["a", "b"]}, "nul": {"NULL": true},
            "flag": {"BOOL": true}, "m": {"M": {"sub": {"S": "x"}}}, "l": {"L": [{"S": "a"}]}, "b": {"B": "AQID"},
        }),
    );
    database
}

/// Conditions that hold for that item.
const HOLDING: &[&str] = &[
    "n = 5",
    "n <> 6",
    "n != 6",
    "n > 4.9",
    "n >= 5",
    "n < 6",
    "n <= 5",
    "5 = n",
    "n BETWEEN 5 AND 6",
    "NOT n BETWEEN 6 AND 7",
    "n NOT BETWEEN 6 AND 7",
    "n IN [1, 5]",
    "n IN (1, 5)",
    "n IN <<1, 5>>",
    "n NOT IN [1, 2]",
    "begins_with(s, 'st')",
    "BEGINS_WITH(\"s\", 'st')",
    "contains(s, 'tr')",
    "contains(ss, 'a')",
    "contains(l, 'a')",
    "size(s) = 3",
    "SIZE(ss) < 3",
    "attribute_type(ss, 'SS')",
    "attribute_exists(m.sub)",
    "attribute_exists(l[0])",
    "attribute_exists(m['sub'])",
    "attribute_not_exists(m.nope)",
    "NOT attribute_exists(nope)",
    "nope IS MISSING",
    "s IS NOT MISSING",
    "nul IS NULL",
    "s IS NOT NULL",
    "flag IS BOOL",
    "flag IS BOOLEAN",
    "s IS STRING",
    "n IS NUMERIC",
    "m IS STRUCT",
    "m IS TUPLE",
    "l IS LIST",
    "b IS BLOB",
    "nope IS NOT NULL",
    "l = ['a']",
    "m = {'sub': 'x'}",
    "ss = <<'b', 'a'>>",
    "nul = null",
    "flag = true",
    "s < n OR n = 5",
    "NOT s = 'x' AND n = 5",
    "(n = 1 OR n = 5) AND (s = 'str')",
    "n = n1 OR n <> n1",
    "attribute_exists(nope) = false",
    "true = attribute_exists(n)",
    "attribute_exists(n) <> 1",
    "contains(nope, 'z') = false",
    "(n BETWEEN 0 AND 9) = true",
    "(n = 7 OR s = 'x') = false",
    "attribute_exists(nope) IN [true, false]",
    "attribute_exists(n) = attribute_exists(s)",
    "attribute_exists(n) = flag",
    "NOT (attribute_exists(n) = false)",
    "NOT nope = 'x'",
];

/// And some that do not.
const FAILING: &[&str] = &[
    "n = 6",
    "n = '5'",
    "nope = 1",
    "nope <> 1 AND n = 6",
    "s IS NULL",
    "nope IS NULL",
    "s IS BOOL",
    "size(n1) = 1",
    "attribute_exists(n) = 1",
    "NOT attribute_exists(n) = true",
    "(attribute_exists(n) = true) = false",
    "attribute_exists(n) = s",
    "l = ['b']",
    "s < 5",
    "m.sub = 'y'",
];

#[test]
fn operators_and_functions_hold_or_do_not() {
    let mut database = filled();
    for (conditions, count) in [(HOLDING, 1), (FAILING, 0)] {
        for condition in conditions {
            let statement = format!("SELECT pk FROM One WHERE pk = 'i' AND ({condition})");
            assert_eq!(database.run(&statement)["Items"].as_array().unwrap().len(), count, "{condition}");
        }
    }
}

#[test]
fn wrong_operands_are_refused_before_the_table_is_looked_for() {
    let incorrect = |operator: &str, type_: &str| {
        format!(
            "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {type_}"
        )
    };
    let path = "Operator or function requires a document path; operator or function: attribute_exists";
    let count = "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands:";
    let mut database = Database::new();
    for (condition, text) in [
        ("v < true", incorrect("<", "BOOL")),
        ("v >= null", incorrect(">=", "NULL")),
        ("v BETWEEN [1] AND [2]", incorrect("BETWEEN", "L")),
        ("attribute_exists(n) > false", incorrect(">", "BOOL")),
        ("attribute_type(l, 1)", incorrect("attribute_type", "N")),
        ("begins_with(s, 1)", incorrect("begins_with", "N")),
        (
            "attribute_type(l, 'X')",
            "Invalid attribute type name found; type: X, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}".to_owned(),
        ),
        ("attribute_exists('ss')", path.to_owned()),
        ("attribute_exists()", format!("{count} 0")),
        ("attribute_exists(ss, ns)", format!("{count} 2")),
        ("a = MISSING", "MISSING must be compared using IS operator".to_owned()),
        ("a", "The arguments to AND/OR must be Expressions".to_owned()),
        ("a LIKE 'x'", "Unsupported operator in Condition Expression. Operator: like".to_owned()),
        ("a = b + 1", "Unsupported operator in Condition Expression. Operator: +".to_owned()),
        (
            "a IN 'x'",
            "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq \
             with at least one member"
                .to_owned(),
        ),
        ("EXISTS(ss)", "Unrecognized function: exists at 1:42:6".to_owned()),
        ("set_add(ss, <<'x'>>) = ss", "Unrecognized function: set_add at 1:42:7".to_owned()),
        (
            "a IS INT",
            "Unsupported data type for IS operator: INTEGER. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, \
             STRING, NUMERIC, STRUCT, TUPLE, LIST]"
                .to_owned(),
        ),
    ] {
        let statement = format!("SELECT * FROM \"none\" WHERE pk = 'a' AND  {condition}");
        assert_eq!(database.statement_invalid(&statement), text, "{condition}");
    }
    let many = vec!["'v'"; 101].join(", ");
    assert_eq!(
        database.statement_invalid(&format!("SELECT * FROM One WHERE v IN [{many}]")),
        "The IN operator is provided with too many operands; number of operands: 101"
    );
    assert_eq!(
        database.statement_invalid("SELECT * FROM One WHERE pk"),
        "WHERE clause must contain an expression that resolves to a boolean"
    );
    let missing =
        database.refused("ExecuteStatement", &json!({"Statement": "SELECT * FROM none WHERE pk = 'a'"}));
    assert_eq!(missing, "ResourceNotFoundException: Requested resource not found");
}

#[test]
fn columns_come_under_their_last_names() {
    let mut database = filled();
    let answer = database.run("SELECT pk, m.sub, l[0], nope, m.other FROM One WHERE pk = 'i'");
    assert_eq!(answer["Items"], json!([{"pk": {"S": "i"}, "sub": {"S": "x"}, "l[0]": {"S": "a"}}]));
    database.put("One", json!({"pk": {"S": "k"}, "m": {"M": {"k": {"L": [{"S": "c"}]}}}}));
    let answer = database.run("SELECT m.k[-0] FROM One WHERE pk = 'k'");
    assert_eq!(answer["Items"], json!([{"k[0]": {"S": "c"}}]));
    assert_eq!(database.run("SELECT nope FROM One WHERE pk = 'k'")["Items"], json!([{}]));
    database.assert_invalid(&[("SELECT m.a, n.a FROM One", "Duplicate identifiers in select clause: a")]);
}
