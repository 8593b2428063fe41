use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use super::super::key_array::{CAPACITY, SPARSE};
use super::super::node::{Node, Route};
use super::super::place::Place;
use super::super::{Direction, Entry, KeyRange};
use super::Tree;
use crate::random::Random;

const ALL: KeyRange<'static> = KeyRange { lower: Bound::Unbounded, upper: Bound::Unbounded };

/// How keys are made from a number: the shapes that tables give them, and those that are hard on heads.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// A hash first, as of tables with many partitions.
    Hashed,
    /// One partition whose sort keys ascend with the number.
    OnePartition,
    /// Many partitions whose sort keys ascend with the number, taking turns.
    Partitions,
    /// Runs of zero bytes, one key often a prefix of the next, the empty key among them.
    Zeros,
    /// Few first bytes, then a long prefix that is shared by some.
    Prefixes,
    /// Partitions of a hundred sort keys that differ from their first byte on and are long: a few leaves each.
    Texts,
}

const SHAPES: [Shape; 6] =
    [Shape::Hashed, Shape::OnePartition, Shape::Partitions, Shape::Zeros, Shape::Prefixes, Shape::Texts];

fn key(shape: Shape, number: u64) -> Vec<u8> {
    let hash = |number| Random::new(number).next_u64().to_be_bytes();
    let text = |number: u64| format!("{number:012}").into_bytes();
    match shape {
        Shape::Hashed => [&hash(number)[..], b"user", &text(number)].concat(),
        Shape::OnePartition => [&hash(1)[..], b"the partition", &text(number)].concat(),
        Shape::Partitions => [&hash(number % 40)[..], b"partition", &text(number / 40)].concat(),
        Shape::Zeros => {
            let mut key = vec![0; (number % 23) as usize];
            if number >= 23 {
                key.extend((number / 23).to_be_bytes().into_iter().skip_while(|byte| *byte == 0));
            }
            key
        }
        Shape::Prefixes => {
            let mut key = vec![(number % 3) as u8];
            key.extend(std::iter::repeat_n(7, (number % 5) as usize * 6));
            key.extend(text(number));
            key
        }
        Shape::Texts => {
            let partition = number / 100;
            let first = format!("{:03}", hash(number)[0]).into_bytes();
            [&hash(partition)[..], b"partition", &text(partition), &first, &text(number)].concat()
        }
    }
}

fn entry(key: &[u8], version: u64) -> Entry {
    Entry::new(key, &version.to_be_bytes())
}

fn shuffled(count: u64, seed: u64) -> Vec<u64> {
    let mut random = Random::new(seed);
    let mut numbers: Vec<u64> = (0..count).collect();
    for index in (1..numbers.len()).rev() {
        numbers.swap(index, random.below(index as u64 + 1) as usize);
    }
    numbers
}

fn built(shape: Shape, numbers: impl IntoIterator<Item = u64>) -> Tree {
    let mut tree = Tree::default();
    for number in numbers {
        tree.put(entry(&key(shape, number), number));
    }
    tree
}

fn contents(tree: &Tree, direction: Direction) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    tree.scan(ALL, direction, &mut |entry| {
        found.push((entry.key().to_vec(), entry.value().to_vec()));
        ControlFlow::Continue(())
    });
    found
}

#[test]
fn agrees_with_a_map_while_it_grows_and_shrinks() {
    for shape in SHAPES {
        let mut random = Random::new(5);
        let (mut tree, mut model) = (Tree::default(), BTreeMap::new());
        for step in 0..30_000 {
            // Grows for two thirds of the time, then shrinks to almost nothing.
            let key = key(shape, random.below(12_000));
            if random.chance(if step < 20_000 { 75 } else { 5 }) {
                tree.put(entry(&key, step));
                model.insert(key, step.to_be_bytes().to_vec());
            } else {
                let removed = tree.delete(&key).map(|entry| entry.value().to_vec());
                assert_eq!(removed, model.remove(&key), "{shape:?} at step {step}");
            }
            if step % 1_500 == 0 {
                tree.check();
            }
        }
        tree.check();
        let expected: Vec<_> = model.into_iter().collect();
        assert_eq!(contents(&tree, Direction::Forward), expected, "{shape:?}");
        let backward: Vec<_> = expected.into_iter().rev().collect();
        assert_eq!(contents(&tree, Direction::Backward), backward, "{shape:?}");
    }
}

