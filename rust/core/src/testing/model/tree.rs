//! Attribute values as plain trees: slow, obvious, and apart from everything in `value`.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// A number with six places behind the point, in millionths. Its range is smaller than DynamoDB's and enough to
/// tell order, equality, sums and sizes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Decimal(pub i128);

const MILLION: u128 = 1_000_000;

impl Decimal {
    /// The normal form: no exponent, no zeros that say nothing.
    #[must_use]
    pub fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let text = format!("{sign}{}.{:06}", magnitude / MILLION, magnitude % MILLION);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// The same number written in a way that DynamoDB takes and never gives.
    #[must_use]
    pub fn odd_text(self) -> String {
        format!("{}E-6", self.0)
    }

    /// A number in its normal form.
    ///
    /// # Panics
    /// When the text is none, or has more than six places.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction:0<6}");
        Self(digits.parse().expect("a number in its normal form"))
    }

    /// Bytes it counts for: 1 for zero, else 1, plus half the significant digits, rounded up, plus 1 where the
    /// digit pairs do not meet the point, plus 1 if negative.
    #[must_use]
    pub fn size(self) -> usize {
        if self.0 == 0 {
            return 1;
        }
        let digits = self.0.unsigned_abs().to_string();
        let significant = digits.trim_end_matches('0').len();
        let exponent = digits.len() as i32 - 1 - 6;
        let misaligned = significant.is_multiple_of(2) && exponent.rem_euclid(2) == 0;
        1 + significant.div_ceil(2) + usize::from(misaligned) + usize::from(self.0 < 0)
    }
}

/// The attributes of an item or of a map.
pub type Attributes = BTreeMap<String, Tree>;

/// An attribute value. Its order is DynamoDB's between two S, two N or two B.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tree {
    /// Text.
    S(String),
    /// A number.
    N(Decimal),
    /// Bytes.
    B(Vec<u8>),
    /// A set of texts.
    Ss(BTreeSet<String>),
    /// A set of numbers.
    Ns(BTreeSet<Decimal>),
    /// A set of byte strings.
    Bs(BTreeSet<Vec<u8>>),
    /// A list.
    L(Vec<Tree>),
    /// A map.
    M(Attributes),
    /// A boolean.
    Bool(bool),
    /// Null.
    Null,
}

impl Tree {
    /// `S`, `N`, ...
    #[must_use]
    pub fn tag(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
        }
    }

    /// Bytes it counts for (facts 1.3).
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::N(number) => number.size(),
            Self::B(bytes) => bytes.len(),
            Self::Ss(set) => set.iter().map(String::len).sum(),
            Self::Ns(set) => set.iter().map(|number| number.size()).sum(),
            Self::Bs(set) => set.iter().map(Vec::len).sum(),
            Self::L(list) => 3 + list.iter().map(|element| 1 + element.size()).sum::<usize>(),
            Self::M(map) => 3 + map.iter().map(|(name, value)| name.len() + 1 + value.size()).sum::<usize>(),
            Self::Bool(_) | Self::Null => 1,
        }
    }

    /// The typed form that answers have.
    #[must_use]
    pub fn json(&self) -> Json {
        self.json_with(&Decimal::text)
    }

    /// The typed form with numbers written in another way.
    #[must_use]
    pub fn json_with(&self, number: &dyn Fn(Decimal) -> String) -> Json {
        let base64 = |bytes: &Vec<u8>| STANDARD.encode(bytes);
        match self {
            Self::S(text) => json!({ "S": text }),
            Self::N(value) => json!({ "N": number(*value) }),
            Self::B(bytes) => json!({ "B": base64(bytes) }),
            Self::Ss(set) => json!({ "SS": set }),
            Self::Ns(set) => json!({ "NS": set.iter().map(|value| number(*value)).collect::<Vec<_>>() }),
            Self::Bs(set) => json!({ "BS": set.iter().map(base64).collect::<Vec<_>>() }),
            Self::L(list) => {
                json!({ "L": list.iter().map(|element| element.json_with(number)).collect::<Vec<_>>() })
            }
            Self::M(map) => json!({ "M": attributes_json_with(map, number) }),
            Self::Bool(value) => json!({ "BOOL": value }),
            Self::Null => json!({ "NULL": true }),
        }
    }

    /// Reads S, N or B in the form of answers; enough for the keys in pagination tokens.
    ///
    /// # Panics
    /// When it is none of them.
    #[must_use]
    pub fn of_key_json(json: &Json) -> Self {
        let text = |tag: &str| json.get(tag).and_then(Json::as_str);
        if let Some(text) = text("S") {
            return Self::S(text.to_owned());
        }
        if let Some(text) = text("N") {
            return Self::N(Decimal::of_text(text));
        }
        let bytes = text("B").and_then(|text| STANDARD.decode(text).ok());
        Self::B(bytes.expect("a key value of type S, N or B"))
    }
}

/// Attributes in the form that answers have.
#[must_use]
pub fn attributes_json(attributes: &Attributes) -> Json {
    attributes_json_with(attributes, &Decimal::text)
}

/// Attributes with numbers written in another way.
#[must_use]
pub fn attributes_json_with(attributes: &Attributes, number: &dyn Fn(Decimal) -> String) -> Json {
    attributes.iter().map(|(name, value)| (name.clone(), value.json_with(number))).collect()
}

/// Bytes an item counts for: names and values.
#[must_use]
pub fn item_size(item: &Attributes) -> usize {
    item.iter().map(|(name, value)| name.len() + value.size()).sum()
}

/// Puts the sets of an answer into one order, as theirs says nothing.
pub fn sort_sets(json: &mut Json) {
    match json {
        Json::Array(elements) => elements.iter_mut().for_each(sort_sets),
        Json::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Json::Array(elements) if name == "SS" || name == "BS" || name == "NS" => {
                        elements.sort_by_key(ToString::to_string);
                    }
                    other => sort_sets(other),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read() {
        for (millionths, text) in [(0, "0"), (1_500_000, "1.5"), (-1, "-0.000001"), (100_000_000, "100")] {
            assert_eq!(Decimal(millionths).text(), text);
            assert_eq!(Decimal::of_text(text), Decimal(millionths));
        }
        assert_eq!(Decimal::of_text("-12.5"), Decimal(-12_500_000));
    }

    #[test]
    fn sizes_are_those_of_the_rules() {
        let size = |text| Decimal::of_text(text).size();
        assert_eq!(
            [size("0"), size("1"), size("12"), size("1.2"), size("-123"), size("100")],
            [1, 2, 2, 3, 4, 2]
        );
        let map = Tree::M([("ab".to_owned(), Tree::L(vec![Tree::Null]))].into());
        assert_eq!(map.size(), 3 + 2 + 1 + (3 + 1 + 1));
    }
}
