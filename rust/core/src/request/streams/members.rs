//! Members that several operations on streams have.

use crate::error::Error;
use crate::request::constraint::Violations;

/// Streams or shards on a page at most (facts 5.1).
pub const PAGE_MAX: i32 = 100;

/// Notes an ARN that is too short or too long.
pub fn check_arn(violations: &mut Violations, path: &str, given: Option<&str>) {
    violations.length(path, given, 37, 1_024);
}

/// Notes the name of a shard that is too short or too long.
pub fn check_shard(violations: &mut Violations, path: &str, given: Option<&str>) {
    violations.length(path, given, 28, 65);
}

/// Notes a number of streams, shards or records that is not allowed.
pub fn check_limit(violations: &mut Violations, given: Option<i32>, most: i32) {
    violations.at_least("limit", given.map(i64::from), 1);
    violations.at_most("limit", given.map(i64::from), i64::from(most));
}

/// A limit that passed [`check_limit`], or the most there may be.
#[must_use]
pub fn limit(given: Option<i32>, most: i32) -> usize {
    usize::try_from(given.unwrap_or(most)).unwrap_or(usize::MAX)
}

/// Refuses what has not the form of a stream's ARN: a `ValidationException`, whose text is ours.
///
/// # Errors
/// `ValidationException`.
pub fn refuse_foreign(arn: &str) -> Result<(), Error> {
    let is_stream = arn
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(":table/"))
        .is_some_and(|(_, rest)| rest.contains("/stream/"));
    if is_stream { Ok(()) } else { Err(Error::Validation(format!("Invalid StreamArn: {arn}"))) }
}
