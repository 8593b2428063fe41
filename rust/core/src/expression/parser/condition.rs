//! Conditions, filters and key conditions: one grammar, compiled to a program as it is read.

use super::{Parser, Problem, index};
use crate::expression::ast::{Comparator, ConditionTree, Instruction, Operand, Origin, Place, Test};
use crate::expression::lexer::TokenKind;

/// A condition, filter or key condition.
pub(in crate::expression) fn parse_condition(text: &str) -> Result<ConditionTree, Problem> {
    let mut reader = Reader { parser: Parser::new(text), program: Vec::new() };
    let read = reader.condition(0)?;
    reader.parser.finish_condition(&read, &mut reader.program)?;
    let Parser { symbols, calls, .. } = reader.parser;
    Ok(ConditionTree { origin: Origin::Expression, symbols, calls, program: reader.program })
}

/// What has been read: `(a)` may turn out to be an operand and `(size(a))` one or the other, so a lone operand is
/// handed up until it is clear.
enum Read {
    /// A condition; its instructions have been written.
    Condition { parenthesised: bool },
    /// An operand; nothing has been written.
    Operand { operand: Operand, parenthesised: bool, call_at: Option<usize> },
}

/// The end of the list of jumps that wait for their target. Until it is known, a jump's target holds the index of
/// the jump before it in the list.
const NO_JUMP: u16 = u16::MAX;

struct Reader<'t> {
    parser: Parser<'t>,
    program: Vec<Instruction>,
}

impl Parser<'_> {
    /// The whole text was read; a lone operand at the top must be a call that is a condition.
    fn finish_condition(&mut self, read: &Read, program: &mut Vec<Instruction>) -> Result<(), Problem> {
        if let Read::Operand { operand, call_at, .. } = read {
            self.condition_call(*operand, *call_at, program)?;
        }
        self.finish()
    }

    /// Writes a call that stands as a condition; anything else here is a syntax error at the next token.
    fn condition_call(
        &mut self,
        operand: Operand,
        call_at: Option<usize>,
        program: &mut Vec<Instruction>,
    ) -> Result<(), Problem> {
        let (Operand::Call(call), Some(at)) = (operand, call_at) else {
            return Err(self.syntax_error());
        };
        self.check_place(self.calls.get(call).function, Place::Condition, at);
        program.push(Instruction::Test(Test::Call(call)));
        Ok(())
    }
}

