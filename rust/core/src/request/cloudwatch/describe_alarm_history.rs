//! DescribeAlarmHistory of CloudWatch.

use crate::clock::Timestamp;
use crate::cloudwatch::{AlarmHistoryItem, AlarmHistoryKind};
use crate::error::Error;
use crate::request::cloudwatch::alarm_members::{ALARM_TYPES, alarm_types};
use crate::request::cloudwatch::members::{finish, page};
use crate::request::constraint::Violations;
use crate::request::context::Context;
use crate::{input_shape, output_shape};

input_shape! {
    /// What a caller sends.
    pub struct DescribeAlarmHistoryInput {
        alarm_name: String = "AlarmName",
        alarm_types: Vec<String> = "AlarmTypes",
        history_item_type: String = "HistoryItemType",
        start_date: Timestamp = "StartDate",
        end_date: Timestamp = "EndDate",
        max_records: i32 = "MaxRecords",
        next_token: String = "NextToken",
        scan_by: String = "ScanBy",
    }
    refused { "AlarmContributorId" }
}

output_shape! {
    /// Something that happened to an alarm.
    pub struct AlarmHistoryItemOutput {
        alarm_name: String = "AlarmName",
        alarm_type: &'static str = "AlarmType",
        timestamp: Timestamp = "Timestamp",
        history_item_type: &'static str = "HistoryItemType",
        history_summary: String = "HistorySummary",
        history_data: String = "HistoryData",
    }
}

output_shape! {
    /// What a caller gets.
    pub struct DescribeAlarmHistoryOutput {
        alarm_history_items: Vec<AlarmHistoryItemOutput> = "AlarmHistoryItems",
        next_token: String = "NextToken",
    }
}

/// A DescribeAlarmHistory that passed its checks.
pub struct DescribeAlarmHistory {
    alarm: Option<String>,
    /// `AlarmTypes`: metric alarms and composite ones.
    types: [bool; 2],
    kind: Option<AlarmHistoryKind>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    ascending: bool,
    limit: usize,
    token: Option<String>,
}

impl DescribeAlarmHistory {
    /// Checks a request.
    ///
    /// # Errors
    /// The exceptions of CloudWatch about parameters.
    pub fn new(input: DescribeAlarmHistoryInput) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let choices = AlarmHistoryKind::ALL.map(|kind| (kind.as_str(), kind));
        let kind = violations.choice("historyItemType", input.history_item_type.as_deref(), &choices);
        let orders = [("TimestampDescending", false), ("TimestampAscending", true)];
        let ascending = violations.choice("scanBy", input.scan_by.as_deref(), &orders);
        violations.at_least("maxRecords", input.max_records.map(i64::from), 1);
        violations.at_most("maxRecords", input.max_records.map(i64::from), 100);
        finish(violations)?;
        let types = input.alarm_types.unwrap_or_default();
        Ok(Self {
            alarm: input.alarm_name,
            types: alarm_types(&types),
            kind,
            start: input.start_date,
            end: input.end_date,
            ascending: ascending.unwrap_or(false),
            limit: usize::try_from(input.max_records.unwrap_or(100)).unwrap_or(100),
            token: input.next_token,
        })
    }

    /// Carries the request out.
    ///
    /// # Errors
    /// The exceptions of DescribeAlarmHistory.
    pub fn execute(&self, context: &mut Context<'_>) -> Result<DescribeAlarmHistoryOutput, Error> {
        let wanted = |item: &&AlarmHistoryItem| {
            self.types[usize::from(item.is_composite)]
                && self.alarm.as_ref().is_none_or(|alarm| *alarm == item.alarm)
                && self.kind.is_none_or(|kind| kind == item.kind)
                && self.start.is_none_or(|start| item.time >= start)
                && self.end.is_none_or(|end| item.time <= end)
        };
        let mut items: Vec<&AlarmHistoryItem> = context.watch.history(context.now).filter(wanted).collect();
        if self.ascending {
            items.reverse();
        }
        let (items, next_token) = page(items.into_iter(), self.token.as_deref(), self.limit)?;
        let items = items.into_iter().map(|item| AlarmHistoryItemOutput {
            alarm_name: Some(item.alarm.clone()),
            alarm_type: Some(ALARM_TYPES[usize::from(item.is_composite)]),
            timestamp: Some(item.time),
            history_item_type: Some(item.kind.as_str()),
            history_summary: Some(item.summary.clone()),
            history_data: Some(item.data.clone()),
        });
        Ok(DescribeAlarmHistoryOutput { alarm_history_items: Some(items.collect()), next_token })
    }
}
