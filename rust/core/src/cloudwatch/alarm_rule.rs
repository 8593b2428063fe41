//! The language of composite alarms: `ALARM(a) AND NOT (OK("b") OR INSUFFICIENT_DATA(c))`.
//!
//! Alarms are named by name or ARN, in quotation marks where a name has spaces or parentheses. `NOT` binds closest, then
//! `AND`, then `OR` (API reference, "PutCompositeAlarm").

use super::alarm::AlarmState;
use super::fault::Fault;
use crate::error::CloudWatchFault;

/// Characters of a rule at most (API reference).
const LENGTH_MAX: usize = 10_240;
/// Levels of parentheses at most.
const DEPTH_MAX: usize = 64;
/// Alarms in a rule at most (API reference).
const CHILDREN_MAX: usize = 100;

/// A parsed rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AlarmRule {
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// A state of another alarm, by its name.
    State(AlarmState, String),
    /// `NOT`.
    Not(Box<Self>),
    /// `AND`.
    And(Box<Self>, Box<Self>),
    /// `OR`.
    Or(Box<Self>, Box<Self>),
}

impl AlarmRule {
    /// Reads a rule.
    ///
    /// # Errors
    /// `ValidationError` with the place of what cannot be read.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.is_empty() || text.len() > LENGTH_MAX {
            let text = format!("AlarmRule must have a length between 1 and {LENGTH_MAX}.");
            return Err(Fault::new(CloudWatchFault::Validation, text));
        }
        let mut parser = Parser { text, at: 0, depth: 0 };
        let rule = parser.any_of()?;
        parser.space();
        if parser.at < text.len() {
            return Err(parser.unsupported());
        }
        let mut children = Vec::new();
        rule.children(&mut children);
        if children.len() > CHILDREN_MAX {
            let text = format!("AlarmRule must not refer to more than {CHILDREN_MAX} alarms.");
            return Err(Fault::new(CloudWatchFault::Validation, text));
        }
        Ok(rule)
    }

    /// The alarms it looks at.
    pub fn children<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Constant(_) => {}
            Self::State(_, name) => found.push(name),
            Self::Not(inner) => inner.children(found),
            Self::And(left, right) | Self::Or(left, right) => {
                left.children(found);
                right.children(found);
            }
        }
    }

    /// Whether it holds. An alarm that is not there is in no state.
    pub fn holds(&self, state: &impl Fn(&str) -> Option<AlarmState>) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::State(wanted, name) => state(name) == Some(*wanted),
            Self::Not(inner) => !inner.holds(state),
            Self::And(left, right) => left.holds(state) && right.holds(state),
            Self::Or(left, right) => left.holds(state) || right.holds(state),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn unsupported(&mut self) -> Fault {
        self.space();
        let rest = self.rest();
        let end = rest.find(|character: char| character.is_whitespace() || "()".contains(character));
        let length = match end {
            Some(0) => 1,
            Some(end) => end,
            None => rest.len(),
        };
        let text = match &rest[..length] {
            "" => "Error in AlarmRule [The rule ends too early]".to_owned(),
            token => format!("Error in AlarmRule [Unsupported token '{token}' at char {}]", self.at),
        };
        Fault::new(CloudWatchFault::Validation, text)
    }

    /// A word, which ends where no letter follows.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let found = self
            .rest()
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'));
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn sign(&mut self, sign: char) -> bool {
        self.space();
        let found = self.rest().starts_with(sign);
        self.at += usize::from(found);
        found
    }

    fn any_of(&mut self) -> Result<AlarmRule, Fault> {
        let mut left = self.all_of()?;
        while self.word("OR") {
            left = AlarmRule::Or(Box::new(left), Box::new(self.all_of()?));
        }
        Ok(left)
    }

    fn all_of(&mut self) -> Result<AlarmRule, Fault> {
        let mut left = self.one()?;
        while self.word("AND") {
            left = AlarmRule::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<AlarmRule, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let text = "Error in AlarmRule [The rule is nested too deeply]";
            return Err(Fault::new(CloudWatchFault::Validation, text));
        }
        let rule = if self.word("NOT") {
            AlarmRule::Not(Box::new(self.one()?))
        } else if self.sign('(') {
            let inner = self.any_of()?;
            self.close()?;
            inner
        } else if self.word("TRUE") {
            AlarmRule::Constant(true)
        } else if self.word("FALSE") {
            AlarmRule::Constant(false)
        } else {
            self.state()?
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn close(&mut self) -> Result<(), Fault> {
        if self.sign(')') { Ok(()) } else { Err(self.unsupported()) }
    }

    fn state(&mut self) -> Result<AlarmRule, Fault> {
        let Some(state) = AlarmState::ALL.into_iter().find(|state| self.word(state.as_str())) else {
            return Err(self.unsupported());
        };
        if !self.sign('(') {
            return Err(self.unsupported());
        }
        let name = if self.sign('"') {
            self.until('"')?
        } else {
            let rest = self.rest().trim_start();
            self.space();
            let end = rest.find(|character: char| character.is_whitespace() || "()\"".contains(character));
            let name = &rest[..end.unwrap_or(rest.len())];
            self.at += name.len();
            name
        };
        if name.is_empty() {
            return Err(self.unsupported());
        }
        self.close()?;
        Ok(AlarmRule::State(state, alarm_name(name).to_owned()))
    }

    fn until(&mut self, quote: char) -> Result<&'a str, Fault> {
        let rest = self.rest();
        let Some(end) = rest.find(quote) else {
            self.at = self.text.len();
            return Err(self.unsupported());
        };
        self.at += end + quote.len_utf8();
        Ok(&rest[..end])
    }
}

