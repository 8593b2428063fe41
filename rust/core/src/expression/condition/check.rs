//! What DynamoDB checks about a condition once it knows the request's names and values. It looks at one comparison
//! or function after the other and reports the first problem of the first that has one: an undefined name or value,
//! a wrong number of operands, operands that are the same, operands of a wrong type.

use crate::expression::ast::{
    Call, Calls, ConditionTree, Function, Instruction, Operand, Origin, Symbols, Test,
};
use crate::expression::binder::Binder;
use crate::expression::operand::{Scope, check_operand_count, check_path_operand, incorrect_type};
use crate::value::{Type, View};
use crate::wire::key_value_text;

/// Operands `IN` may have (developer guide, "Making comparisons").
const IN_OPERANDS_MAX: usize = 100;

/// The names and values of a condition, which is found to be in order.
pub(super) fn bind(tree: &ConditionTree, binder: &mut Binder<'_>) -> Result<Scope, String> {
    Check { tree, scope: Scope::default(), binder: Some(binder) }.finish()
}

/// The names and values of a condition that holds them already, which is found to be in order.
pub(super) fn check(tree: &ConditionTree, scope: Scope) -> Result<Scope, String> {
    Check { tree, scope, binder: None }.finish()
}

struct Check<'c, 'a> {
    tree: &'c ConditionTree,
    scope: Scope,
    /// None where everything is bound.
    binder: Option<&'c mut Binder<'a>>,
}

