//! Updates: what DynamoDB refuses before it looks at an item, and what becomes of one.

use super::super::samples::{Request, b, item, l, m, map, n, ns, refused, s, ss, values};
use crate::value::{AttributeValue, Item, Map};

const INVALID: &str = "Invalid UpdateExpression: ";
const WRONG_TYPE: &str = "An operand in the update expression has an incorrect data type";
const NO_ATTRIBUTE: &str = "The provided expression refers to an attribute that does not exist in the item";
const NO_PATH: &str = "The document path provided in the update expression is invalid for update";

fn request() -> Request {
    values([
        (":n", n("2")),
        (":s", s("x")),
        (":l", l([s("new")])),
        (":ss", ss(&["a", "b"])),
        (":ns", ns(&["1"])),
        (":m", m([("k", n("1"))])),
    ])
}

/// The item after the update, or the text of the refusal.
fn apply(item: &Item, text: &str) -> Result<Map, String> {
    let update = request().update(text).map_err(|error| error.to_string())?;
    let updated = update.apply(item.as_ref()).map_err(|error| error.to_string())?;
    Ok(updated.item.as_ref().to_map())
}

/// `UPDATED_OLD` and `UPDATED_NEW`.
fn changed(item: &Item, text: &str) -> (Map, Map) {
    let update = request().update(text).unwrap();
    let updated = update.apply(item.as_ref()).unwrap();
    let part = |item: &Item| updated.changed.project(item.as_ref()).as_ref().to_map();
    (part(item), part(&updated.item))
}

#[test]
fn the_operands_of_add_and_delete_are_checked() {
    let wrong = |operator: &str, type_: &str| {
        format!(
            "{INVALID}Incorrect operand type for operator or function; operator: {operator}, operand type: {type_}, \
             typeSet: ALLOWED_FOR_{operator}_OPERAND"
        )
    };
    for (value, type_) in [
        (s("a"), "STRING"),
        (b(b"a"), "BINARY"),
        (AttributeValue::Null, "NULL"),
        (AttributeValue::Bool(true), "BOOLEAN"),
        (l([]), "LIST"),
        (m([]), "MAP"),
    ] {
        let request = values([(":a", value)]);
        assert_eq!(refused(request.update("add a.b :a")), wrong("ADD", type_));
        assert_eq!(refused(request.update("delete a.b :a")), wrong("DELETE", type_));
        let before_functions = "set b = list_append(:a, a), c = if_not_exists(a) add a.b :a";
        assert_eq!(refused(request.update(before_functions)), wrong("ADD", type_));
    }
    assert_eq!(refused(values([(":a", n("1"))]).update("delete a :a")), wrong("DELETE", "NUMBER"));
}

#[test]
fn the_operands_of_functions_and_sums_are_checked() {
    for (text, operator, type_) in [
        ("set a = list_append(:s, a)", "list_append", "S"),
        ("set a = list_append(a, :n)", "list_append", "N"),
        ("set a = list_append(a, :ss)", "list_append", "SS"),
        ("set a = a + :s", "+", "S"),
        ("set a = :s + :l", "+", "S"),
        ("set a = :m - a", "-", "M"),
        ("set a = if_not_exists(b, :n) - :l", "-", "L"),
    ] {
        let problem = format!(
            "{INVALID}Incorrect operand type for operator or function; operator or function: {operator}, operand \
             type: {type_}"
        );
        assert_eq!(refused(request().update(text)), problem, "{text}");
    }
    for (text, function) in
        [("set a = if_not_exists(c)", "if_not_exists"), ("set a = list_append(c)", "list_append")]
    {
        let problem = format!(
            "{INVALID}Incorrect number of operands for operator or function; operator or function: {function}, \
             number of operands: 1"
        );
        assert_eq!(refused(request().update(text)), problem, "{text}");
    }
    for text in ["set a = if_not_exists(:n, c)", "set a = if_not_exists(if_not_exists(a, b), c)"] {
        let problem = format!(
            "{INVALID}Operator or function requires a document path; operator or function: if_not_exists"
        );
        assert_eq!(refused(request().update(text)), problem, "{text}");
    }
}

