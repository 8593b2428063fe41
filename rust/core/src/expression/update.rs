//! Updates: checked once against the request, then applied to items.

mod check;
mod value;
mod write;

use smallvec::SmallVec;
use triomphe::Arc;

use super::ast::{Action, Deed, Path, Step, UpdateTree};
use super::binder::Binder;
use super::error::ExpressionError;
use super::operand::Scope;
use super::projection::Projection;
use crate::value::{Item, ItemRef, Value, ValueRef, View};

use value::{Outcome, Outcomes};

/// A bound `UpdateExpression`, or `AttributeUpdates`.
#[derive(Clone, Debug)]
pub struct Update {
    pub(super) tree: Arc<UpdateTree>,
    /// The paths the actions write to, in the order of the actions; holds the names and values as well.
    pub(super) targets: Projection,
}

/// An updated item.
#[derive(Clone, Debug)]
pub struct Updated<'u> {
    /// The item as it is now. Its size and nesting are the caller's to check.
    pub item: Item,
    /// The paths that were written to: its projection of the old item is `UPDATED_OLD`, of the new one
    /// `UPDATED_NEW`.
    pub changed: &'u Projection,
}

const PATH_INVALID: &str = "The document path provided in the update expression is invalid for update";
const ATTRIBUTE_MISSING: &str =
    "The provided expression refers to an attribute that does not exist in the item";

impl Update {
    pub(super) fn bind(tree: Arc<UpdateTree>, binder: &mut Binder<'_>) -> Result<Self, String> {
        let targets = check::bind(&tree, binder)?;
        Ok(Self { tree, targets })
    }

    /// The update that a tree without placeholders is, with its values.
    pub(super) fn of_values(tree: Arc<UpdateTree>, values: SmallVec<[Value; 2]>) -> Result<Self, String> {
        let targets = check::check(&tree, Scope::of_values(values))?;
        Ok(Self { tree, targets })
    }

    /// The top-level attributes it writes to, each once, in the order of the text.
    pub fn top_level_names(&self) -> impl Iterator<Item = &str> {
        self.targets.top_level_names()
    }

    /// The top-level attributes of all paths, written or read, that go on below the top level. DynamoDB refuses
    /// them when they name key attributes.
    pub fn nested_names(&self) -> impl Iterator<Item = &str> {
        let symbols = &self.tree.symbols;
        let nested = symbols.paths.iter().filter(|path| path.end - path.start > 1);
        nested.map(|path| self.scope().names.top_level(symbols, *path))
    }

    /// Whether it only takes away: such an update does not make an item that is not there (Alternator's measured
    /// `test_update_item_non_existent`).
    #[must_use]
    pub fn only_removes(&self) -> bool {
        self.tree.actions.iter().all(|action| matches!(action.deed, Deed::Remove | Deed::Delete(_)))
    }

    /// The paths it writes to.
    #[must_use]
    pub fn targets(&self) -> &Projection {
        &self.targets
    }

    /// Applies the update to a stored item. Every value is worked out from the item as it was; attributes that no
    /// action touches are copied as encoded.
    ///
    /// # Errors
    /// [`ExpressionError::Item`]: an operand of the wrong type, a number out of range, a path that leads through
    /// something that is no map or list, or an attribute that `SET` reads and the item does not have.
    pub fn apply(&self, item: ItemRef<'_>) -> Result<Updated<'_>, ExpressionError> {
        self.run(item, true)
    }

    /// Applies the update to an item that does not exist yet; `key` holds its key attributes. As
    /// [`Update::apply`], but `REMOVE` of a path that leads nowhere is not an error then (Alternator's measured
    /// `test_nested_attribute_remove_from_missing_item`).
    ///
    /// # Errors
    /// As [`Update::apply`].
    pub fn create(&self, key: ItemRef<'_>) -> Result<Updated<'_>, ExpressionError> {
        self.run(key, false)
    }

    fn run(&self, item: ItemRef<'_>, exists: bool) -> Result<Updated<'_>, ExpressionError> {
        let outcomes = self.outcomes(item, exists)?;
        Ok(Updated { item: self.write(item, &outcomes), changed: &self.targets })
    }

    fn scope(&self) -> &Scope {
        self.targets.scope()
    }

    /// What each action does, in DynamoDB's order of checks: first a path through something that is no map or list;
    /// then wrong types anywhere; then, clause by clause from the last to the first, paths that lead nowhere and
    /// attributes that are missing.
    fn outcomes<'v>(&'v self, item: ItemRef<'v>, exists: bool) -> Result<Outcomes<'v>, ExpressionError> {
        let actions = &self.tree.actions;
        let mut places = SmallVec::<[Place; 4]>::new();
        for action in actions {
            let place = self.place(action.path, item);
            if matches!(place, Place::Wrong) {
                return Err(refusal(PATH_INVALID));
            }
            places.push(place);
        }
        let mut outcomes = Outcomes::new();
        for action in actions {
            outcomes.push(self.outcome(action, item)?);
        }
        let mut end = actions.len();
        while end > 0 {
            let clause = actions[end - 1].clause;
            let start =
                actions[..end].iter().rposition(|action| action.clause != clause).map_or(0, |at| at + 1);
            let nowhere = |(action, place): (&Action, &Place)| {
                matches!(place, Place::Nowhere) && (exists || !matches!(action.deed, Deed::Remove))
            };
            if actions[start..end].iter().zip(&places[start..end]).any(nowhere) {
                return Err(refusal(PATH_INVALID));
            }
            if outcomes[start..end].iter().any(|outcome| matches!(outcome, Outcome::Unavailable)) {
                return Err(refusal(ATTRIBUTE_MISSING));
            }
            end = start;
        }
        Ok(outcomes)
    }

    /// Whether a path can be written to.
    fn place(&self, path: Path, item: ItemRef<'_>) -> Place {
        let symbols = &self.tree.symbols;
        let Some((last, [_, ..])) = symbols.steps(path).split_last() else { return Place::There };
        let parent = self.scope().at_path(symbols, Path { start: path.start, end: path.end - 1 }, item);
        match (parent.as_ref().map(ValueRef::view), last) {
            (None, _) => Place::Nowhere,
            (Some(View::L(_)), Step::Index(_))
            | (Some(View::M(_)), Step::Literal(_) | Step::Placeholder(_)) => Place::There,
            (Some(_), _) => Place::Wrong,
        }
    }
}

/// Where a path leads.
enum Place {
    /// To an attribute, or into a map or list that is there.
    There,
    /// Into something that is not there.
    Nowhere,
    /// Into something that is not the map or list the path takes it for.
    Wrong,
}

fn refusal(text: impl Into<String>) -> ExpressionError {
    ExpressionError::Item(text.into())
}

#[cfg(test)]
mod tests;
