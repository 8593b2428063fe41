//! Legacy parameters against the expressions they are equivalent to.

use proptest::prelude::*;

use super::super::samples::{Request, b, item, l, m, n, ns, refused, s, ss};
use super::*;
use crate::value::{AttributeValue, Item, Number};

const NAMES: [&str; 4] = ["a", "b", "c", "a.b"];

fn compared_with(operator: ComparisonOperator, values: &[AttributeValue]) -> Comparison {
    Comparison { operator, values: values.iter().map(Value::from).collect() }
}

/// Whether a lone comparison of the attribute `a` holds.
fn holds(item: &Item, operator: ComparisonOperator, values: &[AttributeValue]) -> bool {
    let comparisons = vec![("a".to_owned(), compared_with(operator, values))];
    let condition = Condition::of_comparisons(comparisons, ConditionalOperator::And).unwrap();
    condition.matches(Some(item.as_ref())).unwrap()
}

#[test]
fn what_is_not_there_is_unequal_and_contains_neither_way() {
    use ComparisonOperator::*;
    let empty = Item::default();
    for (operator, expected) in [
        (Equal, false),
        (NotEqual, true),
        (Less, false),
        (LessOrEqual, false),
        (Greater, false),
        (GreaterOrEqual, false),
        (Contains, false),
        (NotContains, false),
        (BeginsWith, false),
        (In, false),
    ] {
        assert_eq!(holds(&empty, operator, &[s("x")]), expected, "{operator:?}");
    }
    assert!(holds(&empty, Null, &[]) && !holds(&empty, NotNull, &[]));
    assert!(!holds(&empty, Between, &[s("a"), s("b")]));
}

#[test]
fn a_null_value_is_there() {
    let item = item([("a", AttributeValue::Null)]);
    assert!(holds(&item, ComparisonOperator::NotNull, &[]));
    assert!(!holds(&item, ComparisonOperator::Null, &[]));
}

#[test]
fn a_value_of_another_type_is_unequal_and_not_contained() {
    use ComparisonOperator::*;
    let item = item([("a", n("1"))]);
    assert!(!holds(&item, Equal, &[s("1")]) && holds(&item, NotEqual, &[s("1")]));
    assert!(!holds(&item, Contains, &[n("1")]) && holds(&item, NotContains, &[n("1")]));
    assert!(!holds(&item, LessOrEqual, &[s("9")]) && !holds(&item, Greater, &[s("0")]));
}

/// The condition as an expression.
fn condition_text(
    comparisons: &[(String, ComparisonOperator, Vec<AttributeValue>)],
    combined: ConditionalOperator,
) -> (String, Request) {
    let mut names = Vec::new();
    let mut values = Vec::new();
    let mut texts = Vec::new();
    for (name, operator, operands) in comparisons {
        let path = format!("#n{}", names.len());
        names.push((path.clone(), name.clone()));
        let operands: Vec<String> = operands
            .iter()
            .map(|operand| {
                let placeholder = format!(":v{}", values.len());
                values.push((placeholder.clone(), Value::from(operand)));
                placeholder
            })
            .collect();
        let first = operands.first().cloned().unwrap_or_default();
        texts.push(match operator {
            ComparisonOperator::Equal => format!("{path} = {first}"),
            ComparisonOperator::NotEqual => format!("{path} <> {first}"),
            ComparisonOperator::LessOrEqual => format!("{path} <= {first}"),
            ComparisonOperator::Less => format!("{path} < {first}"),
            ComparisonOperator::GreaterOrEqual => format!("{path} >= {first}"),
            ComparisonOperator::Greater => format!("{path} > {first}"),
            ComparisonOperator::NotNull => format!("attribute_exists({path})"),
            ComparisonOperator::Null => format!("attribute_not_exists({path})"),
            ComparisonOperator::Contains => format!("contains({path}, {first})"),
            ComparisonOperator::NotContains => {
                format!("(attribute_exists({path}) AND NOT contains({path}, {first}))")
            }
            ComparisonOperator::BeginsWith => format!("begins_with({path}, {first})"),
            ComparisonOperator::In => format!("{path} IN ({})", operands.join(", ")),
            ComparisonOperator::Between => format!("{path} BETWEEN {first} AND {}", operands[1]),
        });
    }
    let operator = if combined == ConditionalOperator::And { " AND " } else { " OR " };
    (texts.join(operator), Request { names: Some(names), values: Some(values).filter(|all| !all.is_empty()) })
}

