//! Event patterns: EventBridge's language, which Lambda's filters speak too (facts 6.2).

mod matcher;

use std::fmt;

use serde_json::{Map, Value as Json};

use matcher::{Comparison, Matcher};

/// Combinations that the alternatives of a pattern may make at most (facts 6.2).
const COMBINATIONS_MAX: usize = 1_000;
/// Numbers of a pattern are within this (facts 6.2).
const NUMBER_MAX: f64 = 5.0e9;

/// Why a text is no pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatternProblem(String);

impl fmt::Display for PatternProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn problem<T>(text: impl Into<String>) -> Result<T, PatternProblem> {
    Err(PatternProblem(text.into()))
}

/// A pattern. Every field that it names must match; fields that it does not name may be anything.
///
/// ```
/// use dynacore::trigger::Pattern;
/// let pattern = Pattern::parse(r#"{"eventName": ["INSERT", "MODIFY"]}"#).unwrap();
/// assert!(pattern.matches(&serde_json::json!({ "eventName": "INSERT" })));
/// assert!(!pattern.matches(&serde_json::json!({ "eventName": "REMOVE" })));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    root: Fields,
}

/// The fields of one level, with the alternatives of each `$or`.
#[derive(Clone, PartialEq, Debug, Default)]
struct Fields {
    named: Vec<(String, Field)>,
    alternatives: Vec<Vec<Fields>>,
}

#[derive(Clone, PartialEq, Debug)]
enum Field {
    Nested(Fields),
    /// One of these has to match.
    Leaf(Vec<Matcher>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PatternProblem> {
        let Ok(json) = serde_json::from_str::<Json>(text) else { return problem("Filter is not valid JSON") };
        let Json::Object(fields) = &json else { return problem("Filter is not an object") };
        if fields.is_empty() {
            return problem("Empty objects are not allowed");
        }
        let root = Fields::read(fields)?;
        if root.combinations() > COMBINATIONS_MAX {
            return problem(format!("There are more than {COMBINATIONS_MAX} combinations of rules"));
        }
        Ok(Self { root })
    }

    /// Whether an event matches.
    #[must_use]
    pub fn matches(&self, event: &Json) -> bool {
        self.root.match_value(Some(event))
    }
}

impl Fields {
    fn read(given: &Map<String, Json>) -> Result<Self, PatternProblem> {
        let mut fields = Self::default();
        for (name, value) in given {
            match value {
                Json::Array(alternatives) if name == "$or" && is_alternatives(alternatives) => {
                    let read = alternatives.iter().filter_map(Json::as_object).map(Self::read);
                    fields.alternatives.push(read.collect::<Result<_, _>>()?);
                }
                Json::Array(matchers) if matchers.is_empty() => {
                    return problem("Empty arrays are not allowed");
                }
                Json::Array(matchers) => {
                    let read = matchers.iter().map(read_matcher).collect::<Result<_, _>>()?;
                    fields.named.push((name.clone(), Field::Leaf(read)));
                }
                Json::Object(nested) if nested.is_empty() => return problem("Empty objects are not allowed"),
                Json::Object(nested) => {
                    fields.named.push((name.clone(), Field::Nested(Self::read(nested)?)));
                }
                _ => return problem(format!("\"{name}\" must be an object or an array")),
            }
        }
        Ok(fields)
    }

    /// How many combinations of rules the alternatives make.
    fn combinations(&self) -> usize {
        let nested = self.named.iter().map(|(_, field)| match field {
            Field::Nested(fields) => fields.combinations(),
            Field::Leaf(_) => 1,
        });
        let alternatives = self
            .alternatives
            .iter()
            .map(|group| group.iter().map(Self::combinations).fold(0, usize::saturating_add));
        nested.chain(alternatives).fold(1, usize::saturating_mul)
    }

    /// Whether what stands here, if anything does, matches. Of a list one element has to.
    fn match_value(&self, value: Option<&Json>) -> bool {
        match value {
            Some(Json::Array(elements)) if !elements.is_empty() => {
                elements.iter().any(|element| self.match_value(Some(element)))
            }
            Some(Json::Object(fields)) => self.match_fields(Some(fields)),
            _ => self.match_fields(None),
        }
    }

