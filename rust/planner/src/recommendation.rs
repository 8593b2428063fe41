//! What to change, as a person would put it.

use crate::report::{LoadReport, ResourceReport, TableReport};
use crate::scenario::{Scenario, Table};

/// Below this share of throttled attempts all is well.
const THROTTLED_SHARE_MIN: f64 = 0.001;

/// Provisioned throughput of which less than this share is used is too much.
const USED_SHARE_MIN: f64 = 0.2;

/// One partition that has this many times its share of the traffic is hot.
const HOT_RATIO: f64 = 3.0;

/// A bill must be this much lower to be worth a change.
const SAVING_MIN: f64 = 0.1;

/// The sentences for a run.
pub fn recommend(
    scenario: &Scenario,
    loads: &[LoadReport],
    resources: &[ResourceReport],
    tables: &[TableReport],
) -> Vec<String> {
    let mut sentences = Vec::new();
    for load in loads {
        sentences.extend(throttled(load));
    }
    for table in tables {
        let Some(defined) = scenario.table(&table.name) else { continue };
        let is_its = |load: &&LoadReport| load.table == table.name && load.region == table.region;
        let refused = loads.iter().filter(is_its).any(|load| load.throttled_attempts > 0);
        let name = in_region(scenario, &table.name, &table.region);
        sentences.extend(hot_partition(&name, table).filter(|_| refused));
        sentences.extend(cheaper(&name, defined, table));
    }
    for resource in resources {
        sentences.extend(idle(&in_region(scenario, &resource.table, &resource.region), resource));
    }
    sentences
}

/// A table's name, with its Region where there are several.
fn in_region(scenario: &Scenario, table: &str, region: &str) -> String {
    if scenario.regions.len() > 1 { format!("{table} in {region}") } else { table.to_owned() }
}

fn throttled(load: &LoadReport) -> Option<String> {
    let attempts: u64 = load.minutes.iter().map(|minute| minute.succeeded + minute.throttled).sum();
    let share = load.throttled_attempts as f64 / attempts.max(1) as f64;
    if share < THROTTLED_SHARE_MIN {
        return None;
    }
    let (reason, _) = load.reasons.iter().max_by_key(|(_, count)| **count)?;
    let lost = if load.gave_up == 0 {
        "retries hid it from the application".to_owned()
    } else {
        format!("{} requests were lost", load.gave_up)
    };
    Some(format!(
        "{}: {:.1} % of the attempts were throttled, mostly for {reason}; {lost}.",
        load.name,
        share * 100.0
    ))
}

fn hot_partition(name: &str, table: &TableReport) -> Option<String> {
    let total: f64 = table.partitions.iter().map(|partition| partition.units[0] + partition.units[1]).sum();
    if table.partitions.len() < 2 || total == 0.0 {
        return None;
    }
    let hottest = table.partitions.iter().max_by(|a, b| a.heat_max.total_cmp(&b.heat_max))?;
    let share = (hottest.units[0] + hottest.units[1]) / total;
    (share > HOT_RATIO * hottest.hash_share).then(|| {
        format!(
            "{name}: one partition with {:.0} % of the hashes took {:.0} % of the traffic; spread the hottest partition \
             key, for example with a suffix of its own for each writer.",
            hottest.hash_share * 100.0,
            share * 100.0
        )
    })
}

fn cheaper(name: &str, defined: &Table, table: &TableReport) -> Option<String> {
    let bill = table.bill;
    match bill.provisioned_month {
        Some(provisioned) if bill.on_demand_month < provisioned * (1.0 - SAVING_MIN) => Some(format!(
            "{name}: on demand would cost ${:.2} a month instead of ${provisioned:.2}.",
            bill.on_demand_month
        )),
        Some(provisioned) => {
            let reserved = bill.reserved_one_year_month?;
            (reserved < provisioned * (1.0 - SAVING_MIN) && defined.read_units.is_some()).then(|| {
                format!(
                    "{name}: reserving its lowest throughput for a year would cost ${reserved:.2} a month instead of \
                     ${provisioned:.2}."
                )
            })
        }
        None => None,
    }
}

fn idle(table: &str, resource: &ResourceReport) -> Option<String> {
    let name = match &resource.index {
        None => table.to_owned(),
        Some(index) => format!("{table}, index {index}"),
    };
    let kinds = ["read", "write"].into_iter().enumerate();
    let mut wasted = kinds.filter_map(|(kind, word)| {
        let consumed: f64 = resource.minutes.iter().map(|minute| minute.consumed[kind]).sum();
        let provisioned: u64 = resource.minutes.iter().map(|minute| minute.provisioned[kind]).sum();
        let peak = resource.minutes.iter().map(|minute| minute.consumed[kind]).fold(0.0, f64::max);
        let used = consumed / provisioned as f64;
        let floor = provisioned <= 5 * resource.minutes.len() as u64;
        (provisioned > 0 && !floor && used < USED_SHARE_MIN).then(|| {
            format!(
                "{:.0} % of its {word} units were used, {peak:.0} a second in the busiest minute",
                used * 100.0
            )
        })
    });
    let first = wasted.next()?;
    let all = wasted.fold(first, |all, each| format!("{all}; {each}"));
    Some(format!("{name}: {all}. Provision less, or let auto scaling do it."))
}
