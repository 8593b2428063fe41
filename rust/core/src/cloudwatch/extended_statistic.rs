//! The statistics that need the values of a period: percentiles and what is left when some values are taken away.
//!
//! `p99.9` is a percentile, `tm90` or `TM(10%:90%)` a trimmed mean, `wm` a winsorized mean, `tc` how many values are left
//! and `ts` their sum; `IQM` is `TM(25%:75%)`, and `PR(:300)` the percentage of values up to 300. Bounds without a
//! percent sign are values: the lower one is left out, the upper one counts (CloudWatch guide, "Statistics
//! definitions"). A percentile is the value of the rank that it falls on, without interpolation.

use serde::{Deserialize, Serialize};

use crate::metric::{Distribution, Observations};

/// Decimals of a percentage at most (CloudWatch guide).
const DECIMALS_MAX: usize = 10;

/// A statistic by its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExtendedStatistic {
    text: String,
    kind: Kind,
    bounds: Bounds,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Percentile,
    TrimmedMean,
    WinsorizedMean,
    TrimmedCount,
    TrimmedSum,
    PercentileRank,
}

/// Those with bounds in parentheses.
const BOUNDED: [(&str, Kind); 5] = [
    ("TM", Kind::TrimmedMean),
    ("WM", Kind::WinsorizedMean),
    ("TC", Kind::TrimmedCount),
    ("TS", Kind::TrimmedSum),
    ("PR", Kind::PercentileRank),
];

/// Those with a percentage behind them, which is the upper bound.
const SHORT: [(&str, Kind); 5] = [
    ("p", Kind::Percentile),
    ("tm", Kind::TrimmedMean),
    ("wm", Kind::WinsorizedMean),
    ("tc", Kind::TrimmedCount),
    ("ts", Kind::TrimmedSum),
];

/// What is left of the values.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Bounds {
    /// By rank, from 0 to 1.
    Shares(f64, f64),
    /// By value.
    Values(f64, f64),
}

/// A bound as it is written.
#[derive(Clone, Copy)]
enum Bound {
    Absent,
    Share(f64),
    Value(f64),
}

impl ExtendedStatistic {
    /// The statistic of a name; none where it is no such statistic.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, bounds) = match text {
            "IQM" => (Kind::TrimmedMean, Bounds::Shares(0.25, 0.75)),
            _ => parse_bounded(text).or_else(|| parse_short(text))?,
        };
        Some(Self { text: text.to_owned(), kind, bounds })
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The figure of a period; none where nothing was observed or its values are not known.
    #[must_use]
    pub fn of(&self, observations: &Observations) -> Option<f64> {
        let distribution = observations.distribution()?;
        let count = distribution.count();
        if count <= 0.0 {
            return None;
        }
        let kept = self.bounds.keep(&distribution, count);
        let (left, sum) = kept.fold();
        match self.kind {
            Kind::Percentile => kept.values.last().map(|(value, _)| *value),
            Kind::TrimmedMean => (left > 0.0).then(|| sum / left),
            Kind::TrimmedCount => Some(left),
            Kind::TrimmedSum => Some(sum),
            Kind::PercentileRank => Some(left / count * 100.0),
            // What lies beyond is taken for the bound.
            Kind::WinsorizedMean => {
                let (low, high) = match self.bounds {
                    Bounds::Values(low, high) => (low, high),
                    Bounds::Shares(..) => (kept.values.first()?.0, kept.values.last()?.0),
                };
                let beyond = |count: f64, bound: f64| if count > 0.0 { count * bound } else { 0.0 };
                Some((sum + beyond(kept.below, low) + beyond(kept.above, high)) / count)
            }
        }
    }

    /// Whether so few observations say little: fewer than ten lie beyond the percentile (CloudWatch guide, "Percentile-based
    /// alarms and low data samples"). False for what is no percentile.
    #[must_use]
    pub fn is_low_sample(&self, observations: &Observations) -> bool {
        let Bounds::Shares(_, share) = self.bounds else { return false };
        let beyond = if share >= 0.5 { 1.0 - share } else { share };
        // `p100` has nothing beyond it; the least that a double tells is taken.
        self.kind == Kind::Percentile
            && observations.statistics.sample_count < (10.0 / beyond.max(f64::EPSILON)).round()
    }
}

