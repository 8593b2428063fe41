//! DescribeInsightRules of CloudWatch: the rules that Contributor Insights have made.

use serde_json::json;

use crate::error::Error;
use crate::request::cloudwatch::members::{finish, page};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeInsightRulesInput {
        next_token: String = "NextToken",
        max_results: i32 = "MaxResults",
    }
}

output_shape! {
    /// A rule.
    pub struct InsightRuleOutput {
        name: String = "Name",
        state: &'static str = "State",
        schema: &'static str = "Schema",
        definition: String = "Definition",
        managed_rule: bool = "ManagedRule",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeInsightRulesOutput {
        next_token: String = "NextToken",
        insight_rules: Vec<InsightRuleOutput> = "InsightRules",
    }
}

/// Rules of an answer where nothing is said, and at most (API reference).
const RESULTS_MAX: usize = 500;

/// `Schema` of the rules. AWS does not publish what those that DynamoDB makes have; this is that of rules on logs, which
/// they are said to be made of.
const SCHEMA: &str = "{\"Name\":\"CloudWatchLogRule\",\"Version\":1}";

/// A DescribeInsightRules that passed its checks.
pub struct DescribeInsightRules {
    token: Option<String>,
    limit: usize,
}

impl DescribeInsightRules {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DescribeInsightRulesInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        violations.at_least("maxResults", input.max_results.map(i64::from), 1);
        violations.at_most("maxResults", input.max_results.map(i64::from), RESULTS_MAX as i64);
        finish(violations)?;
        let limit = input.max_results.and_then(|count| usize::try_from(count).ok());
        Ok(Self { token: input.next_token, limit: limit.unwrap_or(RESULTS_MAX) })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// `InvalidNextToken`.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeInsightRulesOutput, Error> {
        let tables = &context.tables;
        let mut names: Vec<String> =
            tables.listed_insights(None).filter_map(|view| view.rules()).flatten().collect();
        names.sort_unstable();
        let (names, next_token) = page(names.into_iter(), self.token.as_deref(), self.limit)?;
        let rules = names.into_iter().map(|name| {
            let keys = tables.insight_rule(&name).map(|rule| rule.labels).unwrap_or_default();
            let definition = json!({
                "Contribution": { "Keys": keys, "Filters": [] },
                "AggregateOn": "Sum",
            });
            InsightRuleOutput {
                state: Some("ENABLED"),
                schema: Some(SCHEMA),
                definition: Some(definition.to_string()),
                managed_rule: Some(true),
                name: Some(name),
            }
        });
        Ok(DescribeInsightRulesOutput { insight_rules: Some(rules.collect()), next_token })
    }
}