impl Reader<'_> {
    /// `condition OR condition`, `condition AND condition`, `NOT condition`, by their precedence, or a lone operand
    /// that has nothing of these around it.
    fn condition(&mut self, depth: usize) -> Result<Read, Problem> {
        let (mut ors, mut ands) = (NO_JUMP, NO_JUMP);
        let mut single = true;
        loop {
            let mut inverted = false;
            while self.parser.kind() == TokenKind::Not {
                self.parser.count_operator(self.parser.at);
                self.parser.advance();
                inverted = !inverted;
                single = false;
            }
            let read = self.test(depth)?;
            let next = self.parser.kind();
            if single && !matches!(next, TokenKind::And | TokenKind::Or) {
                return Ok(read);
            }
            single = false;
            if let Read::Operand { operand, call_at, .. } = read {
                self.parser.condition_call(operand, call_at, &mut self.program)?;
            }
            if inverted {
                self.program.push(Instruction::Not);
            }
            if next == TokenKind::And {
                self.jump(Instruction::JumpIfFalse(ands), &mut ands);
                continue;
            }
            self.land(&mut ands);
            if next == TokenKind::Or {
                self.jump(Instruction::JumpIfTrue(ors), &mut ors);
                continue;
            }
            self.land(&mut ors);
            return Ok(Read::Condition { parenthesised: false });
        }
    }

    /// Reads the operator and writes its jump at the head of the list `waiting`.
    fn jump(&mut self, jump: Instruction, waiting: &mut u16) {
        self.parser.count_operator(self.parser.at);
        self.parser.advance();
        *waiting = index(self.program.len());
        self.program.push(jump);
    }

    /// Lets the jumps that wait in the list land here.
    fn land(&mut self, waiting: &mut u16) {
        let here = index(self.program.len());
        while *waiting != NO_JUMP {
            let (Instruction::JumpIfFalse(target) | Instruction::JumpIfTrue(target)) =
                &mut self.program[usize::from(*waiting)]
            else {
                unreachable!("invariant: the list holds jumps")
            };
            *waiting = std::mem::replace(target, here);
        }
    }

    /// A comparison, `BETWEEN`, `IN`, a call, a condition in parentheses, or a lone operand.
    fn test(&mut self, depth: usize) -> Result<Read, Problem> {
        let (operand, parenthesised, call_at) = match self.first(depth)? {
            Read::Operand { operand, parenthesised, call_at } => (operand, parenthesised, call_at),
            condition => return Ok(condition),
        };
        let at = self.parser.at;
        let test = match self.parser.kind() {
            TokenKind::Between => {
                self.parser.advance();
                let low = self.operand(depth)?;
                self.parser.expect(TokenKind::And)?;
                let high = self.operand(depth)?;
                Test::Between { operand, low, high }
            }
            TokenKind::In => {
                self.parser.advance();
                self.candidates(operand, depth)?
            }
            other => {
                let Some(comparator) = comparator(other) else {
                    return Ok(Read::Operand { operand, parenthesised, call_at });
                };
                self.parser.advance();
                Test::Compare { comparator, left: operand, right: self.operand(depth)? }
            }
        };
        if let (Operand::Call(call), Some(call_at)) = (operand, call_at) {
            let function = self.parser.calls.get(call).function;
            self.parser.check_place(function, Place::Operand, call_at);
        }
        self.parser.count_operator(at);
        self.program.push(Instruction::Test(test));
        Ok(Read::Condition { parenthesised: false })
    }

    /// What a test starts with: an operand, or a condition in parentheses.
    fn first(&mut self, depth: usize) -> Result<Read, Problem> {
        match self.parser.kind() {
            TokenKind::Open => {
                self.parser.check_depth(depth)?;
                self.parser.advance();
                match self.condition(depth + 1)? {
                    Read::Condition { parenthesised } => {
                        self.parser.close(parenthesised)?;
                        Ok(Read::Condition { parenthesised: true })
                    }
                    Read::Operand { operand, parenthesised, call_at } => {
                        self.parser.close(parenthesised)?;
                        Ok(Read::Operand { operand, parenthesised: true, call_at })
                    }
                }
            }
            TokenKind::Identifier if self.parser.kind_after() == TokenKind::Open => {
                let (operand, at) = self.parser.call(Place::Condition, depth)?;
                Ok(Read::Operand { operand, parenthesised: false, call_at: Some(at) })
            }
            _ => {
                let (operand, parenthesised) = self.parser.operand(Place::Operand, depth)?;
                Ok(Read::Operand { operand, parenthesised, call_at: None })
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Result<Operand, Problem> {
        Ok(self.parser.operand(Place::Operand, depth)?.0)
    }

    /// `(operand, ...)` after `IN`.
    fn candidates(&mut self, operand: Operand, depth: usize) -> Result<Test, Problem> {
        self.parser.expect(TokenKind::Open)?;
        let mut candidates = Vec::new();
        loop {
            candidates.push(self.operand(depth)?);
            if !self.parser.accept(TokenKind::Comma) {
                break;
            }
        }
        self.parser.expect(TokenKind::Close)?;
        let start = index(self.parser.calls.operands.len());
        self.parser.calls.operands.append(&mut candidates);
        Ok(Test::In { operand, start, end: index(self.parser.calls.operands.len()) })
    }
}

fn comparator(kind: TokenKind) -> Option<Comparator> {
    Some(match kind {
        TokenKind::Equal => Comparator::Equal,
        TokenKind::NotEqual => Comparator::NotEqual,
        TokenKind::Less => Comparator::Less,
        TokenKind::LessOrEqual => Comparator::LessOrEqual,
        TokenKind::Greater => Comparator::Greater,
        TokenKind::GreaterOrEqual => Comparator::GreaterOrEqual,
        _ => return None,
    })
}
