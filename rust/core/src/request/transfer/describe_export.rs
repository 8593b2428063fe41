//! DescribeExport.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::transfer::export_description::ExportOutput;
use crate::request::transfer::job_arn::JobKind;

input_shape! {
    /// What a caller sends.
    pub struct DescribeExportInput {
        export_arn: String = "ExportArn",
    }
}

/// A DescribeExport that passed its checks.
pub struct DescribeExport {
    arn: String,
}

impl DescribeExport {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeExportInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("exportArn", input.export_arn.as_ref());
        violations.length("exportArn", input.export_arn.as_deref(), 37, 1_024);
        violations.finish()?;
        Ok(Self { arn: input.export_arn.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ValidationException`, `AccessDeniedException` or `ExportNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ExportOutput, Error> {
        JobKind::Export.check(&self.arn, context.tables.settings())?;
        Ok(ExportOutput::new(context.exports.find(&self.arn)?))
    }
}
