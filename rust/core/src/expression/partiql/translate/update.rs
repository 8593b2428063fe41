//! `SET` and `REMOVE`: the actions of an update.

use triomphe::Arc;

use super::path::{self, position};
use super::{kind, literal};
use crate::expression::ast::{
    Action, Call, Calls, Deed, Function, Operand, Origin, Path, Place, Symbols, UpdateTree,
};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::statement::{Slot, UpdateMeaning};
use crate::expression::partiql::syntax::{Form, Node, Operation};

/// The update that operations are; the rest of its statement is left out.
pub(super) fn meaning(operations: &[Operation]) -> Result<UpdateMeaning, Problem> {
    let mut compiler = Compiler::default();
    for (clause, operation) in operations.iter().enumerate() {
        compiler.clause = u8::try_from(clause.min(usize::from(u8::MAX))).unwrap_or(u8::MAX);
        match operation {
            Operation::Set(assignments) => {
                for (target, value) in assignments {
                    compiler.assign(target, value)?;
                }
            }
            Operation::Remove(target) => {
                let path = path::path(&mut compiler.symbols, target)?;
                compiler.push(path, Deed::Remove);
            }
            _ => return Err(Problem::meaning("Only one operation is allowed in a statement.")),
        }
    }
    let Compiler { symbols, calls, actions, slots, sets, .. } = compiler;
    let tree = UpdateTree { origin: Origin::Statement, symbols: Arc::new(symbols), calls, actions };
    Ok(UpdateMeaning { tree: Arc::new(tree), slots, sets, filter: None, returning: None })
}

#[derive(Default)]
struct Compiler {
    symbols: Symbols,
    calls: Calls,
    actions: Vec<Action>,
    slots: Vec<Slot>,
    sets: Vec<(u16, String)>,
    clause: u8,
}

impl Compiler {
    fn push(&mut self, path: Path, deed: Deed) {
        self.actions.push(Action { path, deed, clause: self.clause });
    }

    fn assign(&mut self, target: &Node, value: &Node) -> Result<(), Problem> {
        let path = path::path(&mut self.symbols, target)?;
        let deed = match &value.form {
            Form::Call { name, arguments } if matches!(name.as_str(), "set_add" | "set_delete") => {
                self.set_function(target, value, name, arguments)?
            }
            Form::Binary { operator: "+", left, right } => {
                Deed::SetSum(self.operand(left)?, self.operand(right)?)
            }
            Form::Binary { operator: "-", left, right } => {
                Deed::SetDifference(self.operand(left)?, self.operand(right)?)
            }
            _ => Deed::Set(self.operand(value)?),
        };
        self.push(path, deed);
        Ok(())
    }

    /// `set_add` and `set_delete` change the set that they are assigned to.
    fn set_function(
        &mut self,
        target: &Node,
        call: &Node,
        name: &str,
        arguments: &[Node],
    ) -> Result<Deed, Problem> {
        let function = name.to_ascii_uppercase();
        let [first, second] = arguments else {
            return Err(Problem::at(format!("{function} must have exactly two arguments"), call.at));
        };
        if !path::same(target, first) {
            let text = format!("The first argument to {function} must equal the assignment value");
            return Err(Problem::at(text, call.at));
        }
        let no_set =
            Problem::at(format!("The second argument to {function} must be a value with type SET"), first.at);
        let slot = match &second.form {
            Form::Parameter(index) => {
                let slot = self.slot(Slot::Parameter(*index));
                self.sets.push((slot, no_set.into_text()));
                slot
            }
            Form::Bag(_) => self.slot(Slot::Literal(literal::value(second)?)),
            _ => return Err(no_set),
        };
        Ok(if name == "set_add" { Deed::Add(slot) } else { Deed::Delete(slot) })
    }

    fn operand(&mut self, node: &Node) -> Result<Operand, Problem> {
        match &node.form {
            Form::Name(_) | Form::Path { .. } => path::path(&mut self.symbols, node).map(Operand::Path),
            Form::Parameter(index) => Ok(Operand::Value(self.slot(Slot::Parameter(*index)))),
            Form::Call { name, arguments } => {
                let found = Function::find(name).filter(|function| function.place() == Place::Update);
                let function =
                    found.ok_or_else(|| Problem::at(format!("Unrecognized function: {name}"), node.at))?;
                let operands =
                    arguments.iter().map(|each| self.operand(each)).collect::<Result<Vec<_>, _>>()?;
                let start = position(self.calls.operands.len());
                self.calls.operands.extend(operands);
                let end = position(self.calls.operands.len());
                self.calls.calls.push(Call { function, start, end });
                Ok(Operand::Call(position(self.calls.calls.len() - 1)))
            }
            Form::Is { .. } => Err(Problem::meaning("IS operator is not supported in update expressions")),
            Form::Binary { operator, .. } => Err(unsupported(operator)),
            Form::Not(_) => Err(unsupported("not")),
            Form::Between { .. } => Err(unsupported("between")),
            Form::In { .. } => Err(unsupported("in")),
            Form::Sign(sign) => Err(unsupported(sign)),
            Form::Missing | Form::Select(_) | Form::Change(_) | Form::Unsupported(_) => {
                Err(Problem::meaning(format!("Unsupported token in expression: {}", kind(&node.form))))
            }
            _ => Ok(Operand::Value(self.slot(Slot::Literal(literal::value(node)?)))),
        }
    }

    fn slot(&mut self, slot: Slot) -> u16 {
        self.slots.push(slot);
        position(self.slots.len() - 1)
    }
}

fn unsupported(operator: &str) -> Problem {
    Problem::meaning(format!("Unsupported operator in Update Expression. Operator: {operator}"))
}
