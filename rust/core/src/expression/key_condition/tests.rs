//! Key conditions: what is none, and what query one makes.

use super::super::samples::{n, refused, s, values};
use super::super::{ExpressionError, KeyCondition};
use super::{IndexQuery, KeyQuery, SortCondition};
use crate::value::{Type, Value};

fn bind(text: &str) -> Result<KeyCondition, ExpressionError> {
    let request = values([(":a", s("1")), (":b", s("2"))]);
    request.bind(|binder| binder.key_condition(text))
}

/// The query of a table with the keys `p` and `q`.
fn query(text: &str) -> Result<KeyQuery, ExpressionError> {
    bind(text)?.resolve("p", Some("q"))
}

fn value(text: &str) -> Value {
    Value::string(text)
}

#[test]
fn the_forms_of_a_key_condition() {
    use SortCondition::{BeginsWith, Between, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    for (text, sort) in [
        ("p = :a", None),
        (":a = p", None),
        ("(p = :a)", None),
        ("p = :a AND q = :b", Some(Equal(value("2")))),
        ("q = :b AND p = :a", Some(Equal(value("2")))),
        ("(p = :a) AND (q = :b)", Some(Equal(value("2")))),
        ("((q < :b) AND (p = :a))", Some(Less(value("2")))),
        ("p = :a AND :b < q", Some(Greater(value("2")))),
        ("p = :a AND :b <= q", Some(GreaterOrEqual(value("2")))),
        ("p = :a AND :b >= q", Some(LessOrEqual(value("2")))),
        ("p = :a AND q BETWEEN :a AND :b", Some(Between(value("1"), value("2")))),
        ("begins_with(q, :b) AND p = :a", Some(BeginsWith(value("2")))),
    ] {
        assert_eq!(query(text), Ok(KeyQuery { partition: value("1"), sort }), "{text}");
    }
}

#[test]
fn operators_that_make_no_range_are_refused() {
    for (text, operator) in [
        ("a > b and size(b) > c or a > c", "OR"),
        ("a in (b, size(c), d)", "IN"),
        ("attribute_exists(a)", "attribute_exists"),
        ("attribute_not_exists(a)", "attribute_not_exists"),
        ("contains(a.d, b)", "contains"),
        ("not a > b", "NOT"),
        ("a <> b", "<>"),
    ] {
        assert_eq!(
            refused(bind(text)),
            format!("Invalid operator used in KeyConditionExpression: {operator}")
        );
    }
}

#[test]
fn each_condition_compares_one_top_level_attribute_with_values() {
    const INVALID: &str = "Invalid condition in KeyConditionExpression: ";
    for (text, problem) in [
        (
            ":a between size(b) and size(a) and b > :b",
            format!("{INVALID}BETWEEN operator must have the key attribute as its first operand"),
        ),
        (
            "begins_with(:a, b) and a > :b",
            format!("{INVALID}begins_with operator must have the key attribute as its first operand"),
        ),
        ("size(b) > a AND a.b > b AND b > c", "KeyConditionExpressions cannot contain nested operations".to_owned()),
        ("a > size(b.d)", "KeyConditionExpressions cannot contain nested operations".to_owned()),
        ("b > a.b", format!("{INVALID}Multiple attribute names used in one condition")),
        ("b between c[1] and d", format!("{INVALID}Multiple attribute names used in one condition")),
        ("a between b and size(a)", format!("{INVALID}Multiple attribute names used in one condition")),
        ("begins_with(a, b)", format!("{INVALID}Multiple attribute names used in one condition")),
        ("a.d > c", "KeyConditionExpressions cannot have conditions on nested attributes".to_owned()),
        ("b[0] > a", "KeyConditionExpressions cannot have conditions on nested attributes".to_owned()),
        (":b > :a AND a < :b", format!("{INVALID}No key attribute specified")),
        (
            "b > :a AND b < :a and c = :a and d = :a",
            "KeyConditionExpressions must only contain one condition per key".to_owned(),
        ),
        (
            "p = :a AND q BETWEEN :b AND :a",
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to \
             lower bound; lower bound operand: AttributeValue: {S:2}, upper bound operand: AttributeValue: {S:1}"
                .to_owned(),
        ),
    ] {
        assert_eq!(refused(bind(text)), problem, "{text}");
    }
}

#[test]
fn the_conditions_are_on_the_keys() {
    let missed = |key: &str| format!("Query condition missed key schema element: {key}");
    assert_eq!(refused(query("q = :a")), missed("p"));
    assert_eq!(refused(query("x = :a")), missed("p"));
    assert_eq!(refused(query("p = :a AND x = :a")), missed("q"));
    let too_many =
        "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)";
    assert_eq!(refused(query("p = :a AND q = :a AND r = :a")), too_many);
    assert_eq!(refused(query("p < :a")), "Query key condition not supported");
    assert_eq!(refused(query("begins_with(p, :a)")), "Query key condition not supported");
    let hash_only = |text: &str| refused(bind(text).and_then(|condition| condition.resolve("p", None)));
    assert_eq!(hash_only("p = :a"), "accepted");
    assert_eq!(hash_only("p = :a AND q = :b"), "Query key condition not supported");
    assert_eq!(hash_only("q = :a"), missed("p"));
}

#[test]
fn values_are_of_the_keys_types() {
    let query = query("p = :a AND q = :b").unwrap();
    let mismatch =
        "One or more parameter values were invalid: Condition parameter type does not match schema type";
    assert_eq!(refused(query.check_types(Type::S, Some(Type::S))), "accepted");
    assert_eq!(refused(query.check_types(Type::N, Some(Type::S))), mismatch);
    assert_eq!(refused(query.check_types(Type::S, Some(Type::N))), mismatch);
    let request = values([(":a", s("1")), (":b", n("2"))]);
    let prefix = request.bind(|binder| binder.key_condition("p = :a AND begins_with(q, :b)"));
    assert_eq!(
        refused(prefix),
        "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: \
         begins_with, operand type: N"
    );
}

/// The query of an index with the partition attributes `p` and `q` and the sort attributes `r`, `s` and `t`.
fn index_query(text: &str) -> Result<IndexQuery, ExpressionError> {
    bind(text)?.resolve_index(&["p", "q"], &["r", "s", "t"])
}

#[test]
fn an_index_of_several_attributes_is_used_from_left_to_right() {
    let one = || value("1");
    let made = |equal: Vec<Value>, sort: Option<SortCondition>| {
        Ok(IndexQuery { partition: vec![one(), value("2")], equal, sort })
    };
    assert_eq!(index_query("q = :b AND p = :a"), made(vec![], None));
    assert_eq!(index_query("q = :b AND p = :a AND r = :a"), made(vec![], Some(SortCondition::Equal(one()))));
    assert_eq!(
        index_query("s < :a AND q = :b AND r = :a AND p = :a"),
        made(vec![one()], Some(SortCondition::Less(one())))
    );
    assert_eq!(
        index_query("p = :a AND q = :b AND r = :a AND s = :a AND begins_with(t, :a)"),
        made(vec![one(), one()], Some(SortCondition::BeginsWith(one())))
    );
}

#[test]
fn an_index_of_several_attributes_is_used_whole() {
    let hash = |missing: &str| {
        format!("HASH key attributes {missing} must have equality conditions specified in the query")
    };
    for text in ["p = :a", "p = :a AND q > :b", "p = :a AND r = :a AND s = :a"] {
        assert_eq!(refused(index_query(text)), hash("q"), "{text}");
    }
    assert_eq!(refused(index_query("r = :a")), hash("p, q"));
    for (rest, missing, present) in [
        ("s = :a", "r", "s"),
        ("r = :a AND t = :a", "s", "t"),
        ("r < :a AND s = :a", "r", "s"),
        ("r < :a AND s < :a", "r", "s"),
        ("t > :a", "r, s", "t"),
    ] {
        let range = format!(
            "RANGE key attributes {missing} must have equality conditions specified in the query because a condition is \
             present on key attribute {present}"
        );
        assert_eq!(refused(index_query(&format!("p = :a AND q = :b AND {rest}"))), range, "{rest}");
    }
    assert_eq!(refused(index_query("p = :a AND q = :b AND x = :a")), "Query key condition not supported");
}

#[test]
fn an_index_of_one_partition_attribute_names_it_as_a_table_does() {
    let query = |text: &str| refused(bind(text).and_then(|found| found.resolve_index(&["p"], &["q", "r"])));
    assert_eq!(query("q = :a"), "Query condition missed key schema element: p");
    assert_eq!(query("p > :a AND q = :a"), "Query key condition not supported");
    assert_eq!(
        query("p = :a AND q = :a AND r = :a AND s = :a"),
        "The number of query conditions (4) exceeds the number of key attributes defined in the schema (3)"
    );
}

#[test]
fn an_index_of_one_attribute_is_queried_as_a_table() {
    let missed = "Query condition missed key schema element: q";
    let query = |text: &str| bind(text).and_then(|condition| condition.resolve_index(&["p"], &["q"]));
    assert_eq!(refused(query("p = :a AND x = :a")), missed);
    let expected = IndexQuery { partition: vec![value("1")], equal: vec![], sort: None };
    assert_eq!(query("p = :a"), Ok(expected));
}
