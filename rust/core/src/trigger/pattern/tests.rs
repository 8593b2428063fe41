use serde_json::json;

use super::*;

/// Which of the events a pattern matches.
fn matched(pattern: &Json, events: &[Json]) -> Vec<bool> {
    let pattern =
        Pattern::parse(&pattern.to_string()).unwrap_or_else(|problem| panic!("{pattern}: {problem}"));
    events.iter().map(|event| pattern.matches(event)).collect()
}

fn f_matches(rules: &Json, values: &[Json]) -> Vec<bool> {
    let events: Vec<Json> = values.iter().map(|value| json!({ "f": value })).collect();
    matched(&json!({ "f": rules }), &events)
}

#[test]
fn exact_values_are_of_one_kind_and_form() {
    let values = [json!("a"), json!(1), json!(1.0), json!("1"), json!(null), json!(""), json!(true)];
    assert_eq!(f_matches(&json!(["a", 1]), &values), [true, true, false, false, false, false, false]);
    assert_eq!(f_matches(&json!([null, ""]), &values), [false, false, false, false, true, true, false]);
    assert_eq!(f_matches(&json!([true]), &values), [false, false, false, false, false, false, true]);
}

#[test]
fn texts_are_compared_from_the_front_from_the_end_and_without_case() {
    let values = [json!("cars/MINI.png"), json!("CARS/x"), json!(7)];
    assert_eq!(f_matches(&json!([{ "prefix": "cars/" }]), &values), [true, false, false]);
    assert_eq!(f_matches(&json!([{ "suffix": ".png" }]), &values), [true, false, false]);
    assert_eq!(
        f_matches(&json!([{ "prefix": { "equals-ignore-case": "cars" } }]), &values),
        [true, true, false]
    );
    assert_eq!(
        f_matches(&json!([{ "suffix": { "equals-ignore-case": ".PNG" } }]), &values),
        [true, false, false]
    );
    assert_eq!(f_matches(&json!([{ "equals-ignore-case": "cars/X" }]), &values), [false, true, false]);
}

#[test]
fn stars_stand_for_any_text_unless_they_are_escaped() {
    let values = [json!("a/lib/b"), json!("lib"), json!("a*b"), json!("/lib/"), json!("aab")];
    assert_eq!(f_matches(&json!([{ "wildcard": "*/lib/*" }]), &values), [true, false, false, true, false]);
    assert_eq!(f_matches(&json!([{ "wildcard": "a\\*b" }]), &values), [false, false, true, false, false]);
    assert_eq!(f_matches(&json!([{ "wildcard": "a*b" }]), &values), [true, false, true, false, true]);
    assert_eq!(f_matches(&json!([{ "wildcard": "a*ab" }]), &[json!("ab"), json!("aab")]), [false, true]);
    assert_eq!(f_matches(&json!([{ "wildcard": "lib" }]), &values), [false, true, false, false, false]);
}

#[test]
fn anything_but_wants_a_value_that_is_none_of_them() {
    let values = [json!("a"), json!("ab"), json!(5), json!(null)];
    assert_eq!(f_matches(&json!([{ "anything-but": "a" }]), &values), [false, true, true, true]);
    assert_eq!(f_matches(&json!([{ "anything-but": ["a", "ab"] }]), &values), [false, false, true, true]);
    assert_eq!(f_matches(&json!([{ "anything-but": [5, 6] }]), &values), [true, true, false, true]);
    assert_eq!(
        f_matches(&json!([{ "anything-but": { "prefix": "ab" } }]), &values),
        [true, false, true, true]
    );
    assert_eq!(
        f_matches(&json!([{ "anything-but": { "suffix": ["b", "c"] } }]), &values),
        [true, false, true, true]
    );
    assert_eq!(
        f_matches(&json!([{ "anything-but": { "wildcard": "*b" } }]), &values),
        [true, false, true, true]
    );
    let ignored = json!([{ "anything-but": { "equals-ignore-case": ["A"] } }]);
    assert_eq!(f_matches(&ignored, &values), [false, true, true, true]);
    assert_eq!(matched(&json!({ "f": [{ "anything-but": "a" }] }), &[json!({})]), [false]);
}

#[test]
fn numbers_lie_in_ranges_and_texts_of_digits_are_none() {
    let values = [json!(0), json!(2.5), json!(5), json!("2")];
    assert_eq!(f_matches(&json!([{ "numeric": [">", 0, "<=", 5] }]), &values), [false, true, true, false]);
    assert_eq!(f_matches(&json!([{ "numeric": ["=", 2.5] }]), &values), [false, true, false, false]);
    assert_eq!(f_matches(&json!([{ "numeric": ["<", 1] }]), &values), [true, false, false, false]);
    assert_eq!(f_matches(&json!([{ "numeric": [">=", 5] }]), &values), [false, false, true, false]);
}

