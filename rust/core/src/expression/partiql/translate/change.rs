//! `INSERT`, `UPDATE` and `DELETE`.

use super::condition::where_tree;
use super::literal::{duplicate_name, member_name};
use super::{literal, node_target, source_target, update};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::statement::{Meaning, Returning, Slot, Target};
use crate::expression::partiql::syntax::{self, Change, Form, Node, Operation};

/// The table that a change names, and its meaning.
pub(super) fn statement(change: &Change) -> (Option<Target>, Result<Meaning, Problem>) {
    if let [Operation::InsertValue { target, .. } | Operation::Insert { target }] = &change.operations[..] {
        let found = node_target(target);
        let meaning = match &found {
            Ok(Target { index: Some(_), .. }) | Err(_) if matches!(target.form, Form::Path { .. }) => {
                Err(Problem::at(
                    "FROM clause may only contain a single table name in data manipulation statements",
                    target.at,
                ))
            }
            Ok(_) => insertion(change),
            Err(problem) => Err(problem.clone()),
        };
        return (found.ok(), meaning);
    }
    let Some(source) = &change.source else {
        return (None, Err(Problem::meaning("Unexpected from source")));
    };
    let target = match source_target(source) {
        Ok(target) => target,
        Err(problem) => return (None, Err(problem)),
    };
    if target.index.is_some() {
        return (Some(target), Err(Problem::meaning("This operation is not supported on an index")));
    }
    let meaning =
        if matches!(change.operations[0], Operation::Delete) { deletion(change) } else { alteration(change) };
    (Some(target), meaning)
}

fn insertion(change: &Change) -> Result<Meaning, Problem> {
    let Operation::InsertValue { value, positioned, on_conflict, .. } = &change.operations[0] else {
        return Err(Problem::meaning(
            "Unsupported operation: Inserting multiple items in a single statement is not supported, use \"INSERT \
             INTO tableName VALUE item\" instead",
        ));
    };
    if change.source.is_some() || change.condition.is_some() {
        return Err(Problem::meaning("Unsupported FROM ... WHERE ... clause in INSERT statement."));
    }
    if *positioned {
        return Err(Problem::meaning("AT is not supported in insert statements."));
    }
    if *on_conflict {
        return Err(Problem::meaning("Unsupported clause: ON CONFLICT"));
    }
    if change.returning.is_some() {
        return Err(Problem::meaning("RETURNING is not supported in INSERT"));
    }
    let Form::Struct(members) = &value.form else {
        return Err(Problem::meaning(
            "Unsupported format in item expression. Please use struct format {...} to express item values for insert \
             statement.",
        ));
    };
    item(members)
}

/// The item of an `INSERT`: only whole attributes may be parameters.
fn item(members: &[(Node, Node)]) -> Result<Meaning, Problem> {
    let mut attributes: Vec<(Box<str>, Slot)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        let name = member_name(name, "root")?;
        if attributes.iter().any(|(known, _)| **known == *name) {
            return Err(duplicate_name(name, "root"));
        }
        let slot = match value.form {
            Form::Parameter(index) => Slot::Parameter(index),
            _ => Slot::Literal(literal::value(value)?),
        };
        attributes.push((name.into(), slot));
    }
    Ok(Meaning::Insert { attributes })
}

fn deletion(change: &Change) -> Result<Meaning, Problem> {
    let returning = returning(change)?;
    if let Some((which, text)) = returning
        && which != Returning::AllOld
    {
        return Err(Problem::meaning(format!(
            "Invalid returning clause: RETURNING {text} *. Only RETURNING ALL OLD * is allowed in DELETE statements."
        )));
    }
    let filter = change.condition.as_ref().map(where_tree).transpose()?;
    Ok(Meaning::Delete { filter, returning: returning.is_some() })
}

fn alteration(change: &Change) -> Result<Meaning, Problem> {
    let mut update = update::meaning(&change.operations)?;
    update.filter = change.condition.as_ref().map(where_tree).transpose()?;
    update.returning = returning(change)?.map(|(which, _)| which);
    Ok(Meaning::Update(update))
}

fn returning(change: &Change) -> Result<Option<(Returning, &'static str)>, Problem> {
    let Some(elements) = &change.returning else { return Ok(None) };
    let [syntax::Returning { which, star }] = elements[..] else {
        return Err(Problem::meaning("Invalid syntax with multiple returning elements in RETURNING clause"));
    };
    if !star {
        return Err(Problem::meaning(
            "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause",
        ));
    }
    let returning = match which {
        "ALL OLD" => Returning::AllOld,
        "ALL NEW" => Returning::AllNew,
        "MODIFIED OLD" => Returning::ModifiedOld,
        _ => Returning::ModifiedNew,
    };
    Ok(Some((returning, which)))
}
