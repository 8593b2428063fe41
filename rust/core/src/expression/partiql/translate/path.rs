//! Document paths.

use crate::expression::ast::{Path, Step, Symbols};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::syntax::{Form, Node, PathStep};

/// Steps a path may have, as deep as a value may be nested (facts 1.3).
const STEPS_MAX: usize = 32;

pub(super) fn empty_component() -> Problem {
    Problem::meaning("Path component cannot be an empty string")
}

/// Adds a path to the symbols.
pub(super) fn path(symbols: &mut Symbols, node: &Node) -> Result<Path, Problem> {
    let (root, rest): (&Node, &[PathStep]) = match &node.form {
        Form::Path { root, steps } => (root, steps),
        _ => (node, &[]),
    };
    let Form::Name(name) = &root.form else { return Err(unexpected(root)) };
    let levels = 1 + rest.len();
    if levels > STEPS_MAX {
        return Err(Problem::meaning(format!(
            "The document path has too many nesting levels; nesting levels: {levels}"
        )));
    }
    let start = position(symbols.steps.len());
    name_step(symbols, name)?;
    for step in rest {
        match step {
            PathStep::Name(name) | PathStep::Index(Node { form: Form::Text(name), .. }) => {
                name_step(symbols, name)?;
            }
            PathStep::Index(index) => {
                let index = list_index(index)?;
                symbols.steps.push(Step::Index(index));
            }
            PathStep::Unpivot => {
                return Err(Problem::meaning("Unpivot path component like a.*.b are not supported"));
            }
            PathStep::Wildcard => {
                return Err(Problem::meaning("Wildcard path component like a[*].b are not supported"));
            }
        }
    }
    let path = Path { start, end: position(symbols.steps.len()) };
    symbols.paths.push(path);
    Ok(path)
}

/// The refusal of something that is no path where only a path may stand.
pub(super) fn unexpected(node: &Node) -> Problem {
    Problem::at("Unexpected path component", node.at)
}

/// The name that a column has: what follows the last dot of its path.
pub(super) fn column_name(node: &Node) -> String {
    let (root, rest): (&Node, &[PathStep]) = match &node.form {
        Form::Path { root, steps } => (root, steps),
        _ => (node, &[]),
    };
    let mut column = if let Form::Name(name) = &root.form { name.clone() } else { String::new() };
    for step in rest {
        match step {
            PathStep::Name(name) | PathStep::Index(Node { form: Form::Text(name), .. }) => {
                column.clone_from(name);
            }
            PathStep::Index(Node { form: Form::Number(index), .. }) => {
                column.push_str(&format!("[{}]", index.trim_start_matches('-')));
            }
            _ => {}
        }
    }
    column
}

/// The top-level attribute of a path.
pub(super) fn root_name(node: &Node) -> Option<&str> {
    match &node.form {
        Form::Name(name) => Some(name),
        Form::Path { root, .. } => root_name(root),
        _ => None,
    }
}

/// Whether two paths lead the same way.
pub(super) fn same(left: &Node, right: &Node) -> bool {
    match (&left.form, &right.form) {
        (Form::Name(left), Form::Name(right)) => left == right,
        (Form::Path { root: left, steps: left_steps }, Form::Path { root: right, steps: right_steps }) => {
            same(left, right)
                && left_steps.len() == right_steps.len()
                && left_steps.iter().zip(right_steps).all(|(left, right)| same_step(left, right))
        }
        _ => false,
    }
}

fn same_step(left: &PathStep, right: &PathStep) -> bool {
    let name = |step: &PathStep| match step {
        PathStep::Name(name) | PathStep::Index(Node { form: Form::Text(name), .. }) => Some(name.clone()),
        _ => None,
    };
    let index = |step: &PathStep| match step {
        PathStep::Index(node) => list_index(node).ok(),
        _ => None,
    };
    (name(left).is_some() && name(left) == name(right))
        || (index(left).is_some() && index(left) == index(right))
}

fn name_step(symbols: &mut Symbols, name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(empty_component());
    }
    symbols.steps.push(Step::Literal(position(symbols.literals.len())));
    symbols.literals.push(name.into());
    Ok(())
}

/// An index is a whole number of 31 bits.
fn list_index(node: &Node) -> Result<u32, Problem> {
    let Form::Number(text) = &node.form else { return Err(unexpected(node)) };
    let index = text.parse::<i64>().ok().and_then(|index| i32::try_from(index).ok());
    index.and_then(|index| u32::try_from(index).ok()).ok_or_else(|| {
        Problem::at(format!("List index is not within the allowable range; index: [{text}]"), node.at)
    })
}

/// An index into a tree's tables. A statement has at most 8,192 characters, so nothing in it needs more than 16 bits.
pub(super) fn position(index: usize) -> u16 {
    u16::try_from(index).expect("invariant: a statement has at most 8,192 characters")
}
