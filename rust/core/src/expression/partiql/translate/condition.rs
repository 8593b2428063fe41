//! `WHERE`: a condition's program, and the predicate that says which keys it is about.

use triomphe::Arc;

use super::path::{self, position, root_name};
use super::{kind, literal};
use crate::expression::ast::{
    Call, Calls, Comparator, ConditionTree, Function, Instruction, Operand, Origin, Place, Symbols,
    Test as TreeTest,
};
use crate::expression::operand::incorrect_type;
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::statement::Slot;
use crate::expression::partiql::syntax::{Form, Node};
use crate::expression::partiql::where_clause::{Comparison, Predicate, Test, WhereTree};
use crate::value::Value;

/// The meaning of a `WHERE`.
pub(super) fn where_tree(node: &Node) -> Result<Arc<WhereTree>, Problem> {
    let mut compiler = Compiler::default();
    let predicate =
        compiler.condition(node, "WHERE clause must contain an expression that resolves to a boolean")?;
    let Compiler { symbols, calls, program, slots } = compiler;
    let tree = ConditionTree { origin: Origin::Statement, symbols, calls, program };
    Ok(Arc::new(WhereTree { tree: Arc::new(tree), slots, predicate }))
}

#[derive(Default)]
struct Compiler {
    symbols: Symbols,
    calls: Calls,
    program: Vec<Instruction>,
    slots: Vec<Slot>,
}

impl Compiler {
    /// Appends what leaves a condition's truth in the register; `refusal` is said of anything else.
    fn condition(&mut self, node: &Node, refusal: &str) -> Result<Predicate, Problem> {
        match &node.form {
            Form::Binary { operator: operator @ ("and" | "or"), left, right } => {
                self.connected(operator, left, right)
            }
            Form::Not(inner) => {
                let inner = self.condition(inner, "The argument to NOT must be a Type or Expression")?;
                self.program.push(Instruction::Not);
                Ok(Predicate::Not(Box::new(inner)))
            }
            Form::Binary { operator, left, right } => match comparator(operator) {
                Some(comparator) => self.compared(comparator, left, right),
                None => Err(Problem::meaning(format!(
                    "Unsupported operator in Condition Expression. Operator: {operator}"
                ))),
            },
            Form::Between { operand, low, high, negated } => {
                let predicate = self.between(operand, low, high)?;
                Ok(self.negated(predicate, *negated))
            }
            Form::In { operand, candidates, negated } => {
                let predicate = self.in_(operand, candidates)?;
                Ok(self.negated(predicate, *negated))
            }
            Form::Is { operand, type_, negated } => self.is(operand, type_, *negated),
            Form::Call { name, arguments } => self.call(node, name, arguments, Place::Condition),
            Form::Sign(sign) => Err(Problem::meaning(format!(
                "Unsupported operator in Condition Expression. Operator: {sign}"
            ))),
            _ => Err(Problem::meaning(refusal)),
        }
    }

    fn connected(&mut self, operator: &str, left: &Node, right: &Node) -> Result<Predicate, Problem> {
        const REFUSAL: &str = "The arguments to AND/OR must be Expressions";
        let mut parts = Vec::new();
        let left = self.condition(left, REFUSAL)?;
        let jump = self.program.len();
        self.program.push(Instruction::Not);
        let right = self.condition(right, REFUSAL)?;
        let end = position(self.program.len());
        let and = operator == "and";
        self.program[jump] = if and { Instruction::JumpIfFalse(end) } else { Instruction::JumpIfTrue(end) };
        for side in [left, right] {
            match side {
                Predicate::And(inner) if and => parts.extend(inner),
                Predicate::Or(inner) if !and => parts.extend(inner),
                other => parts.push(other),
            }
        }
        Ok(if and { Predicate::And(parts) } else { Predicate::Or(parts) })
    }

    fn negated(&mut self, predicate: Predicate, negated: bool) -> Predicate {
        if !negated {
            return predicate;
        }
        self.program.push(Instruction::Not);
        Predicate::Not(Box::new(predicate))
    }

    fn compared(&mut self, comparator: Comparator, left: &Node, right: &Node) -> Result<Predicate, Problem> {
        if is_condition(left) || is_condition(right) {
            return self.truth_compared(comparator, left, right);
        }
        let (left_operand, right_operand) = (self.operand(left)?, self.operand(right)?);
        let test = TreeTest::Compare { comparator, left: left_operand, right: right_operand };
        self.program.push(Instruction::Test(test));
        let comparison = match (left_operand, right_operand) {
            (Operand::Path(_), Operand::Value(slot)) => Some(Comparison::Compare(comparator, slot)),
            (Operand::Value(slot), Operand::Path(_)) => Some(Comparison::Compare(comparator.turned(), slot)),
            _ => None,
        };
        let about = if matches!(left_operand, Operand::Path(_)) { left } else { right };
        Ok(test_of(about, comparison, &[left, right]))
    }

