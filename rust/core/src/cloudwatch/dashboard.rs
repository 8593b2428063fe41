//! Dashboards: JSON that is kept.

use crate::clock::Timestamp;

/// A dashboard.
#[derive(Clone, PartialEq, Eq, Debug)]
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
