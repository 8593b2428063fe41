//! The columns of a `SELECT`. Unlike a projection of the expression language, a column gives what its path leads to
//! under the path's last name: `a.b` as `b`, `a.b[0]` as `b[0]` (measured by public conformance suites).

use crate::expression::ast::{Path, Step, Symbols};
use crate::expression::operand::Scope;
use crate::value::{Encoder, Item, ItemRef};

/// What a `SELECT` without `*` asks for.
#[derive(Debug)]
pub struct Columns {
    pub(super) symbols: Symbols,
    /// Names and paths in the order of the text.
    pub(super) columns: Vec<(Box<str>, Path)>,
}

impl Columns {
    /// The item's columns; those it does not have are left out.
    #[must_use]
    pub fn project(&self, item: ItemRef<'_>) -> Item {
        let scope = Scope::default();
        let mut encoder = Encoder::item();
        for (name, path) in &self.columns {
            if let Some(value) = scope.at_path(&self.symbols, *path, item) {
                encoder.name(name);
                encoder.raw(value);
            }
        }
        encoder.finish_item()
    }

    /// The top-level attributes that the columns start at, in the order of the text, possibly repeated.
    pub fn top_level_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, path)| self.top_level(*path))
    }

    /// Those of [`Columns::top_level_names`] of which only a part is asked for.
    pub fn nested_names(&self) -> impl Iterator<Item = &str> {
        let nested = self.columns.iter().filter(|(_, path)| path.end - path.start > 1);
        nested.map(|(_, path)| self.top_level(*path))
    }

    fn top_level(&self, path: Path) -> &str {
        match self.symbols.steps[usize::from(path.start)] {
            Step::Literal(name) => &self.symbols.literals[usize::from(name)],
            _ => unreachable!("invariant: a column's path starts with a name"),
        }
    }
}
