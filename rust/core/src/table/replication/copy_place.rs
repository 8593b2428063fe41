//! How far the filling of a new replica has come: first the items, then the deletions that older writes may still meet.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::table::replication::apply::CopiedItem;
use crate::table::tables::Tables;

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyPlace {
    /// Whether all items are there, and deletions follow.
    pub has_items: bool,
    /// The key of the last item or deletion that was put there.
    pub behind: Option<Vec<u8>>,
}

impl CopyPlace {
    /// The next items or deletions of the source, `count` at most, and whether there are no more of them.
    ///
    /// # Errors
    /// `InternalServerError`, or `ResourceNotFoundException` where the table is gone.
    pub fn read(&self, name: &str, tables: &Tables, count: usize) -> Result<(Vec<CopiedItem>, bool), Error> {
        let behind = self.behind.as_deref();
        if self.has_items {
            tables.read_deletions(name, behind, count)
        } else {
            tables.read_items(name, behind, count)
        }
    }

    /// Goes on behind what was put there, of which `last` was the last. True once that was all.
    pub fn advance(&mut self, last: Option<&[u8]>, is_end: bool) -> bool {
        if let Some(last) = last {
            self.behind = Some(last.to_vec());
        }
        if is_end && !self.has_items {
            *self = Self { has_items: true, behind: None };
            return false;
        }
        is_end
    }
}