fn scalar() -> BoxedStrategy<AttributeValue> {
    prop_oneof![
        (-2..3_i64).prop_map(|number| AttributeValue::N(Number::from_i64(number))),
        prop::sample::select(vec!["", "a", "ab", "b"]).prop_map(s),
        prop::collection::vec(0..2_u8, 0..3).prop_map(|bytes| b(&bytes)),
    ]
    .boxed()
}

fn set() -> BoxedStrategy<AttributeValue> {
    prop::sample::select(vec![ss(&["a"]), ss(&["b", "a"]), ss(&["ab"]), ns(&["1"]), ns(&["1", "2"])]).boxed()
}

fn value() -> BoxedStrategy<AttributeValue> {
    prop_oneof![
        4 => scalar(),
        2 => set(),
        1 => any::<bool>().prop_map(AttributeValue::Bool),
        1 => Just(AttributeValue::Null),
        2 => prop::collection::vec(scalar(), 0..3).prop_map(l),
        1 => scalar().prop_map(|value| m([("a", value)])),
    ]
    .boxed()
}

fn tree() -> impl Strategy<Value = Item> {
    let names = prop::sample::subsequence(NAMES.to_vec(), 0..=NAMES.len());
    (names, prop::collection::vec(value(), NAMES.len())).prop_map(|(names, values)| {
        let pairs = names.into_iter().zip(values);
        item(pairs)
    })
}

/// An operator with values that it takes.
fn operation() -> BoxedStrategy<(ComparisonOperator, Vec<AttributeValue>)> {
    use ComparisonOperator::*;
    let ordered =
        prop::sample::select(vec![LessOrEqual, Less, GreaterOrEqual, Greater, Contains, NotContains]);
    prop_oneof![
        2 => (prop::sample::select(vec![Equal, NotEqual]), value()).prop_map(|(with, value)| (with, vec![value])),
        4 => (ordered, scalar()).prop_map(|(operator, value)| (operator, vec![value])),
        1 => prop::sample::select(vec![NotNull, Null]).prop_map(|operator| (operator, vec![])),
        1 => prop::sample::select(vec!["", "a", "ab"]).prop_map(|prefix| (BeginsWith, vec![s(prefix)])),
        1 => prop::collection::vec(scalar(), 1..4).prop_map(|values| (In, values)),
        1 => (-2..2_i64, 0..3_i64).prop_map(|(low, more)| {
            let bound = |number| AttributeValue::N(Number::from_i64(number));
            (Between, vec![bound(low), bound(low + more)])
        }),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn comparisons_and_their_expression_agree(
        item in tree(),
        names in prop::sample::subsequence(NAMES.to_vec(), 1..=NAMES.len()),
        operations in prop::collection::vec(operation(), NAMES.len()),
        either in any::<bool>(),
    ) {
        let combined = if either { ConditionalOperator::Or } else { ConditionalOperator::And };
        let parts: Vec<_> = names
            .into_iter()
            .zip(operations)
            .map(|(name, (operator, values))| (name.to_owned(), operator, values))
            .collect();
        let (text, request) = condition_text(&parts, combined);
        let expression = request.condition(&text).expect(&text);
        let comparisons: Vec<_> = parts
            .iter()
            .map(|(name, operator, values)| (name.clone(), compared_with(*operator, values)))
            .collect();
        let legacy = Condition::of_comparisons(comparisons, combined).unwrap();
        prop_assert!(legacy.is_legacy() && !expression.is_legacy());
        prop_assert!(legacy.top_level_names().eq(parts.iter().map(|(name, _, _)| name)));
        prop_assert_eq!(legacy.nested_names().count(), 0);
        for item in [None, Some(item.as_ref())] {
            prop_assert_eq!(legacy.matches(item), expression.matches(item), "{} of {:?}", text, item);
        }
    }

    #[test]
    fn changes_and_their_expression_agree(
        item in tree(),
        names in prop::sample::subsequence(NAMES.to_vec(), 1..=NAMES.len()),
        deeds in prop::collection::vec((0..4_u8, value(), set()), NAMES.len()),
    ) {
        let mut texts = [("SET", Vec::new()), ("ADD", Vec::new()), ("DELETE", Vec::new()), ("REMOVE", Vec::new())];
        let mut request = Request { names: Some(vec![]), values: Some(vec![]) };
        let mut changes = Vec::new();
        for (position, (name, (deed, value, set))) in names.into_iter().zip(deeds).enumerate() {
            let (path, placeholder) = (format!("#n{position}"), format!(":v{position}"));
            request.names.as_mut().unwrap().push((path.clone(), name.to_owned()));
            let mut given = |value: &AttributeValue| {
                let value = Value::from(value);
                request.values.as_mut().unwrap().push((placeholder.clone(), value.clone()));
                value
            };
            changes.push((name.to_owned(), match deed {
                0 => { texts[0].1.push(format!("{path} = {placeholder}")); AttributeChange::Put(given(&value)) }
                1 => { texts[1].1.push(format!("{path} {placeholder}")); AttributeChange::Add(given(&set)) }
                2 => { texts[2].1.push(format!("{path} {placeholder}")); AttributeChange::Delete(given(&set)) }
                _ => { texts[3].1.push(path); AttributeChange::Remove }
            }));
        }
        request.values = request.values.filter(|values| !values.is_empty());
        let clauses = texts.into_iter().filter(|(_, actions)| !actions.is_empty());
        let text: Vec<String> = clauses.map(|(clause, actions)| format!("{clause} {}", actions.join(", "))).collect();
        let expression = request.update(&text.join(" ")).unwrap();
        let legacy = Update::of_changes(changes).unwrap();
        prop_assert_eq!(legacy.only_removes(), expression.only_removes());
        match (legacy.apply(item.as_ref()), expression.apply(item.as_ref())) {
            (Ok(legacy), Ok(expression)) => {
                prop_assert!(legacy.item.as_ref().equals(&expression.item.as_ref()));
                let touched = |updated: &crate::expression::Updated<'_>| {
                    (updated.changed.project(item.as_ref()), updated.changed.project(updated.item.as_ref()))
                };
                let (legacy, expression) = (touched(&legacy), touched(&expression));
                prop_assert!(legacy.0.as_ref().equals(&expression.0.as_ref()));
                prop_assert!(legacy.1.as_ref().equals(&expression.1.as_ref()));
            }
            (Err(legacy), Err(_)) => prop_assert_eq!(legacy.message(), "Type mismatch for attribute to update"),
            (legacy, expression) => prop_assert!(false, "{:?} and {:?}", legacy, expression),
        }
    }
}

