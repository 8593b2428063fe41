//! What the two restores have in common: the settings that may be given instead of the source table's.

use crate::error::Error;
use crate::request::capacity_members::{OnDemandThroughput, table_limits};
use crate::request::constraint::Violations;
use crate::request::encryption_members::{GivenEncryption, SSESpecification};
use crate::request::index_members::{GivenIndex, GlobalIndexInput, LocalIndexInput};
use crate::request::throughput_members::{BillingMode, ProvisionedThroughput, read_billing_mode_at};
use crate::table::throughput::Mode;
use crate::table::{
    Definition, EncryptionKey, IndexKind, NewIndex, NewIndexes, NewLimits, SourceTable, Tags,
};

/// The members of a request that take the place of the source table's settings.
#[derive(Default)]
pub struct OverrideInput {
    /// `BillingModeOverride`.
    pub billing_mode: Option<String>,
    /// `GlobalSecondaryIndexOverride`.
    pub global: Option<Vec<GlobalIndexInput>>,
    /// `LocalSecondaryIndexOverride`.
    pub local: Option<Vec<LocalIndexInput>>,
    /// `ProvisionedThroughputOverride`.
    pub throughput: Option<ProvisionedThroughput>,
    /// `OnDemandThroughputOverride`.
    pub maximum: Option<OnDemandThroughput>,
    /// `SSESpecificationOverride`.
    pub encryption: Option<SSESpecification>,
}

/// What is to be otherwise than in the source table, after the constraints of the service model.
pub struct Overrides {
    billing_mode: Option<BillingMode>,
    global: Option<Vec<GivenIndex>>,
    local: Option<Vec<GivenIndex>>,
    throughput: Option<ProvisionedThroughput>,
    maximum: Option<OnDemandThroughput>,
    encryption: Option<EncryptionKey>,
}

fn invalid(problem: &str) -> Error {
    Error::Validation(format!("Invalid Request: {problem}"))
}

/// Checks `TargetTableName`.
pub fn check_target(violations: &mut Violations, given: Option<&String>) {
    violations.required("targetTableName", given);
    let name = given.map(String::as_str);
    violations.length("targetTableName", name, 3, 255);
    violations.name_pattern("targetTableName", name.filter(|name| !name.is_empty()));
}

impl Overrides {
    /// Reads them; `violations` are the request's.
    ///
    /// # Errors
    /// `ValidationException`, also for other violations of the request.
    pub fn read(mut violations: Violations, input: OverrideInput) -> Result<Self, Error> {
        let mode = input.billing_mode.as_deref();
        let billing_mode = read_billing_mode_at(&mut violations, "billingModeOverride", mode);
        if let Some(throughput) = &input.throughput {
            throughput.check(&mut violations, "provisionedThroughputOverride");
        }
        let path = |list: &str, index: usize| format!("{list}.{}.member", index + 1);
        let global = input.global.map(|given| {
            let numbered = given.into_iter().enumerate();
            let path = |index| path("globalSecondaryIndexOverride", index);
            numbered.map(|(index, given)| GivenIndex::global(&mut violations, &path(index), given)).collect()
        });
        let local = input.local.map(|given| {
            let numbered = given.into_iter().enumerate();
            let path = |index| path("localSecondaryIndexOverride", index);
            numbered.map(|(index, given)| GivenIndex::local(&mut violations, &path(index), given)).collect()
        });
        let encryption = input.encryption.map(|given| GivenEncryption::read(&mut violations, given));
        violations.finish()?;
        Ok(Self {
            billing_mode,
            global,
            local,
            throughput: input.throughput,
            maximum: input.maximum,
            encryption: encryption.map(GivenEncryption::key).transpose()?,
        })
    }

