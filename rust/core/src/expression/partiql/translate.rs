//! What a statement means to DynamoDB, or why it means nothing.

mod change;
mod condition;
mod literal;
mod path;
mod select;
mod update;

use super::problem::Problem;
use super::statement::{Meaning, Target};
use super::syntax::{Form, Node, PathStep, Source};

/// The table or index that a statement names, and its meaning.
pub(super) fn statement(node: Node) -> (Option<Target>, Result<Meaning, Problem>) {
    match node.form {
        Form::Select(read) => {
            let target = source_target(&read.source);
            let meaning = target.clone().and_then(|_| select::meaning(*read));
            (target.ok(), meaning.map(Meaning::Select))
        }
        Form::Call { name, mut arguments } if name == "exists" && arguments.len() == 1 => {
            let at = node.at;
            match arguments.remove(0).form {
                Form::Select(read) => {
                    let target = source_target(&read.source);
                    let meaning = target.clone().and_then(|_| select::meaning(*read));
                    (target.ok(), meaning.map(Meaning::Exists))
                }
                _ => (None, Err(Problem::at("Unrecognized function: exists", at))),
            }
        }
        Form::Change(written) => change::statement(&written),
        form => (None, Err(Problem::meaning(format!("Unsupported operation: {}", kind(&form))))),
    }
}

/// The name that messages have for a part that is not what belongs there.
fn kind(form: &Form) -> &str {
    match form {
        Form::Name(_) => "VariableReference",
        Form::Path { .. } => "Path",
        Form::Number(_) | Form::Text(_) | Form::Boolean(_) | Form::Null | Form::Ion(_) => "Literal",
        Form::Missing => "LiteralMissing",
        Form::Parameter(_) => "Parameter",
        Form::List(_) | Form::Bag(_) => "Seq",
        Form::Struct(_) => "Struct",
        Form::Call { name, .. } => name,
        Form::Is { .. } => "IsType",
        Form::Binary { operator, .. } => operator,
        Form::Not(_) | Form::Sign(_) | Form::Between { .. } | Form::In { .. } => "NAry",
        Form::Select(_) => "Select",
        Form::Change(_) => "DataManipulation",
        Form::Unsupported(name) => name,
    }
}

/// The table or index that stands behind `FROM` or `UPDATE`.
fn source_target(source: &Source) -> Result<Target, Problem> {
    if source.joined {
        return Err(Problem::meaning("Only select from a single table or index is supported."));
    }
    let target = node_target(&source.node)?;
    if source.aliased { Err(Problem::meaning("Aliasing is not supported")) } else { Ok(target) }
}

fn node_target(node: &Node) -> Result<Target, Problem> {
    let (root, steps): (&Node, &[PathStep]) = match &node.form {
        Form::Name(_) => (node, &[]),
        Form::Path { root, steps } => (root, steps),
        _ => return Err(Problem::meaning("Unexpected from source")),
    };
    let Form::Name(table) = &root.form else { return Err(Problem::meaning("Unexpected from source")) };
    let mut names = vec![table.as_str()];
    for step in steps {
        match step {
            PathStep::Name(name) => names.push(name),
            PathStep::Index(_) => return Err(Problem::meaning("Invalid list expression in source.")),
            PathStep::Unpivot | PathStep::Wildcard => {
                return Err(Problem::meaning(
                    "Invalid path dot component in this operation, expecting either an IDENTIFIER or STAR.",
                ));
            }
        }
    }
    if names.len() > 2 {
        return Err(Problem::meaning("A path may contain at most 2 components in the FROM clause"));
    }
    if names.iter().any(|name| name.is_empty()) {
        return Err(path::empty_component());
    }
    Ok(Target { table: names[0].to_owned(), index: names.get(1).map(|index| (*index).to_owned()) })
}
