//! DescribeImport.

use crate::error::Error;
use crate::input_shape;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::transfer::import_description::ImportOutput;
use crate::request::transfer::job_arn::JobKind;

input_shape! {
    /// What a caller sends.
    pub struct DescribeImportInput {
        import_arn: String = "ImportArn",
    }
}

/// A DescribeImport that passed its checks.
pub struct DescribeImport {
    arn: String,
}

impl DescribeImport {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException`.
    pub fn new(input: DescribeImportInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.required("importArn", input.import_arn.as_ref());
        violations.length("importArn", input.import_arn.as_deref(), 37, 1_024);
        violations.finish()?;
        Ok(Self { arn: input.import_arn.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ValidationException`, `AccessDeniedException` or `ImportNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ImportOutput, Error> {
        let settings = context.tables.settings();
        JobKind::Import.check(&self.arn, settings)?;
        Ok(ImportOutput::new(context.imports.find(&self.arn)?, settings))
    }
}