    /// A comparison with a condition's truth, which is a boolean.
    fn truth_compared(
        &mut self,
        comparator: Comparator,
        left: &Node,
        right: &Node,
    ) -> Result<Predicate, Problem> {
        if !matches!(comparator, Comparator::Equal | Comparator::NotEqual) {
            return Err(Problem::meaning(incorrect_type(comparator.text(), "BOOL")));
        }
        let (condition, other) = if is_condition(left) { (left, right) } else { (right, left) };
        let mut names = names_of(&self.condition(condition, "")?);
        if is_condition(other) {
            self.program.push(Instruction::Push);
            names.extend(names_of(&self.condition(other, "")?));
            self.program.push(Instruction::ComparePushed(comparator));
        } else {
            let operand = self.operand(other)?;
            names.extend(root_name(other).map(Into::into));
            self.program.push(Instruction::CompareTruth(comparator, operand));
        }
        Ok(Predicate::Test(Test { names, comparison: None }))
    }

    fn between(&mut self, operand: &Node, low: &Node, high: &Node) -> Result<Predicate, Problem> {
        if [operand, low, high].into_iter().any(is_condition) {
            return Err(Problem::meaning(incorrect_type("BETWEEN", "BOOL")));
        }
        let nodes = [operand, low, high];
        let (operand, low, high) = (self.operand(operand)?, self.operand(low)?, self.operand(high)?);
        self.program.push(Instruction::Test(TreeTest::Between { operand, low, high }));
        let comparison = match (operand, low, high) {
            (Operand::Path(_), Operand::Value(low), Operand::Value(high)) => {
                Some(Comparison::Between(low, high))
            }
            _ => None,
        };
        Ok(test_of(nodes[0], comparison, &nodes))
    }

    fn in_(&mut self, operand: &Node, candidates: &Node) -> Result<Predicate, Problem> {
        let (Form::List(elements) | Form::Bag(elements)) = &candidates.form else { return Err(invalid_in()) };
        if elements.is_empty() || elements.iter().any(is_condition) {
            return Err(invalid_in());
        }
        if is_condition(operand) {
            let names = names_of(&self.condition(operand, "")?);
            let (start, end) = self.candidates(elements)?;
            self.program.push(Instruction::TruthIn(start, end));
            return Ok(Predicate::Test(Test { names, comparison: None }));
        }
        let tested = self.operand(operand)?;
        let first_slot = position(self.slots.len());
        let (start, end) = self.candidates(elements)?;
        self.program.push(Instruction::Test(TreeTest::In { operand: tested, start, end }));
        let values = position(self.slots.len()) - first_slot == end - start;
        let comparison = matches!(tested, Operand::Path(_)) && values;
        let comparison = comparison.then(|| Comparison::In(first_slot, position(self.slots.len())));
        let mut nodes: Vec<&Node> = vec![operand];
        nodes.extend(elements);
        Ok(test_of(operand, comparison, &nodes))
    }

    fn candidates(&mut self, elements: &[Node]) -> Result<(u16, u16), Problem> {
        let operands = elements.iter().map(|element| self.operand(element)).collect::<Result<Vec<_>, _>>()?;
        let start = position(self.calls.operands.len());
        self.calls.operands.extend(operands);
        Ok((start, position(self.calls.operands.len())))
    }

    fn is(&mut self, operand: &Node, type_: &str, negated: bool) -> Result<Predicate, Problem> {
        let tag = match type_ {
            "MISSING" => None,
            "NULL" => Some("NULL"),
            "BOOLEAN" => Some("BOOL"),
            "BLOB" => Some("B"),
            "STRING" => Some("S"),
            "NUMERIC" => Some("N"),
            "STRUCT" | "TUPLE" => Some("M"),
            "LIST" => Some("L"),
            other => {
                return Err(Problem::meaning(format!(
                    "Unsupported data type for IS operator: {other}. Supported data types are [MISSING, NULL, \
                     BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]"
                )));
            }
        };
        if root_name(operand).is_none() {
            return Err(Problem::meaning(
                "The left hand side argument to IS must be a Variable Reference, Literal, or Path",
            ));
        }
        let path = self.operand(operand)?;
        match tag {
            // Neither is a negation: what is missing is no part of a key.
            None if negated => self.test_call(Function::AttributeExists, &[path]),
            None => self.test_call(Function::AttributeNotExists, &[path]),
            Some(tag) => {
                let name = self.slot(Slot::Literal(Value::string(tag)));
                self.test_call(Function::AttributeType, &[path, name]);
            }
        }
        let predicate = test_of(operand, None, &[operand]);
        Ok(if tag.is_some() { self.negated(predicate, negated) } else { predicate })
    }