    /// Refuses to restore what is in another Region without a key for this one (LAB DDB-TABLE-274).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn check_region(&self, is_elsewhere: bool) -> Result<(), Error> {
        if is_elsewhere && self.encryption.is_none() {
            return Err(invalid("sseSpecificationOverride must be provided for cross-region restores"));
        }
        Ok(())
    }

    /// The table to make of a source, with its indexes: tags, streams, time to live, policies, class, protection and
    /// recovery are not restored (facts 9.2).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn apply(&self, source: &SourceTable, target: &str) -> Result<(Definition, NewIndexes), Error> {
        let mode = self.mode(source.mode)?;
        let mut indexes = NewIndexes { secondary: Vec::new(), vector: source.vector_indexes.clone() };
        for (kind, given) in [(IndexKind::Local, &self.local), (IndexKind::Global, &self.global)] {
            indexes.secondary.extend(restored_indexes(kind, given.as_deref(), source, mode)?);
        }
        let definition = Definition {
            name: target.to_owned(),
            schema: source.schema.clone(),
            mode,
            billing_mode_named: self.billing_mode.is_some() || source.billing_mode_named,
            deletion_protection: false,
            limits: self.limits(source, mode)?,
            class: None,
            encryption: self.encryption.clone().unwrap_or_else(|| source.encryption()),
            tags: Tags::default(),
            policy: None,
            stream: None,
        };
        Ok((definition, indexes))
    }

    /// The mode of the restored table (LAB DDB-TABLE-273, -280).
    fn mode(&self, source: Mode) -> Result<Mode, Error> {
        match (self.billing_mode, &self.throughput) {
            (Some(BillingMode::Provisioned), None) => Err(invalid(
                "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
            )),
            (Some(BillingMode::PayPerRequest), Some(_)) => Err(invalid(
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
            )),
            (None, Some(_)) if source == Mode::PayPerRequest => {
                Err(invalid("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"))
            }
            (Some(BillingMode::PayPerRequest), None) => Ok(Mode::PayPerRequest),
            (_, Some(throughput)) => throughput.mode(),
            (None, None) => Ok(source),
        }
    }

    fn limits(&self, source: &SourceTable, mode: Mode) -> Result<NewLimits, Error> {
        if let Some(member) = self.maximum.as_ref().and_then(OnDemandThroughput::first_member) {
            if mode != Mode::PayPerRequest {
                return Err(invalid(&format!(
                    "Cannot override {member} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
                )));
            }
            return table_limits(self.maximum.as_ref(), None);
        }
        let maximum = if mode == Mode::PayPerRequest { source.maximum } else { Default::default() };
        Ok(NewLimits { maximum, ..NewLimits::default() })
    }
}

/// The indexes of one kind: the source's, or those of them that are given, which may have other names (LAB DDB-TABLE-280).
fn restored_indexes(
    kind: IndexKind,
    given: Option<&[GivenIndex]>,
    source: &SourceTable,
    mode: Mode,
) -> Result<Vec<NewIndex>, Error> {
    let mut left: Vec<&NewIndex> = source.indexes.iter().filter(|index| index.kind == kind).collect();
    let Some(given) = given else {
        return left.into_iter().map(|index| in_mode(index.clone(), mode)).collect();
    };
    let mut restored: Vec<NewIndex> = Vec::with_capacity(given.len());
    for index in given {
        let name = index.name();
        let found = left.iter().position(|source| index.is_like(source)).ok_or_else(|| {
            invalid(&format!(
                "Index {name} does not match a secondary index that existed in the source table and cannot be created \
                 during the restore operation"
            ))
        })?;
        let mut made = index.instead_of(left.remove(found))?;
        if kind == IndexKind::Global && mode == Mode::PayPerRequest && made.mode.is_some() {
            return Err(invalid(&format!(
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index {name}"
            )));
        }
        made = in_mode(made, mode)?;
        if restored.iter().any(|earlier| earlier.name == made.name) {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: Duplicate index name: {name}"
            )));
        }
        restored.push(made);
    }
    Ok(restored)
}

/// An index as it is in a table of this mode.
fn in_mode(index: NewIndex, mode: Mode) -> Result<NewIndex, Error> {
    match (index.kind, mode) {
        (IndexKind::Local, _) => Ok(index),
        (IndexKind::Global, Mode::PayPerRequest) => Ok(NewIndex { mode: None, ..index }),
        (IndexKind::Global, Mode::Provisioned { .. }) if index.mode.is_none() => {
            Err(invalid(&format!("Must specify provisioned throughput for index {}", index.name)))
        }
        (IndexKind::Global, Mode::Provisioned { .. }) => {
            let limits = NewLimits { maximum: Default::default(), ..index.limits };
            Ok(NewIndex { limits, ..index })
        }
    }
}
