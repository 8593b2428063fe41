//! What a fuzzer feeds the text of statements to.

use super::bind::BoundStatement;
use super::key_plan::KeyNames;
use super::statement::Statement;
use super::where_clause::Where;
use crate::expression::fuzz::{check, item, values};
use crate::value::{Item, Value};

/// Takes bytes as a statement, binds one to four parameters and applies what comes out to a small item. Nothing may
/// panic or take long.
///
/// # Panics
/// When an accepted statement makes bytes that are no item.
pub fn fuzz_statement(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(statement) = Statement::parse(&text) else { return };
    let parameters: Vec<Value> = values().into_iter().map(|(_, value)| value).collect();
    for count in 0..=parameters.len() {
        if let Ok(bound) = statement.bind(&parameters[..count]) {
            apply(&bound);
        }
    }
}

fn apply(statement: &BoundStatement) {
    let item = item();
    match statement {
        BoundStatement::Select(select) | BoundStatement::Exists(select) => {
            select.filter.as_ref().into_iter().for_each(ask);
            if let Some(columns) = &select.columns {
                check(&columns.project(item.as_ref()));
            }
        }
        BoundStatement::Insert(insert) => check(&insert.item),
        BoundStatement::Update(update) => {
            update.filter.as_ref().into_iter().for_each(ask);
            if let Ok(updated) = update.update.apply(item.as_ref()) {
                check(&updated.item);
                check(&updated.changed.project(updated.item.as_ref()));
            }
        }
        BoundStatement::Delete(delete) => delete.filter.as_ref().into_iter().for_each(ask),
    }
}

fn ask(filter: &Where) {
    let item: Item = item();
    let held = filter.condition().matches(Some(item.as_ref()));
    assert_eq!(held, filter.condition().matches(Some(item.as_ref())), "a condition has one outcome");
    assert!(filter.condition().matches(None).is_ok());
    for keys in [KeyNames { partition: "a", sort: None }, KeyNames { partition: "a", sort: Some("b") }] {
        if let Ok(Some(branches)) = filter.branches(&keys) {
            assert!(branches.len() <= 50, "a statement reads no more ranges than it may");
        }
        let _ = filter.key_value("a");
        assert!(filter.first_key_value("b").is_none_or(|_| filter.key_value("b") != Ok(None)));
        let _ = filter.is_only_equality_of(&keys);
    }
}
