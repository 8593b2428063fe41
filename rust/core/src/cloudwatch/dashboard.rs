//! Dashboards: JSON that is kept.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// A dashboard.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// `DashboardName`.
    pub name: String,
    /// `DashboardArn`.
    pub arn: String,
    /// `DashboardBody`.
    pub body: String,
    /// `LastModified`.
    pub modified: Timestamp,
}