fn changed(item: &Item, change: AttributeChange) -> Result<Item, ExpressionError> {
    let update = Update::of_changes(vec![("a".to_owned(), change)])?;
    update.apply(item.as_ref()).map(|updated| updated.item)
}

#[test]
fn lists_are_added_to_lists() {
    let add = |value: AttributeValue| AttributeChange::Add(Value::from(&value));
    let old = item([("a", l([n("1")]))]);
    assert_eq!(changed(&old, add(l([n("1"), s("x")]))), Ok(item([("a", l([n("1"), n("1"), s("x")]))])));
    assert_eq!(changed(&Item::default(), add(l([n("1")]))), Ok(old.clone()));
    for (old, value) in [(l([]), n("1")), (n("1"), l([])), (s("x"), n("1")), (l([]), ss(&["a"]))] {
        let outcome = changed(&item([("a", old)]), add(value));
        assert_eq!(refused(outcome), "Type mismatch for attribute to update");
    }
}

#[test]
fn numbers_are_added_and_may_overflow() {
    let add = |value: &str| AttributeChange::Add(Value::from(&n(value)));
    assert_eq!(changed(&item([("a", n("1"))]), add("-2.5")), Ok(item([("a", n("-1.5"))])));
    assert_eq!(changed(&Item::default(), add("3")), Ok(item([("a", n("3"))])));
    let huge = "9".repeat(38) + &"0".repeat(88);
    assert_eq!(
        refused(changed(&item([("a", n(&huge))]), add(&huge))),
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    );
}

#[test]
fn only_removals_make_no_item() {
    let of = |change| Update::of_changes(vec![("a".to_owned(), change)]).unwrap().only_removes();
    assert!(of(AttributeChange::Remove));
    assert!(of(AttributeChange::Delete(Value::from(&ss(&["a"])))));
    assert!(!of(AttributeChange::Put(Value::null())));
    assert!(!of(AttributeChange::Add(Value::from(&n("1")))));
}

#[test]
fn names_are_taken_as_they_are() {
    let item = item([("a.b", n("1")), ("a", m([("b", n("2"))])), ("#x", n("3"))]);
    let projection = Projection::of_attributes(vec!["#x".to_owned(), "a.b".to_owned()]).unwrap();
    let kept = projection.project(item.as_ref());
    assert!(kept.as_ref().iter().map(|(name, _)| name).eq(["#x", "a.b"]));
    assert_eq!(projection.nested_names().count(), 0);
}