    /// A function as a condition, or an error where it is none.
    fn call(
        &mut self,
        node: &Node,
        name: &str,
        arguments: &[Node],
        place: Place,
    ) -> Result<Predicate, Problem> {
        let function = function(node, name, place)?;
        let operands =
            arguments.iter().map(|argument| self.operand(argument)).collect::<Result<Vec<_>, _>>()?;
        self.test_call(function, &operands);
        let comparison = match (function, &operands[..]) {
            (Function::BeginsWith, [Operand::Path(_), Operand::Value(slot)]) => {
                Some(Comparison::BeginsWith(*slot))
            }
            _ => None,
        };
        let nodes: Vec<&Node> = arguments.iter().collect();
        Ok(arguments.first().map_or_else(
            || Predicate::Test(Test { names: Vec::new(), comparison: None }),
            |first| test_of(first, comparison, &nodes),
        ))
    }

    fn test_call(&mut self, function: Function, operands: &[Operand]) {
        let call = self.add_call(function, operands);
        self.program.push(Instruction::Test(TreeTest::Call(call)));
    }

    fn add_call(&mut self, function: Function, operands: &[Operand]) -> u16 {
        let start = position(self.calls.operands.len());
        self.calls.operands.extend_from_slice(operands);
        self.calls.calls.push(Call { function, start, end: position(self.calls.operands.len()) });
        position(self.calls.calls.len() - 1)
    }

    fn operand(&mut self, node: &Node) -> Result<Operand, Problem> {
        match &node.form {
            Form::Name(_) | Form::Path { .. } => path::path(&mut self.symbols, node).map(Operand::Path),
            Form::Parameter(index) => Ok(self.slot(Slot::Parameter(*index))),
            Form::Missing => Err(Problem::meaning("MISSING must be compared using IS operator")),
            Form::Call { name, arguments } => {
                let function = function(node, name, Place::Operand)?;
                let operands =
                    arguments.iter().map(|each| self.operand(each)).collect::<Result<Vec<_>, _>>()?;
                Ok(Operand::Call(self.add_call(function, &operands)))
            }
            Form::Binary { operator, .. } => Err(Problem::meaning(format!(
                "Unsupported operator in Condition Expression. Operator: {operator}"
            ))),
            Form::Sign(sign) => Err(Problem::meaning(format!(
                "Unsupported operator in Condition Expression. Operator: {sign}"
            ))),
            Form::Text(_)
            | Form::Number(_)
            | Form::Boolean(_)
            | Form::Null
            | Form::Ion(_)
            | Form::List(_)
            | Form::Bag(_)
            | Form::Struct(_) => Ok(self.slot(Slot::Literal(literal::value(node)?))),
            form => Err(Problem::meaning(format!("Unsupported token in expression: {}", kind(form)))),
        }
    }

    fn slot(&mut self, slot: Slot) -> Operand {
        self.slots.push(slot);
        Operand::Value(position(self.slots.len() - 1))
    }
}

fn invalid_in() -> Problem {
    Problem::meaning(
        "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq \
         with at least one member",
    )
}

fn comparator(operator: &str) -> Option<Comparator> {
    Some(match operator {
        "=" => Comparator::Equal,
        "<>" => Comparator::NotEqual,
        "<" => Comparator::Less,
        "<=" => Comparator::LessOrEqual,
        ">" => Comparator::Greater,
        ">=" => Comparator::GreaterOrEqual,
        _ => return None,
    })
}

/// Whether a part is true or false, and not a value.
fn is_condition(node: &Node) -> bool {
    match &node.form {
        Form::Not(_) | Form::Between { .. } | Form::In { .. } | Form::Is { .. } => true,
        Form::Binary { operator, .. } => matches!(*operator, "and" | "or") || comparator(operator).is_some(),
        Form::Call { name, .. } => {
            Function::find(name).is_some_and(|function| function.place() == Place::Condition)
        }
        _ => false,
    }
}

/// The function of that name, where it may stand.
fn function(node: &Node, name: &str, place: Place) -> Result<Function, Problem> {
    let found = Function::find(name).filter(|function| function.place() == place);
    found.ok_or_else(|| Problem::at(format!("Unrecognized function: {name}"), node.at))
}

/// A test about `node`; `comparison` counts only where that is a whole attribute.
fn test_of(node: &Node, comparison: Option<Comparison>, mentioned: &[&Node]) -> Predicate {
    let whole = matches!(node.form, Form::Name(_));
    let mut names = Vec::new();
    let mut rest: Vec<&Node> = mentioned.iter().copied().rev().collect();
    while let Some(next) = rest.pop() {
        match &next.form {
            Form::Call { arguments, .. } => rest.extend(arguments.iter().rev()),
            _ => names.extend(root_name(next).map(Into::into)),
        }
    }
    Predicate::Test(Test { names, comparison: comparison.filter(|_| whole) })
}

fn names_of(predicate: &Predicate) -> Vec<Box<str>> {
    let mut names = Vec::new();
    predicate.visit_names(&mut |name| names.push(name.into()));
    names
}
