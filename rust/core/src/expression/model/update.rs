//! Random updates.

use proptest::prelude::*;

use super::{Path, Step, Writer, at, encoded, equal_maps, path_of, tree, value};
use crate::expression::samples::{l, n, ns, ss};
use crate::value::{AttributeValue, Map};

#[derive(Clone, Debug)]
enum Operand {
    Path(Path),
    Value(AttributeValue),
    IfNotExists(Path, Box<Operand>),
}

#[derive(Clone, Debug)]
enum Deed {
    Set(Operand),
    Sum(Operand, Operand, bool),
    Append(Operand, Operand),
    Remove,
    Add(AttributeValue),
    Delete(AttributeValue),
}

type Action = (Path, Deed);

fn operand(path: &BoxedStrategy<Path>, values: BoxedStrategy<AttributeValue>) -> BoxedStrategy<Operand> {
    let leaf = prop_oneof![1 => path.clone().prop_map(Operand::Path), 3 => values.prop_map(Operand::Value)];
    let path = path.clone();
    leaf.prop_recursive(2, 4, 1, move |inner| {
        (path.clone(), inner).prop_map(|(path, other)| Operand::IfNotExists(path, Box::new(other)))
    })
    .boxed()
}

fn deed(path: &BoxedStrategy<Path>) -> BoxedStrategy<Deed> {
    let operand = |values| operand(path, values);
    let number = (-3..4_i32).prop_map(|number| n(&number.to_string())).boxed();
    let list = prop::collection::vec(value(), 0..3).prop_map(l).boxed();
    let set = prop::sample::select(vec![ss(&["a"]), ss(&["b", "c"]), ns(&["1"]), ns(&["1", "2", "9"])]);
    prop_oneof![
        8 => operand(value()).prop_map(Deed::Set),
        1 => (operand(number.clone()), operand(number.clone()), any::<bool>())
            .prop_map(|(left, right, plus)| Deed::Sum(left, right, plus)),
        1 => (operand(list.clone()), operand(list)).prop_map(|(left, right)| Deed::Append(left, right)),
        6 => Just(Deed::Remove),
        1 => number.prop_map(Deed::Add),
        1 => set.clone().prop_map(Deed::Add),
        1 => set.prop_map(Deed::Delete),
    ]
    .boxed()
}

/// Paths none of which lies inside another or takes a map for a list.
fn stand_together(actions: &[Action]) -> bool {
    actions.iter().enumerate().all(|(index, (one, _))| {
        actions[..index].iter().all(|(two, _)| {
            let differing = one.iter().zip(two).find(|(left, right)| left != right);
            matches!(differing, Some((Step::Name(_), Step::Name(_)) | (Step::Index(_), Step::Index(_))))
        })
    })
}

impl Operand {
    fn text(&self, writer: &mut Writer) -> String {
        match self {
            Self::Path(path) => writer.path(path),
            Self::Value(value) => writer.value(value),
            Self::IfNotExists(path, other) => {
                format!("if_not_exists({}, {})", writer.path(path), other.text(writer))
            }
        }
    }

    fn value(&self, item: &Map) -> Option<AttributeValue> {
        match self {
            Self::Path(path) => at(item, path).cloned(),
            Self::Value(value) => Some(value.clone()),
            Self::IfNotExists(path, other) => at(item, path).cloned().or_else(|| other.value(item)),
        }
    }
}

/// The text of an update: a clause for each kind of action there is.
fn text(actions: &[Action], writer: &mut Writer) -> String {
    let mut clauses = [("SET", vec![]), ("remove", vec![]), ("ADD", vec![]), ("DELETE", vec![])];
    for (path, deed) in actions {
        let path = writer.path(path);
        let (clause, text) = match deed {
            Deed::Set(operand) => (0, format!("{path} = {}", operand.text(writer))),
            Deed::Sum(left, right, plus) => {
                let operator = if *plus { '+' } else { '-' };
                (0, format!("{path} = {} {operator} {}", left.text(writer), right.text(writer)))
            }
            Deed::Append(left, right) => {
                (0, format!("{path}=list_append({}, {})", left.text(writer), right.text(writer)))
            }
            Deed::Remove => (1, path),
            Deed::Add(value) => (2, format!("{path} {}", writer.value(value))),
            Deed::Delete(value) => (3, format!("{path} {}", writer.value(value))),
        };
        clauses[clause].1.push(text);
    }
    let written = clauses.iter().filter(|(_, actions)| !actions.is_empty());
    written.map(|(clause, actions)| format!("{clause} {} ", actions.join(", "))).collect()
}

/// What an action writes; nothing to leave the attribute as it is, and an inner nothing to take it out.
fn outcome(path: &Path, deed: &Deed, item: &Map) -> Result<Option<Option<AttributeValue>>, ()> {
    use AttributeValue::{L, N, Ns, Ss};
    let write = |value: AttributeValue| Ok(Some(Some(value)));
    match deed {
        Deed::Set(operand) => write(operand.value(item).ok_or(())?),
        Deed::Sum(left, right, plus) => match (left.value(item), right.value(item)) {
            (Some(N(left)), Some(N(right))) if *plus => write(N(left.checked_add(&right).unwrap())),
            (Some(N(left)), Some(N(right))) => write(N(left.checked_sub(&right).unwrap())),
            _ => Err(()),
        },
        Deed::Append(left, right) => match (left.value(item), right.value(item)) {
            (Some(L(left)), Some(L(right))) => write(L([left, right].concat())),
            _ => Err(()),
        },
        Deed::Remove => Ok(Some(None)),
        Deed::Add(value) => match (at(item, path), value) {
            (None, value) => write(value.clone()),
            (Some(N(old)), N(number)) => write(N(old.checked_add(number).unwrap())),
            (Some(Ss(old)), Ss(set)) => write(Ss(union(old, set))),
            (Some(Ns(old)), Ns(set)) => write(Ns(union(old, set))),
            _ => Err(()),
        },
        Deed::Delete(value) => match (at(item, path), value) {
            (None, _) => Ok(None),
            (Some(Ss(old)), Ss(set)) => Ok(Some(difference(old, set).map(Ss))),
            (Some(Ns(old)), Ns(set)) => Ok(Some(difference(old, set).map(Ns))),
            _ => Err(()),
        },
    }
}

