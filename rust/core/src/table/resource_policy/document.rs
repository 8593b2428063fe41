//! A policy's text: checked, and brought into the form in which AWS gives it back.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Bytes of a policy's text at most, spaces included (facts 12.2).
pub const POLICY_BYTES_MAX: usize = 20_480;

/// A document without a version is of this one (LAB DDB-TABLE-354).
const FIRST_VERSION: &str = "2008-10-17";

/// The members of a statement in the order in which they are given back.
const MEMBERS: [&str; 10] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Comment",
];

/// A policy that was checked, as minified JSON in AWS's order of the members. Two that say the same in different
/// spacing or order are equal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PolicyDocument {
    text: String,
    /// Whether it keeps the owner from changing the policy again.
    locks_out_owner: bool,
}

impl PolicyDocument {
    /// Reads a policy of a table in this account.
    ///
    /// # Errors
    /// `ValidationException` with AWS's text for what is wrong with it.
    pub fn read(text: &str, account: &str) -> Result<Self, Error> {
        if text.len() > POLICY_BYTES_MAX {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Maximum policy size of {POLICY_BYTES_MAX} bytes exceeded"
            )));
        }
        let root = match serde_json::from_str(text) {
            Ok(Json::Object(root)) => root,
            Ok(Json::Null) => return Err(invalid("This text appears not to be a policy")),
            Ok(_) | Err(_) => return Err(invalid("This policy contains invalid Json")),
        };
        if root.is_empty() {
            return Err(invalid("Syntax error at position (1,3)"));
        }
        if root.keys().any(|name| !matches!(name.as_str(), "Version" | "Id" | "Statement")) {
            return Err(invalid("This policy contains invalid Json"));
        }
        let statements = read_statements(root.get("Statement"))?;
        check_identifiers(&statements)?;
        let statements: Vec<Map<String, Json>> = statements.iter().map(normal).collect();
        if statements.iter().any(is_unbounded) {
            return Err(Error::validation(
                "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to \
                 ensure least-privilege form of access",
            ));
        }
        let locks_out_owner = statements.iter().any(|statement| locks_out(statement, account));
        let version = root.get("Version").and_then(Json::as_str).unwrap_or(FIRST_VERSION);
        Ok(Self { text: written(version, root.get("Id"), &statements), locks_out_owner })
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it keeps the owner from changing the policy again, which a request must confirm.
    #[must_use]
    pub fn locks_out_owner(&self) -> bool {
        self.locks_out_owner
    }
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!(
        "One or more parameter values were invalid: Invalid policy document: {problem}"
    ))
}

fn read_statements(given: Option<&Json>) -> Result<Vec<Map<String, Json>>, Error> {
    let statements: Vec<&Json> = match given {
        None => return Err(invalid("Missing required field Statement")),
        Some(Json::Array(statements)) if statements.is_empty() => {
            return Err(invalid("Could not parse the policy: Statement is empty!"));
        }
        Some(Json::Array(statements)) => statements.iter().collect(),
        Some(statement) => vec![statement],
    };
    statements.into_iter().map(read_statement).collect()
}

fn read_statement(given: &Json) -> Result<Map<String, Json>, Error> {
    let Json::Object(statement) = given else {
        return Err(invalid("This policy contains invalid Json"));
    };
    if statement.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(invalid("This policy contains invalid Json"));
    }
    for (member, opposite) in [
        ("Effect", None),
        ("Principal", Some("NotPrincipal")),
        ("Action", Some("NotAction")),
        ("Resource", Some("NotResource")),
    ] {
        let is_there = |name: &str| statement.contains_key(name);
        if !is_there(member) && !opposite.is_some_and(is_there) {
            return Err(invalid(&format!("Missing required field {member}")));
        }
    }
    let effect = statement["Effect"].as_str().unwrap_or_default();
    if !effect.eq_ignore_ascii_case("Allow") && !effect.eq_ignore_ascii_case("Deny") {
        return Err(invalid(&format!("Invalid effect: {effect}")));
    }
    for name in ["Action", "NotAction", "Resource", "NotResource"] {
        if statement.get(name).is_some_and(|texts| texts_of(texts).is_none()) {
            return Err(invalid("This policy contains invalid Json"));
        }
    }
    Ok(statement.clone())
}

/// A text, or a list of texts.
fn texts_of(given: &Json) -> Option<Vec<&str>> {
    match given {
        Json::String(text) => Some(vec![text]),
        Json::Array(texts) if !texts.is_empty() => texts.iter().map(Json::as_str).collect(),
        _ => None,
    }
}

fn check_identifiers(statements: &[Map<String, Json>]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for identifier in statements.iter().filter_map(|statement| statement.get("Sid")).filter_map(Json::as_str)
    {
        if !seen.insert(identifier) {
            return Err(invalid("The Statement Ids in the policy are not unique"));
        }
    }
    Ok(())
}

/// A statement in AWS's form: the effect with a capital, lists of one as a text, accounts as their root's ARN.
fn normal(statement: &Map<String, Json>) -> Map<String, Json> {
    let mut normal = statement.clone();
    let is_allow = statement["Effect"].as_str().is_some_and(|effect| effect.eq_ignore_ascii_case("Allow"));
    normal.insert("Effect".to_owned(), if is_allow { "Allow" } else { "Deny" }.into());
    for name in ["Action", "NotAction", "Resource", "NotResource"] {
        if let Some(texts) = normal.get_mut(name) {
            unwrap_single(texts);
        }
    }
    for name in ["Principal", "NotPrincipal"] {
        if let Some(Json::Object(kinds)) = normal.get_mut(name)
            && let Some(accounts) = kinds.get_mut("AWS")
        {
            normalize_accounts(accounts);
        }
    }
    normal
}

