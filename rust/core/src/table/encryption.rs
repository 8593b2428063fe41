//! Encryption at rest: which key a table names. What is stored here is stored in the clear; the setting is kept,
//! described and limited as AWS does.

use std::time::Duration;

use xxhash_rust::xxh3::xxh3_128;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::table::catalog::{State, Table};
use crate::table::refusal::{not_found, refuse_unless_active};
use crate::table::tables::Tables;

/// Changes of a key in [`WINDOW`] at most; then one in each [`LATER_CHANGE_INTERVAL`] (facts 4.1).
const CHANGES_MAX: usize = 4;
const WINDOW: Duration = Duration::from_secs(24 * 3_600);
const LATER_CHANGE_INTERVAL: Duration = Duration::from_secs(21_600);

/// The alias of the key that AWS manages for DynamoDB.
const MANAGED_ALIAS: &str = "alias/aws/dynamodb";

/// The key that an `SSESpecification` asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum EncryptionKey {
    /// The service's own, which no description shows.
    Owned,
    /// The one that AWS manages for the account.
    Managed,
    /// A customer's, by its id, ARN or alias.
    Customer(String),
}

impl EncryptionKey {
    /// The ARN of the key. There is no key service here, so every key exists, and what is told by an alias has an id
    /// made from the alias.
    ///
    /// # Errors
    /// `ValidationException` for a key of another Region.
    fn arn(&self, region: &str, account: &str) -> Result<Option<String>, Error> {
        let given = match self {
            Self::Owned => return Ok(None),
            Self::Managed => MANAGED_ALIAS,
            Self::Customer(given) => given.as_str(),
        };
        let begin = format!("arn:aws:kms:{region}:{account}:");
        let local = if given.starts_with("arn:") {
            let parts: Vec<&str> = given.splitn(6, ':').collect();
            let [_, _, "kms", key_region, owner, resource] = parts[..] else {
                return Err(invalid_key(given, &format!("Invalid arn {given}")));
            };
            if key_region != region {
                return Err(invalid_key(given, &format!("Invalid arn {key_region}")));
            }
            if let Some(id) = resource.strip_prefix("key/") {
                return Ok(Some(format!("arn:aws:kms:{region}:{owner}:key/{id}")));
            }
            resource
        } else {
            given
        };
        let id = if local.starts_with("alias/") { made_id(local, account, region) } else { local.to_owned() };
        Ok(Some(format!("{begin}key/{id}")))
    }
}

/// What AWS passes on from its key service. The request's id in the text is the key service's own, so it is made here.
fn invalid_key(given: &str, problem: &str) -> Error {
    Error::Validation(format!(
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: {problem} (Service: AWSKMS; Status \
         Code: 400; Error Code: NotFoundException; Request ID: {}; Proxy: null)",
        made_id(given, "", "")
    ))
}

/// An id in the form of a key's, the same for the same alias of an account in a Region.
fn made_id(alias: &str, account: &str, region: &str) -> String {
    let hash = format!("{:032x}", xxh3_128(format!("{alias} {account} {region}").as_bytes()));
    format!("{}-{}-4{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..])
}

/// A change that is under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeyChange {
    until: Timestamp,
    asked: EncryptionKey,
    arn: Option<String>,
}

/// A table's encryption.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Encryption {
    /// The key's ARN; none for the service's own.
    key: Option<String>,
    change: Option<KeyChange>,
    /// When the first change of the window was, how many there were, and when the last.
    window: Option<(Timestamp, usize, Timestamp)>,
}

impl Encryption {
    /// The encryption of a table that is made with a key.
    ///
    /// # Errors
    /// `ValidationException` for a key of another Region.
    pub(in crate::table) fn new(key: &EncryptionKey, region: &str, account: &str) -> Result<Self, Error> {
        Ok(Self { key: key.arn(region, account)?, ..Self::default() })
    }

    /// `KMSMasterKeyArn`: the old one while it changes.
    #[must_use]
    pub fn key_arn(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// `Status`; none where the key is the service's own and stays so.
    #[must_use]
    pub fn status(&self) -> Option<&'static str> {
        if self.change.is_some() { Some("UPDATING") } else { self.key.as_ref().map(|_| "ENABLED") }
    }

    /// Whether the key is being changed.
    #[must_use]
    pub fn is_changing(&self) -> bool {
        self.change.is_some()
    }

    pub(in crate::table) fn until(&self) -> Option<Timestamp> {
        self.change.as_ref().map(|change| change.until)
    }

    /// Ends a change that is due.
    pub(in crate::table) fn settle(&mut self, now: Timestamp) {
        if let Some(change) = self.change.take_if(|change| change.until <= now) {
            self.key = change.arn;
        }
    }

