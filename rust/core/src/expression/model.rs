//! The expression language played against a plain reading of the developer guide on owned trees: random
//! conditions and updates are written as text, bound and applied, and compared with the model's outcome.

mod condition;
mod update;

use proptest::prelude::*;

use super::samples::{l, m, n, ns, s, ss};
use crate::value::{AttributeValue, Item, Map};

/// A step of a model path. Names are few, so that paths often lead somewhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Step {
    Name(&'static str),
    Index(usize),
}

/// A model path; the first step is a name.
type Path = Vec<Step>;

const NAMES: [&str; 4] = ["a", "b", "c", "name"];

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES.to_vec())
}

fn path() -> impl Strategy<Value = Path> {
    let step = prop_oneof![3 => name().prop_map(Step::Name), 2 => (0..4_usize).prop_map(Step::Index)];
    (name(), prop::collection::vec(step, 0..3)).prop_map(|(first, rest)| {
        let mut path = vec![Step::Name(first)];
        path.extend(rest);
        path
    })
}

fn scalar() -> BoxedStrategy<AttributeValue> {
    prop_oneof![
        (-3..4_i32).prop_map(|number| n(&number.to_string())),
        prop::sample::select(vec!["", "a", "ab", "b", "é"]).prop_map(s),
        prop::collection::vec(0..3_u8, 0..3).prop_map(AttributeValue::B),
        prop::sample::select(vec![ss(&["a"]), ss(&["b", "a"]), ss(&["a", "b"]), ns(&["1", "2"])]),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
    ]
    .boxed()
}

fn value() -> BoxedStrategy<AttributeValue> {
    scalar()
        .prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(l),
                prop::collection::vec((name(), inner), 0..4).prop_map(m),
            ]
        })
        .boxed()
}

/// An item of a few attributes, as a tree.
fn tree() -> impl Strategy<Value = Map> {
    prop::collection::vec((name(), value()), 0..7).prop_map(|entries| entries.into_iter().collect())
}

/// Mostly paths of what an item has, or of what could be added to it; now and then any path.
fn path_of(item: &Map) -> BoxedStrategy<Path> {
    let mut known = vec![];
    let mut fresh = vec![];
    for (name, value) in item.iter() {
        let name = NAMES.into_iter().find(|known| *known == name).expect("the tree's names");
        gather(value, vec![Step::Name(name)], &mut known, &mut fresh);
    }
    fresh.extend(NAMES.map(|name| vec![Step::Name(name)]));
    if known.is_empty() {
        return path().boxed();
    }
    prop_oneof![12 => prop::sample::select(known), 4 => prop::sample::select(fresh), 1 => path()].boxed()
}

fn gather(value: &AttributeValue, path: Path, known: &mut Vec<Path>, fresh: &mut Vec<Path>) {
    let below = |step: Step| path.iter().cloned().chain([step]).collect::<Path>();
    match value {
        AttributeValue::M(map) => {
            fresh.extend(NAMES.map(|name| below(Step::Name(name))));
            for (name, value) in map.iter() {
                let name = NAMES.into_iter().find(|known| *known == name).expect("the tree's names");
                gather(value, below(Step::Name(name)), known, fresh);
            }
        }
        AttributeValue::L(list) => {
            fresh.extend([0, 2].map(|beyond| below(Step::Index(list.len() + beyond))));
            for (index, value) in list.iter().enumerate() {
                gather(value, below(Step::Index(index)), known, fresh);
            }
        }
        _ => {}
    }
    known.push(path);
}

/// The value at a path.
fn at<'m>(map: &'m Map, path: &[Step]) -> Option<&'m AttributeValue> {
    let [Step::Name(first), rest @ ..] = path else { return None };
    rest.iter().try_fold(map.get(first)?, |value, step| match (value, step) {
        (AttributeValue::M(map), Step::Name(name)) => map.get(name),
        (AttributeValue::L(list), Step::Index(index)) => list.get(*index),
        _ => None,
    })
}

