//! Random conditions.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Path, Writer, at, encoded, equal, path_of, scalar, tree, value};
use crate::expression::{BoundStatement, SelectStatement, Statement};
use crate::value::{AttributeValue, Map, Number, Type, Value};

#[derive(Clone, Debug)]
enum Operand {
    Path(Path),
    Value(AttributeValue),
    Size(Path),
}

#[derive(Clone, Debug)]
enum Condition {
    Compare(&'static str, Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    NotExists(Path),
    Type(Path, &'static str),
    BeginsWith(Path, AttributeValue),
    Contains(Path, Operand),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

type Paths = BoxedStrategy<Path>;

fn operand(path: &Paths) -> BoxedStrategy<Operand> {
    prop_oneof![
        5 => path.clone().prop_map(Operand::Path),
        4 => ordered().prop_map(Operand::Value),
        1 => path.clone().prop_map(Operand::Size),
    ]
    .boxed()
}

/// Values that have an order.
fn ordered() -> BoxedStrategy<AttributeValue> {
    scalar().prop_filter("order", |value| matches!(value.type_(), Type::S | Type::N | Type::B)).boxed()
}

fn condition(path: &Paths) -> BoxedStrategy<Condition> {
    let operand = || operand(path);
    let path = || path.clone();
    let comparator = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let type_ = prop::sample::select(vec!["S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL"]);
    let prefix = prop_oneof![
        prop::sample::select(vec!["", "a", "ab"]).prop_map(super::s),
        prop::collection::vec(0..3_u8, 0..2).prop_map(AttributeValue::B),
    ];
    let leaf = prop_oneof![
        4 => (comparator, operand(), operand()).prop_map(|(comparator, left, right)| {
            Condition::Compare(comparator, left, right)
        }),
        2 => (prop::sample::select(vec!["=", "<>"]), path(), value()).prop_map(|(comparator, path, value)| {
            Condition::Compare(comparator, Operand::Path(path), Operand::Value(value))
        }),
        1 => (operand(), operand(), operand()).prop_map(|(value, low, high)| Condition::Between(value, low, high)),
        1 => (operand(), prop::collection::vec(operand(), 1..4)).prop_map(|(value, list)| Condition::In(value, list)),
        1 => path().prop_map(Condition::Exists),
        1 => path().prop_map(Condition::NotExists),
        1 => (path(), type_).prop_map(|(path, type_)| Condition::Type(path, type_)),
        1 => (path(), prefix).prop_map(|(path, prefix)| Condition::BeginsWith(path, prefix)),
        1 => (path(), operand()).prop_map(|(path, content)| Condition::Contains(path, content)),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        let pair = (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            pair.clone().prop_map(|(left, right)| Condition::And(left, right)),
            pair.prop_map(|(left, right)| Condition::Or(left, right)),
            inner.prop_map(|inverted| Condition::Not(Box::new(inverted))),
        ]
    })
    .boxed()
}

impl Operand {
    fn text(&self, writer: &mut Writer) -> String {
        match self {
            Self::Path(path) => writer.path(path),
            Self::Value(value) => writer.value(value),
            Self::Size(path) => format!("size({})", writer.path(path)),
        }
    }

    fn value(&self, item: &Map) -> Option<AttributeValue> {
        use AttributeValue::{B, Bs, L, M, N, Ns, S, Ss};
        let size = |length: usize| Some(N(Number::from_i64(length as i64)));
        match self {
            Self::Path(path) => at(item, path).cloned(),
            Self::Value(value) => Some(value.clone()),
            Self::Size(path) => match at(item, path)? {
                S(text) => size(text.encode_utf16().count()),
                B(bytes) => size(bytes.len()),
                Ss(set) => size(set.len()),
                Ns(set) => size(set.len()),
                Bs(set) => size(set.len()),
                L(list) => size(list.len()),
                M(map) => size(map.len()),
                _ => None,
            },
        }
    }
}

impl Condition {
    /// How tightly the operator binds.
    fn precedence(&self) -> u8 {
        match self {
            Self::Or(..) => 0,
            Self::And(..) => 1,
            Self::Not(_) => 2,
            _ => 3,
        }
    }

    /// The text, in parentheses only where precedence asks for them.
    fn text(&self, outer: u8, writer: &mut Writer) -> String {
        let inner = match self {
            Self::Compare(comparator, left, right) => {
                format!("{} {comparator} {}", left.text(writer), right.text(writer))
            }
            Self::Between(value, low, high) => {
                format!("{} between {} and {}", value.text(writer), low.text(writer), high.text(writer))
            }
            Self::In(value, list) => {
                let value = value.text(writer);
                let list: Vec<String> = list.iter().map(|each| each.text(writer)).collect();
                let (open, close) = if writer.statement { ('[', ']') } else { ('(', ')') };
                format!("{value} IN {open}{}{close}", list.join(", "))
            }
            Self::Exists(path) => format!("attribute_exists({})", writer.path(path)),
            Self::NotExists(path) => format!("attribute_not_exists ( {} )", writer.path(path)),
            Self::Type(path, type_) => {
                let path = writer.path(path);
                format!("attribute_type({path},{})", writer.value(&super::s(type_)))
            }
            Self::BeginsWith(path, prefix) => {
                format!("begins_with({}, {})", writer.path(path), writer.value(prefix))
            }
            Self::Contains(path, content) => {
                format!("contains({}, {})", writer.path(path), content.text(writer))
            }
            Self::And(left, right) => format!("{} AND {}", left.text(1, writer), right.text(1, writer)),
            Self::Or(left, right) => format!("{} or {}", left.text(0, writer), right.text(0, writer)),
            Self::Not(inverted) => format!("NOT {}", inverted.text(2, writer)),
        };
        if self.precedence() < outer { format!("({inner})") } else { inner }
    }

    fn holds(&self, item: &Map) -> bool {
        match self {
            Self::Compare(comparator, left, right) => {
                compare(comparator, left.value(item).as_ref(), right.value(item).as_ref())
            }
            Self::Between(value, low, high) => {
                let (value, low, high) = (value.value(item), low.value(item), high.value(item));
                compare("<=", low.as_ref(), value.as_ref()) && compare("<=", value.as_ref(), high.as_ref())
            }
            Self::In(value, list) => {
                list.iter().any(|other| compare("=", value.value(item).as_ref(), other.value(item).as_ref()))
            }
            Self::Exists(path) => at(item, path).is_some(),
            Self::NotExists(path) => at(item, path).is_none(),
            Self::Type(path, type_) => at(item, path).is_some_and(|value| value.type_().tag() == *type_),
            Self::BeginsWith(path, prefix) => match (at(item, path), prefix) {
                (Some(AttributeValue::S(text)), AttributeValue::S(prefix)) => text.starts_with(prefix),
                (Some(AttributeValue::B(bytes)), AttributeValue::B(prefix)) => bytes.starts_with(prefix),
                _ => false,
            },
            Self::Contains(path, content) => at(item, path)
                .zip(content.value(item))
                .is_some_and(|(value, content)| contains(value, &content)),
            Self::And(left, right) => left.holds(item) && right.holds(item),
            Self::Or(left, right) => left.holds(item) || right.holds(item),
            Self::Not(inverted) => !inverted.holds(item),
        }
    }
}

fn compare(comparator: &str, left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    let equals = left.zip(right).is_some_and(|(left, right)| equal(left, right));
    let order = match (left, right) {
        (Some(AttributeValue::S(left)), Some(AttributeValue::S(right))) => {
            Some(left.as_bytes().cmp(right.as_bytes()))
        }
        (Some(AttributeValue::N(left)), Some(AttributeValue::N(right))) => Some(left.cmp(right)),
        (Some(AttributeValue::B(left)), Some(AttributeValue::B(right))) => Some(left.cmp(right)),
        _ => None,
    };
    match comparator {
        "=" => equals,
        "<>" => !equals,
        "<" => order == Some(Ordering::Less),
        "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        ">" => order == Some(Ordering::Greater),
        _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn contains(container: &AttributeValue, content: &AttributeValue) -> bool {
    use AttributeValue::{B, Bs, L, N, Ns, S, Ss};
    match (container, content) {
        (S(text), S(part)) => text.contains(part.as_str()),
        (B(bytes), B(part)) => part.is_empty() || bytes.windows(part.len()).any(|window| window == part),
        (Ss(set), S(element)) => set.contains(element),
        (Ns(set), N(element)) => set.contains(element),
        (Bs(set), B(element)) => set.contains(element),
        (L(list), element) => list.iter().any(|each| equal(each, element)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_condition_holds_where_the_model_says(
        (item, condition) in tree().prop_flat_map(|item| {
            let condition = condition(&path_of(&item));
            (Just(item), condition)
        }),
    ) {
        let mut writer = Writer::default();
        let text = condition.text(0, &mut writer);
        match writer.request().condition(&text) {
            Ok(bound) => {
                let held = bound.matches(Some(encoded(&item).as_ref()));
                prop_assert_eq!(held, Ok(condition.holds(&item)), "{}", text);
                prop_assert_eq!(bound.matches(None), Ok(condition.holds(&Map::new())), "{} on nothing", text);
            }
            // Random operands are now and then the same, of a type without order, or bounds the wrong way round.
            Err(error) => prop_assert!(
                ["must be distinct", "Incorrect operand type", "The BETWEEN operator requires"]
                    .iter()
                    .any(|reason| error.message().contains(reason)),
                "{}: {}", text, error
            ),
        }
    }

    #[test]
    fn a_where_holds_where_the_model_says(
        (item, condition) in tree().prop_flat_map(|item| {
            let condition = condition(&path_of(&item));
            (Just(item), condition)
        }),
    ) {
        let mut writer = Writer { statement: true, ..Writer::default() };
        let text = format!("SELECT * FROM t WHERE {}", condition.text(0, &mut writer));
        let parameters: Vec<Value> = writer.values.iter().map(|(_, value)| Value::from(value)).collect();
        let statement = Statement::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error:?}")))?;
        match statement.bind(&parameters) {
            Ok(BoundStatement::Select(SelectStatement { filter: Some(filter), .. })) => {
                let held = filter.condition().matches(Some(encoded(&item).as_ref()));
                prop_assert_eq!(held, Ok(condition.holds(&item)), "{}", text);
            }
            Ok(other) => prop_assert!(false, "{}: {:?}", text, other),
            Err(error) => prop_assert!(
                ["must be distinct", "Incorrect operand type", "The BETWEEN operator requires"]
                    .iter()
                    .any(|reason| error.message().contains(reason)),
                "{}: {}", text, error
            ),
        }
    }
}
