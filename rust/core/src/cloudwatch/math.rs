//! Metric math: arithmetic over time series.
//!
//! `+ - * / ^`, parentheses, numbers, ids of other queries, and the functions `ABS`, `CEIL`, `FLOOR`, `FILL` (with a
//! number), `PERIOD`, and `SUM`, `AVG`, `MIN`, `MAX` of a list of series. Everything else that CloudWatch has is refused
//! by name.

use std::collections::BTreeMap;

use crate::clock::Timestamp;

use super::fault::Fault;

/// Levels of parentheses and functions at most.
const DEPTH_MAX: usize = 64;

/// The values of a query, by time.
pub type Values = BTreeMap<Timestamp, f64>;

/// A parsed expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// Another query.
    Id(String),
    /// An operator between two.
    Binary(char, Box<Self>, Box<Self>),
    /// A sign.
    Negative(Box<Self>),
    /// A function.
    Call(Function, Vec<Self>),
}

/// The functions there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    /// Of each value.
    Abs,
    /// Of each value.
    Ceil,
    /// Of each value.
    Floor,
    /// A value for each period that has none.
    Fill,
    /// Seconds of the period.
    Period,
    /// Over several series at each time.
    Sum,
    /// Over several series at each time.
    Avg,
    /// Over several series at each time.
    Min,
    /// Over several series at each time.
    Max,
}

const FUNCTIONS: [(&str, Function); 9] = [
    ("ABS", Function::Abs),
    ("CEIL", Function::Ceil),
    ("FLOOR", Function::Floor),
    ("FILL", Function::Fill),
    ("PERIOD", Function::Period),
    ("SUM", Function::Sum),
    ("AVG", Function::Avg),
    ("MIN", Function::Min),
    ("MAX", Function::Max),
];

/// What an expression comes to.
#[derive(Clone, PartialEq, Debug)]
enum Value {
    Number(f64),
    Series(Values),
}

/// What an expression is evaluated with.
pub struct Scope<'a> {
    /// The other queries by id, with the seconds of their periods.
    pub series: &'a BTreeMap<String, (Values, u32)>,
    /// The starts of all periods of the answer, for `FILL` and for numbers alone.
    pub times: &'a [Timestamp],
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where it is none, or uses something that is not supported here.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut parser = Parser { text: text.as_bytes(), at: 0, depth: 0 };
        let expression = parser.sum()?;
        parser.space();
        if parser.at < parser.text.len() {
            return Err(parser.refusal());
        }
        Ok(expression)
    }

    /// The ids it uses.
    pub fn ids<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Number(_) => {}
            Self::Id(id) => found.push(id),
            Self::Negative(inner) => inner.ids(found),
            Self::Binary(_, left, right) => {
                left.ids(found);
                right.ids(found);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.ids(found)),
        }
    }

    /// Its values. Times at which one side has none are left out; so is what is no number, as after a division by zero.
    ///
    /// # Errors
    /// Where it uses an id that is not there.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<BTreeMap<Timestamp, f64>, Fault> {
        let mut values = match self.value(scope)? {
            Value::Series(values) => values,
            Value::Number(number) => scope.times.iter().map(|time| (*time, number)).collect(),
        };
        values.retain(|_, value| value.is_finite());
        Ok(values)
    }

    fn value(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        match self {
            Self::Number(number) => Ok(Value::Number(*number)),
            Self::Id(id) => series(scope, id).map(|(values, _)| Value::Series(values.clone())),
            Self::Negative(inner) => Ok(each(inner.value(scope)?, |value| -value)),
            Self::Binary(operator, left, right) => {
                let compute = |left: f64, right: f64| match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    '/' => left / right,
                    _ => left.powf(right),
                };
                Ok(combine(left.value(scope)?, right.value(scope)?, compute))
            }
            Self::Call(function, arguments) => call(*function, arguments, scope),
        }
    }
}

fn series<'a>(scope: &Scope<'a>, id: &str) -> Result<&'a (Values, u32), Fault> {
    scope.series.get(id).ok_or_else(|| {
        Fault::value(format!("Error in expression: Unknown identifier '{id}': it is no other query's id"))
    })
}

