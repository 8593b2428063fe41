//! What one value of an event is held against.

use std::net::IpAddr;

use serde_json::Value as Json;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One rule for a value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Matcher {
    /// Equal; a number by the form in which it is written, so that 300 is not 300.0.
    Exact(Json),
    /// Begins with; the flag lets the case of letters differ.
    Prefix(String, bool),
    /// Ends with; as above.
    Suffix(String, bool),
    EqualsIgnoreCase(String),
    /// The parts between stars.
    Wildcard(Vec<String>),
    /// None of these.
    AnythingBut(Vec<Matcher>),
    /// All of these.
    Numeric(Vec<(Comparison, f64)>),
    Exists(bool),
    /// A network: an address in it, and how many of its leading bits are the network's.
    Cidr(IpAddr, u32),
}

impl Matcher {
    /// A text with stars; a backslash takes the meaning from a star or a backslash.
    pub(super) fn wildcard(text: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let literal = match letter {
                '*' => {
                    parts.push(String::new());
                    continue;
                }
                '\\' => letters.next().unwrap_or('\\'),
                other => other,
            };
            if let Some(part) = parts.last_mut() {
                part.push(literal);
            }
        }
        Self::Wildcard(parts)
    }

    /// `10.0.0.0/24`.
    pub(super) fn cidr(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (address, bits): (IpAddr, u32) = (address.parse().ok()?, bits.parse().ok()?);
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self::Cidr(address, bits))
    }

    /// Whether a value, if there is one, matches. Of a list one element has to.
    pub(super) fn matches(&self, value: Option<&Json>) -> bool {
        match (self, value) {
            // Existence is a matter of leaves.
            (Self::Exists(wanted), value) => *wanted == value.is_some_and(is_leaf),
            (_, Some(Json::Array(elements))) => elements.iter().any(|each| self.matches(Some(each))),
            (_, Some(Json::Object(_)) | None) => false,
            (Self::AnythingBut(others), value) => !others.iter().any(|other| other.matches(value)),
            (Self::Exact(wanted), Some(value)) => wanted == value,
            (Self::Numeric(bounds), Some(value)) => value.as_f64().is_some_and(|number| {
                bounds.iter().all(|(comparison, bound)| comparison.holds(number, *bound))
            }),
            (matcher, Some(value)) => value.as_str().is_some_and(|text| matcher.matches_text(text)),
        }
    }

    fn matches_text(&self, text: &str) -> bool {
        let lower = |text: &str| text.to_lowercase();
        match self {
            Self::Prefix(prefix, false) => text.starts_with(prefix.as_str()),
            Self::Prefix(prefix, true) => lower(text).starts_with(&lower(prefix)),
            Self::Suffix(suffix, false) => text.ends_with(suffix.as_str()),
            Self::Suffix(suffix, true) => lower(text).ends_with(&lower(suffix)),
            Self::EqualsIgnoreCase(wanted) => lower(text) == lower(wanted),
            Self::Wildcard(parts) => matches_parts(parts, text),
            Self::Cidr(network, bits) => {
                text.parse().is_ok_and(|address| is_in_network(address, (*network, *bits)))
            }
            Self::Exact(_) | Self::AnythingBut(_) | Self::Numeric(_) | Self::Exists(_) => false,
        }
    }
}

impl Comparison {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

fn is_leaf(value: &Json) -> bool {
    match value {
        Json::Object(_) => false,
        Json::Array(elements) => elements.iter().any(is_leaf),
        _ => true,
    }
}

/// The first part begins the text, the last ends it, the others stand between in their order: the earliest place of
/// each leaves the most for the next.
fn matches_parts(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|whole| whole == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        match rest.find(part.as_str()) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

fn is_in_network(address: IpAddr, (network, bits): (IpAddr, u32)) -> bool {
    let leading = |left: u128, right: u128, width: u32| bits == 0 || (left ^ right) >> (width - bits) == 0;
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            leading(address.to_bits().into(), network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => leading(address.to_bits(), network.to_bits(), 128),
        _ => false,
    }
}
