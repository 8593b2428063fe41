//! Text to tree. A recursive descent whose depth is bounded, for text of at most [`super::SIZE_MAX`] bytes.
//!
//! DynamoDB reports syntax errors and redundant parentheses as it reads, and everything else only once the whole
//! text has been read. [`Parser::refuse`] therefore keeps the problem that stands first in the text and
//! [`Parser::finish`] reports it.

mod condition;
mod projection;
mod update;

use smallvec::SmallVec;

use super::ast::{Call, Calls, Function, Operand, Path, Place, Step, Symbols};
use super::lexer::{self, Token, TokenKind};
use super::reserved::is_reserved;

pub(super) use condition::parse_condition;
pub(super) use projection::parse_projection;
pub(super) use update::parse_update;

/// Operators an expression may have; functions do not count (facts 1.7).
const OPERATORS_MAX: usize = 300;

/// Steps a document path may have, as deep as a value may be nested (facts 1.3).
const PATH_STEPS_MAX: usize = 32;

/// Parentheses and calls that may be open at once. No accepted expression comes near: each pair of parentheses in a
/// condition needs an operator of its own or is redundant, and 300 operators are the most there may be; calls in
/// an update nest by at least 19 bytes for a call and a pair of parentheses.
const DEPTH_MAX: usize = 450;

/// Why a text is not an expression, without the `Invalid ...Expression: ` before it.
pub(super) type Problem = String;

