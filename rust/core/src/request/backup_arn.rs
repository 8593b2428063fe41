//! `BackupArn`: how the operations on backups name one.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::table::{BackupPlace, Settings};

/// What the names of AWS's Regions begin with.
const REGION_AREAS: [&str; 10] = ["af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"];

/// A backup's ARN of the right form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackupArn {
    given: String,
    region: String,
    account: String,
    place: BackupPlace,
}

impl BackupArn {
    /// Notes what the service model does not allow.
    pub fn check(violations: &mut Violations, path: &str, given: Option<&str>) {
        violations.length(path, given, 37, 1_024);
    }

    /// Reads an ARN that passed [`BackupArn::check`] (LAB DDB-BACKUP-012).
    ///
    /// # Errors
    /// `ValidationException` for what is no backup's ARN.
    pub fn new(given: String) -> Result<Self, Error> {
        let parts: Vec<&str> = given.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else {
            return Err(no_backup());
        };
        let ["table", table, "backup", id] = resource.split('/').collect::<Vec<_>>()[..] else {
            return Err(no_backup());
        };
        if partition != "aws" || service != "dynamodb" || !(region.is_empty() || is_region(region)) {
            return Err(Error::validation("Invalid Request: BackupArn is not valid"));
        }
        let place = BackupPlace { id: id.to_owned(), table: table.to_owned() };
        Ok(Self { region: region.to_owned(), account: account.to_owned(), place, given })
    }

    /// The ARN as it was given.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// Where the backup stands. DynamoDB does not look at the Region (LAB DDB-BACKUP-012).
    ///
    /// # Errors
    /// `AccessDeniedException` for another account's.
    pub fn place(&self, settings: &Settings) -> Result<&BackupPlace, Error> {
        if self.account != settings.account_id || self.region.is_empty() {
            return Err(Error::AccessDenied("Access is denied".to_owned()));
        }
        Ok(&self.place)
    }

    /// Whether it is of another Region.
    #[must_use]
    pub fn is_elsewhere(&self, settings: &Settings) -> bool {
        self.region != settings.region
    }
}

/// The `BackupArn` of an operation that is about one backup.
///
/// # Errors
/// `ValidationException`.
pub fn required_arn(given: Option<String>) -> Result<BackupArn, Error> {
    let mut violations = Violations::default();
    violations.required("backupArn", given.as_ref());
    BackupArn::check(&mut violations, "backupArn", given.as_deref());
    violations.finish()?;
    BackupArn::new(given.unwrap_or_default())
}

fn no_backup() -> Error {
    Error::validation("Invalid Backup ARN")
}

fn is_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let number = parts.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    parts.len() >= 3 && number && REGION_AREAS.contains(&parts[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arn: &str) -> String {
        BackupArn::new(arn.to_owned()).unwrap_err().message().to_owned()
    }

    #[test]
    fn only_a_backups_arn_is_one() {
        let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01791504762511-2779fadd";
        let read = BackupArn::new(arn.to_owned()).unwrap();
        let settings = Settings::default();
        let place = read.place(&settings).unwrap();
        assert_eq!((place.table.as_str(), place.id.as_str()), ("cars", "01791504762511-2779fadd"));
        assert_eq!(refusal("arn:aws:dynamodb:us-east-1:000000000000:table/cars"), "Invalid Backup ARN");
        assert_eq!(refusal("a text of no less than thirty-seven characters"), "Invalid Backup ARN");
        for (part, other) in [("us-east-1", "xx-fake-1"), (":aws:", ":aws-x:"), ("dynamodb", "s3")] {
            assert_eq!(refusal(&arn.replace(part, other)), "Invalid Request: BackupArn is not valid");
        }
        let elsewhere = BackupArn::new(arn.replace("us-east-1", "us-gov-west-1")).unwrap();
        assert!(elsewhere.is_elsewhere(&settings) && elsewhere.place(&settings) == Ok(place));
        for (part, other) in [("000000000000", "111111111111"), ("us-east-1", "")] {
            let denied = BackupArn::new(arn.replace(part, other)).unwrap();
            let error = denied.place(&settings).unwrap_err();
            assert_eq!((error.code(), error.message()), ("AccessDeniedException", "Access is denied"));
        }
    }
}
