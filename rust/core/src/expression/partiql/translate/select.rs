//! `SELECT`.

use triomphe::Arc;

use super::condition::where_tree;
use super::{kind, path};
use crate::expression::ast::Symbols;
use crate::expression::partiql::columns::Columns;
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::statement::{OrderTerm, SelectMeaning};
use crate::expression::partiql::syntax::{Column, Form, Projection, Select};

pub(super) fn meaning(select: Select) -> Result<SelectMeaning, Problem> {
    let Select { projection, condition, order, unsupported, .. } = select;
    if let Some((clause, at)) = unsupported {
        return Err(Problem::at(format!("Unsupported clause: {clause}"), at));
    }
    let columns = match &projection {
        Projection::Star => None,
        Projection::Columns(given) => Some(Arc::new(columns(given)?)),
        Projection::Other => {
            return Err(Problem::meaning("Select projection doesn't support value or pivot keywords"));
        }
    };
    let filter = condition.as_ref().map(where_tree).transpose()?;
    let mut terms = Vec::with_capacity(order.len());
    for term in order {
        let Form::Name(name) = term.node.form else {
            let text = "Argument to ORDER BY must be of type VariableReference. Type:";
            return Err(Problem::meaning(format!("{text} {}", kind(&term.node.form))));
        };
        terms.push(OrderTerm { name, descending: term.descending });
    }
    if !terms.is_empty() && filter.is_none() {
        return Err(Problem::meaning("Must have WHERE clause in the statement when using ORDER BY clause."));
    }
    Ok(SelectMeaning { columns, filter, order: Arc::new(terms) })
}

fn columns(given: &[Column]) -> Result<Columns, Problem> {
    let mut symbols = Symbols::default();
    let mut columns: Vec<(Box<str>, _)> = Vec::with_capacity(given.len());
    for Column { node, aliased } in given {
        if !matches!(node.form, Form::Name(_) | Form::Path { .. }) {
            return Err(path::unexpected(node));
        }
        if *aliased {
            return Err(Problem::meaning("Aliasing is not supported"));
        }
        let name = path::column_name(node);
        if columns.iter().any(|(known, _)| **known == *name) {
            return Err(Problem::meaning(format!("Duplicate identifiers in select clause: {name}")));
        }
        let path = path::path(&mut symbols, node)?;
        columns.push((name.into_boxed_str(), path));
    }
    Ok(Columns { symbols, columns })
}
