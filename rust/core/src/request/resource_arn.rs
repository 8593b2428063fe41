//! `ResourceArn`: how the operations on tags and policies name a table or a stream.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::table::Settings;

/// Characters of an ARN at most (the service model's constraint).
const ARN_CHARACTERS_MAX: usize = 1_283;

/// A `ResourceArn` of the right form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResourceArn {
    given: String,
    table: String,
    /// The label of a table's stream.
    stream: Option<String>,
    partition: String,
    region: String,
    account: String,
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("One or more parameter values were invalid: {problem}"))
}

impl ResourceArn {
    /// Notes what the service model does not allow.
    pub fn check(violations: &mut Violations, given: Option<&String>) {
        violations.required("resourceArn", given);
        violations.length("resourceArn", given.map(String::as_str), 1, ARN_CHARACTERS_MAX);
    }

    /// Reads an ARN that passed [`ResourceArn::check`].
    ///
    /// # Errors
    /// `ValidationException` for what is no ARN of a table or a stream.
    pub fn new(given: Option<String>) -> Result<Self, Error> {
        let given = given.unwrap_or_default();
        if !given.starts_with("arn:") {
            return Err(invalid(&format!("ARNs must start with 'arn:': {given}")));
        }
        let foreign = || invalid(&format!("Provided Arn is not a DynamoDB resource arn: {given}"));
        let parts: Vec<&str> = given.splitn(6, ':').collect();
        let [_, partition, "dynamodb", region, account, resource] = parts[..] else { return Err(foreign()) };
        let resource: Vec<&str> = resource.split('/').collect();
        let (table, stream) = match resource[..] {
            ["table", table] => (table, None),
            ["table", table, "stream", label] => (table, Some(label.to_owned())),
            ["table", _, "index", ..] => {
                return Err(invalid(&format!(
                    "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {given}"
                )));
            }
            _ => return Err(foreign()),
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if !(3..=255).contains(&table.len()) || !table.bytes().all(allowed) {
            return Err(foreign());
        }
        Ok(Self {
            table: table.to_owned(),
            stream,
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            given,
        })
    }

    /// The ARN as it was given.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The label of the stream, where it is a stream's.
    #[must_use]
    pub fn stream(&self) -> Option<&str> {
        self.stream.as_deref()
    }

    /// Whether it is of another Region or partition.
    #[must_use]
    pub fn is_elsewhere(&self, settings: &Settings) -> bool {
        self.region != settings.region || self.partition != "aws"
    }

    /// Whether it is of another account.
    #[must_use]
    pub fn is_of_another_account(&self, settings: &Settings) -> bool {
        self.account != settings.account_id
    }
}

/// The table of an ARN that tags are put on.
///
/// # Errors
/// `ValidationException` for another Region, `AccessDeniedException` for another account, `ResourceNotFoundException`
/// for a stream.
pub fn tagged_table<'a>(
    arn: &'a ResourceArn,
    settings: &Settings,
    operation: &str,
) -> Result<&'a str, Error> {
    if arn.is_elsewhere(settings) {
        return Err(Error::Validation(format!(
            "Invalid TableArn: Invalid ResourceArn provided as input {}",
            arn.given()
        )));
    }
    if arn.is_of_another_account(settings) {
        return Err(access_denied(arn, settings, operation));
    }
    if arn.stream().is_some() {
        return Err(Error::ResourceNotFound(format!(
            "Requested resource not found: ResourceArn: {} not found",
            arn.given()
        )));
    }
    Ok(arn.table())
}

/// The answer about what is another account's. Callers have no identity here, so they are their account's root.
#[must_use]
pub fn access_denied(arn: &ResourceArn, settings: &Settings, operation: &str) -> Error {
    Error::AccessDenied(format!(
        "User: arn:aws:iam::{}:root is not authorized to perform: dynamodb:{operation} on resource: {} because no \
         resource-based policy allows the dynamodb:{operation} action",
        settings.account_id,
        arn.given()
    ))
}

/// Refuses what is another account's.
///
/// # Errors
/// `ValidationException`.
pub fn owned_by_the_account(arn: &ResourceArn, settings: &Settings) -> Result<(), Error> {
    if arn.is_of_another_account(settings) {
        return Err(Error::validation(
            "This action is only supported by accounts that match the resource owner\u{2019}s account.",
        ));
    }
    Ok(())
}

/// The table of an ARN that a policy is given to.
///
/// # Errors
/// `ValidationException` for another Region or account, `ResourceNotFoundException` for a stream.
pub fn policy_table<'a>(arn: &'a ResourceArn, settings: &Settings) -> Result<&'a str, Error> {
    if arn.is_elsewhere(settings) {
        return Err(invalid(&format!("Invalid resource Arn: {}", arn.given())));
    }
    owned_by_the_account(arn, settings)?;
    match arn.stream() {
        None => Ok(arn.table()),
        Some(label) => Err(Error::ResourceNotFound(format!(
            "Requested resource not found: Stream: {label} not found for Table: {}",
            arn.table()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arn: &str) -> String {
        let refusal = ResourceArn::new(Some(arn.to_owned())).unwrap_err();
        refusal.message().strip_prefix("One or more parameter values were invalid: ").unwrap().to_owned()
    }

    #[test]
    fn what_is_no_table_is_refused_as_aws_does() {
        let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars";
        assert_eq!(refusal("cars"), "ARNs must start with 'arn:': cars");
        for foreign in [
            &format!("{arn}/backup/0170"),
            "arn:not/a/good/format",
            "arn:aws:s3:::bucket",
            "arn:aws:dynamodb:us-east-1:000000000000:table/ab",
        ] {
            assert_eq!(refusal(foreign), format!("Provided Arn is not a DynamoDB resource arn: {foreign}"));
        }
        let index = format!("{arn}/index/by-make");
        assert_eq!(
            refusal(&index),
            format!(
                "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {index}"
            )
        );
        assert_eq!(ResourceArn::new(Some(arn.to_owned())).unwrap().table(), "cars");
        let stream = ResourceArn::new(Some(format!("{arn}/stream/2026-10-09T00:29:04.041"))).unwrap();
        assert_eq!((stream.table(), stream.stream()), ("cars", Some("2026-10-09T00:29:04.041")));
    }
}