#[test]
fn deleting_in_any_order_gives_the_nodes_back() {
    const COUNT: u64 = 20_000;
    type Order = fn(u64) -> Vec<u64>;
    let orders: [Order; 3] =
        [|count| (0..count).collect(), |count| (0..count).rev().collect(), |count| shuffled(count, 3)];
    for shape in SHAPES {
        for (index, order) in orders.iter().enumerate() {
            let mut tree = built(shape, shuffled(COUNT, 9));
            let full = tree.check();
            assert!(full.depth >= 3, "deep enough to mend inner nodes");
            for (done, number) in order(COUNT).into_iter().enumerate() {
                assert!(tree.delete(&key(shape, number)).is_some(), "{shape:?} {number}");
                assert!(tree.get(&key(shape, number)).is_none());
                if done % 4_000 == 3_999 {
                    let shape_now = tree.check();
                    let leaves_max = full.leaves.min(shape_now.entries / SPARSE + 1);
                    assert!(shape_now.leaves <= leaves_max, "{shape:?} order {index}: {shape_now:?}");
                }
            }
            assert!(tree.root.is_none(), "an empty tree holds no node");
        }
    }
}

#[test]
fn a_writer_in_key_order_fills_its_leaves() {
    const COUNT: u64 = 20_000;
    let ascending = built(Shape::OnePartition, 0..COUNT).check();
    let descending = built(Shape::OnePartition, (0..COUNT).rev()).check();
    let full = COUNT as usize / (CAPACITY - 1) + 2;
    assert!(ascending.leaves <= full, "{ascending:?}");
    assert!(descending.leaves <= full, "{descending:?}");
}

#[test]
fn writers_in_key_order_that_take_turns_fill_their_leaves() {
    const COUNT: u64 = 40_000;
    let shape = built(Shape::Partitions, 0..COUNT).check();
    // Each of the 40 partitions has a leaf it is just filling.
    assert!(shape.leaves <= COUNT as usize * 10 / (CAPACITY * 9) + 40, "{shape:?}");
}

#[test]
fn random_writers_leave_leaves_two_thirds_full() {
    const COUNT: u64 = 20_000;
    for shape in [Shape::Hashed, Shape::OnePartition] {
        let built = built(shape, shuffled(COUNT, 4)).check();
        assert!(built.leaves * CAPACITY * 62 / 100 <= COUNT as usize, "{built:?}");
    }
}

#[test]
fn a_guess_that_misleads_loses_no_key() {
    const COUNT: u64 = 20_000;
    let mut misled = 0;
    for shape in SHAPES {
        let mut tree = built(shape, shuffled(COUNT, 8));
        let is_misled = |tree: &Tree, key: &[u8]| {
            let root = tree.root.as_ref().expect("a tree of many keys");
            let ((guessed, _), (right, _)) =
                (root.leaf_of(key, Route::Sure), root.leaf_of(key, Route::Compared));
            !std::ptr::eq(guessed, right)
        };
        for number in 0..COUNT {
            let key = key(shape, number);
            misled += u32::from(is_misled(&tree, &key));
            assert_eq!(
                tree.get(&key).map(Entry::value),
                Some(&number.to_be_bytes()[..]),
                "{shape:?} {number}"
            );
            // A key beside it that is not there, and is put where it belongs.
            let beside = [&key[..], b"!beside"].concat();
            assert!(tree.get(&beside).is_none(), "{shape:?} {number}");
            tree.put(entry(&beside, number));
            tree.put(entry(&key, number + 1));
            assert_eq!(tree.get(&key).map(Entry::value), Some(&(number + 1).to_be_bytes()[..]));
        }
        tree.check();
        assert_eq!(tree.len(), 2 * COUNT);
    }
    assert!(misled > 100, "some guesses must mislead for this to say anything: {misled}");
}

#[test]
fn a_clone_keeps_what_it_held_when_both_go_on() {
    for shape in SHAPES {
        let mut tree = built(shape, shuffled(3_000, 1));
        let before = contents(&tree, Direction::Forward);
        let mut fork = tree.clone();
        let still = tree.clone();
        for number in 0..3_000 {
            assert!(tree.delete(&key(shape, number)).is_some());
            fork.put(entry(&key(shape, number + 1_500), number + 100_000));
        }
        fork.check();
        still.check();
        assert!(contents(&tree, Direction::Forward).is_empty());
        assert_eq!(contents(&still, Direction::Forward), before, "{shape:?}");
        assert_eq!(contents(&fork, Direction::Forward).len(), 4_500);
    }
}

#[test]
fn a_key_that_is_replaced_is_not_counted_twice() {
    let mut tree = built(Shape::Hashed, 0..500);
    for number in 0..500 {
        tree.put(entry(&key(Shape::Hashed, number), number + 1));
    }
    assert_eq!(tree.len(), 500);
    let held = tree.get(&key(Shape::Hashed, 7)).expect("key 7 was put");
    assert_eq!(held.value(), 8_u64.to_be_bytes());
}

