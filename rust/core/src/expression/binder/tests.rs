//! Names and values: how the maps must look and that every entry is used.

use super::super::samples::{Request, n, refused, s, values};
use super::super::{Binder, Cache};

#[test]
fn the_maps_are_not_empty_and_their_keys_are_placeholders() {
    let names = |names: &[(&str, &str)]| refused(Request::default().names(names).bind(|_| Ok(())));
    assert_eq!(names(&[]), "ExpressionAttributeNames must not be empty");
    for key in ["a", "", "#", ":a", "#a b", "#é"] {
        let text = format!("ExpressionAttributeNames contains invalid key: Syntax error; key: \"{key}\"");
        assert_eq!(names(&[(key, "a")]), text);
    }
    assert_eq!(names(&[("#_1a", "any name.at all")]), "accepted");
    let values = |key: &str| refused(values([(key, s("a"))]).bind(|_| Ok(())));
    assert_eq!(
        refused(super::super::samples::values([]).bind(|_| Ok(()))),
        "ExpressionAttributeValues must not be empty"
    );
    assert_eq!(values("b"), "ExpressionAttributeValues contains invalid key: Syntax error; key: \"b\"");
    assert_eq!(values(":b"), "accepted");
}

#[test]
fn a_key_has_at_most_255_bytes() {
    let names = |length: usize| {
        let key = format!("#{}", "a".repeat(length - 1));
        refused(Request::default().names(&[(&key, "a")]).bind(|_| Ok(())))
    };
    assert_eq!(names(255), "accepted");
    assert_eq!(
        names(256),
        "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too \
         long; size of key: 256"
    );
}

#[test]
fn an_expression_is_not_empty_and_has_at_most_4096_bytes() {
    let request = Request::default();
    assert_eq!(refused(request.update("")), "Invalid UpdateExpression: The expression can not be empty;");
    assert_eq!(
        refused(request.projection("")),
        "Invalid ProjectionExpression: The expression can not be empty;"
    );
    let empty = request.bind(|binder| binder.key_condition(""));
    assert_eq!(refused(empty), "Invalid KeyConditionExpression: The expression can not be empty;");
    let projection = |size: usize| refused(request.projection(&format!("a{}", " ".repeat(size - 1))));
    assert_eq!(projection(4096), "accepted");
    assert_eq!(
        projection(4097),
        "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097"
    );
}

#[test]
fn undefined_placeholders_are_refused_where_they_stand() {
    let name = |text: &str| {
        format!(
            "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; \
             attribute name: {text}"
        )
    };
    let value = |text: &str| {
        format!(
            "Invalid ConditionExpression: An expression attribute value used in expression is not defined; \
             attribute value: {text}"
        )
    };
    for (text, problem) in [
        ("attribute_exists(#Pictures.RearView, :a) and a=a", name("#Pictures")),
        ("begins_with(Pictures.#RearView)", name("#RearView")),
        ("(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", name("#P")),
        ("(a)between(b.c[45].#d)and(:a)", name("#d")),
        ("begins_with(:hello, #a, #b)", value(":hello")),
        (":a < :b", value(":a")),
        (":_ > a", value(":_")),
    ] {
        assert_eq!(refused(Request::default().condition(text)), problem, "{text}");
    }
    assert_eq!(
        refused(Request::default().update("SET attr1 = :v")),
        "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: \
         :v"
    );
}

#[test]
fn every_name_and_value_is_used_by_some_expression() {
    let request = values([(":b", n("1")), (":a", n("2")), (":c", n("3"))]).names(&[("#a", "x"), ("#b", "y")]);
    let cache = Cache::new(4);
    let mut binder = Binder::new(&cache, request.names.as_ref(), request.values.as_ref()).unwrap();
    let unused = |binder: &Binder<'_>| refused(binder.finish());
    binder.update("REMOVE q").unwrap();
    assert_eq!(
        unused(&binder),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"
    );
    binder.projection("#b").unwrap();
    assert_eq!(
        unused(&binder),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"
    );
    binder.condition("ConditionExpression", "#a = :a").unwrap();
    assert_eq!(
        unused(&binder),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b, :c}"
    );
    binder.condition("FilterExpression", "#a IN (:b, :c)").unwrap();
    assert_eq!(unused(&binder), "accepted");
}

#[test]
fn many_values_are_told_apart() {
    let keys: Vec<String> = (0..100).map(|index| format!(":v{index}")).collect();
    let request = values(keys.iter().map(|key| (key.as_str(), n("1"))));
    let cache = Cache::new(4);
    let mut binder = Binder::new(&cache, None, request.values.as_ref()).unwrap();
    let all_but_one: Vec<&str> = keys.iter().map(String::as_str).filter(|key| *key != ":v70").collect();
    binder.condition("ConditionExpression", &format!("a IN ({})", all_but_one.join(","))).unwrap();
    assert_eq!(
        refused(binder.finish()),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v70}"
    );
}
