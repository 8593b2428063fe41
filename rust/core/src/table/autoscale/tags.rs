//! Tags of scalable targets.

use std::collections::BTreeMap;

use super::error::AutoScalingError;
use super::registry::AutoScaling;
use super::target::ScalableTarget;

/// Tags of a scalable target at most (API reference).
pub const TAGS_MAX: usize = 50;

impl AutoScaling {
    /// TagResource: gives a target tags, or gives known ones other values.
    ///
    /// # Errors
    /// Where no target has the ARN, or it would have more than [`TAGS_MAX`].
    pub fn tag(&mut self, arn: &str, tags: &[(String, String)]) -> Result<(), AutoScalingError> {
        let target = self.by_arn(arn)?;
        let mut all = target.tags.clone();
        all.extend(tags.iter().cloned());
        if all.len() > TAGS_MAX {
            return Err(AutoScalingError::TooManyTags);
        }
        target.tags = all;
        self.has_changed = true;
        Ok(())
    }

    /// UntagResource: takes tags away; those it does not have are no error.
    ///
    /// # Errors
    /// Where no target has the ARN.
    pub fn untag(&mut self, arn: &str, keys: &[String]) -> Result<(), AutoScalingError> {
        let target = self.by_arn(arn)?;
        keys.iter().for_each(|key| drop(target.tags.remove(key)));
        self.has_changed = true;
        Ok(())
    }

    /// ListTagsForResource.
    ///
    /// # Errors
    /// Where no target has the ARN.
    pub fn tags(&self, arn: &str) -> Result<&BTreeMap<String, String>, AutoScalingError> {
        let target = self.targets.values().find(|target| target.arn == arn);
        target.map(|target| &target.tags).ok_or_else(|| AutoScalingError::ArnNotFound(arn.to_owned()))
    }

    fn by_arn(&mut self, arn: &str) -> Result<&mut ScalableTarget, AutoScalingError> {
        let target = self.targets.values_mut().find(|target| target.arn == arn);
        target.ok_or_else(|| AutoScalingError::ArnNotFound(arn.to_owned()))
    }
}