/// DynamoDB's equality.
fn equal(left: &AttributeValue, right: &AttributeValue) -> bool {
    use AttributeValue::{Bs, L, M, Ns, Ss};
    fn sorted<T: Ord + Clone>(elements: &[T]) -> Vec<T> {
        let mut elements = elements.to_vec();
        elements.sort();
        elements
    }
    match (left, right) {
        (Ss(left), Ss(right)) => sorted(left) == sorted(right),
        (Ns(left), Ns(right)) => sorted(left) == sorted(right),
        (Bs(left), Bs(right)) => sorted(left) == sorted(right),
        (L(left), L(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(one, two)| equal(one, two))
        }
        (M(left), M(right)) => equal_maps(left, right),
        _ => left == right,
    }
}

fn equal_maps(left: &Map, right: &Map) -> bool {
    left.len() == right.len()
        && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| equal(value, other)))
}

/// Writes an expression's text and gathers its names and values. `name` is reserved and always goes through a
/// placeholder; other names do now and then.
#[derive(Default)]
struct Writer {
    names: Vec<(String, String)>,
    values: Vec<(String, AttributeValue)>,
    /// Whether the text is PartiQL: quoted names, and `?` for values.
    statement: bool,
}

impl Writer {
    fn value(&mut self, value: &AttributeValue) -> String {
        let key = format!(":v{}", self.values.len());
        self.values.push((key.clone(), value.clone()));
        if self.statement { "?".to_owned() } else { key }
    }

    fn path(&mut self, path: &[Step]) -> String {
        let mut text = String::new();
        for step in path {
            match step {
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Name(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    if self.statement {
                        text.push_str(&format!("\"{name}\""));
                    } else if *name == "name" || self.names.len() % 3 == 1 {
                        let key = format!("#n{}", self.names.len());
                        self.names.push((key.clone(), (*name).to_owned()));
                        text.push_str(&key);
                    } else {
                        text.push_str(name);
                    }
                }
            }
        }
        text
    }

    /// The request with what was gathered.
    fn request(&self) -> super::samples::Request {
        let mut request = super::samples::Request::default();
        if !self.names.is_empty() {
            request.names = Some(self.names.clone());
        }
        if !self.values.is_empty() {
            request = request.values(self.values.iter().map(|(key, value)| (key.as_str(), value.clone())));
        }
        request
    }
}

fn encoded(map: &Map) -> Item {
    Item::from_map(map)
}

/// Words that expressions are made of, for texts that are nearly right.
fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "#a",
        "#d",
        ":a",
        ":b",
        ":c",
        ":d",
        ":zz",
        "=",
        "<>",
        "<",
        ">=",
        "(",
        ")",
        ",",
        ".",
        "[",
        "]",
        "0",
        "1",
        "12",
        "+",
        "-",
        "AND",
        "or",
        "NOT",
        "BETWEEN",
        "IN",
        "SET",
        "remove",
        "ADD",
        "DELETE",
        "size",
        "contains",
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "if_not_exists",
        "list_append",
        " ",
        "\"",
        "é",
        "status",
    ]);
    prop::collection::vec((word, prop::sample::select(vec!["", " "])), 0..25)
        .prop_map(|words| words.into_iter().flat_map(|(word, space)| [word, space]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nearly_right_text_does_not_panic(text in soup()) {
        super::fuzz_expression(text.as_bytes());
    }

    #[test]
    fn any_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        super::fuzz_expression(&bytes);
    }

    #[test]
    fn a_projection_of_everything_is_the_item(map in tree()) {
        let request = super::samples::Request::default().names(&[("#name", "name")]);
        let projection = request.projection("a, b, c, #name").unwrap();
        let item = encoded(&map);
        prop_assert!(projection.project(item.as_ref()).as_ref().equals(&item.as_ref()));
    }

    #[test]
    fn a_projected_path_has_the_value_it_had(map in tree(), path in path()) {
        let mut writer = Writer::default();
        let text = writer.path(&path);
        let projected = writer.request().projection(&text).unwrap().project(encoded(&map).as_ref()).as_ref().to_map();
        // In the projection, the elements of lists have moved to the front.
        let moved: Path = path.iter().map(|step| match step {
            Step::Index(_) => Step::Index(0),
            name => name.clone(),
        }).collect();
        prop_assert_eq!(at(&projected, &moved), at(&map, &path));
        prop_assert_eq!(projected.is_empty(), at(&map, &path).is_none());
    }
}
