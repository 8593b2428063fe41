//! Reading the log back.

use std::path::Path;

use dynacore::store::{Sequence, StoreError};

use super::segment::{self, Replay};
use crate::files::Files;

/// What the log held.
pub(crate) struct Recovered {
    /// The last commit.
    pub(crate) last: Sequence,
    /// The number for the next segment.
    pub(crate) next_segment: u64,
}

/// Hands every commit behind `base` to `apply`, in order, from the segment `first` to the last one there is, which is
/// `required` or a later one.
///
/// A crash may cut off what was being written: that is where the log ends. Anything else that is not as it was
/// written is an error, and so is a commit that is missing between two that are there.
///
/// # Errors
/// [`StoreError::Corrupted`] names the file.
pub(crate) fn recover(
    files: &dyn Files,
    directory: &Path,
    ((first, base), required): ((u64, Sequence), u64),
    segments: &[u64],
    apply: &mut dyn FnMut(Sequence, dynacore::store::Batch) -> Result<(), StoreError>,
) -> Result<Recovered, StoreError> {
    let mut last = base;
    let mut open_end: Option<Replay> = None;
    let mut number = first;
    let newest = segments.iter().copied().max();
    while newest.is_some_and(|newest| number <= newest) {
        // A segment whose making a crash cut off has no header and no record; nothing follows it.
        let is_newest = newest == Some(number);
        let replay = match segment::replay(files, directory, number, apply) {
            Err(StoreError::Corrupted(_)) if is_newest && is_unborn(files, directory, number) => {
                return Ok(Recovered { last, next_segment: number });
            }
            outcome => outcome?,
        };
        if replay.base != last {
            let what = open_end.and_then(|replay| replay.damage).unwrap_or_else(|| {
                let path = segment::path(directory, number);
                format!("{}: begins at commit {}, not at {}", path.display(), replay.base.0, last.0)
            });
            return Err(StoreError::Corrupted(what));
        }
        if replay.lost {
            let what =
                replay.damage.unwrap_or_else(|| segment::path(directory, number).display().to_string());
            return Err(StoreError::Corrupted(what));
        }
        last = replay.last;
        open_end = Some(replay);
        number += 1;
    }
    if newest.is_none_or(|newest| newest < required) {
        let path = segment::path(directory, newest.map_or(first, |newest| newest + 1));
        return Err(StoreError::Corrupted(format!("{} is missing", path.display())));
    }
    Ok(Recovered { last, next_segment: number })
}

/// Whether a file holds nothing but zeros and what a header begins with at most.
fn is_unborn(files: &dyn Files, directory: &Path, number: u64) -> bool {
    let bytes = files.read(&segment::path(directory, number));
    bytes.is_ok_and(|bytes| bytes.iter().skip(segment::HEADER_BYTES).all(|byte| *byte == 0))
}
