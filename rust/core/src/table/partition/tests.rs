use proptest::prelude::*;

use super::*;

fn second(count: i64) -> Timestamp {
    Timestamp::from_seconds(count)
}

#[test]
fn the_published_examples_of_the_formula() {
    assert_eq!(Partitions::initial_count(1_000, 500, 0), 1);
    assert_eq!(Partitions::initial_count(1_000, 1_000, 0), 2);
    assert_eq!(Partitions::initial_count(5_000, 2_000, 0), 4);
    assert_eq!(Partitions::initial_count(3_000, 0, 0), 1);
    assert_eq!(Partitions::initial_count(1, 1, 10 * PARTITION_BYTES + 1), 11);
    assert_eq!(Partitions::initial_count(0, 0, 0), 1);
}

#[test]
fn growth_doubles_and_a_lower_setting_never_merges() {
    let mut partitions = Partitions::new(1, second(0));
    assert!(!partitions.grow(2_000, 300, second(1), |_| Tally::default()));
    assert!(partitions.grow(5_000, 2_000, second(1), |_| Tally::default()));
    assert_eq!(partitions.len(), 4);
    assert!(!partitions.grow(1, 1, second(2), |_| Tally::default()));
    assert_eq!(partitions.len(), 4);
}

#[test]
fn a_split_shares_out_what_is_stored() {
    let mut partitions = Partitions::new(1, second(0));
    partitions.resize(0, 10, 1_000);
    assert!(partitions.split(0, second(0), &mut |range| {
        assert_eq!(range.start, 0);
        Tally { items: 4, bytes: 300 }
    }));
    let tallies: Vec<_> = partitions.iter().map(Partition::tally).collect();
    assert_eq!(tallies, [Tally { items: 4, bytes: 300 }, Tally { items: 6, bytes: 700 }]);
}

#[test]
fn a_partition_over_ten_gigabytes_asks_to_be_split() {
    let mut partitions = Partitions::new(2, second(0));
    assert_eq!(partitions.overfull(), None);
    partitions.resize(1, 1, i64::try_from(PARTITION_BYTES).unwrap() + 1);
    assert_eq!(partitions.overfull(), Some(1));
}

#[test]
fn heat_is_the_share_of_the_limits_used_in_the_last_minute() {
    let mut partition = Partition::new(HashRange::ALL, Tally::default(), second(0));
    // 500 writes a second for a minute: half of the limit.
    for count in 0..60 {
        partition.record(Kind::Write, CapacityUnits::whole(500), second(count));
    }
    assert_eq!(partition.describe(second(59)).heat_millionths, 500_000);
    assert_eq!(partition.describe(second(90)).heat_millionths, 250_000);
    assert_eq!(partition.describe(second(120)).heat_millionths, 0);
    assert_eq!(partition.describe(second(10_000)).heat(), 0.0);
    partition.record(Kind::Read, CapacityUnits::whole(18_000), second(10_000));
    assert_eq!(partition.describe(second(10_001)).heat(), 0.1);
    assert_eq!(partition.describe(second(0)).write_units, CapacityUnits::whole(30_000));
}

proptest! {
    #[test]
    fn every_hash_is_in_exactly_one_partition(
        count in 1_usize..40, splits in prop::collection::vec(any::<prop::sample::Index>(), 0..30), hash: u64
    ) {
        let mut partitions = Partitions::new(count, second(0));
        for split in splits {
            let index = split.index(partitions.len());
            prop_assert!(partitions.split(index, second(0), &mut |_| Tally::default()));
        }
        let ranges: Vec<_> = partitions.iter().map(Partition::range).collect();
        prop_assert_eq!(ranges[0].start, 0);
        prop_assert_eq!(ranges[ranges.len() - 1].end, u64::MAX);
        for pair in ranges.windows(2) {
            prop_assert_eq!(pair[0].end + 1, pair[1].start);
        }
        prop_assert!(ranges[partitions.locate(hash)].contains(hash));
        for range in ranges {
            prop_assert!(partitions.get(partitions.locate(range.start)).range() == range);
            prop_assert!(partitions.get(partitions.locate(range.end)).range() == range);
        }
    }

    #[test]
    fn segments_cover_the_space_and_are_of_equal_size(count in 1_u32..2_000_000, index: prop::sample::Index) {
        let index = u32::try_from(index.index(count as usize)).unwrap();
        let range = HashRange::segment(index, count);
        if index == 0 {
            prop_assert_eq!(range.start, 0);
        } else {
            prop_assert_eq!(HashRange::segment(index - 1, count).end, range.start - 1);
        }
        if index == count - 1 {
            prop_assert_eq!(range.end, u64::MAX);
        }
        let size = u128::from(range.end - range.start) + 1;
        let even = (1_u128 << 64) / u128::from(count);
        prop_assert!(size == even || size == even + 1);
    }
}
