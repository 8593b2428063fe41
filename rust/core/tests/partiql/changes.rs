//! `INSERT`, `UPDATE` and `DELETE`.

use serde_json::{Value as Json, json};

use crate::database::Database;

fn filled() -> Database {
    let mut database = Database::new();
    database.put(
        "One",
        json!({
            "pk": {"S": "i"}, "a": {"S": "old"}, "n": {"N": "5"}, "ss": {"SS": ["a", "b"]}, "l": {"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}]},
            "m": {"M": {"sub": {"S": "v"}, "sib": {"S": "w"}}},
        }),
    );
    database
}

const FAILED: &str = "ConditionalCheckFailedException: The conditional request failed";

fn refused(database: &mut Database, statement: &str) -> String {
    database.refused("ExecuteStatement", &json!({"Statement": statement}))
}

#[test]
fn an_insert_makes_a_new_item_only() {
    let mut database = Database::new();
    assert_eq!(database.run("INSERT INTO One VALUE {'pk': 'x', 'v': 1}"), json!({"Items": []}));
    assert_eq!(
        refused(&mut database, "INSERT INTO One VALUE {'pk': 'x', 'v': 2}"),
        "DuplicateItemException: Duplicate primary key exists in table"
    );
    assert_eq!(database.item("x")["v"], json!({"N": "1"}));
    database.run("DELETE FROM One WHERE pk = 'x'");
    database.run("INSERT INTO One VALUE {'pk': 'x', 'v': 3}");
    assert_eq!(database.item("x")["v"], json!({"N": "3"}));
    database.assert_invalid(&[
        (
            "INSERT INTO Two VALUE {'pk': 'x'}",
            "One or more parameter values were invalid: Missing the key sk in the item",
        ),
        (
            "INSERT INTO One VALUE {'pk': 1}",
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        ),
        (
            "INSERT INTO One VALUE [1]",
            "Unsupported format in item expression. Please use struct format {...} to express item values for insert \
             statement.",
        ),
    ]);
    let large = json!([{"S": "x".repeat(409_600)}]);
    assert_eq!(
        database.statement_invalid_with("INSERT INTO One VALUE {'pk': 'big', 'v': ?}", large),
        "Item size has exceeded the maximum allowed size"
    );
}

#[test]
fn an_update_changes_an_item_that_is_there() {
    let mut database = filled();
    assert_eq!(
        database.run(
            "UPDATE One SET a = 'new', n = n + 1 SET l = list_append(l, ['q']) SET ss = set_add(ss, <<'c'>>) SET copy = m.sub \
             REMOVE m.sib REMOVE m.none WHERE pk = 'i'"
        )["Items"],
        json!([])
    );
}

#[test]
fn every_action_of_an_update_acts() {
    let mut database = filled();
    for (actions, attribute, value) in [
        ("SET a = 'new'", "a", json!({"S": "new"})),
        ("SET n = n + 1", "n", json!({"N": "6"})),
        ("SET n=n-1", "n", json!({"N": "5"})),
        ("SET n = 10 - n", "n", json!({"N": "5"})),
        ("SET n = n - - 2", "n", json!({"N": "7"})),
        (
            "SET l = list_append(l, ['q'])",
            "l",
            json!({"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}, {"S": "q"}]}),
        ),
        (
            "SET l = LIST_APPEND([1], l) REMOVE a",
            "l",
            json!({"L": [{"N": "1"}, {"S": "x"}, {"S": "y"}, {"S": "z"}, {"S": "q"}]}),
        ),
        ("REMOVE l[1] REMOVE l[4]", "l", json!({"L": [{"N": "1"}, {"S": "y"}, {"S": "z"}]})),
        ("SET l[9] = 'end'", "l", json!({"L": [{"N": "1"}, {"S": "y"}, {"S": "z"}, {"S": "end"}]})),
        (
            "SET m.sub = 'deep', m.fresh = [1]",
            "m",
            json!({"M": {"sub": {"S": "deep"}, "sib": {"S": "w"}, "fresh": {"L": [{"N": "1"}]}}}),
        ),
        ("SET ss = set_add(ss, <<'b', 'c'>>)", "ss", json!({"SS": ["a", "b", "c"]})),
        ("SET ss = SET_DELETE(ss, <<'a', 'q'>>)", "ss", json!({"SS": ["b", "c"]})),
        ("SET fresh = set_add(fresh, <<1>>)", "fresh", json!({"NS": ["1"]})),
        ("SET ss = set_delete(ss, <<'b', 'c'>>)", "ss", json!(null)),
        ("SET x = if_not_exists(x, 7)", "x", json!({"N": "7"})),
    ] {
        database.run(&format!("UPDATE One {actions} WHERE pk = 'i'"));
        assert_eq!(database.item("i").get(attribute).cloned().unwrap_or_default(), value, "{actions}");
    }
    database.run("FROM One WHERE pk = 'i' AND n = 7 SET a = 'first' REMOVE m");
    assert_eq!(database.item("i")["a"], json!({"S": "first"}));
}

#[test]
fn an_update_or_delete_is_a_condition_on_its_item() {
    let mut database = filled();
    for statement in [
        "UPDATE One SET a = 1 WHERE pk = 'ghost'",
        "UPDATE One SET a = 1 WHERE pk = 'ghost' AND attribute_not_exists(pk)",
        "UPDATE One SET s = set_add(s, <<'x'>>) WHERE pk = 'ghost'",
        "UPDATE One SET a = 1 WHERE pk = 'i' AND a = 'other'",
        "UPDATE One SET a = 1 WHERE (pk = 'i' AND n = 4) AND a = 'old'",
        "FROM One WHERE pk = 'ghost' REMOVE a",
        "DELETE FROM One WHERE pk = 'i' AND a = 'other'",
        "DELETE FROM One WHERE pk = 'i' AND NOT begins_with(a, 'o')",
    ] {
        assert_eq!(refused(&mut database, statement), FAILED, "{statement}");
    }
    assert_eq!(database.item("ghost"), json!(null));
    assert_eq!(database.item("i")["a"], json!({"S": "old"}));
    for statement in ["DELETE FROM One WHERE pk = 'ghost'", "DELETE FROM One WHERE pk = 'ghost' AND a = 'x'"]
    {
        assert_eq!(database.run(statement), json!({"Items": []}), "{statement}");
    }
    database.run("DELETE FROM One WHERE pk = 'i' AND (a = 'x' OR a = 'old')");
    assert_eq!(database.item("i"), json!(null));
}

#[test]
fn a_failed_condition_shows_the_item_where_asked() {
    let mut database = filled();
    let body = json!({
        "Statement": "UPDATE One SET a = 1 WHERE pk = 'i' AND n = 4",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    let error = database.ask("ExecuteStatement", &body).unwrap_err();
    let dynacore::error::Error::ConditionalCheckFailed(Some(item)) = error else { panic!("{error}") };
    assert_eq!(item.as_ref().len(), 6);
}

#[test]
fn a_change_names_one_item() {
    let incomplete = "Where clause does not contain a mandatory equality on all key attributes";
    let multiple = "Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported";
    let mut database = Database::new();
    database.put("Two", json!({"pk": {"S": "a"}, "sk": {"S": "1"}}));
    database.assert_invalid(&[
        ("UPDATE Two SET a = 1", incomplete),
        ("FROM Two SET a = 1", incomplete),
        ("DELETE FROM Two", incomplete),
        ("UPDATE Two SET a = 1 WHERE pk = 'a'", incomplete),
        ("UPDATE Two SET a = 1 WHERE pk = 'a' OR sk = '1'", incomplete),
        ("UPDATE Two SET a = 1 WHERE pk IN ['a'] AND sk = '1'", incomplete),
        ("DELETE FROM Two WHERE a = 1", incomplete),
        ("DELETE FROM Two WHERE NOT (NOT pk = 'a' AND NOT pk = 'b') AND sk = '1'", incomplete),
        ("UPDATE Two SET a = 1 WHERE pk = 'a' AND sk = '1' AND pk = 'b'", multiple),
        ("DELETE FROM Two WHERE pk = 'a' AND sk = '1' AND pk = 'b'", multiple),
        (
            "UPDATE Two SET sk = '2' WHERE pk = 'a' AND sk = '1'",
            "One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key",
        ),
    ]);
    database.run("UPDATE Two SET a = 2 WHERE (sk = '1') AND pk = 'a' AND pk = 'a'");
}

#[test]
fn misused_functions_say_where_they_stand() {
    let mut database = filled();
    let type_ = "An operand in the update expression has an incorrect data type";
    for (assignment, text) in [
        (
            "t = set_add(ss, <<'x'>>)",
            "The first argument to SET_ADD must equal the assignment value at 1:20:7",
        ),
        (
            "ss = set_add(<<'a'>>, <<'b'>>)",
            "The first argument to SET_ADD must equal the assignment value at 1:21:7",
        ),
        ("ss = set_add(ss, 'x')", "The second argument to SET_ADD must be a value with type SET at 1:29:2"),
        (
            "\"ss\" = set_delete(\"ss\", ['x'])",
            "The second argument to SET_DELETE must be a value with type SET at 1:34:4",
        ),
        ("ss = set_add(ss)", "SET_ADD must have exactly two arguments at 1:21:7"),
        ("ss = set_add(ss, <<>>)", "Empty bags are not supported"),
        ("ss = set_add(ss, <<1>>)", type_),
        ("a = set_add(a, <<'x'>>)", type_),
        (
            "n = 'a' + 1",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S",
        ),
        (
            "n = n - null",
            "Incorrect operand type for operator or function; operator or function: -, operand type: NULL",
        ),
        (
            "x = list_append(nope, [1])",
            "The provided expression refers to an attribute that does not exist in the item",
        ),
        ("x = size(a)", "Unrecognized function: size at 1:20:4"),
        ("x = n + 1 + 1", "Unsupported operator in Update Expression. Operator: +"),
        ("x = a IS NULL", "IS operator is not supported in update expressions"),
        ("fresh[0] = 'x'", "The document path provided in the update expression is invalid for update"),
        (
            "a = 1, a = 2",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
        ),
    ] {
        let statement = format!("UPDATE One SET {assignment} WHERE pk = 'i'");
        assert_eq!(database.statement_invalid(&statement), text, "{assignment}");
    }
    assert_eq!(
        database
            .statement_invalid_with("UPDATE One SET ss = set_add(ss, ?) WHERE pk = 'i'", json!([{"S": "x"}])),
        "The second argument to SET_ADD must be a value with type SET at 1:29:2"
    );
    database.run_with("UPDATE One SET ss = set_add(ss, ?) WHERE pk = 'i'", json!([{"SS": ["z"]}]));
    assert_eq!(database.item("i")["ss"], json!({"SS": ["a", "b", "z"]}));
}

#[test]
fn returning_gives_the_item_or_what_changed() {
    let mut database = filled();
    let run = |database: &mut Database, statement: &str| database.run(statement)["Items"].clone();
    assert_eq!(
        run(&mut database, "UPDATE One SET a = 'b' WHERE pk = 'i' RETURNING MODIFIED OLD *"),
        json!([{"a": {"S": "old"}}])
    );
    assert_eq!(
        run(&mut database, "UPDATE One SET a = 'c' WHERE pk = 'i' RETURNING MODIFIED NEW *"),
        json!([{"a": {"S": "c"}}])
    );
    assert_eq!(
        run(&mut database, "UPDATE One SET l[2] = 'r', l[0] = 'p' WHERE pk = 'i' RETURNING MODIFIED NEW *"),
        json!([{"l": {"L": [{"S": "p"}, {"S": "r"}]}}])
    );
    assert_eq!(
        run(&mut database, "UPDATE One SET m.sub = 's' WHERE pk = 'i' RETURNING MODIFIED OLD *"),
        json!([{"m": {"M": {"sub": {"S": "v"}}}}])
    );
    assert_eq!(run(&mut database, "UPDATE One REMOVE n WHERE pk = 'i' RETURNING MODIFIED NEW *"), json!([]));
    let all = run(&mut database, "FROM One WHERE pk = 'i' SET a = 'd' RETURNING ALL NEW *");
    assert_eq!((&all[0]["a"], &all[0]["pk"]), (&json!({"S": "d"}), &json!({"S": "i"})));
    assert_eq!(
        run(&mut database, "UPDATE One SET a = 'e' WHERE pk = 'i' RETURNING ALL OLD *")[0]["a"],
        json!({"S": "d"})
    );
    assert_eq!(
        database.statement_invalid("DELETE FROM One WHERE pk = 'i' RETURNING MODIFIED OLD *"),
        "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements."
    );
    assert_eq!(
        run(&mut database, "DELETE FROM One WHERE pk = 'i' RETURNING ALL OLD *")[0]["a"],
        json!({"S": "e"})
    );
    assert_eq!(run(&mut database, "DELETE FROM One WHERE pk = 'i' RETURNING ALL OLD *"), json!([]));
}

#[test]
fn an_item_may_not_become_too_large_or_too_deep() {
    let mut database = filled();
    let large = json!([{"S": "x".repeat(409_600)}]);
    assert_eq!(
        database.statement_invalid_with("UPDATE One SET a = ? WHERE pk = 'i'", large),
        "Item size to update has exceeded the maximum allowed size"
    );
    let deep = (0..31).fold(json!({"S": "x"}), |value, _| json!({"M": {"a": value}}));
    assert_eq!(
        database.statement_invalid_with("UPDATE One SET m.deep = ? WHERE pk = 'i'", json!([deep])),
        "Nesting Levels have exceeded supported limits"
    );
}

/// A write is about one item and reads it consistently, so both parameters hold for it; a limit that is none is refused
/// before anything is written.
#[test]
fn a_write_keeps_a_limit_and_a_consistent_read() {
    let mut database = Database::new();
    for (statement, limit) in [
        ("INSERT INTO One VALUE {'pk': 'x', 'v': 1}", 1),
        ("UPDATE One SET v = 2 WHERE pk = 'x' RETURNING ALL NEW *", 100),
    ] {
        let body = json!({"Statement": statement, "Limit": limit, "ConsistentRead": true});
        assert_eq!(database.done("ExecuteStatement", &body).get("NextToken"), None);
    }
    assert_eq!(database.item("x"), json!({"pk": {"S": "x"}, "v": {"N": "2"}}));
    let body = json!({"Statement": "DELETE FROM One WHERE pk = 'x'", "Limit": 0});
    assert_eq!(
        database.refused("ExecuteStatement", &body),
        "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must \
         have value greater than or equal to 1"
    );
    assert_ne!(database.item("x"), Json::Null);
}