    fn match_fields(&self, fields: Option<&Map<String, Json>>) -> bool {
        let matches = |(name, field): &(String, Field)| {
            let value = fields.and_then(|fields| fields.get(name));
            match field {
                Field::Nested(nested) => nested.match_value(value),
                Field::Leaf(matchers) => matchers.iter().any(|matcher| matcher.matches(value)),
            }
        };
        self.named.iter().all(matches)
            && self
                .alternatives
                .iter()
                .all(|group| group.iter().any(|alternative| alternative.match_fields(fields)))
    }
}

/// A field may be called `$or` as well; alternatives are at least two objects.
fn is_alternatives(given: &[Json]) -> bool {
    given.len() > 1 && given.iter().all(|each| each.as_object().is_some_and(|fields| !fields.is_empty()))
}

fn read_matcher(given: &Json) -> Result<Matcher, PatternProblem> {
    let Json::Object(operator) = given else {
        return match given {
            Json::Array(_) => problem("Match value must be String, number, true, false, or null"),
            exact => Ok(Matcher::Exact(exact.clone())),
        };
    };
    let mut operators = operator.iter();
    let (Some((name, value)), None) = (operators.next(), operators.next()) else {
        return problem("Only one key allowed in match expression");
    };
    match (name.as_str(), value) {
        ("anything-but", _) => read_anything_but(value),
        ("numeric", Json::Array(terms)) => read_numeric(terms),
        ("exists", Json::Bool(exists)) => Ok(Matcher::Exists(*exists)),
        ("cidr", Json::String(text)) => {
            Matcher::cidr(text).map_or_else(|| problem("Malformed CIDR, one '/' required"), Ok)
        }
        ("prefix" | "suffix" | "equals-ignore-case" | "wildcard", _) => read_text(name, value),
        ("numeric" | "exists" | "cidr", _) => problem(format!("Value of {name} is of the wrong type")),
        _ => problem(format!("Unrecognized match type {name}")),
    }
}

/// The operators about a text.
fn read_text(name: &str, value: &Json) -> Result<Matcher, PatternProblem> {
    let (text, ignores_case) = match value {
        Json::String(text) => (text, false),
        Json::Object(inner) if matches!(name, "prefix" | "suffix") && inner.len() == 1 => {
            match inner.get("equals-ignore-case") {
                Some(Json::String(text)) => (text, true),
                _ => return problem(format!("Unsupported anything in {name} match expression")),
            }
        }
        _ => return problem(format!("{name} match pattern must be a string")),
    };
    Ok(match name {
        "prefix" => Matcher::Prefix(text.clone(), ignores_case),
        "suffix" => Matcher::Suffix(text.clone(), ignores_case),
        "equals-ignore-case" => Matcher::EqualsIgnoreCase(text.clone()),
        _ if text.contains("**") => {
            return problem("Consecutive wildcard characters at pos 0");
        }
        _ => Matcher::wildcard(text),
    })
}

fn read_anything_but(value: &Json) -> Result<Matcher, PatternProblem> {
    let but = match value {
        Json::String(_) | Json::Number(_) => vec![Matcher::Exact(value.clone())],
        Json::Array(values) if !values.is_empty() => {
            let one_kind = values.iter().all(Json::is_string) || values.iter().all(Json::is_number);
            if !one_kind {
                return problem(
                    "Inside anything but list, either all values are number or string, mixed type is not supported",
                );
            }
            values.iter().cloned().map(Matcher::Exact).collect()
        }
        Json::Object(operator) if operator.len() == 1 => {
            let (name, value) = operator.iter().next().expect("invariant: it has one member");
            if !matches!(name.as_str(), "prefix" | "suffix" | "equals-ignore-case" | "wildcard") {
                return problem(format!("Unsupported anything-but pattern: {name}"));
            }
            match value {
                Json::Array(texts) if !texts.is_empty() => {
                    texts.iter().map(|text| read_text(name, text)).collect::<Result<_, _>>()?
                }
                _ => vec![read_text(name, value)?],
            }
        }
        _ => return problem("Value of anything-but must be an array or single string/number value."),
    };
    Ok(Matcher::AnythingBut(but))
}

/// `["=", 100]`, or a lower and an upper bound: `[">", 0, "<=", 5]`.
fn read_numeric(terms: &[Json]) -> Result<Matcher, PatternProblem> {
    let mut bounds = Vec::new();
    let (pairs, rest) = terms.as_chunks::<2>();
    if pairs.is_empty() || pairs.len() > 2 || !rest.is_empty() {
        return problem("Bad numeric range operator");
    }
    for [operator, number] in pairs {
        let comparison = match operator.as_str() {
            Some("=") => Comparison::Equal,
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::LessOrEqual,
            Some(">") => Comparison::Greater,
            Some(">=") => Comparison::GreaterOrEqual,
            _ => return problem("Invalid member in numeric match"),
        };
        match number.as_f64().filter(|number| number.abs() <= NUMBER_MAX) {
            Some(number) => bounds.push((comparison, number)),
            None => return problem("Value of a numeric range must be numeric and within 5.0e9"),
        }
    }
    if let [(lower, from), (upper, to)] = bounds.as_slice() {
        let is_lower = matches!(lower, Comparison::Greater | Comparison::GreaterOrEqual);
        let is_upper = matches!(upper, Comparison::Less | Comparison::LessOrEqual);
        if !is_lower || !is_upper || from >= to {
            return problem("Bottom must be less than top");
        }
    }
    Ok(Matcher::Numeric(bounds))
}

#[cfg(test)]
mod tests;
