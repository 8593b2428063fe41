//! `SSESpecification`, of CreateTable and UpdateTable.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::table::EncryptionKey;

input_shape! {
    /// The key a table is to be encrypted with.
    #[derive(Clone)]
    pub struct SSESpecification {
        enabled: bool = "Enabled",
        sse_type: String = "SSEType",
        kms_master_key_id: String = "KMSMasterKeyId",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EncryptionType {
    Aes256,
    Kms,
}

/// An `SSESpecification` after the constraints of the service model.
pub struct GivenEncryption {
    enabled: Option<bool>,
    type_: Option<EncryptionType>,
    key: Option<String>,
}

impl GivenEncryption {
    /// Reads it.
    pub fn read(violations: &mut Violations, input: SSESpecification) -> Self {
        let choices = [("AES256", EncryptionType::Aes256), ("KMS", EncryptionType::Kms)];
        let type_ = violations.choice("sSESpecification.sSEType", input.sse_type.as_deref(), &choices);
        let key = input.kms_master_key_id;
        violations.length("sSESpecification.kMSMasterKeyId", key.as_deref(), 1, 2_048);
        Self { enabled: input.enabled, type_, key }
    }

    /// The key that it asks for; an empty specification asks for the service's own, and a type alone switches on (LAB
    /// DDB-TABLE-044).
    ///
    /// # Errors
    /// `ValidationException` where the members contradict each other.
    pub fn key(self) -> Result<EncryptionKey, Error> {
        let invalid = |problem: &str| {
            Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
        };
        if self.enabled == Some(false) {
            if self.type_.is_some() {
                return invalid("SSEType can not be specified if Enabled is false");
            }
            if self.key.is_some() {
                return invalid("KMSMasterKeyId can not be specified if Enabled is false");
            }
            return Ok(EncryptionKey::Owned);
        }
        if self.type_ == Some(EncryptionType::Aes256) {
            return invalid("SSEType AES256 is not supported");
        }
        match (self.type_, self.key) {
            (None, Some(_)) => invalid("SSEType KMS is required if KMSMasterKeyId is specified"),
            (Some(_), Some(key)) if key == "alias/aws/dynamodb" => Ok(EncryptionKey::Managed),
            (Some(_), Some(key)) => Ok(EncryptionKey::Customer(key)),
            (Some(_), None) => Ok(EncryptionKey::Managed),
            (None, None) if self.enabled == Some(true) => Ok(EncryptionKey::Managed),
            (None, None) => Ok(EncryptionKey::Owned),
        }
    }
}