#[test]
fn existence_is_a_matter_of_leaves() {
    let events =
        [json!({}), json!({ "f": 1 }), json!({ "f": null }), json!({ "f": { "g": 1 } }), json!({ "f": [] })];
    assert_eq!(matched(&json!({ "f": [{ "exists": true }] }), &events), [false, true, true, false, false]);
    assert_eq!(matched(&json!({ "f": [{ "exists": false }] }), &events), [true, false, false, true, true]);
    let deep = json!({ "f": { "g": [{ "exists": false }] } });
    assert_eq!(matched(&deep, &events), [true, true, true, false, true]);
}

#[test]
fn all_fields_match_one_alternative_and_one_element() {
    let pattern = json!({ "a": [1], "$or": [{ "b": [2] }, { "c": [3], "d": [4] }] });
    let events = [
        json!({ "a": 1, "b": 2 }),
        json!({ "a": 1, "c": 3 }),
        json!({ "a": 1, "c": 3, "d": 4 }),
        json!({ "b": 2 }),
    ];
    assert_eq!(matched(&pattern, &events), [true, false, true, false]);
    let nested = json!({ "d": { "list": { "x": [1], "y": [2] } } });
    let lists = [
        json!({ "d": { "list": [{ "x": 1, "y": 2 }] } }),
        json!({ "d": { "list": [{ "x": 1 }, { "y": 2 }] } }),
        json!({ "d": { "list": [] } }),
    ];
    assert_eq!(matched(&nested, &lists), [true, false, false]);
    assert_eq!(f_matches(&json!(["b"]), &[json!(["a", "b"]), json!([])]), [true, false]);
    assert_eq!(matched(&json!({ "$or": ["x"] }), &[json!({ "$or": "x" })]), [true]);
}

#[test]
fn networks_hold_addresses() {
    let values = [json!("10.0.0.7"), json!("10.0.1.7"), json!("::1"), json!("x")];
    assert_eq!(f_matches(&json!([{ "cidr": "10.0.0.0/24" }]), &values), [true, false, false, false]);
    assert_eq!(f_matches(&json!([{ "cidr": "0.0.0.0/0" }]), &values), [true, true, false, false]);
    assert_eq!(f_matches(&json!([{ "cidr": "::/64" }]), &values), [false, false, true, false]);
}

#[test]
fn a_repeated_field_counts_once() {
    let pattern = Pattern::parse(r#"{"f": [1], "f": [2]}"#).unwrap();
    assert!(pattern.matches(&json!({ "f": 2 })) && !pattern.matches(&json!({ "f": 1 })));
}

#[test]
fn what_is_no_pattern_is_refused() {
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"f": "INSERT"}"#,
        r#"{"f": []}"#,
        r#"{"f": {}}"#,
        r#"{"f": [[1]]}"#,
        r#"{"f": [{"prefix": 1}]}"#,
        r#"{"f": [{"prefix": "a", "suffix": "b"}]}"#,
        r#"{"f": [{"between": [1, 2]}]}"#,
        r#"{"f": [{"numeric": []}]}"#,
        r#"{"f": [{"numeric": ["<"]}]}"#,
        r#"{"f": [{"numeric": ["<", "1"]}]}"#,
        r#"{"f": [{"numeric": [">", 5, "<", 1]}]}"#,
        r#"{"f": [{"numeric": ["=", 6000000000]}]}"#,
        r#"{"f": [{"exists": "true"}]}"#,
        r#"{"f": [{"wildcard": "a**b"}]}"#,
        r#"{"f": [{"anything-but": ["a", 1]}]}"#,
        r#"{"f": [{"anything-but": {"numeric": ["=", 1]}}]}"#,
        r#"{"f": [{"cidr": "10.0.0.0"}]}"#,
    ] {
        assert!(Pattern::parse(wrong).is_err(), "{wrong}");
    }
    let two = json!([{ "a": [1] }, { "b": [1] }]);
    let group = |depth: usize| (0..depth).fold(json!([1]), |inner, _| json!({ "$or": two, "n": inner }));
    let nested = |depth| Pattern::parse(&json!({ "n": group(depth) }).to_string());
    assert!(nested(9).is_ok() && nested(10).is_err());
}
