//! How large an item may be, and how deep.

use crate::error::Error;
use crate::expression::Update;
use crate::value::{ItemRef, NESTING_LEVELS_MAX};
use crate::wire::NESTING_EXCEEDED;

/// An item's size at most, names included (facts 1.3).
pub const ITEM_BYTES_MAX: usize = 400 * 1024;

/// The text for a put that is too large.
pub const PUT_TOO_LARGE: &str = "Item size has exceeded the maximum allowed size";
/// The text for an update that makes an item too large.
pub(in crate::table) const UPDATE_TOO_LARGE: &str =
    "Item size to update has exceeded the maximum allowed size";

/// Refuses an item over 400 KB.
///
/// # Errors
/// `ValidationException` with `text`, which differs between put and update.
pub fn check_item_size(item: ItemRef<'_>, text: &str) -> Result<(), Error> {
    if item.size() > ITEM_BYTES_MAX { Err(Error::validation(text)) } else { Ok(()) }
}

/// Refuses an item that an update nested too deeply. Only a path below the top level can do that: values by
/// themselves were checked when they were read.
pub(in crate::table) fn check_nesting(item: ItemRef<'_>, update: &Update) -> Result<(), Error> {
    if update.nested_names().next().is_none()
        || item.iter().all(|(_, value)| value.depth() <= NESTING_LEVELS_MAX)
    {
        return Ok(());
    }
    Err(Error::validation(NESTING_EXCEEDED))
}