/// The leaf that a path leads to.
fn leaf_at<'a>(tree: &'a Tree, place: &Place) -> &'a [Entry] {
    let mut node = tree.root.as_ref().expect("a tree of some keys");
    let (_, path) = place.path().split_last().expect("a place that is known");
    for index in path {
        let Node::Inner(inner) = node else { panic!("a place ends at a leaf") };
        node = &inner.children()[usize::from(*index)];
    }
    node.keys().entries()
}

#[test]
fn a_place_leads_to_the_key_or_to_the_gap_that_it_belongs_in() {
    const COUNT: u64 = 20_000;
    let (mut gaps, mut ends) = (0, 0);
    for shape in SHAPES {
        // Every other number, so that the keys between are new.
        let tree = built(shape, shuffled(COUNT / 2, 8).into_iter().map(|number| 2 * number));
        for number in 0..COUNT {
            let key = key(shape, number);
            let found = tree.find(&key);
            assert_eq!(found.entry.is_some(), number % 2 == 0, "{shape:?} {number}");
            let Some(index) = found.place.path().last().copied().map(usize::from) else {
                ends += 1;
                assert!(found.entry.is_none(), "the place of a key that is there is known");
                continue;
            };
            let leaf = leaf_at(&tree, &found.place);
            if found.entry.is_some() {
                assert_eq!(leaf[index].key(), key);
            } else {
                gaps += 1;
                assert!(leaf[index - 1].key() < &key[..] && &key[..] < leaf[index].key());
            }
        }
    }
    assert!(gaps > 20_000 && ends > 100, "{gaps} {ends}");
}

#[test]
fn puts_at_fresh_places_look_for_no_key_and_agree_with_a_map() {
    for shape in SHAPES {
        let mut random = Random::new(6);
        let (mut tree, mut model) = (Tree::default(), BTreeMap::new());
        let (mut replaced, mut inserted, mut elsewhere) = (0, 0, 0);
        for step in 0..30_000 {
            let key = key(shape, random.below(12_000));
            let found = tree.find(&key);
            assert_eq!(
                found.entry.as_ref().map(Entry::value),
                model.get(&key).map(|value: &Vec<u8>| &value[..]),
                "{shape:?} at step {step}"
            );
            let root = tree.root.as_ref();
            match root.and_then(|root| root.spot(&key, found.place.path())) {
                Some(Ok(_)) => replaced += 1,
                Some(Err(_)) => inserted += 1,
                None => elsewhere += 1,
            }
            assert!(
                found.entry.is_none()
                    || root.is_some_and(|root| root.spot(&key, found.place.path()).is_some())
            );
            tree.put_at(entry(&key, step), found.place);
            model.insert(key, step.to_be_bytes().to_vec());
            if step % 3_000 == 0 {
                tree.check();
            }
        }
        tree.check();
        assert!(
            replaced > 10_000 && inserted + elsewhere > 5_000,
            "{shape:?} {replaced} {inserted} {elsewhere}"
        );
        // Those at the ends of leaves look for their key again.
        assert!(inserted > 5 * elsewhere, "{shape:?} {inserted} {elsewhere}");
        assert_eq!(contents(&tree, Direction::Forward), model.into_iter().collect::<Vec<_>>(), "{shape:?}");
    }
}

#[test]
fn a_place_of_another_time_or_another_key_changes_no_put() {
    for shape in SHAPES {
        let mut random = Random::new(7);
        let (mut tree, mut model) = (Tree::default(), BTreeMap::new());
        let mut places = vec![Place::UNKNOWN];
        let mut clones: Vec<(Tree, Vec<_>)> = Vec::new();
        let (mut matched, mut missed) = (0, 0);
        for step in 0..30_000_u64 {
            // Grows, shrinks to almost nothing and grows again, so that nodes split and merge under the places.
            let key = key(shape, random.below(6_000));
            let place = tree.find(&key).place;
            places.push(place);
            if places.len() > 400 {
                places.swap_remove(random.below(400) as usize);
            }
            if random.chance(if (12_000..20_000).contains(&step) { 5 } else { 75 }) {
                let place = places[random.below(places.len() as u64) as usize];
                let spot = tree.root.as_ref().and_then(|root| root.spot(&key, place.path()));
                *(if spot.is_some() { &mut matched } else { &mut missed }) += 1;
                tree.put_at(entry(&key, step), place);
                model.insert(key, step.to_be_bytes().to_vec());
            } else {
                let removed = tree.delete(&key).map(|entry| entry.value().to_vec());
                assert_eq!(removed, model.remove(&key), "{shape:?} at step {step}");
            }
            if step % 3_000 == 0 {
                tree.check();
                clones.push((tree.clone(), contents(&tree, Direction::Forward)));
            }
        }
        tree.check();
        assert!(matched > 20 && missed > 1_000, "{shape:?} {matched} {missed}");
        assert_eq!(contents(&tree, Direction::Forward), model.into_iter().collect::<Vec<_>>(), "{shape:?}");
        for (clone, before) in clones {
            clone.check();
            assert_eq!(contents(&clone, Direction::Forward), before, "{shape:?}");
        }
    }
}