fn unwrap_single(texts: &mut Json) {
    if let Json::Array(list) = texts
        && let [single] = &mut list[..]
    {
        *texts = single.take();
    }
}

fn normalize_accounts(accounts: &mut Json) {
    let root = |text: &str| {
        let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_account { format!("arn:aws:iam::{text}:root") } else { text.to_owned() }
    };
    match accounts {
        Json::String(text) => *text = root(text),
        Json::Array(list) => {
            let mut seen = BTreeSet::new();
            list.retain_mut(|each| {
                if let Json::String(text) = each {
                    *text = root(text);
                }
                seen.insert(each.to_string())
            });
            unwrap_single(accounts);
        }
        _ => {}
    }
}

/// The principals that a statement names.
fn principals(statement: &Map<String, Json>) -> Vec<&str> {
    match statement.get("Principal") {
        Some(Json::Object(kinds)) => kinds.get("AWS").and_then(texts_of).unwrap_or_default(),
        Some(principal) => texts_of(principal).unwrap_or_default(),
        None => Vec::new(),
    }
}

/// Whether a statement allows something to everyone without a condition.
fn is_unbounded(statement: &Map<String, Json>) -> bool {
    statement["Effect"] == "Allow"
        && !statement.contains_key("Condition")
        && principals(statement).contains(&"*")
}

/// Whether a statement keeps the account from changing the policy again.
fn locks_out(statement: &Map<String, Json>, account: &str) -> bool {
    let root = format!("arn:aws:iam::{account}:root");
    let denies = statement["Effect"] == "Deny" && !statement.contains_key("Condition");
    let hits_owner = principals(statement).iter().any(|principal| *principal == "*" || **principal == root);
    let actions = statement.get("Action").and_then(texts_of).unwrap_or_default();
    denies && hits_owner && actions.iter().any(|action| matches(action, "dynamodb:PutResourcePolicy"))
}

/// Whether a pattern with `*` and `?` covers a text; letters' case does not count.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase().into_bytes(), text.to_ascii_lowercase().into_bytes());
    // Positions behind the last star, to return to with one more byte under the star.
    let (mut at, mut in_text, mut star) = (0, 0, None);
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => match star {
                Some((star_at, covered)) => {
                    star = Some((star_at, covered + 1));
                    (at, in_text) = (star_at + 1, covered + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

fn written(version: &str, identifier: Option<&Json>, statements: &[Map<String, Json>]) -> String {
    let mut text = format!("{{\"Version\":{}", Json::from(version));
    if let Some(identifier) = identifier {
        text.push_str(&format!(",\"Id\":{identifier}"));
    }
    let statements: Vec<String> = statements
        .iter()
        .map(|statement| {
            let members = MEMBERS.iter().filter_map(|name| statement.get(*name).map(|value| (name, value)));
            let members: Vec<String> = members.map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        })
        .collect();
    text.push_str(&format!(",\"Statement\":[{}]}}", statements.join(",")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "123456789012";

    fn read(text: &str) -> Result<PolicyDocument, String> {
        PolicyDocument::read(text, ACCOUNT).map_err(|error| error.message().to_owned())
    }

    fn problem(text: &str) -> String {
        let prefix = "One or more parameter values were invalid: Invalid policy document: ";
        read(text).unwrap_err().strip_prefix(prefix).unwrap().to_owned()
    }

    #[test]
    fn the_form_is_awss() {
        let policy = read(
            r#" { "Statement": {"Resource": ["*"], "Action": ["dynamodb:*"], "Effect": "allow",
                  "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]}}} "#,
        );
        assert_eq!(
            policy.unwrap().text(),
            r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"dynamodb:*","Resource":"*"}]}"#
        );
    }

    #[test]
    fn what_is_no_policy_is_told_as_aws_tells_it() {
        for (text, told) in [
            ("", "This policy contains invalid Json"),
            ("[]", "This policy contains invalid Json"),
            ("null", "This text appears not to be a policy"),
            ("{}", "Syntax error at position (1,3)"),
            (r#"{"Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
            (r#"{"Statement":[{}]}"#, "Missing required field Effect"),
            (
                r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"a:b"}]}"#,
                "Missing required field Resource",
            ),
            (
                r#"{"Statement":[{"Sid":"a","Effect":"Deny","Principal":"*","Action":"a:b","Resource":"*"},
                    {"Sid":"a","Effect":"Deny","Principal":"*","Action":"a:b","Resource":"*"}]}"#,
                "The Statement Ids in the policy are not unique",
            ),
        ] {
            assert_eq!(problem(text), told, "{text}");
        }
        let long = " ".repeat(POLICY_BYTES_MAX + 1);
        assert!(read(&long).unwrap_err().ends_with("Maximum policy size of 20480 bytes exceeded"));
    }

    #[test]
    fn everyone_is_not_allowed_everything() {
        let text =
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"*"}]}"#;
        assert!(read(text).unwrap_err().starts_with("Resource-based policy grants unbounded access"));
    }

    #[test]
    fn a_policy_that_locks_the_owner_out_is_known() {
        let denied = |action: &str| {
            let text = format!(
                r#"{{"Statement":[{{"Effect":"Deny","Principal":"*","Action":"{action}","Resource":"*"}}]}}"#
            );
            read(&text).unwrap().locks_out_owner()
        };
        assert!(
            denied("dynamodb:PutResourcePolicy") && denied("dynamodb:*") && denied("DynamoDB:Put*Policy")
        );
        assert!(!denied("dynamodb:DeleteResourcePolicy") && !denied("dynamodb:Put?"));
    }
}