/// The reader's position and what it has gathered.
struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// Index of the token to be read next.
    at: usize,
    symbols: Symbols,
    calls: Calls,
    operators: usize,
    /// The first problem of the text that is not one of syntax, with the index of its token.
    problem: Option<(usize, Problem)>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            tokens: lexer::tokens(text),
            at: 0,
            symbols: Symbols::default(),
            calls: Calls::default(),
            operators: 0,
            problem: None,
        }
    }

    fn kind(&self) -> TokenKind {
        self.tokens[self.at].kind
    }

    /// The kind of the token after the next one.
    fn kind_after(&self) -> TokenKind {
        self.tokens.get(self.at + 1).map_or(TokenKind::End, |token| token.kind)
    }

    fn advance(&mut self) {
        assert!(self.kind() != TokenKind::End, "invariant: nothing is read past the end");
        self.at += 1;
    }

    /// Reads the next token if it is of this kind.
    fn accept(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, kind: TokenKind) -> Result<(), Problem> {
        if self.accept(kind) { Ok(()) } else { Err(self.syntax_error()) }
    }

    /// The next token is none that may stand there. DynamoDB names it, and the text from the token before it to
    /// the token after it.
    fn syntax_error(&self) -> Problem {
        let token = self.tokens[self.at];
        let start = if self.at == 0 { 0 } else { self.tokens[self.at - 1].start };
        let end = self.tokens.get(self.at + 1).map_or(token.end, |next| next.end);
        let near = &self.text[usize::from(start)..usize::from(end)];
        format!("Syntax error; token: \"{}\", near: \"{near}\"", token.text(self.text))
    }

    /// Notes a problem at the token `at`, to be reported after the whole text was read without a syntax error.
    fn refuse(&mut self, at: usize, problem: Problem) {
        if self.problem.as_ref().is_none_or(|(first, _)| at < *first) {
            self.problem = Some((at, problem));
        }
    }

    /// Counts the operator at the token `at`.
    fn count_operator(&mut self, at: usize) {
        self.operators += 1;
        if self.operators == OPERATORS_MAX + 1 {
            let count = self.operators;
            self.refuse(at, format!("The expression contains too many operators; operator count: {count}"));
        }
    }

    /// The end of the text must come now, and nothing may have been refused.
    fn finish(&mut self) -> Result<(), Problem> {
        if self.kind() != TokenKind::End {
            return Err(self.syntax_error());
        }
        self.problem.take().map_or(Ok(()), |(_, problem)| Err(problem))
    }

    /// Refuses parentheses or calls nested so deep that the text cannot be right (see [`DEPTH_MAX`]).
    fn check_depth(&self, depth: usize) -> Result<(), Problem> {
        if depth < DEPTH_MAX {
            return Ok(());
        }
        Err(if self.kind() == TokenKind::Open { redundant_parentheses() } else { self.syntax_error() })
    }

    /// An operand: a value, a path, a call, or one of these in parentheses. The flag tells of the parentheses.
    fn operand(&mut self, place: Place, depth: usize) -> Result<(Operand, bool), Problem> {
        match self.kind() {
            TokenKind::Open => {
                self.check_depth(depth)?;
                self.advance();
                let (operand, inner) = self.operand(place, depth + 1)?;
                self.close(inner)?;
                Ok((operand, true))
            }
            TokenKind::Identifier if self.kind_after() == TokenKind::Open => {
                Ok((self.call(place, depth)?.0, false))
            }
            TokenKind::ValuePlaceholder => Ok((Operand::Value(self.value()?), false)),
            _ => Ok((Operand::Path(self.path()?), false)),
        }
    }

    /// A closing parenthesis. Parentheses straight around parentheses are refused at once, before anything the
    /// text may say later.
    fn close(&mut self, inner: bool) -> Result<(), Problem> {
        self.expect(TokenKind::Close)?;
        if inner { Err(redundant_parentheses()) } else { Ok(()) }
    }

    /// A function with its operands, and the index of its name's token. Whether the function may stand where it
    /// does is for the caller to say once it knows where that is ([`Parser::check_place`]); its operands are
    /// checked here.
    fn call(&mut self, place: Place, depth: usize) -> Result<(Operand, usize), Problem> {
        self.check_depth(depth)?;
        let at = self.at;
        let name = self.tokens[at].text(self.text);
        let function = Function::find(name);
        if function.is_none() {
            self.refuse(at, format!("Invalid function name; function: {name}"));
        }
        // An unknown name is refused above; the stand-in is never used.
        let function = function.unwrap_or(Function::Size);
        self.advance();
        self.expect(TokenKind::Open)?;
        let inside = if place == Place::Update { Place::Update } else { Place::Operand };
        let mut operands = SmallVec::<[Operand; 2]>::new();
        loop {
            let argument_at = self.at;
            let (operand, _) = self.operand(inside, depth + 1)?;
            self.check_argument(function, operand, argument_at);
            operands.push(operand);
            if !self.accept(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::Close)?;
        let start = index(self.calls.operands.len());
        self.calls.operands.extend(operands);
        let end = index(self.calls.operands.len());
        self.calls.calls.push(Call { function, start, end });
        let operand = Operand::Call(index(self.calls.calls.len() - 1));
        // What stands alone in a condition is checked when it is known whether a comparator follows.
        if place != Place::Condition {
            self.check_place(function, place, at);
        }
        Ok((operand, at))
    }

    /// `list_append` takes no `list_append`: DynamoDB's own restriction, measured by Alternator's test suite.
    fn check_argument(&mut self, function: Function, operand: Operand, at: usize) {
        if let (Function::ListAppend, Operand::Call(call)) = (function, operand)
            && self.calls.get(call).function == Function::ListAppend
        {
            self.refuse(at, misused(function));
        }
    }

    /// Refuses `function` at the token `at` if it may not stand in `place`.
    fn check_place(&mut self, function: Function, place: Place, at: usize) {
        let name = self.tokens[at].text(self.text);
        // An unknown function has been refused already and its stand-in says nothing about it.
        if function.place() == place || Function::find(name).is_none() {
            return;
        }
        let problem = match (function.place(), place) {
            (_, Place::Update) => {
                format!("The function is not allowed in an update expression; function: {name}")
            }
            (Place::Update, _) => {
                format!("The function is not allowed in a condition expression; function: {name}")
            }
            _ => misused(function),
        };
        self.refuse(at, problem);
    }

    /// A `:value`.
    fn value(&mut self) -> Result<u16, Problem> {
        let token = self.tokens[self.at];
        self.expect(TokenKind::ValuePlaceholder)?;
        Ok(intern(&mut self.symbols.values, token.text(self.text)))
    }

    /// A document path.
    fn path(&mut self) -> Result<Path, Problem> {
        let first = self.at;
        let start = index(self.symbols.steps.len());
        self.name()?;
        loop {
            if self.accept(TokenKind::Dot) {
                self.name()?;
            } else if self.accept(TokenKind::OpenBracket) {
                self.list_index()?;
            } else {
                break;
            }
        }
        let path = Path { start, end: index(self.symbols.steps.len()) };
        let levels = usize::from(path.end - path.start);
        if levels > PATH_STEPS_MAX {
            let problem = format!("The document path has too many nesting levels; nesting levels: {levels}");
            self.refuse(first, problem);
        }
        self.symbols.paths.push(path);
        Ok(path)
    }

    fn name(&mut self) -> Result<(), Problem> {
        let token = self.tokens[self.at];
        let name = token.text(self.text);
        let step = match token.kind {
            TokenKind::Identifier => {
                if is_reserved(name) {
                    let problem = format!("Attribute name is a reserved keyword; reserved keyword: {name}");
                    self.refuse(self.at, problem);
                }
                Step::Literal(intern(&mut self.symbols.literals, name))
            }
            TokenKind::NamePlaceholder => Step::Placeholder(intern(&mut self.symbols.placeholders, name)),
            _ => return Err(self.syntax_error()),
        };
        self.advance();
        self.symbols.steps.push(step);
        Ok(())
    }

    /// The integer and closing bracket of a list index; DynamoDB's indexes are Java integers.
    fn list_index(&mut self) -> Result<(), Problem> {
        let at = self.at;
        let digits = self.tokens[at].text(self.text);
        self.expect(TokenKind::Integer)?;
        let parsed = digits.parse::<u32>().ok().filter(|position| i32::try_from(*position).is_ok());
        if parsed.is_none() {
            self.refuse(at, format!("List index is not within the allowable range; index: [{digits}]"));
        }
        self.symbols.steps.push(Step::Index(parsed.unwrap_or(0)));
        self.expect(TokenKind::CloseBracket)
    }
}

/// The index of `text` in `table`, to which it is added if it is new.
fn intern(table: &mut Vec<Box<str>>, text: &str) -> u16 {
    if let Some(found) = table.iter().position(|entry| **entry == *text) {
        return index(found);
    }
    table.push(text.into());
    index(table.len() - 1)
}

/// A position in one of the tree's tables.
fn index(position: usize) -> u16 {
    u16::try_from(position).expect("invariant: 4096 bytes make fewer than 65536 entries of any kind")
}

fn redundant_parentheses() -> Problem {
    "The expression has redundant parentheses;".to_owned()
}

fn misused(function: Function) -> Problem {
    format!("The function is not allowed to be used this way in an expression; function: {}", function.name())
}

#[cfg(test)]
mod tests;