/// The name of an alarm that is named by name or ARN.
#[must_use]
pub fn alarm_name(text: &str) -> &str {
    match text.split_once(":alarm:") {
        Some((before, name)) if before.starts_with("arn:") => name,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let state = |name: &str| match name {
            "a" | "busy (writes)" => Some(AlarmState::Alarm),
            "o" => Some(AlarmState::Ok),
            "i" => Some(AlarmState::InsufficientData),
            _ => None,
        };
        AlarmRule::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}")).holds(&state)
    }

    #[test]
    fn rules_hold_by_the_states_of_other_alarms() {
        for text in [
            "TRUE",
            "NOT FALSE",
            "ALARM(a)",
            "OK( o )",
            "INSUFFICIENT_DATA(i)",
            "ALARM(\"busy (writes)\")",
            "ALARM(\"arn:aws:cloudwatch:us-east-1:000000000000:alarm:a\")",
            "ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)",
            "NOT ALARM(o) AND NOT ALARM(gone)",
            "FALSE AND FALSE OR TRUE",
            "TRUE OR FALSE AND FALSE",
            "(TRUE OR FALSE) AND (ALARM(a) AND(NOT(OK(a))))",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in ["FALSE", "(TRUE OR FALSE) AND FALSE", "OK(a) OR ALARM(o)", "NOT (ALARM(a))"] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_rule_is_told_with_its_place() {
        let text = |rule: &str| {
            let error: crate::error::Error = AlarmRule::parse(rule).unwrap_err().into();
            error.message().to_owned()
        };
        assert_eq!(text("()"), "Error in AlarmRule [Unsupported token ')' at char 1]");
        assert_eq!(text("ALARM(a) XOR ALARM(b)"), "Error in AlarmRule [Unsupported token 'XOR' at char 9]");
        for rule in [
            "",
            "ALARM",
            "ALARM()",
            "ALARM(a",
            "ALARM(\"a)",
            "alarm(a)",
            "ALARM(a) AND",
            "TRUEOR FALSE",
            "NOT",
            "ALARM(a b)",
            "🚗",
        ] {
            assert!(AlarmRule::parse(rule).is_err(), "{rule}");
        }
        assert!(AlarmRule::parse(&"(".repeat(5_000)).is_err());
        assert!(AlarmRule::parse(&"NOT ".repeat(2_000)).is_err());
        assert!(AlarmRule::parse(&vec!["ALARM(a)"; 101].join(" OR ")).is_err());
    }
}