#[test]
fn a_place_that_is_no_longer_the_keys_copies_nothing_of_a_clone() {
    let mut tree = built(Shape::Hashed, 0..2_000);
    let clone = tree.clone();
    let (one, other) = (key(Shape::Hashed, 1), key(Shape::Hashed, 2));
    let (place, root) = (tree.find(&one).place, tree.root.as_ref().expect("2,000 keys"));
    assert!(root.spot(&other, place.path()).is_none());
    tree.put_at(entry(&other, 9), place);
    // The path of the key itself is copied, the leaf that the place named is not.
    assert!(std::ptr::eq(leaf_at(&tree, &place), leaf_at(&clone, &place)));
    let place = tree.find(&other).place;
    assert!(!std::ptr::eq(leaf_at(&tree, &place), leaf_at(&clone, &place)));
    assert_eq!(clone.get(&other).map(Entry::value), Some(&2_u64.to_be_bytes()[..]));
    assert_eq!(tree.get(&other).map(Entry::value), Some(&9_u64.to_be_bytes()[..]));
}

#[test]
fn keys_looked_for_together_are_found_as_by_themselves() {
    const COUNT: u64 = 20_000;
    let mut misled = 0;
    for shape in SHAPES {
        let tree = built(shape, shuffled(COUNT / 2, 8).into_iter().map(|number| 2 * number));
        let numbers = shuffled(COUNT, 2);
        for (turn, numbers) in numbers.chunks(37).enumerate() {
            let mut keys: Vec<Vec<u8>> = numbers.iter().map(|number| key(shape, *number)).collect();
            // Some beside those that are there, and one twice.
            keys.push([&keys[0][..], b"!beside"].concat());
            keys.push(keys[1].clone());
            keys.truncate(turn % 40);
            let root = tree.root.as_ref().expect("many keys");
            misled += keys
                .iter()
                .filter(|key| {
                    !std::ptr::eq(root.leaf_of(key, Route::Sure).0, root.leaf_of(key, Route::Compared).0)
                })
                .count();
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            let found = tree.find_each(&keys);
            assert_eq!(found.len(), keys.len());
            for (found, key) in found.iter().zip(keys) {
                let alone = tree.find(key);
                assert_eq!(found.place, alone.place, "{shape:?}");
                assert_eq!(
                    found.entry.as_ref().map(|entry| (entry.key(), entry.value().as_ptr())),
                    tree.get(key).map(|entry| (entry.key(), entry.value().as_ptr())),
                    "{shape:?}"
                );
            }
        }
    }
    assert!(misled > 100, "some guesses must mislead for this to say anything: {misled}");
}

#[test]
fn an_empty_tree_finds_nothing_anywhere() {
    let mut tree = Tree::default();
    let keys: [&[u8]; 5] = [b"", b"a", b"b", b"c", b"d"];
    assert!(tree.find_each(&keys).iter().all(|found| found.entry.is_none() && found.place == Place::UNKNOWN));
    let mut place = Place::UNKNOWN;
    place.push(0);
    tree.put_at(entry(b"a", 1), place);
    tree.put_at(entry(b"a", 2), place);
    assert_eq!((tree.len(), tree.find(b"a").place), (1, place));
}

#[test]
fn a_tree_large_enough_for_hints_finds_what_it_has_and_a_clone_what_it_had() {
    const COUNT: u64 = 40_000;
    let mut tree = Tree::default();
    let put = |tree: &mut Tree, number, value| tree.put(Entry::new(&key(Shape::Partitions, number), value));
    (0..COUNT).for_each(|number| put(&mut tree, number, b"before"));
    let before = tree.clone();
    (0..COUNT).step_by(2).for_each(|number| put(&mut tree, number, b"after"));
    for number in (0..COUNT).step_by(5) {
        assert!(tree.delete(&key(Shape::Partitions, number)).is_some());
    }
    let held =
        |tree: &Tree, number| tree.get(&key(Shape::Partitions, number)).map(|entry| entry.value().to_vec());
    // Twice, as the first time teaches where each one is.
    for number in (0..COUNT).chain(0..COUNT) {
        let now = if number % 2 == 0 { &b"after"[..] } else { b"before" };
        assert_eq!(held(&tree, number), (number % 5 != 0).then(|| now.to_vec()), "{number}");
        assert_eq!(held(&before, number).as_deref(), Some(&b"before"[..]), "{number}");
    }
    assert!(tree.get(b"no key of theirs").is_none());
    for number in 0..COUNT {
        tree.delete(&key(Shape::Partitions, number));
    }
    assert_eq!((tree.len(), before.len()), (0, COUNT));
}