/// Values that are left, in order, and how many are not.
struct Kept {
    values: Vec<(f64, f64)>,
    below: f64,
    above: f64,
}

impl Kept {
    /// Their count and sum.
    fn fold(&self) -> (f64, f64) {
        let add = |(count, sum), (value, times): &(f64, f64)| (count + times, sum + value * times);
        self.values.iter().fold((0.0, 0.0), add)
    }
}

impl Bounds {
    fn keep(self, distribution: &Distribution, count: f64) -> Kept {
        let mut kept = Kept { values: Vec::new(), below: 0.0, above: 0.0 };
        match self {
            Self::Values(low, high) => {
                for (value, times) in distribution.values() {
                    if value <= low {
                        kept.below += times;
                    } else if value > high {
                        kept.above += times;
                    } else {
                        kept.values.push((value, times));
                    }
                }
            }
            Self::Shares(low, high) => {
                // Ranks behind the first and up to the last, so that of few values one is left. What a double makes of
                // 0.07 * 100 is 7.
                let low = (low * count + 1e-9).floor().min(count - count.min(1.0));
                let high = (high * count - 1e-9).ceil().max(low + count.min(1.0)).min(count);
                let mut rank = 0.0;
                for (value, times) in distribution.values() {
                    let inside = (rank + times).min(high) - rank.max(low);
                    if inside > 0.0 {
                        kept.values.push((value, inside));
                    }
                    rank += times;
                }
                (kept.below, kept.above) = (low, (count - high).max(0.0));
            }
        }
        kept
    }
}

fn parse_short(text: &str) -> Option<(Kind, Bounds)> {
    let digits = text.find(|byte: char| byte.is_ascii_digit())?;
    let (name, percent) = text.split_at(digits);
    let (_, kind) = SHORT.iter().find(|(known, _)| *known == name)?;
    let share = percentage(percent)?;
    (*kind == Kind::Percentile || share > 0.0).then_some((*kind, Bounds::Shares(0.0, share)))
}

fn parse_bounded(text: &str) -> Option<(Kind, Bounds)> {
    let (name, rest) = text.split_once('(')?;
    let (_, kind) = BOUNDED.iter().find(|(known, _)| *known == name)?;
    let (low, high) = rest.strip_suffix(')')?.split_once(':')?;
    let bounds = match (parse_bound(low)?, parse_bound(high)?) {
        (Bound::Absent, Bound::Absent) => return None,
        (Bound::Absent, Bound::Share(high)) => Bounds::Shares(0.0, high),
        (Bound::Share(low), Bound::Absent) => Bounds::Shares(low, 1.0),
        (Bound::Share(low), Bound::Share(high)) => Bounds::Shares(low, high),
        (Bound::Absent, Bound::Value(high)) => Bounds::Values(f64::NEG_INFINITY, high),
        (Bound::Value(low), Bound::Absent) => Bounds::Values(low, f64::INFINITY),
        (Bound::Value(low), Bound::Value(high)) => Bounds::Values(low, high),
        (Bound::Share(_), Bound::Value(_)) | (Bound::Value(_), Bound::Share(_)) => return None,
    };
    let is_ordered = match bounds {
        // A rank of values is asked of values.
        Bounds::Shares(low, high) => low < high && *kind != Kind::PercentileRank,
        Bounds::Values(low, high) => low < high,
    };
    is_ordered.then_some((*kind, bounds))
}

fn parse_bound(text: &str) -> Option<Bound> {
    if text.is_empty() {
        return Some(Bound::Absent);
    }
    match text.strip_suffix('%') {
        Some(percent) => percentage(percent).map(Bound::Share),
        None => text.parse().ok().filter(|value: &f64| value.is_finite()).map(Bound::Value),
    }
}