#[test]
fn a_path_is_written_once() {
    let request = request().names(&[("#c", "c"), ("#d", "[3]")]);
    for (text, how, one, two) in [
        ("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "overlap", "[c, [1], a]", "[c]"),
        ("set #c[3].#d = a, #c[3] = a", "overlap", "[c, [3], [3]]", "[c, [3]]"),
        ("set a = :n remove a", "overlap", "[a]", "[a]"),
        ("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "conflict", "[c, [3], [3]]", "[c, [3], [3]]"),
        ("remove a.#c set a[1] = #d", "conflict", "[a, c]", "[a, [1]]"),
    ] {
        let problem = format!(
            "{INVALID}Two document paths {how} with each other; must remove or rewrite one of these paths; path one: \
             {one}, path two: {two}"
        );
        assert_eq!(refused(request.update(text)), problem, "{text}");
    }
}

#[test]
fn values_come_from_the_item_as_it_was() {
    let item = item([("a", n("1")), ("b", n("10")), ("c", s("kept"))]);
    let expected = map([("a", n("10")), ("b", n("1")), ("c", s("kept")), ("d", n("11"))]);
    assert_eq!(apply(&item, "SET a = b, b = a, d = a + b"), Ok(expected));
    assert_eq!(apply(&item, "REMOVE a SET b = a"), Ok(map([("b", n("1")), ("c", s("kept"))])));
}

#[test]
fn attributes_keep_their_place_and_new_ones_follow() {
    let item = item([("z", n("1")), ("y", n("1")), ("x", n("1"))]);
    let updated = apply(&item, "SET q = :n, y = :n, p = :n").unwrap();
    assert_eq!(updated.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "y", "x", "q", "p"]);
}

#[test]
fn sums_and_functions() {
    let item = item([("n", n("5")), ("l", l([s("old")])), ("s", s("x"))]);
    for (text, expected) in [
        ("SET r = n + :n", n("7")),
        ("SET r = (n - :n)", n("3")),
        ("SET r = :n - n", n("-3")),
        ("SET r = if_not_exists(q, :n) + n", n("7")),
        ("SET r = if_not_exists(n, :n)", n("5")),
        ("SET r = if_not_exists(q, if_not_exists(p, :s))", s("x")),
        ("SET r = list_append(l, :l)", l([s("old"), s("new")])),
        ("SET r = list_append(:l, l)", l([s("new"), s("old")])),
        ("SET r = list_append(if_not_exists(q, :l), l)", l([s("new"), s("old")])),
    ] {
        assert_eq!(apply(&item, text).unwrap().get("r"), Some(&expected), "{text}");
    }
}

#[test]
fn operands_of_the_item_must_fit() {
    let item =
        item([("a", s("x")), ("b", m([("a", ss(&["1"]))])), ("c", n("1")), ("d", ns(&["1"])), ("l", l([]))]);
    for text in [
        "delete d :ss",
        "delete b :ns",
        "delete b.a :ns",
        "delete c :ns",
        "add b :ns",
        "add d :n",
        "add a :n",
        "add l :ss",
        "set e = a + :n",
        "set e = b - :n",
        "set e = list_append(d, if_not_exists(f, :l))",
        "set e = list_append(zz, a)",
        // A wrong type anywhere is reported before an attribute that is missing.
        "set e = zz, f = a + :n",
    ] {
        assert_eq!(apply(&item, text), Err(WRONG_TYPE.to_owned()), "{text}");
    }
    for text in
        ["set x = zz", "set e = list_append(zz, l)", "set e = zz + :n", "set b.q = b.zz", "set e = b.a[0]"]
    {
        assert_eq!(apply(&item, text), Err(NO_ATTRIBUTE.to_owned()), "{text}");
    }
}

#[test]
fn a_path_leads_through_what_is_there() {
    let item = item([("b", s("a")), ("c", m([("k", s("a"))])), ("d", l([s("a"), s("b")]))]);
    for target in ["b.a", "b[1]", "y.a", "y[1]", "c[1]", "d.k", "c.k.k", "c.z.k", "d[0][0]", "d[7].k"] {
        for text in [
            format!("set {target} = :s, q = :s"),
            format!("remove {target} set q = :s"),
            format!("delete {target} :ss"),
            format!("add {target} :ss"),
            format!("set {target} = zz"),
        ] {
            assert_eq!(apply(&item, &text), Err(NO_PATH.to_owned()), "{text}");
        }
    }
}

#[test]
fn a_missing_item_has_nothing_to_remove() {
    let key = item([("pk", s("k"))]);
    let update = request().update("REMOVE x.y, z[0]").unwrap();
    assert_eq!(refused(update.apply(key.as_ref())), NO_PATH);
    assert_eq!(update.create(key.as_ref()).unwrap().item, key);
    assert_eq!(refused(request().update("SET x.y = :n").unwrap().create(key.as_ref())), NO_PATH);
}

#[test]
fn maps_and_lists_are_changed_inside() {
    let item = item([
        ("m", m([("a", n("1")), ("b", m([("c", l([n("0"), m([("d", s("deep"))])]))])), ("z", n("3"))])),
        ("l", l([s("0"), s("1"), s("2"), s("3")])),
    ]);
    let m_of = |text: &str| apply(&item, text).unwrap().get("m").unwrap().clone();
    let l_of = |text: &str| apply(&item, text).unwrap().get("l").unwrap().clone();
    assert_eq!(
        m_of("SET m.b.c[1].d = :s, m.q = :n REMOVE m.a, m.nothing"),
        m([("b", m([("c", l([n("0"), m([("d", s("x"))])]))])), ("z", n("3")), ("q", n("2"))])
    );
    assert_eq!(m_of("ADD m.a :n, m.fresh :ss"), m_of("SET m.a = m.a + :n, m.fresh = :ss"));
    assert_eq!(l_of("REMOVE l[1]"), l([s("0"), s("2"), s("3")]));
    assert_eq!(l_of("REMOVE l[0], l[2], l[9]"), l([s("1"), s("3")]));
    assert_eq!(l_of("REMOVE l[0] SET l[1] = :n, l[3] = :s"), l([n("2"), s("2"), s("x")]));
    assert_eq!(l_of("SET l[9] = :n, l[7] = :s"), l([s("0"), s("1"), s("2"), s("3"), s("x"), n("2")]));
    assert_eq!(l_of("REMOVE l[0], l[1], l[2], l[3]"), l([]));
    assert_eq!(m_of("REMOVE m.b.c[1].d, m.a, m.z"), m([("b", m([("c", l([n("0"), m([])]))]))]));
    assert_eq!(l_of("SET l[1] = l[0], l[0] = l[1]"), l([s("1"), s("0"), s("2"), s("3")]));
}

#[test]
fn nested_updates_of_one_list_as_the_service_does_them() {
    let item = item([
        ("a", s("key")),
        ("b", m([("a", n("1")), ("b", n("2")), ("c", n("3"))])),
        ("c", l([n("1"), n("3")])),
    ]);
    let text = "set b.c=((c[1])+(b.a)),b.a = a,c[1] = a, c[4] = b.a - b.b, c[2] = b.c add c[8] :ss, c[6] :n";
    let expected = map([
        ("a", s("key")),
        ("b", m([("a", s("key")), ("b", n("2")), ("c", n("4"))])),
        ("c", l([n("1"), s("key"), n("3"), n("-1"), n("2"), ss(&["a", "b"])])),
    ]);
    assert_eq!(apply(&item, text), Ok(expected));
    let new = map([("b", m([("a", s("key")), ("c", n("4"))])), ("c", l([s("key"), n("3"), n("2")]))]);
    assert_eq!(changed(&item, text).1, new);
}

#[test]
fn sets_grow_and_shrink() {
    let item = item([("ss", ss(&["b", "c"])), ("ns", ns(&["1"])), ("n", n("1"))]);
    assert_eq!(apply(&item, "ADD ss :ss").unwrap().get("ss"), Some(&ss(&["b", "c", "a"])));
    assert_eq!(apply(&item, "DELETE ss :ss").unwrap().get("ss"), Some(&ss(&["c"])));
    assert_eq!(apply(&item, "DELETE ns :ns").unwrap().get("ns"), None);
    assert_eq!(apply(&item, "DELETE zz :ns").unwrap().get("zz"), None);
    assert_eq!(apply(&item, "ADD zz :ns, n :n, fresh :n").unwrap().get("fresh"), Some(&n("2")));
    assert_eq!(apply(&item, "ADD n :n").unwrap().get("n"), Some(&n("3")));
}

#[test]
fn a_sum_out_of_range_is_refused() {
    let item = item([("n", n("9e125"))]);
    for text in ["ADD n :n", "SET n = n + :n"] {
        let request = values([(":n", n("9e125"))]);
        let update = request.update(text).unwrap();
        assert_eq!(
            refused(update.apply(item.as_ref())),
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        );
    }
}

#[test]
fn the_changed_paths_make_updated_old_and_updated_new() {
    let item = item([
        ("p", s("k")),
        ("a", m([("b", s("dog")), ("c", l([n("1"), n("2"), n("3")]))])),
        ("d", s("cat")),
    ]);
    let (old, new) = changed(&item, "SET a.c[1] = :n, a.b = :s REMOVE d");
    assert_eq!(old, map([("a", m([("b", s("dog")), ("c", l([n("2")]))])), ("d", s("cat"))]));
    assert_eq!(new, map([("a", m([("b", s("x")), ("c", l([n("2")]))]))]));
    let (old, new) = changed(&item, "SET a.x1 = :n");
    assert!(old.is_empty());
    assert_eq!(new, map([("a", m([("x1", n("2"))]))]));
    let (old, new) = changed(&item, "REMOVE a.c[1], a.c[3]");
    assert_eq!(old, map([("a", m([("c", l([n("2")]))]))]));
    assert_eq!(new, map([("a", m([("c", l([n("3")]))]))]));
    assert!(changed(&item, "SET a.c[100] = :n").1.is_empty());
}

#[test]
fn names_of_paths_are_told() {
    let update = request().update("SET a.b = c.d, e = f ADD g[0] :n REMOVE a.q").unwrap();
    assert_eq!(update.top_level_names().collect::<Vec<_>>(), ["a", "e", "g"]);
    assert_eq!(update.nested_names().collect::<Vec<_>>(), ["a", "c", "g", "a"]);
}
