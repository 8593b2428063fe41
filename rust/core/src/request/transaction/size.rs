//! How large a transaction may be (facts 13.1).

use crate::error::Error;
use crate::request::constraint::Violations;

/// Actions at most.
const ACTIONS_MAX: usize = 100;
/// Bytes of a transaction's payload at most.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Checks that there are actions, and not too many. The service shows them all in Java's form; ours says how many
/// there are.
pub(crate) fn check_action_count(violations: &mut Violations, count: Option<usize>) {
    let path = "transactItems";
    match count {
        None => violations.required::<()>(path, None),
        Some(0) => violations.note(path, &"[]", "Member must have length greater than or equal to 1"),
        Some(count) if count > ACTIONS_MAX => {
            let shown = format!("[{count} actions]");
            violations.note(path, &shown, "Member must have length less than or equal to 100");
        }
        Some(_) => {}
    }
}

/// The refusal of a payload that is too large; the service says it twice.
pub(crate) fn payload_too_large(bytes: usize) -> Error {
    let text = format!("Transaction payload size cannot exceed 4MB. Payload Size: {bytes}");
    Error::Validation(format!("Transaction payload size cannot exceed 4MB. Payload Size: : {text}"))
}
