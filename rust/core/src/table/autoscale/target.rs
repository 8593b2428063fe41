//! Scalable targets: one dimension of a table or index, and the limits its capacity may move in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::table::throughput::Kind;

use super::error::AutoScalingError;

/// What is scaled: `table/T` or `table/T/index/I`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ResourceId {
    /// The table's name.
    pub table: String,
    /// The index's name, where it is an index.
    pub index: Option<String>,
}

impl ResourceId {
    /// A table.
    pub fn table(name: impl Into<String>) -> Self {
        Self { table: name.into(), index: None }
    }

    /// An index of a table.
    pub fn index(table: impl Into<String>, index: impl Into<String>) -> Self {
        Self { table: table.into(), index: Some(index.into()) }
    }
}

impl FromStr for ResourceId {
    type Err = AutoScalingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["table", table] if !table.is_empty() => Ok(Self::table(*table)),
            ["table", table, "index", index] if !table.is_empty() && !index.is_empty() => {
                Ok(Self::index(*table, *index))
            }
            _ => Err(AutoScalingError::UnsupportedResource),
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "table/{}", self.table)?;
        self.index.iter().try_for_each(|index| write!(formatter, "/index/{index}"))
    }
}

/// `ScalableDimension`: which capacity of which kind of resource.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Dimension {
    /// `dynamodb:table:ReadCapacityUnits`.
    TableRead,
    /// `dynamodb:table:WriteCapacityUnits`.
    TableWrite,
    /// `dynamodb:index:ReadCapacityUnits`.
    IndexRead,
    /// `dynamodb:index:WriteCapacityUnits`.
    IndexWrite,
}

impl Dimension {
    /// All four.
    pub const ALL: [Self; 4] = [Self::TableRead, Self::TableWrite, Self::IndexRead, Self::IndexWrite];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TableRead => "dynamodb:table:ReadCapacityUnits",
            Self::TableWrite => "dynamodb:table:WriteCapacityUnits",
            Self::IndexRead => "dynamodb:index:ReadCapacityUnits",
            Self::IndexWrite => "dynamodb:index:WriteCapacityUnits",
        }
    }

    /// Read or write capacity.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::TableRead | Self::IndexRead => Kind::Read,
            Self::TableWrite | Self::IndexWrite => Kind::Write,
        }
    }

    /// Whether `resource` has this dimension: an index's for an index, a table's for a table.
    #[must_use]
    pub const fn is_of(self, resource: &ResourceId) -> bool {
        matches!(self, Self::IndexRead | Self::IndexWrite) == resource.index.is_some()
    }
}

impl FromStr for Dimension {
    type Err = AutoScalingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|dimension| dimension.as_str() == text);
        found.ok_or(AutoScalingError::UnsupportedResource)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// `SuspendedState`: what a target does not do for the time being.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SuspendedState {
    /// `DynamicScalingInSuspended`: policies do not lower the capacity.
    pub dynamic_scaling_in: bool,
    /// `DynamicScalingOutSuspended`: policies do not raise it.
    pub dynamic_scaling_out: bool,
    /// `ScheduledScalingSuspended`: scheduled actions do nothing.
    pub scheduled_scaling: bool,
}

/// What RegisterScalableTarget asks for. What is absent stays as it is, or takes its default in a new target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registration {
    /// `ResourceId`.
    pub resource: ResourceId,
    /// `ScalableDimension`.
    pub dimension: Dimension,
    /// `MinCapacity`.
    pub min_capacity: Option<u64>,
    /// `MaxCapacity`.
    pub max_capacity: Option<u64>,
    /// `RoleARN`; a new target without one gets the service-linked role.
    pub role_arn: Option<String>,
    /// `SuspendedState.DynamicScalingInSuspended`.
    pub dynamic_scaling_in_suspended: Option<bool>,
    /// `SuspendedState.DynamicScalingOutSuspended`.
    pub dynamic_scaling_out_suspended: Option<bool>,
    /// `SuspendedState.ScheduledScalingSuspended`.
    pub scheduled_scaling_suspended: Option<bool>,
}

impl Registration {
    /// A registration of limits with nothing else said.
    #[must_use]
    pub const fn limits(resource: ResourceId, dimension: Dimension, min: u64, max: u64) -> Self {
        Self {
            resource,
            dimension,
            min_capacity: Some(min),
            max_capacity: Some(max),
            role_arn: None,
            dynamic_scaling_in_suspended: None,
            dynamic_scaling_out_suspended: None,
            scheduled_scaling_suspended: None,
        }
    }
}

/// One entry of DescribeScalableTargets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScalableTarget {
    /// `ResourceId`.
    pub resource: ResourceId,
    /// `ScalableDimension`.
    pub dimension: Dimension,
    /// `MinCapacity`.
    pub min_capacity: u64,
    /// `MaxCapacity`.
    pub max_capacity: u64,
    /// `RoleARN`.
    pub role_arn: String,
    /// `SuspendedState`.
    pub suspended: SuspendedState,
    /// `CreationTime`.
    pub created: Timestamp,
    /// `ScalableTargetARN`.
    pub arn: String,
    /// Its tags, by key.
    pub tags: BTreeMap<String, String>,
    /// The last scale-out that succeeded: when, and by how many units. Starts the scale-out cooldown.
    pub(super) last_scale_out: Option<(Timestamp, u64)>,
    /// The last scale-in that succeeded and that no scale-out has followed. Starts the scale-in cooldown.
    pub(super) last_scale_in: Option<Timestamp>,
}

impl ScalableTarget {
    /// Takes over what a registration says besides the limits.
    pub(super) fn take_over(&mut self, registration: &Registration) {
        if let Some(role_arn) = &registration.role_arn {
            self.role_arn.clone_from(role_arn);
        }
        let suspended = &mut self.suspended;
        let flags = [
            (&mut suspended.dynamic_scaling_in, registration.dynamic_scaling_in_suspended),
            (&mut suspended.dynamic_scaling_out, registration.dynamic_scaling_out_suspended),
            (&mut suspended.scheduled_scaling, registration.scheduled_scaling_suspended),
        ];
        for (flag, said) in flags {
            *flag = said.unwrap_or(*flag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_ids_are_read_and_written() {
        for text in ["table/cars", "table/cars/index/by-year"] {
            assert_eq!(text.parse::<ResourceId>().unwrap().to_string(), text);
        }
        for text in
            ["", "table", "table/", "cars", "table/cars/index", "table/cars/index/", "table/a/b/c", "index/a"]
        {
            assert_eq!(text.parse::<ResourceId>(), Err(AutoScalingError::UnsupportedResource), "{text}");
        }
    }

    #[test]
    fn a_dimension_is_of_a_table_or_of_an_index() {
        for dimension in Dimension::ALL {
            assert_eq!(dimension.as_str().parse(), Ok(dimension));
        }
        assert!(Dimension::TableRead.is_of(&ResourceId::table("cars")));
        assert!(!Dimension::TableRead.is_of(&ResourceId::index("cars", "by-year")));
        assert!(Dimension::IndexWrite.is_of(&ResourceId::index("cars", "by-year")));
    }
}
