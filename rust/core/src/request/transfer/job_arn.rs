//! `ImportArn` and `ExportArn`.

use crate::error::Error;
use crate::table::Settings;

/// What an ARN is of, by the word in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// `table/<name>/import/<id>`.
    Import,
    /// `table/<name>/export/<id>`.
    Export,
}

impl JobKind {
    fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Import => "Import",
            Self::Export => "Export",
        }
    }

    /// The answer about an import or export that is not there.
    #[must_use]
    pub fn not_found(self, problem: &str) -> Error {
        let text = format!("{} not found: {problem}", self.title());
        match self {
            Self::Import => Error::ImportNotFound(text),
            Self::Export => Error::ExportNotFound(text),
        }
    }

    /// Refuses an ARN that names no import or export of this account and Region. The order and the texts of exports were
    /// measured (LAB DDB-EXPORT-006, DDB-IMPORT-010); those of imports are alike.
    ///
    /// # Errors
    /// `ValidationException`, `AccessDeniedException` or the exception for what is not there.
    pub fn check(self, arn: &str, settings: &Settings) -> Result<(), Error> {
        let invalid = || Error::Validation(format!("Invalid {} ARN", self.title()));
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else { return Err(invalid()) };
        if (partition, service) != ("aws", "dynamodb") || account != settings.account_id {
            return Err(Error::AccessDenied("Access is denied".to_owned()));
        }
        let parts: Vec<&str> = resource.split('/').collect();
        match parts[..] {
            ["table", table, word, id]
                if word == self.word() && !id.is_empty() && (3..=255).contains(&table.len()) => {}
            _ => return Err(invalid()),
        }
        if region == settings.region {
            Ok(())
        } else {
            Err(self.not_found(&format!("Invalid {} arn", self.word())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_refused_as_aws_does() {
        let settings = Settings::default();
        let check = |arn: &str| JobKind::Export.check(arn, &settings).map_err(|error| error.to_string());
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table";
        assert_eq!(check(&format!("{table}/cars/export/0170-a")), Ok(()));
        for other in [&format!("{table}/cars"), &format!("{table}/x/export/1"), &"x".repeat(40)] {
            assert_eq!(check(other), Err("ValidationException: Invalid Export ARN".to_owned()));
        }
        assert_eq!(
            check("arn:aws:dynamodb:us-east-1:123456789012:table/cars/export/1"),
            Err("AccessDeniedException: Access is denied".to_owned())
        );
        assert_eq!(
            check("arn:aws:dynamodb:eu-west-1:000000000000:table/cars/export/1"),
            Err("ExportNotFoundException: Export not found: Invalid export arn".to_owned())
        );
    }
}
