//! Tokens to a syntax tree, by the grammar of PartiQL and with the messages of the service's parser: operators bind
//! by precedence, and statements are terms like others.
//!
//! Source of grammar and messages: the open PartiQL parser, whose wording the service gives (measured by public
//! conformance suites).

mod change;
mod select;
mod term;

use super::keyword::type_name;
use super::lexer;
use super::problem::Problem;
use super::syntax::{Form, Node};
use super::token::{Placed, Position, Token};

/// Parts inside each other at most: what a thread's stack surely holds. AWS's limit is not known; no value may be
/// nested more than 32 levels.
const DEPTH_MAX: usize = 100;

/// Reads a whole statement; tells also how many parameters it has.
pub(super) fn parse(text: &str) -> Result<(Node, usize), Problem> {
    let mut parser = Parser { tokens: lexer::tokens(text)?, at: 0, depth: 0 };
    let node = parser.expression(ANY)?;
    if parser.take_mark(";") && !parser.at_end() {
        return Err(Problem::syntax("Unexpected token after semicolon. (Only one query is allowed.)"));
    }
    if !parser.at_end() {
        return Err(Problem::syntax("Unexpected token after expression"));
    }
    let parameters = parser.tokens.iter().filter(|placed| matches!(placed.token, Token::Parameter(_)));
    Ok((node, parameters.count()))
}

/// The reader's position among the tokens.
pub(super) struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

