//! What AWS would charge for the throughput of a table.

use serde::Serialize;

use crate::scenario::Prices;

/// Hours of a month, as AWS's calculator counts them.
const MONTH_HOURS: f64 = 730.0;

/// US dollars a month, if every hour went like the simulated time. Storage, streams and backups are not in it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Bill {
    /// As provisioned, with the changes that auto scaling made; nothing for a table on demand.
    pub provisioned_month: Option<f64>,
    /// If the table were on demand.
    pub on_demand_month: f64,
    /// If the lowest provisioned throughput, in hundreds, were reserved for one year.
    pub reserved_one_year_month: Option<f64>,
    /// If it were reserved for three years.
    pub reserved_three_years_month: Option<f64>,
}

/// The throughput that a bill is for.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Usage {
    /// Simulated seconds.
    pub seconds: f64,
    /// Read and write units that were consumed.
    pub consumed: [f64; 2],
    /// Provisioned read and write units times seconds.
    pub provisioned_unit_seconds: [f64; 2],
    /// The fewest that were provisioned.
    pub provisioned_min: [u64; 2],
    /// Whether its writes are replicated ones.
    pub is_replicated: bool,
}

impl Bill {
    /// The bill for one table with its indexes.
    pub fn new(usage: &[Usage], provisioned: bool, prices: &Prices) -> Self {
        let hour_prices = |replicated: bool| match replicated {
            true => [prices.read_unit_hour, prices.replicated_write_unit_hour],
            false => [prices.read_unit_hour, prices.write_unit_hour],
        };
        let request_prices = |replicated: bool| match replicated {
            true => [prices.read_request_units_million, prices.replicated_write_request_units_million],
            false => [prices.read_request_units_million, prices.write_request_units_million],
        };
        let mut bill = [0.0; 4];
        for each in usage.iter().filter(|each| each.seconds > 0.0) {
            let month = MONTH_HOURS * 3_600.0 / each.seconds;
            let (hour_prices, request_prices) =
                (hour_prices(each.is_replicated), request_prices(each.is_replicated));
            for kind in 0..2 {
                let unit_hours = each.provisioned_unit_seconds[kind] / 3_600.0 * month;
                // Reserved capacity comes in hundreds of units, and not for replicated writes.
                let is_reservable = kind == 0 || !each.is_replicated;
                let reserved = if is_reservable { each.provisioned_min[kind] / 100 * 100 } else { 0 };
                let reserved_hours = reserved as f64 * MONTH_HOURS;
                let saved = reserved_hours * hour_prices[kind];
                bill[0] += unit_hours * hour_prices[kind];
                bill[1] += each.consumed[kind] * month / 1e6 * request_prices[kind];
                bill[2] += saved * prices.reserved_one_year_discount;
                bill[3] += saved * prices.reserved_three_years_discount;
            }
        }
        let [hours, requests, one_year, three_years] = bill;
        Self {
            provisioned_month: provisioned.then_some(hours),
            on_demand_month: requests,
            reserved_one_year_month: provisioned.then_some(hours - one_year),
            reserved_three_years_month: provisioned.then_some(hours - three_years),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_table_costs_what_the_price_list_says() {
        let usage = Usage {
            seconds: 3_600.0,
            consumed: [360_000.0, 36_000.0],
            provisioned_unit_seconds: [200.0 * 3_600.0, 150.0 * 3_600.0],
            provisioned_min: [200, 150],
            is_replicated: false,
        };
        let bill = Bill::new(&[usage], true, &Prices::default());
        let close = |left: Option<f64>, right: f64| (left.expect("it is provisioned") - right).abs() < 1e-9;
        let full = 730.0 * (200.0 * 0.000_13 + 150.0 * 0.000_65);
        assert!(close(bill.provisioned_month, full));
        // 200 and 100 of the units can be reserved.
        assert!(close(
            bill.reserved_one_year_month,
            full - 0.54 * 730.0 * (200.0 * 0.000_13 + 100.0 * 0.000_65)
        ));
        assert!((bill.on_demand_month - 730.0 * (0.36 * 0.125 + 0.036 * 0.625)).abs() < 1e-9);
    }

    #[test]
    fn replicated_writes_have_their_own_price_and_cannot_be_reserved() {
        let usage = Usage {
            seconds: 3_600.0,
            consumed: [0.0, 36_000.0],
            provisioned_unit_seconds: [0.0, 200.0 * 3_600.0],
            provisioned_min: [0, 200],
            is_replicated: true,
        };
        let prices = Prices {
            replicated_write_unit_hour: 0.001,
            replicated_write_request_units_million: 2.0,
            ..Prices::default()
        };
        let bill = Bill::new(&[usage], true, &prices);
        assert_eq!(bill.provisioned_month, bill.reserved_one_year_month);
        assert!((bill.provisioned_month.expect("it is provisioned") - 730.0 * 0.2).abs() < 1e-9);
        assert!((bill.on_demand_month - 730.0 * 0.036 * 2.0).abs() < 1e-9);
    }

    #[test]
    fn on_demand_has_nothing_to_reserve() {
        let bill = Bill::new(&[Usage { seconds: 60.0, ..Usage::default() }], false, &Prices::default());
        assert_eq!((bill.provisioned_month, bill.reserved_one_year_month), (None, None));
    }
}
