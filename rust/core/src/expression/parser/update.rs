//! `SET path = value, ... REMOVE path, ... ADD path :value, ... DELETE path :value, ...`

use triomphe::Arc;

use super::{Parser, Problem};
use crate::expression::ast::{Action, Deed, Operand, Origin, Path, Place, UpdateTree};
use crate::expression::lexer::TokenKind;

/// The actions of an update expression.
pub(in crate::expression) fn parse_update(text: &str) -> Result<UpdateTree, Problem> {
    let mut parser = Parser::new(text);
    let mut actions = Vec::new();
    let mut seen = [false; 4];
    let mut repeated = None;
    let mut clause = 0_u8;
    loop {
        let (section, name) = match parser.kind() {
            TokenKind::Set => (0, "SET"),
            TokenKind::Remove => (1, "REMOVE"),
            TokenKind::Add => (2, "ADD"),
            TokenKind::Delete => (3, "DELETE"),
            _ => return Err(parser.syntax_error()),
        };
        if std::mem::replace(&mut seen[section], true) && repeated.is_none() {
            repeated = Some(name);
        }
        let kind = parser.kind();
        parser.advance();
        loop {
            let (path, deed) = parser.action(kind)?;
            actions.push(Action { path, deed, clause });
            if !parser.accept(TokenKind::Comma) {
                break;
            }
        }
        if parser.kind() == TokenKind::End {
            break;
        }
        // Only repeated clauses, which are refused below, could run out of numbers.
        clause = clause.saturating_add(1);
    }
    parser.finish()?;
    if let Some(name) = repeated {
        return Err(format!("The \"{name}\" section can only be used once in an update expression;"));
    }
    let Parser { symbols, calls, .. } = parser;
    Ok(UpdateTree { origin: Origin::Expression, symbols: Arc::new(symbols), calls, actions })
}

impl Parser<'_> {
    /// One action of the clause that `section` opened.
    fn action(&mut self, section: TokenKind) -> Result<(Path, Deed), Problem> {
        let path = self.path()?;
        let deed = match section {
            TokenKind::Set => {
                self.expect(TokenKind::Equal)?;
                self.set_value(0)?.0
            }
            TokenKind::Remove => Deed::Remove,
            TokenKind::Add => Deed::Add(self.value()?),
            _ => Deed::Delete(self.value()?),
        };
        Ok((path, deed))
    }

    /// `operand`, `operand + operand` or `operand - operand`, any of them in parentheses. The flag tells of
    /// parentheses around the whole.
    fn set_value(&mut self, depth: usize) -> Result<(Deed, bool), Problem> {
        let (left, parenthesised) = if self.kind() == TokenKind::Open {
            self.check_depth(depth)?;
            self.advance();
            let (deed, inner) = self.set_value(depth + 1)?;
            self.close(inner)?;
            match deed {
                Deed::Set(operand) => (operand, true),
                // A sum is no operand of another one.
                sum => return Ok((sum, true)),
            }
        } else {
            self.operand(Place::Update, depth)?
        };
        let make: fn(Operand, Operand) -> Deed = match self.kind() {
            TokenKind::Plus => Deed::SetSum,
            TokenKind::Minus => Deed::SetDifference,
            _ => return Ok((Deed::Set(left), parenthesised)),
        };
        self.count_operator(self.at);
        self.advance();
        let (right, _) = self.operand(Place::Update, depth)?;
        Ok((make(left, right), false))
    }
}
