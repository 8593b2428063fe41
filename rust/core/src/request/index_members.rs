//! `LocalSecondaryIndexes`, `GlobalSecondaryIndexes` and `GlobalSecondaryIndexUpdates`.

use crate::error::Error;
use crate::input_shape;
use crate::request::capacity_members::{OnDemandThroughput, WarmThroughput, index_limits};
use crate::request::constraint::Violations;
use crate::request::key_members::{
    KeyElement, KeySchemaElementInput, KeyType, check_defined, check_global, check_pair, check_used,
    index_keys, read_key_schema,
};
use crate::request::throughput_members::ProvisionedThroughput;
use crate::request::vector_members::{GivenVectorIndex, check_together};
use crate::table::throughput::Mode;
use crate::table::{
    GLOBAL_INDEXES_MAX, IndexKind, KeyAttribute, NewIndex, NewIndexes, Projection, refuse_too_many_included,
};

/// Local indexes of a table at most (facts 4.1).
const LOCAL_INDEXES_MAX: usize = 5;
/// `NonKeyAttributes` of an index at most (facts 4.1).
const INCLUDED_MAX: usize = 20;

input_shape! {
    /// `Projection`.
    #[derive(Clone)]
    pub struct ProjectionInput {
        projection_type: String = "ProjectionType",
        non_key_attributes: Vec<String> = "NonKeyAttributes",
    }
}

input_shape! {
    /// One element of `LocalSecondaryIndexes`.
    pub struct LocalIndexInput {
        index_name: String = "IndexName",
        key_schema: Vec<KeySchemaElementInput> = "KeySchema",
        projection: ProjectionInput = "Projection",
    }
}