    /// Refuses more changes than the day allows; before the key is looked at (LAB DDB-TABLE-081).
    fn check_limit(&self, now: Timestamp) -> Result<(), Error> {
        let Some((first, count, last)) = self.window else { return Ok(()) };
        let end = first + WINDOW;
        if now >= end || count < CHANGES_MAX || now.since(last) >= LATER_CHANGE_INTERVAL {
            return Ok(());
        }
        Err(Error::LimitExceeded(format!(
            "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at {}. After the \
             first 4 change, each subsequent change in the same window can be performed at most once every 21600 \
             seconds. Number of updates today: {count}. Last change at {}. Next changes can be made at {}.",
            end.to_iso_8601(),
            last.to_iso_8601(),
            end.min(last + LATER_CHANGE_INTERVAL).to_iso_8601()
        )))
    }

    fn count(&mut self, now: Timestamp) {
        self.window = match self.window {
            Some((first, count, _)) if now < first + WINDOW => Some((first, count + 1, now)),
            _ => Some((now, 1, now)),
        };
    }

    /// Begins the change to a key.
    fn begin(
        &mut self,
        key: &EncryptionKey,
        (region, account): (&str, &str),
        (now, until): (Timestamp, Timestamp),
    ) -> Result<(), Error> {
        if let Some(change) = &self.change {
            if change.asked == *key {
                return Ok(());
            }
            return Err(Error::ResourceInUse(
                "Attempt to change a resource which is still in use: Server-Side Encryption is still being updated"
                    .to_owned(),
            ));
        }
        if self.key.is_none() && *key == EncryptionKey::Owned {
            return Err(Error::validation(
                "One or more parameter values were invalid: Table is already encrypted by default",
            ));
        }
        self.check_limit(now)?;
        if let (EncryptionKey::Customer(given), Some(current)) = (key, &self.key)
            && given == current
        {
            return Err(Error::validation(
                "One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use \
                 KMSMasterKeyId parameter if you want to change Master Key",
            ));
        }
        let arn = key.arn(region, account)?;
        self.count(now);
        self.change = Some(KeyChange { until, asked: key.clone(), arn });
        Ok(())
    }
}

impl Tables {
    /// Starts to change a table's key; the table itself stays active meanwhile.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException`, `LimitExceededException` or `ValidationException`.
    pub fn encrypt(&mut self, name: &str, key: &EncryptionKey, now: Timestamp) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        self.change(name);
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        if !matches!(table.state, State::Updating { .. }) {
            refuse_unless_active(table)?;
        }
        let place = (self.settings.region.as_str(), self.settings.account_id.as_str());
        table.encryption.begin(key, place, (now, until))?;
        self.expect_transition(name, until);
        Ok(&self.by_name[name])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: (&str, &str) = ("us-east-1", "000000000000");

    fn arn(key: &str) -> String {
        EncryptionKey::Customer(key.to_owned()).arn(PLACE.0, PLACE.1).unwrap().unwrap()
    }

    #[test]
    fn a_key_has_an_arn_however_it_is_told() {
        let id = "0a1b2c3d-0000-4000-8000-000000000001";
        let full = format!("arn:aws:kms:us-east-1:000000000000:key/{id}");
        assert_eq!(arn(id), full);
        assert_eq!(arn(&full), full);
        let by_alias = arn("alias/mine");
        assert_eq!(by_alias, arn("arn:aws:kms:us-east-1:000000000000:alias/mine"));
        assert_ne!(by_alias, arn("alias/other"));
        assert_eq!(EncryptionKey::Managed.arn(PLACE.0, PLACE.1).unwrap().unwrap(), arn(MANAGED_ALIAS));
    }

    #[test]
    fn a_key_of_another_region_is_refused() {
        let key = EncryptionKey::Customer("arn:aws:kms:eu-central-1:000000000000:key/a".to_owned());
        let refused = key.arn(PLACE.0, PLACE.1).unwrap_err();
        assert!(refused.message().contains("Invalid arn eu-central-1 (Service: AWSKMS;"), "{refused}");
    }

    #[test]
    fn four_changes_a_day_and_then_one_in_six_hours() {
        let mut encryption = Encryption::default();
        let hour = |hour: i64| Timestamp::from_seconds(hour * 3_600);
        let mut change = |key: &str, at: Timestamp| {
            let begun = encryption.begin(&EncryptionKey::Customer(key.to_owned()), PLACE, (at, at));
            encryption.settle(at);
            begun
        };
        for key in ["a", "b", "c", "d"] {
            assert_eq!(change(key, hour(0)), Ok(()));
        }
        let refused = change("e", hour(1)).unwrap_err();
        assert!(refused.message().contains("Number of updates today: 4."), "{refused}");
        assert!(
            refused.message().ends_with("Next changes can be made at 1970-01-01T06:00:00.000Z."),
            "{refused}"
        );
        assert_eq!(change("e", hour(6)), Ok(()));
        assert!(change("f", hour(7)).is_err());
        assert_eq!(change("f", hour(24)), Ok(()));
    }
}