/// From 0 to 100 as a share.
fn percentage(text: &str) -> Option<f64> {
    let allowed = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let percent: f64 = text.parse().ok().filter(|_| allowed && decimals <= DECIMALS_MAX)?;
    (percent <= 100.0).then_some(percent / 100.0)
}

impl TryFrom<String> for ExtendedStatistic {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text} is no statistic"))
    }
}

impl From<ExtendedStatistic> for String {
    fn from(statistic: ExtendedStatistic) -> Self {
        statistic.text
    }
}

#[cfg(test)]
mod tests {
    use crate::metric::{Period as _, Statistics};

    use super::*;

    /// 1, 2, ..., 10.
    fn ten() -> Observations {
        let mut all = Observations::of(1.0, 1.0);
        (2..=10).for_each(|value| all.add(&Observations::of(f64::from(value), 1.0)));
        all
    }

    #[test]
    fn each_statistic_is_what_the_guide_says() {
        let of = |text: &str| ExtendedStatistic::parse(text).unwrap().of(&ten());
        for (text, wanted) in [
            ("p50", 5.0),
            ("p90", 9.0),
            ("p99.9", 10.0),
            ("p100", 10.0),
            ("p0", 1.0),
            ("tm80", 4.5),
            ("TM(20%:80%)", 5.5),
            ("IQM", 5.5),
            ("TM(3:7)", 5.5),
            ("tc80", 8.0),
            ("TC(2:4)", 2.0),
            ("TC(:0)", 0.0),
            ("ts50", 15.0),
            ("TS(8:)", 19.0),
            ("PR(:3)", 30.0),
            ("PR(3:8)", 50.0),
            ("wm80", (36.0 + 16.0) / 10.0),
            ("WM(20%:80%)", (3.0 * 2.0 + 33.0 + 8.0 * 2.0) / 10.0),
            ("WM(:5)", (15.0 + 25.0) / 10.0),
        ] {
            assert_eq!(of(text), Some(wanted), "{text}");
        }
        assert_eq!(of("TM(20:30)"), None, "nothing is left");
    }

    #[test]
    fn one_value_is_every_percentile() {
        for text in ["p0", "p1", "p99", "tm99", "wm99", "IQM", "TM(10%:90%)"] {
            let statistic = ExtendedStatistic::parse(text).unwrap();
            assert_eq!(statistic.of(&Observations::of(7.0, 1.0)), Some(7.0), "{text}");
        }
    }

    #[test]
    fn statistics_of_others_have_no_percentiles_unless_their_values_are_the_same() {
        let p90 = ExtendedStatistic::parse("p90").unwrap();
        let set = |maximum| Statistics { sample_count: 4.0, sum: 12.0, minimum: 3.0, maximum };
        assert_eq!(p90.of(&set(3.0).into()), Some(3.0));
        assert_eq!(p90.of(&set(4.0).into()), None);
        assert_eq!(p90.of(&Statistics::EMPTY.into()), None);
    }

    #[test]
    fn few_samples_are_those_that_leave_less_than_ten_beyond() {
        let is_low = |text: &str, count: f64| {
            ExtendedStatistic::parse(text).unwrap().is_low_sample(&Observations::of(1.0, count))
        };
        assert!(is_low("p99", 999.0) && !is_low("p99", 1_000.0));
        assert!(is_low("p50", 19.0) && !is_low("p50", 20.0));
        assert!(is_low("p5", 199.0) && !is_low("p5", 200.0));
        assert!(!is_low("tm99", 1.0));
    }

    #[test]
    fn other_names_are_none() {
        for text in [
            "",
            "p",
            "p101",
            "p-1",
            "p1e1",
            "P99",
            "p99.12345678901",
            "tm0",
            "TM()",
            "TM(:)",
            "TM(10:90%)",
            "TM(9:1)",
            "PR(10%:20%)",
            "PR90",
            "IQR",
            "TM(5",
            "pNaN",
            "TM(NaN:1)",
            "Sum",
        ] {
            assert_eq!(ExtendedStatistic::parse(text), None, "{text}");
        }
    }
}