input_shape! {
    /// One element of `GlobalSecondaryIndexes`, or a `Create` of `GlobalSecondaryIndexUpdates`.
    #[derive(Clone)]
    pub struct GlobalIndexInput {
        index_name: String = "IndexName",
        key_schema: Vec<KeySchemaElementInput> = "KeySchema",
        projection: ProjectionInput = "Projection",
        provisioned_throughput: ProvisionedThroughput = "ProvisionedThroughput",
        on_demand_throughput: OnDemandThroughput = "OnDemandThroughput",
        warm_throughput: WarmThroughput = "WarmThroughput",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProjectionType {
    All,
    Include,
    KeysOnly,
}

/// An index of a request, after the constraints of the service model.
pub struct GivenIndex {
    name: String,
    kind: IndexKind,
    keys: Vec<KeyElement>,
    projection: GivenProjection,
    throughput: Option<ProvisionedThroughput>,
    maximum: Option<OnDemandThroughput>,
    warm: Option<WarmThroughput>,
}

/// A `Projection` of a request, after the constraints of the service model.
#[derive(Clone)]
pub struct GivenProjection {
    type_: Option<ProjectionType>,
    included: Option<Vec<String>>,
}

/// Checks the name of an index.
pub fn check_name(violations: &mut Violations, path: &str, name: Option<&str>) {
    violations.name_pattern(path, name);
    violations.length(path, name, 3, 255);
}

impl GivenIndex {
    /// Reads one element of `LocalSecondaryIndexes`.
    pub fn local(violations: &mut Violations, path: &str, input: LocalIndexInput) -> Self {
        violations.required(&format!("{path}.indexName"), input.index_name.as_ref());
        violations.required(&format!("{path}.keySchema"), input.key_schema.as_ref());
        violations.required(&format!("{path}.projection"), input.projection.as_ref());
        check_name(violations, &format!("{path}.indexName"), input.index_name.as_deref());
        let keys = read_keys(violations, path, input.key_schema.as_deref(), Some(2));
        let projection = GivenProjection::read(violations, path, input.projection);
        let name = input.index_name.unwrap_or_default();
        Self { name, kind: IndexKind::Local, keys, projection, throughput: None, maximum: None, warm: None }
    }

    /// Reads one element of `GlobalSecondaryIndexes`, or a `Create`.
    pub fn global(violations: &mut Violations, path: &str, input: GlobalIndexInput) -> Self {
        violations.required(&format!("{path}.keySchema"), input.key_schema.as_ref());
        violations.required(&format!("{path}.projection"), input.projection.as_ref());
        violations.required(&format!("{path}.indexName"), input.index_name.as_ref());
        check_name(violations, &format!("{path}.indexName"), input.index_name.as_deref());
        if let Some(throughput) = &input.provisioned_throughput {
            throughput.check(violations, &format!("{path}.provisionedThroughput"));
        }
        let keys = read_keys(violations, path, input.key_schema.as_deref(), None);
        let projection = GivenProjection::read(violations, path, input.projection);
        Self {
            name: input.index_name.unwrap_or_default(),
            kind: IndexKind::Global,
            keys,
            projection,
            throughput: input.provisioned_throughput,
            maximum: input.on_demand_throughput,
            warm: input.warm_throughput,
        }
    }

    /// The index's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The index that it defines, once its key was checked against the attribute definitions.
    ///
    /// # Errors
    /// `ValidationException`.
    fn build(self, attributes: &[KeyAttribute]) -> Result<NewIndex, Error> {
        let projection = self.projection.build()?;
        let mode = self.throughput.as_ref().map(ProvisionedThroughput::mode).transpose()?;
        let keys = index_keys(&self.keys, attributes);
        let limits = index_limits(&self.name, self.maximum.as_ref(), self.warm.as_ref())?;
        Ok(NewIndex { name: self.name, kind: self.kind, keys, projection, mode, limits })
    }

    /// Whether it has the key and the projection of an index.
    #[must_use]
    pub fn is_like(&self, index: &NewIndex) -> bool {
        let parts = [(&index.keys.partition, KeyType::Hash), (&index.keys.sort, KeyType::Range)];
        let keys = parts.iter().flat_map(|(attributes, part)| {
            attributes.iter().map(move |attribute| (attribute.name.clone(), *part))
        });
        self.kind == index.kind
            && keys.eq(self.keys.iter().cloned())
            && self.projection.clone().build().as_ref() == Ok(&index.projection)
    }

    /// The index that is restored instead of one that [`GivenIndex::is_like`] it.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn instead_of(&self, index: &NewIndex) -> Result<NewIndex, Error> {
        Ok(NewIndex {
            name: self.name.clone(),
            mode: self.throughput.as_ref().map(ProvisionedThroughput::mode).transpose()?,
            limits: index_limits(&self.name, self.maximum.as_ref(), self.warm.as_ref())?,
            ..index.clone()
        })
    }

    /// A global index that is added to a table.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn added(self, attributes: Option<&[KeyAttribute]>) -> Result<NewIndex, Error> {
        let Some(attributes) = attributes else {
            return Err(Error::Validation(format!(
                "One or more parameter values were invalid: AttributeDefinitions is not specified for index: {}",
                self.name
            )));
        };
        check_defined(&self.keys, attributes)?;
        check_global(&self.keys)?;
        self.build(attributes)
    }
}

fn read_keys(
    violations: &mut Violations,
    path: &str,
    given: Option<&[KeySchemaElementInput]>,
    length_max: Option<usize>,
) -> Vec<KeyElement> {
    let path = format!("{path}.keySchema");
    match given {
        None => Vec::new(),
        Some([]) => {
            violations.note(&path, &"[]", "Member must have length greater than or equal to 1");
            Vec::new()
        }
        Some(given) => read_key_schema(violations, &path, given, length_max),
    }
}