#[test]
fn key_conditions_become_ranges() {
    use ComparisonOperator::*;
    let of = |operator, values: &[AttributeValue]| {
        let comparisons = vec![
            ("p".to_owned(), compared_with(Equal, &[s("x")])),
            ("s".to_owned(), compared_with(operator, values)),
        ];
        KeyCondition::of_comparisons(comparisons).resolve("p", Some("s"))
    };
    let value = |value| Value::from(&value);
    for (operator, expected) in [
        (Equal, SortCondition::Equal(value(n("1")))),
        (Less, SortCondition::Less(value(n("1")))),
        (LessOrEqual, SortCondition::LessOrEqual(value(n("1")))),
        (Greater, SortCondition::Greater(value(n("1")))),
        (GreaterOrEqual, SortCondition::GreaterOrEqual(value(n("1")))),
        (BeginsWith, SortCondition::BeginsWith(value(n("1")))),
    ] {
        assert_eq!(of(operator, &[n("1")]).unwrap().sort, Some(expected));
    }
    let between = of(Between, &[n("1"), n("2")]).unwrap();
    assert_eq!(between.partition, value(s("x")));
    assert_eq!(between.sort, Some(SortCondition::Between(value(n("1")), value(n("2")))));
    for (operator, values) in [
        (NotEqual, &[n("1")][..]),
        (Contains, &[n("1")]),
        (NotContains, &[n("1")]),
        (In, &[n("1")]),
        (Null, &[]),
        (NotNull, &[]),
    ] {
        let refusal = "Attempted conditional constraint is not an indexable operation";
        assert_eq!(refused(of(operator, values)), refusal);
    }
}

#[test]
fn key_attributes_are_looked_at_in_turn() {
    use ComparisonOperator::*;
    let resolve = |comparisons: &[(&str, ComparisonOperator)], sort| {
        let comparisons = comparisons.iter().map(|(name, operator)| {
            let values = if operator.takes(0) { vec![] } else { vec![s("x")] };
            ((*name).to_owned(), compared_with(*operator, &values))
        });
        refused(KeyCondition::of_comparisons(comparisons.collect()).resolve("p", sort))
    };
    let unsupported = "Query key condition not supported";
    let unindexable = "Attempted conditional constraint is not an indexable operation";
    assert_eq!(resolve(&[("p", Null)], None), unindexable);
    assert_eq!(resolve(&[("p", NotEqual)], Some("s")), unindexable);
    assert_eq!(resolve(&[("p", Equal), ("x", Null)], None), unsupported);
    assert_eq!(resolve(&[("p", Less), ("s", Null)], Some("s")), unsupported);
    assert_eq!(resolve(&[("x", Null)], Some("s")), "Query condition missed key schema element: p");
    assert_eq!(
        resolve(&[("p", Equal), ("x", Null)], Some("s")),
        "Query condition missed key schema element: s"
    );
}

#[test]
fn a_tree_has_room_for_ten_thousand_attributes() {
    let names = |count: usize| (0..count).map(|number| number.to_string());
    let comparisons = |count| {
        let comparison = compared_with(ComparisonOperator::NotContains, &[s("x")]);
        let comparisons = names(count).map(|name| (name, comparison.clone())).collect();
        Condition::of_comparisons(comparisons, ConditionalOperator::And)
    };
    assert_eq!(comparisons(10_000).unwrap().matches(None), Ok(false));
    assert!(refused(comparisons(20_000)).starts_with("dynacore has no room"));
    let changes = |count| {
        let put = || AttributeChange::Put(Value::from(&n("1")));
        Update::of_changes(names(count).map(|name| (name, put())).collect())
    };
    let update = changes(10_000).unwrap();
    let updated = update.apply(Item::default().as_ref()).unwrap().item;
    assert_eq!(updated.as_ref().len(), 10_000);
    assert!(update.apply(updated.as_ref()).unwrap().item.as_ref().equals(&updated.as_ref()));
    assert!(refused(changes(20_000)).starts_with("dynacore has no room"));
    let many = compared_with(ComparisonOperator::In, &vec![s("x"); 70_000]);
    let condition = Condition::of_comparisons(vec![("a".to_owned(), many)], ConditionalOperator::And);
    assert!(refused(condition).starts_with("dynacore has no room"));
}