fn each(value: Value, change: impl Fn(f64) -> f64) -> Value {
    match value {
        Value::Number(number) => Value::Number(change(number)),
        Value::Series(values) => {
            Value::Series(values.into_iter().map(|(time, value)| (time, change(value))).collect())
        }
    }
}

fn combine(left: Value, right: Value, compute: impl Fn(f64, f64) -> f64) -> Value {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Value::Number(compute(left, right)),
        (Value::Series(values), Value::Number(right)) => {
            each(Value::Series(values), |value| compute(value, right))
        }
        (Value::Number(left), Value::Series(values)) => {
            each(Value::Series(values), |value| compute(left, value))
        }
        (Value::Series(left), Value::Series(right)) => {
            let both = left.into_iter().filter_map(|(time, value)| Some((time, (value, *right.get(&time)?))));
            Value::Series(both.map(|(time, (left, right))| (time, compute(left, right))).collect())
        }
    }
}

fn call(function: Function, arguments: &[Expression], scope: &Scope<'_>) -> Result<Value, Fault> {
    let wrong = || Fault::value("Error in expression: a function has the wrong arguments");
    let fold = |compute: fn(f64, f64) -> f64| -> Result<(Value, usize), Fault> {
        let mut values = arguments.iter().map(|argument| argument.value(scope));
        let first = values.next().ok_or_else(wrong)??;
        let sum = values.try_fold(first, |sum, value| Ok(combine(sum, value?, compute)))?;
        Ok((sum, arguments.len()))
    };
    match (function, arguments) {
        (Function::Abs, [one]) => Ok(each(one.value(scope)?, f64::abs)),
        (Function::Ceil, [one]) => Ok(each(one.value(scope)?, f64::ceil)),
        (Function::Floor, [one]) => Ok(each(one.value(scope)?, f64::floor)),
        (Function::Period, [Expression::Id(id)]) => Ok(Value::Number(f64::from(series(scope, id)?.1))),
        (Function::Fill, [one, Expression::Number(number)]) => match one.value(scope)? {
            Value::Series(mut values) => {
                scope.times.iter().for_each(|time| {
                    values.entry(*time).or_insert(*number);
                });
                Ok(Value::Series(values))
            }
            Value::Number(_) => Err(wrong()),
        },
        (Function::Sum, _) => fold(|left, right| left + right).map(|(value, _)| value),
        (Function::Min, _) => fold(f64::min).map(|(value, _)| value),
        (Function::Max, _) => fold(f64::max).map(|(value, _)| value),
        (Function::Avg, _) => {
            fold(|left, right| left + right).map(|(sum, count)| each(sum, |value| value / count as f64))
        }
        _ => Err(wrong()),
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn refusal(&self) -> Fault {
        Fault::value(format!(
            "Error in expression: Unexpected input at position {}: dynacore supports + - * / ^, parentheses, ids and {}",
            self.at + 1,
            FUNCTIONS.map(|(name, _)| name).join(", ")
        ))
    }

    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: &[u8]) -> Option<char> {
        let found = self.peek().filter(|byte| wanted.contains(byte))?;
        self.at += 1;
        Some(char::from(found))
    }

    fn sum(&mut self) -> Result<Expression, Fault> {
        let mut left = self.product()?;
        while let Some(operator) = self.take(b"+-") {
            left = Expression::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, Fault> {
        let mut left = self.power()?;
        while let Some(operator) = self.take(b"*/") {
            left = Expression::Binary(operator, Box::new(left), Box::new(self.power()?));
        }
        Ok(left)
    }

    fn power(&mut self) -> Result<Expression, Fault> {
        let base = self.atom()?;
        if self.take(b"^").is_some() {
            self.deeper()?;
            let exponent = self.power()?;
            self.depth -= 1;
            return Ok(Expression::Binary('^', Box::new(base), Box::new(exponent)));
        }
        Ok(base)
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Fault::value("Error in expression: it is nested too deeply"));
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<Expression, Fault> {
        self.deeper()?;
        let atom = match self.peek() {
            Some(b'(') => {
                self.at += 1;
                let inner = self.sum()?;
                self.take(b")").ok_or_else(|| self.refusal())?;
                inner
            }
            Some(b'-') => {
                self.at += 1;
                Expression::Negative(Box::new(self.atom()?))
            }
            Some(byte) if byte.is_ascii_digit() || byte == b'.' => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() => self.name()?,
            _ => return Err(self.refusal()),
        };
        self.depth -= 1;
        Ok(atom)
    }

    fn word(&mut self, part: impl Fn(u8) -> bool) -> String {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|byte| part(*byte)) {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    fn number(&mut self) -> Result<Expression, Fault> {
        let text = self.word(|byte| byte.is_ascii_digit() || byte == b'.');
        text.parse().map(Expression::Number).map_err(|_| self.refusal())
    }

    fn name(&mut self) -> Result<Expression, Fault> {
        let name = self.word(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if self.peek() != Some(b'(') {
            // Ids begin with a small letter; what does not is a function or a keyword.
            return if name.starts_with(|first: char| first.is_ascii_lowercase()) {
                Ok(Expression::Id(name))
            } else {
                Err(self.refusal())
            };
        }
        let function = FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function);
        let function = function.ok_or_else(|| {
            Fault::value(format!("Error in expression: the function {name} is not supported by dynacore"))
        })?;
        self.at += 1;
        let in_list = self.take(b"[").is_some();
        let mut arguments = vec![self.sum()?];
        while self.take(b",").is_some() {
            arguments.push(self.sum()?);
        }
        if in_list {
            self.take(b"]").ok_or_else(|| self.refusal())?;
        }
        self.take(b")").ok_or_else(|| self.refusal())?;
        Ok(Expression::Call(function, arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluate(text: &str) -> Result<Vec<f64>, Fault> {
        let at = |minute: i64| Timestamp::from_seconds(minute * 60);
        let times: Vec<Timestamp> = (0..3).map(at).collect();
        let of = |values: &[(i64, f64)]| values.iter().map(|(minute, value)| (at(*minute), *value)).collect();
        let series = BTreeMap::from([
            ("m1".to_owned(), (of(&[(0, 60.0), (1, 120.0), (2, 0.0)]), 60)),
            ("m2".to_owned(), (of(&[(0, 2.0), (2, 0.0)]), 60)),
        ]);
        let values = Expression::parse(text)?.evaluate(&Scope { series: &series, times: &times })?;
        Ok(values.into_values().collect())
    }

    #[test]
    fn arithmetic_is_done_point_by_point() {
        assert_eq!(evaluate("m1/PERIOD(m1)").unwrap(), [1.0, 2.0, 0.0]);
        assert_eq!(evaluate("m1 + m2").unwrap(), [62.0, 0.0]);
        assert_eq!(evaluate("100 * m1 / m2").unwrap(), [3_000.0], "a division by zero gives no value");
        assert_eq!(evaluate("FILL(m2, 1) * 2 ^ 3").unwrap(), [16.0, 8.0, 0.0]);
        assert_eq!(evaluate("-(m1 - 10)").unwrap(), [-50.0, -110.0, 10.0]);
        assert_eq!(evaluate("SUM([m1, m2])").unwrap(), [62.0, 0.0]);
        assert_eq!(evaluate("AVG([m1, m2])").unwrap(), [31.0, 0.0]);
        assert_eq!(evaluate("MAX([m2, 1])").unwrap(), [2.0, 1.0]);
        assert_eq!(evaluate("CEIL(m1 / 7)").unwrap(), [9.0, 18.0, 0.0]);
        assert_eq!(evaluate("7").unwrap(), [7.0, 7.0, 7.0]);
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for text in [
            "",
            "m1 +",
            "(m1",
            "m1 m2",
            "ANOMALY_DETECTION_BAND(m1)",
            "SEARCH('x')",
            "m3",
            "ABS()",
            "M1",
            "1..2",
            "FILL(m1, REPEAT)",
            "m1 > 5",
        ] {
            assert!(evaluate(text).is_err(), "{text}");
        }
        assert!(evaluate(&"(".repeat(10_000)).is_err());
        assert!(evaluate(&format!("1{}", "^1".repeat(10_000))).is_err());
    }
}