impl GivenProjection {
    /// Reads the `Projection` of the index at `path`.
    pub fn read(violations: &mut Violations, path: &str, given: Option<ProjectionInput>) -> Self {
        let Some(given) = given else { return Self { type_: None, included: None } };
        let choices = [
            ("ALL", ProjectionType::All),
            ("INCLUDE", ProjectionType::Include),
            ("KEYS_ONLY", ProjectionType::KeysOnly),
        ];
        let type_path = format!("{path}.projection.projectionType");
        let type_ = violations.choice(&type_path, given.projection_type.as_deref(), &choices);
        let names_path = format!("{path}.projection.nonKeyAttributes");
        if let Some(names) = &given.non_key_attributes {
            let shown = format!("[{}]", names.join(", "));
            if names.is_empty() {
                violations.note(&names_path, &shown, "Member must have length greater than or equal to 1");
            } else if names.len() > INCLUDED_MAX {
                let constraint = format!("Member must have length less than or equal to {INCLUDED_MAX}");
                violations.note(&names_path, &shown, &constraint);
            }
            for (index, name) in names.iter().enumerate() {
                violations.length(&format!("{names_path}.{}.member", index + 1), Some(name), 1, 255);
            }
        }
        Self { type_, included: given.non_key_attributes }
    }

    /// What the entries of the index hold.
    ///
    /// # Errors
    /// `ValidationException` where type and names do not go together.
    pub fn build(self) -> Result<Projection, Error> {
        let invalid = |problem: String| {
            Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
        };
        match (self.type_, self.included) {
            (None, _) => invalid("Unknown ProjectionType: null".to_owned()),
            (Some(ProjectionType::All), None) => Ok(Projection::All),
            (Some(ProjectionType::KeysOnly), None) => Ok(Projection::KeysOnly),
            (Some(ProjectionType::Include), None) => {
                invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified".to_owned())
            }
            (Some(ProjectionType::Include), Some(mut names)) => {
                let repeated = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
                if let Some((_, name)) = repeated {
                    return invalid(format!("Duplicate element in NonKeyAttributes: {name}"));
                }
                names.sort_unstable();
                Ok(Projection::Include(names))
            }
            (Some(type_), Some(_)) => {
                let name = if type_ == ProjectionType::All { "ALL" } else { "KEYS_ONLY" };
                invalid(format!("ProjectionType is {name}, but NonKeyAttributes is specified"))
            }
        }
    }
}

/// The index members of a CreateTable.
#[derive(Default)]
pub struct GivenIndexes {
    /// `LocalSecondaryIndexes`.
    pub local: Option<Vec<GivenIndex>>,
    /// `GlobalSecondaryIndexes`.
    pub global: Option<Vec<GivenIndex>>,
    /// `VectorIndexes`.
    pub vector: Option<Vec<GivenVectorIndex>>,
}

impl GivenIndexes {
    /// Whether the request has any of the members.
    #[must_use]
    pub fn any(&self) -> bool {
        self.local.is_some() || self.global.is_some() || self.vector.is_some()
    }

    /// The indexes that a table is made with, in DynamoDB's order of checks: keys, then the use of the definitions, then
    /// every other rule (LAB DDB-TABLE-127; Alternator's tests for the first).
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn build(
        self,
        table_keys: &[KeyElement],
        attributes: &[KeyAttribute],
        mode: Mode,
    ) -> Result<NewIndexes, Error> {
        let empty = [
            (self.local.as_ref().map(Vec::len), "LocalSecondaryIndexes"),
            (self.global.as_ref().map(Vec::len), "GlobalSecondaryIndexes"),
            (self.vector.as_ref().map(Vec::len), "VectorIndexes"),
        ];
        if let Some((_, name)) = empty.iter().find(|(length, _)| *length == Some(0)) {
            return invalid(&format!("List of {name} is empty"));
        }
        if !self.any() {
            return Ok(NewIndexes::default());
        }
        let (local, global) = (self.local.unwrap_or_default(), self.global.unwrap_or_default());
        let vector = self.vector.unwrap_or_default();
        check_definitions(table_keys, attributes, (&local, &global, &vector))?;
        let counts = (local.len(), global.len());
        let mut secondary: Vec<NewIndex> = Vec::new();
        for index in local.into_iter().chain(global) {
            let index = index.build(attributes)?;
            check_mode(&index, mode)?;
            if secondary.iter().any(|earlier| earlier.name == index.name) {
                return invalid(&format!("Duplicate index name: {}", index.name));
            }
            secondary.push(index);
        }
        check_counts(counts)?;
        refuse_too_many_included(secondary.iter().map(|index| index.projection.included().len()).sum())?;
        let vector =
            vector.into_iter().map(|index| index.build(attributes)).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<&str> = secondary.iter().map(|index| index.name.as_str()).collect();
        check_together(&vector, &names, mode)?;
        Ok(NewIndexes { secondary, vector })
    }
}