/// Below every operator.
const ANY: u8 = 0;
/// What ends at the clauses of a `SELECT`.
const CLAUSE: u8 = 6;
const NOT: u8 = 30;

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Infix {
    Binary(&'static str),
    Is { negated: bool },
    In { negated: bool },
    Between { negated: bool },
    Like { negated: bool },
}

impl Infix {
    fn precedence(self) -> u8 {
        match self {
            Self::Binary("union" | "intersect" | "except") => 5,
            Self::Binary("or") => 10,
            Self::Binary("and") => 20,
            Self::Binary("=" | "<>") | Self::Is { .. } | Self::In { .. } => 40,
            Self::Binary("+" | "-" | "||") => 60,
            Self::Binary("*" | "/" | "%") => 70,
            Self::Binary(_) | Self::Between { .. } | Self::Like { .. } => 50,
        }
    }

    /// How many tokens it is written with.
    fn tokens(self) -> usize {
        match self {
            Self::Binary(_) => 1,
            Self::Is { negated }
            | Self::In { negated }
            | Self::Between { negated }
            | Self::Like { negated } => 1 + usize::from(negated),
        }
    }
}

impl Parser {
    fn token(&self) -> &Token {
        self.ahead(0)
    }

    /// The token that many behind the next one; the end where there are no more.
    fn ahead(&self, tokens: usize) -> &Token {
        let last = self.tokens.last().expect("invariant: the end is a token");
        &self.tokens.get(self.at + tokens).unwrap_or(last).token
    }

    fn position(&self) -> Position {
        let last = self.tokens.last().expect("invariant: the end is a token");
        self.tokens.get(self.at).unwrap_or(last).at
    }

    fn at_end(&self) -> bool {
        *self.token() == Token::End
    }

    fn is_mark(&self, mark: &str) -> bool {
        matches!(self.token(), Token::Mark(found) if *found == mark)
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        is_keyword(self.token(), keyword)
    }

    fn take_mark(&mut self, mark: &str) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        self.at += usize::from(found);
        found
    }

    fn expect_mark(&mut self, mark: &str, name: &str) -> Result<(), Problem> {
        if self.take_mark(mark) { Ok(()) } else { Err(Problem::syntax(&format!("Expected {name}"))) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth == DEPTH_MAX {
            return Err(Problem::syntax("Statement is nested too deeply"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads what operators above a precedence hold together.
    fn expression(&mut self, above: u8) -> Result<Node, Problem> {
        self.deeper(|parser| {
            let mut left = parser.unary()?;
            while let Some(infix) = parser.infix()
                && above < infix.precedence()
            {
                left = parser.behind(left, infix)?;
            }
            Ok(left)
        })
    }

    /// The operator that stands next, if one does.
    fn infix(&self) -> Option<Infix> {
        let next = self.ahead(1);
        Some(match self.token() {
            Token::Mark(
                mark @ ("+" | "-" | "||" | "*" | "/" | "%" | "=" | "<>" | "<" | "<=" | ">" | ">="),
            )
            | Token::Keyword(mark @ ("and" | "or" | "union" | "intersect" | "except")) => Infix::Binary(mark),
            Token::Keyword("is") => Infix::Is { negated: is_keyword(next, "not") },
            Token::Keyword("in") => Infix::In { negated: false },
            Token::Keyword("between") => Infix::Between { negated: false },
            Token::Keyword("like") => Infix::Like { negated: false },
            Token::Keyword("not") => match next {
                Token::Keyword("in") => Infix::In { negated: true },
                Token::Keyword("between") => Infix::Between { negated: true },
                Token::Keyword("like") => Infix::Like { negated: true },
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Reads what stands behind an operator.
    fn behind(&mut self, left: Node, infix: Infix) -> Result<Node, Problem> {
        let (at, precedence) = (self.position(), infix.precedence());
        self.at += infix.tokens();
        let left = Box::new(left);
        let form = match infix {
            Infix::Is { negated } => Form::Is { operand: left, type_: self.type_()?, negated },
            Infix::In { negated } => {
                let candidates = Box::new(self.candidates(precedence)?);
                Form::In { operand: left, candidates, negated }
            }
            Infix::Between { negated } => {
                let low = Box::new(self.right(precedence)?);
                if !self.take_keyword("and") {
                    return Err(Problem::syntax("Expected AND keyword"));
                }
                if self.at_end() {
                    return Err(Problem::syntax("Expected expression after AND"));
                }
                let high = Box::new(self.expression(precedence)?);
                Form::Between { operand: left, low, high, negated }
            }
            Infix::Like { negated } => {
                let right = Box::new(self.right(precedence)?);
                if self.take_keyword("escape") {
                    self.expression(precedence)?;
                }
                Form::Binary { operator: if negated { "not_like" } else { "like" }, left, right }
            }
            Infix::Binary(operator) => {
                Form::Binary { operator, left, right: Box::new(self.right(precedence)?) }
            }
        };
        Ok(Node { at, form })
    }

    fn right(&mut self, precedence: u8) -> Result<Node, Problem> {
        if self.at_end() {
            return Err(Problem::syntax("Missing right-hand side expression of infix operator"));
        }
        self.expression(precedence)
    }

    /// What stands behind `IN`: between parentheses a list, even of one.
    fn candidates(&mut self, precedence: u8) -> Result<Node, Problem> {
        let at = self.position();
        let query = matches!(self.ahead(1), Token::Keyword("select" | "values"));
        if !self.is_mark("(") || query {
            return self.right(precedence);
        }
        self.at += 1;
        let elements = self.list()?;
        self.expect_mark(")", "RIGHT_PAREN")?;
        Ok(Node { at, form: Form::List(elements) })
    }

    fn type_(&mut self) -> Result<&'static str, Problem> {
        let found = match (self.token(), self.ahead(1)) {
            (Token::Keyword(first), Token::Keyword(second)) => type_name(first, Some(second)),
            (Token::Keyword(first), _) => type_name(first, None),
            _ => None,
        };
        let (name, words) = found.ok_or_else(|| Problem::syntax("Expected type name"))?;
        self.at += words;
        if self.take_mark("(") {
            self.list()?;
            self.expect_mark(")", "RIGHT_PAREN")?;
        }
        Ok(name)
    }

    /// Reads expressions between commas, at least one.
    fn list(&mut self) -> Result<Vec<Node>, Problem> {
        let mut elements = vec![self.expression(ANY)?];
        while self.take_mark(",") {
            elements.push(self.expression(ANY)?);
        }
        Ok(elements)
    }

    /// Reads a sign or `NOT` with what it stands before, or a path. A sign of a number becomes part of it.
    fn unary(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        let sign = match self.token() {
            Token::Mark(sign @ ("+" | "-")) => *sign,
            Token::Keyword("not") => {
                self.at += 1;
                let operand = self.expression(NOT)?;
                return Ok(Node { at, form: Form::Not(Box::new(operand)) });
            }
            _ => return self.path(),
        };
        self.at += 1;
        let operand = self.deeper(Self::unary)?;
        Ok(match (sign, operand) {
            ("-", Node { at, form: Form::Number(text) }) => {
                let negated = text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned);
                Node { at, form: Form::Number(negated) }
            }
            ("+", number @ Node { form: Form::Number(_), .. }) => number,
            (sign, _) => Node { at, form: Form::Sign(sign) },
        })
    }
}

fn is_keyword(token: &Token, keyword: &str) -> bool {
    matches!(token, Token::Keyword(found) if *found == keyword)
}