fn union<T: Clone + PartialEq>(old: &[T], set: &[T]) -> Vec<T> {
    old.iter().chain(set.iter().filter(|element| !old.contains(element))).cloned().collect()
}

fn difference<T: Clone + PartialEq>(old: &[T], set: &[T]) -> Option<Vec<T>> {
    let left: Vec<T> = old.iter().filter(|element| !set.contains(element)).cloned().collect();
    (!left.is_empty()).then_some(left)
}

/// The updated tree. What a list gains is appended last, and what it loses is taken from the end to the front, so
/// every index is that of the old list.
fn apply(actions: &[Action], item: &Map) -> Result<Map, ()> {
    let mut outcomes = vec![];
    for (path, deed) in actions {
        place(item, path)?;
        if let Some(written) = outcome(path, deed, item)? {
            outcomes.push((path, written));
        }
    }
    let beyond = |path: &Path| matches!(path.last(), Some(Step::Index(_))) && at(item, path).is_none();
    let mut updated = item.clone();
    // Deeper paths first, so that what they lead through is still in its place; then from the end to the front.
    outcomes.sort_by(|left, right| (right.0.len(), right.0).cmp(&(left.0.len(), left.0)));
    for (path, written) in &outcomes {
        match written {
            Some(value) if !beyond(path) => put(&mut updated, path, value.clone()),
            _ => {}
        }
    }
    let mut appended: Vec<_> = outcomes.iter().filter(|(path, _)| beyond(path)).collect();
    appended.sort_by(|left, right| (right.0.len(), left.0).cmp(&(left.0.len(), right.0)));
    for length in (1..=5).rev() {
        for (path, written) in outcomes.iter().filter(|(path, _)| path.len() == length && !beyond(path)) {
            if written.is_none() {
                take(&mut updated, path);
            }
        }
        for (path, written) in appended.iter().filter(|(path, _)| path.len() == length) {
            if let Some(value) = written {
                put(&mut updated, path, value.clone());
            }
        }
    }
    Ok(updated)
}

/// A path can be written to if what is before its last step is there and of the right kind.
fn place(item: &Map, path: &Path) -> Result<(), ()> {
    let (last, parent) = path.split_last().ok_or(())?;
    match (at(item, parent), last) {
        _ if parent.is_empty() => Ok(()),
        (Some(AttributeValue::M(_)), Step::Name(_)) | (Some(AttributeValue::L(_)), Step::Index(_)) => Ok(()),
        _ => Err(()),
    }
}

fn parent<'m>(item: &'m mut Map, path: &[Step]) -> &'m mut AttributeValue {
    let [Step::Name(first), rest @ ..] = path else { panic!("a path starts with a name") };
    rest.iter().fold(item.get_mut(first).unwrap(), |value, step| match (value, step) {
        (AttributeValue::M(map), Step::Name(name)) => map.get_mut(name).unwrap(),
        (AttributeValue::L(list), Step::Index(index)) => &mut list[*index],
        _ => panic!("the place was checked"),
    })
}

fn put(item: &mut Map, path: &[Step], value: AttributeValue) {
    match path {
        [Step::Name(name)] => {
            item.insert(*name, value);
        }
        [before @ .., last] => match (parent(item, before), last) {
            (AttributeValue::M(map), Step::Name(name)) => {
                map.insert(*name, value);
            }
            (AttributeValue::L(list), Step::Index(index)) if *index < list.len() => list[*index] = value,
            (AttributeValue::L(list), Step::Index(_)) => list.push(value),
            _ => panic!("the place was checked"),
        },
        [] => panic!("a path starts with a name"),
    }
}

fn take(item: &mut Map, path: &[Step]) {
    match path {
        [Step::Name(name)] => {
            item.remove(name);
        }
        [before @ .., last] => match (parent(item, before), last) {
            (AttributeValue::M(map), Step::Name(name)) => {
                map.remove(name);
            }
            (AttributeValue::L(list), Step::Index(index)) if *index < list.len() => {
                list.remove(*index);
            }
            _ => {}
        },
        [] => panic!("a path starts with a name"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn an_update_makes_what_the_model_makes(
        (item, actions) in tree().prop_flat_map(|item| {
            let path = path_of(&item);
            let actions = prop::collection::vec((path.clone(), deed(&path)), 1..5);
            (Just(item), actions.prop_filter("clash", |actions| stand_together(actions)))
        }),
    ) {
        let mut writer = Writer::default();
        let text = text(&actions, &mut writer);
        let update = writer.request().update(&text).unwrap();
        let stored = encoded(&item);
        match (update.apply(stored.as_ref()), apply(&actions, &item)) {
            (Ok(updated), Ok(expected)) => {
                let made = updated.item.as_ref().to_map();
                prop_assert!(equal_maps(&made, &expected), "{}: {:?} not {:?}", text, made, expected);
                prop_assert_eq!(updated.item.as_ref().size(), encoded(&expected).as_ref().size());
            }
            (Err(_), Err(())) => {}
            (made, expected) => prop_assert!(false, "{}: {:?} not {:?}", text, made, expected),
        }
    }
}