fn invalid<T>(problem: &str) -> Result<T, Error> {
    Err(Error::Validation(format!("One or more parameter values were invalid: {problem}")))
}

/// The rules between the keys of all indexes and the attribute definitions.
fn check_definitions(
    table_keys: &[KeyElement],
    attributes: &[KeyAttribute],
    (local, global, vector): (&[GivenIndex], &[GivenIndex], &[GivenVectorIndex]),
) -> Result<(), Error> {
    if !local.is_empty() && table_keys.len() < 2 {
        return invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        );
    }
    let all = || local.iter().chain(global);
    all().try_for_each(|index| check_defined(&index.keys, attributes))?;
    all().try_for_each(|index| check_keys(index, table_keys))?;
    vector.iter().try_for_each(|index| index.check_defined(attributes))?;
    let keys = table_keys.iter().chain(all().flat_map(|index| &index.keys)).map(|(name, _)| name);
    check_used(keys.chain(vector.iter().flat_map(GivenVectorIndex::searched)), attributes)
}

fn check_counts((local, global): (usize, usize)) -> Result<(), Error> {
    if local > LOCAL_INDEXES_MAX {
        return invalid(&format!(
            "Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES_MAX}"
        ));
    }
    if global > GLOBAL_INDEXES_MAX {
        return invalid(&format!(
            "GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES_MAX}"
        ));
    }
    Ok(())
}

fn check_keys(index: &GivenIndex, table_keys: &[KeyElement]) -> Result<(), Error> {
    match index.kind {
        IndexKind::Local => check_local(index, table_keys),
        IndexKind::Global => check_global(&index.keys),
    }
}

/// A local index has the table's partition key and a sort key.
fn check_local(index: &GivenIndex, table_keys: &[KeyElement]) -> Result<(), Error> {
    check_pair(&index.keys)?;
    let name = &index.name;
    let ([(partition, _), ..], [(table_partition, _), ..]) = (&index.keys[..], table_keys) else {
        unreachable!("invariant: neither key schema is empty, as the constraints demand")
    };
    if index.keys.len() < 2 {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Index KeySchema does not have a range key for index: {name}"
        )));
    }
    if partition != table_partition {
        return Err(Error::Validation(format!(
            "One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as \
             table KeySchema for index: {name}. index hash key: {partition}, table hash key: {table_partition}"
        )));
    }
    Ok(())
}

/// A global index has a throughput exactly where its table has one.
fn check_mode(index: &NewIndex, mode: Mode) -> Result<(), Error> {
    let name = &index.name;
    match (index.kind, mode, index.mode) {
        (IndexKind::Global, Mode::PayPerRequest, Some(_)) => Err(Error::Validation(format!(
            "One or more parameter values were invalid: ProvisionedThroughput should not be specified for index: \
             {name} when BillingMode is PAY_PER_REQUEST"
        ))),
        (IndexKind::Global, Mode::Provisioned { .. }, None) => Err(Error::Validation(format!(
            "One or more parameter values were invalid: ProvisionedThroughput is not specified for index: {name}"
        ))),
        _ => Ok(()),
    }
}
