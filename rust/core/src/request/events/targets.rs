//! The operations on a rule's targets: PutTargets, RemoveTargets and ListTargetsByRule of EventBridge.

use crate::error::Error;
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::request::events::members::{Page, check_bus, check_name, rule_not_found};
use crate::trigger::{FunctionName, Target};
use crate::{input_shape, output_shape};

/// Targets of one rule at most (facts 6.3).
const TARGETS_MAX: usize = 5;

input_shape! {
    /// One of `Targets`.
    pub struct TargetInput {
        id: String = "Id",
        arn: String = "Arn",
        input: String = "Input",
        input_path: String = "InputPath",
    }
    refused {
        "RoleArn", "InputTransformer", "KinesisParameters", "RunCommandParameters", "EcsParameters", "BatchParameters",
        "SqsParameters", "HttpParameters", "RedshiftDataParameters", "SageMakerPipelineParameters", "DeadLetterConfig",
        "RetryPolicy", "AppSyncParameters",
    }
}

input_shape! {
    /// What a caller sends to PutTargets.
    pub struct PutTargetsInput {
        rule: String = "Rule",
        event_bus_name: String = "EventBusName",
        targets: Vec<TargetInput> = "Targets",
    }
}

input_shape! {
    /// What a caller sends to RemoveTargets. `Force` is about rules that another service manages; there are none.
    pub struct RemoveTargetsInput {
        rule: String = "Rule",
        event_bus_name: String = "EventBusName",
        ids: Vec<String> = "Ids",
        force: bool = "Force",
    }
}

input_shape! {
    /// What a caller sends to ListTargetsByRule.
    pub struct ListTargetsByRuleInput {
        rule: String = "Rule",
        event_bus_name: String = "EventBusName",
        next_token: String = "NextToken",
        limit: i32 = "Limit",
    }
}

output_shape! {
    /// A target that was not changed.
    pub struct FailedTargetOutput {
        target_id: String = "TargetId",
        error_code: &'static str = "ErrorCode",
        error_message: String = "ErrorMessage",
    }
}

output_shape! {
    /// What a caller of PutTargets and RemoveTargets gets.
    pub struct TargetChangeOutput {
        failed_entry_count: i64 = "FailedEntryCount",
        failed_entries: Vec<FailedTargetOutput> = "FailedEntries",
    }
}

output_shape! {
    /// One of `Targets`.
    pub struct TargetOutput {
        id: String = "Id",
        arn: String = "Arn",
        input: String = "Input",
        input_path: String = "InputPath",
    }
}

output_shape! {
    /// What a caller of ListTargetsByRule gets.
    pub struct ListTargetsByRuleOutput {
        targets: Vec<TargetOutput> = "Targets",
        next_token: String = "NextToken",
    }
}

impl TargetChangeOutput {
    fn done() -> Self {
        Self { failed_entry_count: Some(0), failed_entries: Some(Vec::new()) }
    }
}

/// A PutTargets that passed its checks.
pub struct PutTargets {
    rule: String,
    targets: Vec<Target>,
}

impl PutTargets {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: PutTargetsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_name(&mut violations, "rule", input.rule.as_deref());
        violations.required("targets", input.targets.as_ref());
        for (index, target) in input.targets.iter().flatten().enumerate() {
            let path = |member: &str| format!("targets.{}.member.{member}", index + 1);
            check_name(&mut violations, &path("id"), target.id.as_deref());
            violations.required(&path("arn"), target.arn.as_ref());
        }
        violations.finish()?;
        check_bus(input.event_bus_name.as_deref())?;
        let targets =
            input.targets.unwrap_or_default().into_iter().map(read_target).collect::<Result<_, _>>()?;
        Ok(Self { rule: input.rule.unwrap_or_default(), targets })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `LimitExceededException`, or `ValidationException` for a function that is not
    /// there.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TargetChangeOutput, Error> {
        let rule = context.triggers.rule(&self.rule).ok_or_else(|| rule_not_found(&self.rule))?;
        let new = self.targets.iter().filter(|target| !rule.targets.contains_key(&target.id)).count();
        if rule.targets.len() + new > TARGETS_MAX {
            return Err(Error::LimitExceeded(
                "The requested resource exceeds the maximum number allowed.".to_owned(),
            ));
        }
        if let Some(target) =
            self.targets.iter().find(|target| !context.triggers.has_function(&target.function))
        {
            return Err(Error::Validation(format!(
                "Provided Arn is not in correct format or names no function that is registered. Parameter {} is not \
                 valid.",
                target.arn
            )));
        }
        let targets = context.triggers.rule_targets(&self.rule).expect("invariant: the rule was found");
        targets.extend(self.targets.iter().map(|target| (target.id.clone(), target.clone())));
        Ok(TargetChangeOutput::done())
    }
}

fn read_target(given: TargetInput) -> Result<Target, Error> {
    let arn = given.arn.unwrap_or_default();
    let (id, input, input_path) = (given.id.unwrap_or_default(), given.input, given.input_path);
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if input.as_deref().is_some_and(|text| !is_json(text)) {
        return Err(Error::Validation(format!("JSON syntax error in Input for target {id}.")));
    }
    if input.is_some() && input_path.is_some() {
        return Err(Error::Validation(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    if input_path.as_deref().is_some_and(|path| path != "$" && !path.starts_with("$.")) {
        return Err(Error::Validation(format!("Invalid InputPath for target {id}.")));
    }
    let function = FunctionName::parse(&arn).ok_or_else(|| {
        Error::Validation(format!(
            "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        ))
    })?;
    Ok(Target { id, arn, function, input, input_path })
}

/// A RemoveTargets that passed its checks.
pub struct RemoveTargets {
    rule: String,
    ids: Vec<String>,
}

impl RemoveTargets {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: RemoveTargetsInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_name(&mut violations, "rule", input.rule.as_deref());
        violations.required("ids", input.ids.as_ref());
        violations.finish()?;
        check_bus(input.event_bus_name.as_deref())?;
        Ok(Self { rule: input.rule.unwrap_or_default(), ids: input.ids.unwrap_or_default() })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<TargetChangeOutput, Error> {
        let targets = context.triggers.rule_targets(&self.rule).ok_or_else(|| rule_not_found(&self.rule))?;
        for id in &self.ids {
            targets.remove(id);
        }
        Ok(TargetChangeOutput::done())
    }
}

/// A ListTargetsByRule that passed its checks.
pub struct ListTargetsByRule {
    rule: String,
    page: Page,
}

impl ListTargetsByRule {
    /// Checks a request.
    ///
    /// # Errors
    /// `ValidationException` or `ResourceNotFoundException`.
    pub fn new(input: ListTargetsByRuleInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        check_name(&mut violations, "rule", input.rule.as_deref());
        let page = Page::read(&mut violations, (input.next_token.as_deref(), input.limit))?;
        violations.finish()?;
        check_bus(input.event_bus_name.as_deref())?;
        Ok(Self { rule: input.rule.unwrap_or_default(), page })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<ListTargetsByRuleOutput, Error> {
        let rule = context.triggers.rule(&self.rule).ok_or_else(|| rule_not_found(&self.rule))?;
        let targets = rule.targets.values().map(|target| TargetOutput {
            id: Some(target.id.clone()),
            arn: Some(target.arn.clone()),
            input: target.input.clone(),
            input_path: target.input_path.clone(),
        });
        let (targets, next_token) = self.page.of(targets);
        Ok(ListTargetsByRuleOutput { targets: Some(targets), next_token })
    }
}
