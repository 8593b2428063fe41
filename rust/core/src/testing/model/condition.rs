//! Conditions as structures: evaluated by the book, and written as text by [`Texts`].

use std::cmp::Ordering;

use super::path::Path;
use super::texts::Texts;
use super::tree::{Attributes, Decimal, Tree};

/// Something a condition compares.
#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    /// An attribute.
    Path(Path),
    /// A value of the request.
    Value(Tree),
    /// `size(path)`.
    Size(Path),
}

/// `=`, `<>`, `<`, `<=`, `>`, `>=`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    /// The operator's text.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The operator with its sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    fn holds(self, left: Option<&Tree>, right: Option<&Tree>) -> bool {
        let equal = left.is_some() && left == right;
        let order = left.zip(right).and_then(|(left, right)| order(left, right));
        match self {
            Self::Equal => equal,
            Self::NotEqual => !equal,
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// The order of two texts, numbers or byte strings.
fn order(left: &Tree, right: &Tree) -> Option<Ordering> {
    match (left, right) {
        (Tree::S(left), Tree::S(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        (Tree::N(left), Tree::N(right)) => Some(left.cmp(right)),
        (Tree::B(left), Tree::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    /// `attribute_exists(path)`
    Exists(Path),
    /// `attribute_not_exists(path)`
    NotExists(Path),
    /// `attribute_type(path, :tag)`
    OfType(Path, &'static str),
    /// `begins_with(path, :prefix)`
    BeginsWith(Path, Tree),
    /// `contains(path, :content)`
    Contains(Path, Tree),
    /// A comparison.
    Compare(Operand, Comparator, Operand),
    /// `operand BETWEEN :low AND :high`
    Between(Operand, Tree, Tree),
    /// `operand IN (:a, :b)`
    In(Operand, Vec<Tree>),
    /// Both.
    And(Box<Condition>, Box<Condition>),
    /// Either.
    Or(Box<Condition>, Box<Condition>),
    /// Not.
    Not(Box<Condition>),
}

impl Condition {
    /// Whether it holds; a missing item has no attributes.
    #[must_use]
    pub fn holds(&self, item: &Attributes) -> bool {
        match self {
            Self::Exists(path) => path.find(item).is_some(),
            Self::NotExists(path) => path.find(item).is_none(),
            Self::OfType(path, tag) => path.find(item).is_some_and(|value| value.tag() == *tag),
            Self::BeginsWith(path, prefix) => path.find(item).is_some_and(|value| begins_with(value, prefix)),
            Self::Contains(path, content) => path.find(item).is_some_and(|value| contains(value, content)),
            Self::Compare(left, comparator, right) => {
                comparator.holds(left.value(item).as_ref(), right.value(item).as_ref())
            }
            Self::Between(operand, low, high) => {
                let value = operand.value(item);
                Comparator::GreaterOrEqual.holds(value.as_ref(), Some(low))
                    && Comparator::LessOrEqual.holds(value.as_ref(), Some(high))
            }
            Self::In(operand, values) => operand.value(item).is_some_and(|value| values.contains(&value)),
            Self::And(left, right) => left.holds(item) && right.holds(item),
            Self::Or(left, right) => left.holds(item) || right.holds(item),
            Self::Not(inner) => !inner.holds(item),
        }
    }

    /// The condition as text. Parentheses stand where precedence asks for them and, as the choices fall, where it
    /// does not.
    pub fn text(&self, texts: &mut Texts<'_, '_>) -> String {
        match self {
            Self::Exists(path) => format!("attribute_exists({})", texts.path(path)),
            Self::NotExists(path) => format!("attribute_not_exists ( {} )", texts.path(path)),
            Self::OfType(path, tag) => {
                format!("attribute_type({}, {})", texts.path(path), texts.value(&Tree::S((*tag).to_owned())))
            }
            Self::BeginsWith(path, prefix) => {
                format!("begins_with({},{})", texts.path(path), texts.value(prefix))
            }
            Self::Contains(path, content) => {
                format!("contains({}, {})", texts.path(path), texts.value(content))
            }
            Self::Compare(left, comparator, right) => {
                format!("{} {} {}", left.text(texts), comparator.text(), right.text(texts))
            }
            Self::Between(operand, low, high) => {
                format!("{} between {} AND {}", operand.text(texts), texts.value(low), texts.value(high))
            }
            Self::In(operand, values) => {
                let operand = operand.text(texts);
                let values: Vec<String> = values.iter().map(|value| texts.value(value)).collect();
                format!("{operand} IN ({})", values.join(", "))
            }
            Self::And(left, right) => format!("{} AND {}", self.part(left, texts), self.part(right, texts)),
            Self::Or(left, right) => format!("{} OR {}", self.part(left, texts), self.part(right, texts)),
            Self::Not(inner) => format!("NOT {}", self.part(inner, texts)),
        }
    }

    fn part(&self, inner: &Self, texts: &mut Texts<'_, '_>) -> String {
        let text = inner.text(texts);
        // A condition inside one of the same rank needs no parentheses: both operators are associative.
        let needed = inner.precedence() < self.precedence();
        if needed || texts.choose(20) { format!("({text})") } else { text }
    }

    fn precedence(&self) -> u8 {
        match self {
            Self::Or(..) => 0,
            Self::And(..) => 1,
            Self::Not(_) => 2,
            _ => 3,
        }
    }

    /// The attributes its paths start at, in the order of the text.
    #[must_use]
    pub fn tops(&self) -> Vec<&str> {
        match self {
            Self::Exists(path)
            | Self::NotExists(path)
            | Self::OfType(path, _)
            | Self::BeginsWith(path, _)
            | Self::Contains(path, _) => vec![path.top()],
            Self::Compare(left, _, right) => left.top().into_iter().chain(right.top()).collect(),
            Self::Between(operand, ..) | Self::In(operand, _) => operand.top().into_iter().collect(),
            Self::And(left, right) | Self::Or(left, right) => [left.tops(), right.tops()].concat(),
            Self::Not(inner) => inner.tops(),
        }
    }
}

impl Operand {
    fn value(&self, item: &Attributes) -> Option<Tree> {
        match self {
            Self::Path(path) => path.find(item).cloned(),
            Self::Value(value) => Some(value.clone()),
            Self::Size(path) => {
                let size = match path.find(item)? {
                    Tree::S(text) => text.encode_utf16().count(),
                    Tree::B(bytes) => bytes.len(),
                    Tree::Ss(set) => set.len(),
                    Tree::Ns(set) => set.len(),
                    Tree::Bs(set) => set.len(),
                    Tree::L(list) => list.len(),
                    Tree::M(map) => map.len(),
                    Tree::N(_) | Tree::Bool(_) | Tree::Null => return None,
                };
                Some(Tree::N(Decimal(size as i128 * 1_000_000)))
            }
        }
    }

    fn text(&self, texts: &mut Texts<'_, '_>) -> String {
        match self {
            Self::Path(path) => texts.path(path),
            Self::Value(value) => texts.value(value),
            Self::Size(path) => format!("size({})", texts.path(path)),
        }
    }

    fn top(&self) -> Option<&str> {
        match self {
            Self::Path(path) | Self::Size(path) => Some(path.top()),
            Self::Value(_) => None,
        }
    }
}

/// Whether a text or byte string begins with another.
#[must_use]
pub fn begins_with(value: &Tree, prefix: &Tree) -> bool {
    match (value, prefix) {
        (Tree::S(value), Tree::S(prefix)) => value.starts_with(prefix.as_str()),
        (Tree::B(value), Tree::B(prefix)) => value.starts_with(prefix),
        _ => false,
    }
}

fn contains(value: &Tree, content: &Tree) -> bool {
    match (value, content) {
        (Tree::S(text), Tree::S(part)) => text.contains(part.as_str()),
        (Tree::B(bytes), Tree::B(part)) => {
            part.is_empty() || bytes.windows(part.len()).any(|window| window == part.as_slice())
        }
        (Tree::Ss(set), Tree::S(element)) => set.contains(element),
        (Tree::Ns(set), Tree::N(element)) => set.contains(element),
        (Tree::Bs(set), Tree::B(element)) => set.contains(element),
        (Tree::L(list), element) => list.contains(element),
        _ => false,
    }
}