impl<'c> Check<'c, '_> {
    fn finish(mut self) -> Result<Scope, String> {
        for instruction in &self.tree.program {
            match instruction {
                Instruction::Test(test) => self.test(*test)?,
                Instruction::CompareTruth(_, operand) => self.operand(*operand)?,
                Instruction::TruthIn(start, end) => {
                    self.candidates(self.calls().operands(*start, *end))?;
                }
                _ => {}
            }
        }
        Ok(self.scope)
    }

    fn symbols(&self) -> &'c Symbols {
        &self.tree.symbols
    }

    fn calls(&self) -> &'c Calls {
        &self.tree.calls
    }

    fn test(&mut self, test: Test) -> Result<(), String> {
        match test {
            Test::Compare { comparator, left, right } => {
                use crate::expression::ast::Comparator::{Equal, NotEqual};
                self.operands(&[left, right])?;
                self.scope.check_distinct(self.symbols(), comparator.text(), left, &[right])?;
                if matches!(comparator, Equal | NotEqual) {
                    return Ok(());
                }
                self.orderable(comparator.text(), &[left, right])
            }
            Test::Between { operand, low, high } => {
                self.operands(&[operand, low, high])?;
                self.scope.check_distinct(self.symbols(), "BETWEEN", operand, &[low, high])?;
                self.orderable("BETWEEN", &[operand, low, high])?;
                self.bounds(low, high)
            }
            Test::In { operand, start, end } => {
                let candidates = self.calls().operands(start, end);
                self.operand(operand)?;
                self.candidates(candidates)?;
                self.scope.check_distinct(self.symbols(), "IN", operand, candidates)
            }
            Test::Call(call) => self.call(self.calls().get(call)),
        }
    }

    fn candidates(&mut self, candidates: &[Operand]) -> Result<(), String> {
        self.operands(candidates)?;
        let count = candidates.len();
        if count > IN_OPERANDS_MAX {
            return Err(format!(
                "The IN operator is provided with too many operands; number of operands: {count}"
            ));
        }
        Ok(())
    }

    fn operands(&mut self, operands: &[Operand]) -> Result<(), String> {
        operands.iter().try_for_each(|operand| self.operand(*operand))
    }

    /// Binds what the operand mentions, and checks it if it is a function.
    fn operand(&mut self, operand: Operand) -> Result<(), String> {
        match operand {
            Operand::Path(path) => {
                let symbols = self.symbols();
                self.binder
                    .as_deref_mut()
                    .map_or(Ok(()), |binder| self.scope.bind_path(path, symbols, binder))
            }
            Operand::Value(value) => {
                let symbols = self.symbols();
                self.binder
                    .as_deref_mut()
                    .map_or(Ok(()), |binder| self.scope.bind_value(value, symbols, binder))
            }
            Operand::Call(call) => self.call(self.calls().get(call)),
        }
    }

    fn call(&mut self, call: Call) -> Result<(), String> {
        let calls = self.calls();
        let operands = calls.operands(call.start, call.end);
        self.operands(operands)?;
        check_operand_count(call)?;
        let function = call.function;
        let (first, others) = operands.split_first().expect("invariant: a call has an operand");
        if matches!(function, Function::AttributeExists | Function::AttributeNotExists) {
            check_path_operand(function, *first)?;
        }
        match function {
            Function::Size => {
                self.types(function, operands, |type_| !matches!(type_, Type::N | Type::Bool | Type::Null))
            }
            Function::BeginsWith => {
                self.scope.check_distinct(self.symbols(), function.name(), *first, others)?;
                self.types(function, operands, |type_| matches!(type_, Type::S | Type::B))
            }
            Function::AttributeType => {
                self.scope.check_distinct(self.symbols(), function.name(), *first, others)?;
                self.type_name(others[0])
            }
            _ => self.scope.check_distinct(self.symbols(), function.name(), *first, others),
        }
    }

    /// The operands whose type is known are of one the function takes.
    fn types(
        &self,
        function: Function,
        operands: &[Operand],
        takes: impl Fn(Type) -> bool,
    ) -> Result<(), String> {
        let mut known = operands.iter().filter_map(|operand| self.scope.static_type(*operand, self.calls()));
        match known.find(|type_| !takes(*type_)) {
            Some(type_) => Err(incorrect_type(function.name(), type_.tag())),
            None => Ok(()),
        }
    }

    /// Only strings, numbers and binaries have an order.
    fn orderable(&self, operator: &str, operands: &[Operand]) -> Result<(), String> {
        let mut known = operands.iter().filter_map(|operand| self.scope.static_type(*operand, self.calls()));
        match known.find(|type_| !matches!(type_, Type::S | Type::N | Type::B)) {
            Some(type_) => Err(incorrect_type(operator, type_.tag())),
            None => Ok(()),
        }
    }

    /// The bounds of `BETWEEN`, where both are values.
    fn bounds(&self, low: Operand, high: Operand) -> Result<(), String> {
        let (Operand::Value(low), Operand::Value(high)) = (low, high) else { return Ok(()) };
        let (low, high) = (self.scope.value(low), self.scope.value(high));
        let rule = match low.compare(&high) {
            None => "same data type for lower and upper bounds",
            Some(order) if order.is_gt() => "upper bound to be greater than or equal to lower bound",
            Some(_) => return Ok(()),
        };
        Err(format!(
            "The BETWEEN operator requires {rule}; lower bound operand: {}, upper bound operand: {}",
            key_value_text(low),
            key_value_text(high)
        ))
    }

    /// The second operand of `attribute_type` is a value that names a type.
    fn type_name(&self, operand: Operand) -> Result<(), String> {
        let Operand::Value(value) = operand else {
            let known = self.scope.static_type(operand, self.calls());
            // A path could be of any type.
            let type_ = known.map_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}", Type::tag);
            return Err(incorrect_type(Function::AttributeType.name(), type_));
        };
        match self.scope.value(value).view() {
            View::S(name) if Type::from_tag(name).is_some() => Ok(()),
            View::S(name) => {
                // The order is that of two hash tables of the service.
                let valid = match self.tree.origin {
                    Origin::Statement => "N,BS,L,B,NULL,M,S,SS,NS,BOOL",
                    _ => "B,NULL,SS,BOOL,L,BS,N,NS,S,M",
                };
                Err(format!("Invalid attribute type name found; type: {name}, valid types: {{{valid}}}"))
            }
            _ => Err(incorrect_type(Function::AttributeType.name(), self.scope.value(value).type_().tag())),
        }
    }
}
