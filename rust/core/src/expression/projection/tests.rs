//! Projections: clashing paths, and the parts of an item.

use super::super::samples::{Request, item, l, m, n, refused, s};
use crate::value::{Item, Map};

fn project(item: &Item, text: &str) -> Map {
    Request::default().projection(text).unwrap().project(item.as_ref()).as_ref().to_map()
}

fn sample() -> Item {
    item([
        ("a", m([("b", l([n("0"), n("1"), l([n("2"), n("3")])])), ("c", s("x")), ("d", m([("e", n("4"))]))])),
        ("f", l([s("p"), s("q"), s("r")])),
        ("g", n("9")),
    ])
}

#[test]
fn clashing_paths_are_refused() {
    let request = Request::default().names(&[("#a", "a"), ("#b", "[3]")]);
    for (text, how, one, two) in [
        ("b[1], b.a, #a.b, a", "overlap", "[a, b]", "[a]"),
        ("a, #a[1]", "overlap", "[a]", "[a, [1]]"),
        ("a,b,a", "overlap", "[a]", "[a]"),
        ("a.b.c, a.d, a.b", "overlap", "[a, b, c]", "[a, b]"),
        ("a.b, #a[1], #b", "conflict", "[a, b]", "[a, [1]]"),
        ("a.b[1], #a[1], #b", "conflict", "[a, b, [1]]", "[a, [1]]"),
        ("a[3].b, #a.#b.b", "conflict", "[a, [3], b]", "[a, [3], b]"),
    ] {
        let problem = format!(
            "Invalid ProjectionExpression: Two document paths {how} with each other; must remove or rewrite one of \
             these paths; path one: {one}, path two: {two}"
        );
        assert_eq!(refused(request.projection(text)), problem, "{text}");
    }
}

#[test]
fn names_are_resolved_before_paths_are_compared() {
    assert_eq!(
        refused(Request::default().projection("a,b,a,#a")),
        "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; \
         attribute name: #a"
    );
}

#[test]
fn paths_that_share_a_beginning_share_a_structure() {
    let projected = project(&sample(), "a.b[2][1], g, a.d.e, a.b[0], f[2], f[0]");
    let expected = super::super::samples::map([
        ("a", m([("b", l([n("0"), l([n("3")])])), ("d", m([("e", n("4"))]))])),
        ("g", n("9")),
        ("f", l([s("p"), s("r")])),
    ]);
    assert_eq!(projected, expected);
    assert_eq!(projected.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "g", "f"]);
}

#[test]
fn what_leads_nowhere_leaves_nothing() {
    for text in ["z", "a.z", "a.b.c", "a[0]", "f[3]", "f.x", "g.x", "a.b[9].c, a.d.z, g[0]"] {
        assert!(project(&sample(), text).is_empty(), "{text}");
    }
    assert_eq!(project(&sample(), "a.z, f[7], g").len(), 1);
}

#[test]
fn whole_attributes_come_in_the_order_of_the_text() {
    let projection = Request::default().projection("g, zz, a.c, f, a.d").unwrap();
    assert_eq!(projection.top_level_names().collect::<Vec<_>>(), ["g", "zz", "a", "f"]);
    assert_eq!(projection.nested_names().collect::<Vec<_>>(), ["a"]);
    let projected = projection.project(sample().as_ref());
    assert_eq!(projected.as_ref().iter().map(|(name, _)| name).collect::<Vec<_>>(), ["g", "a", "f"]);
}

#[test]
fn a_name_with_a_dot_is_one_step() {
    let item = item([("a.b", n("1")), ("a", m([("b", n("2"))]))]);
    let projection = Request::default().names(&[("#n", "a.b")]).projection("#n").unwrap();
    assert_eq!(
        projection.project(item.as_ref()).as_ref().to_map(),
        super::super::samples::map([("a.b", n("1"))])
    );
}

#[test]
fn an_expression_full_of_paths_is_projected() {
    let names: Vec<String> = (0..1000).map(|index| format!("a{index:02}")).collect();
    let text = names[..800].join(",");
    let item = item(names.iter().rev().map(|name| (name.as_str(), n("1"))));
    assert_eq!(project(&item, &text).len(), 800);
    let clash = format!("{text},a17");
    assert!(refused(Request::default().projection(&clash)).ends_with("path one: [a17], path two: [a17]"));
}
