//! What DynamoDB checks about an update once it knows the request's names and values: first all names, then all
//! values, then the paths written to, then the operands of `ADD` and `DELETE`, then those of functions and sums.

use smallvec::SmallVec;

use crate::expression::ast::{Deed, Function, Operand, Path, UpdateTree};
use crate::expression::binder::Binder;
use crate::expression::operand::{Scope, check_operand_count, check_path_operand, incorrect_type};
use crate::expression::projection::Projection;
use crate::value::Type;

/// The names, values and targets of an update, which is found to be in order.
pub(super) fn bind(tree: &UpdateTree, binder: &mut Binder<'_>) -> Result<Projection, String> {
    let mut scope = Scope::default();
    scope.bind_names(&tree.symbols, binder)?;
    scope.bind_values(&tree.symbols, binder)?;
    check(tree, scope)
}

/// The targets of an update that holds its names and values already, which is found to be in order.
pub(super) fn check(tree: &UpdateTree, scope: Scope) -> Result<Projection, String> {
    let targets: SmallVec<[Path; 4]> = tree.actions.iter().map(|action| action.path).collect();
    let projection = Projection::of_targets(tree.symbols.clone(), scope, &targets)?;
    let scope = projection.scope();
    for action in &tree.actions {
        match action.deed {
            Deed::Add(value) => check_add(scope.value(value).type_())?,
            Deed::Delete(value) => check_delete(scope.value(value).type_())?,
            _ => {}
        }
    }
    for action in &tree.actions {
        match action.deed {
            Deed::Set(operand) => check_operand(tree, scope, operand)?,
            Deed::SetSum(left, right) => check_sum(tree, scope, "+", left, right)?,
            Deed::SetDifference(left, right) => check_sum(tree, scope, "-", left, right)?,
            _ => {}
        }
    }
    Ok(projection)
}

fn check_add(type_: Type) -> Result<(), String> {
    if matches!(type_, Type::N | Type::Ss | Type::Ns | Type::Bs) {
        return Ok(());
    }
    Err(clause_type("ADD", type_))
}

fn check_delete(type_: Type) -> Result<(), String> {
    if matches!(type_, Type::Ss | Type::Ns | Type::Bs) { Ok(()) } else { Err(clause_type("DELETE", type_)) }
}

/// These two operators name types by words.
fn clause_type(operator: &str, type_: Type) -> String {
    let word = match type_ {
        Type::S => "STRING",
        Type::N => "NUMBER",
        Type::B => "BINARY",
        Type::Bool => "BOOLEAN",
        Type::Null => "NULL",
        Type::L => "LIST",
        Type::M => "MAP",
        Type::Ss | Type::Ns | Type::Bs => unreachable!("invariant: both operators take sets"),
    };
    format!(
        "Incorrect operand type for operator or function; operator: {operator}, operand type: {word}, \
         typeSet: ALLOWED_FOR_{operator}_OPERAND"
    )
}

fn check_sum(
    tree: &UpdateTree,
    scope: &Scope,
    operator: &str,
    left: Operand,
    right: Operand,
) -> Result<(), String> {
    check_operand(tree, scope, left)?;
    check_operand(tree, scope, right)?;
    check_types(tree, scope, operator, &[left, right], Type::N)
}

fn check_operand(tree: &UpdateTree, scope: &Scope, operand: Operand) -> Result<(), String> {
    let Operand::Call(call) = operand else { return Ok(()) };
    let call = tree.calls.get(call);
    let operands = tree.calls.operands(call.start, call.end);
    for operand in operands {
        check_operand(tree, scope, *operand)?;
    }
    check_operand_count(call)?;
    if call.function == Function::IfNotExists {
        return check_path_operand(call.function, operands[0]);
    }
    check_types(tree, scope, call.function.name(), operands, Type::L)
}

/// The operands whose type is known are of the one that the operator or function takes.
fn check_types(
    tree: &UpdateTree,
    scope: &Scope,
    operator: &str,
    operands: &[Operand],
    takes: Type,
) -> Result<(), String> {
    let mut known = operands.iter().filter_map(|operand| scope.static_type(*operand, &tree.calls));
    match known.find(|type_| *type_ != takes) {
        Some(type_) => Err(incorrect_type(operator, type_.tag())),
        None => Ok(()),
    }
}
