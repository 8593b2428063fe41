//! Requests made up from choices. Keys and names come from small pools, so that requests meet each other.

use super::Choices;
use super::model::{
    Action, Attributes, BatchRead, BatchWrite, CapacityWanted, Comparator, Condition, Decimal, Deed, Operand,
    PageTerms, Path, Request, Schema, SortTerm, Source, Step, Tree, Update, WriteTerms,
};

/// What the made-up requests are about.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    /// The tables.
    pub tables: &'s [(&'s str, Schema)],
    /// Whether a batch may write more than one table.
    pub wide_batches: bool,
    /// Whether some values are of tens of kilobytes.
    pub big_values: bool,
}

const TEXTS: [&str; 8] = ["a", "b", "ab", "abc", "a\u{0}", "é", "\u{1F600}x", "B"];
const NUMBERS: [i128; 10] = [
    0,
    1_000_000,
    2_000_000,
    -1_000_000,
    1_500_000,
    -1,
    100_000_000,
    12_345_678_901_234_567_890_000_000,
    -99_990_000,
    10,
];
const BINARIES: [&[u8]; 6] = [&[0], &[0, 255], &[1], &[255], &[255, 255], &[0, 1]];
const NAMES: [&str; 7] = ["v", "w", "q", "m", "l", "name", "a b"];

/// Makes up one request.
pub fn request(choices: &mut Choices<'_>, scope: &Scope<'_>) -> Request {
    Generator { choices, scope: *scope }.request()
}

struct Generator<'g, 'b, 's> {
    choices: &'g mut Choices<'b>,
    scope: Scope<'s>,
}

impl Generator<'_, '_, '_> {
    fn request(&mut self) -> Request {
        let (table, schema) = self.choices.pick(self.scope.tables).clone();
        let table = if self.choices.chance(2) { "missing".to_owned() } else { table.to_owned() };
        match self.choices.below(16) {
            0..=3 => Request::Put { table, item: self.item(&schema), terms: self.write_terms() },
            4 => Request::Get {
                table,
                key: self.key(&schema),
                consistent: self.choices.chance(50),
                projection: self.projection(25),
                capacity: self.capacity(),
            },
            5 => Request::Delete { table, key: self.key(&schema), terms: self.write_terms() },
            6..=9 => Request::Update {
                table,
                key: self.key(&schema),
                update: self.update(&schema),
                terms: self.write_terms(),
            },
            10 | 11 => self.query(table, &schema),
            12 => Request::Scan {
                table,
                segment: self.choices.chance(50).then(|| self.segment()),
                terms: self.page_terms(),
            },
            13 => self.batch_get(),
            _ => self.batch_write(),
        }
    }

    fn segment(&mut self) -> (usize, usize) {
        let total = 1 + self.choices.below(4);
        (self.choices.below(total), total)
    }

    fn capacity(&mut self) -> CapacityWanted {
        *self.choices.pick(&[CapacityWanted::Total, CapacityWanted::Indexes, CapacityWanted::Absent])
    }

    fn write_terms(&mut self) -> WriteTerms {
        WriteTerms {
            condition: self.choices.chance(35).then(|| self.condition(2)),
            return_values: *self.choices.pick(&[
                None,
                Some("ALL_OLD"),
                Some("ALL_NEW"),
                Some("UPDATED_OLD"),
                Some("UPDATED_NEW"),
                Some("NONE"),
                Some("ALL_OLD"),
                Some("ALL_OLD"),
            ]),
            item_on_failure: self.choices.chance(50),
            capacity: self.capacity(),
        }
    }

    fn page_terms(&mut self) -> PageTerms {
        let count_only = self.choices.chance(15);
        PageTerms {
            filter: self.choices.chance(35).then(|| self.condition(1)),
            projection: if count_only { vec![] } else { self.projection(25) },
            count_only,
            limit: self.choices.chance(60).then(|| 1 + self.choices.below(4)),
            start: None,
            consistent: self.choices.chance(30),
            capacity: self.capacity(),
        }
    }

    fn scalar_of(&mut self, tag: &str) -> Tree {
        match tag {
            "S" => Tree::S((*self.choices.pick(&TEXTS)).to_owned()),
            "N" => Tree::N(Decimal(*self.choices.pick(&NUMBERS))),
            _ => Tree::B(self.choices.pick(&BINARIES).to_vec()),
        }
    }

    /// A key value: mostly of the right type, sometimes of another, sometimes empty.
    fn key_value(&mut self, tag: &str) -> Tree {
        match (self.choices.below(60), tag) {
            (57, "S") => Tree::S(String::new()),
            (57, "B") => Tree::B(Vec::new()),
            (58, "S") => Tree::N(Decimal(0)),
            (58, _) => Tree::S("a".to_owned()),
            (59, _) => Tree::Null,
            _ => self.scalar_of(tag),
        }
    }

    fn key(&mut self, schema: &Schema) -> Attributes {
        let mut key = Attributes::new();
        for (name, tag) in schema.attributes() {
            key.insert(name.clone(), self.key_value(tag));
        }
        if self.choices.chance(2) {
            key.insert("v".to_owned(), Tree::Null);
        }
        key
    }

    fn item(&mut self, schema: &Schema) -> Attributes {
        let mut item = Attributes::new();
        for (name, tag) in schema.attributes() {
            if !self.choices.chance(1) {
                item.insert(name.clone(), self.key_value(tag));
            }
        }
        for _ in 0..self.choices.below(5) {
            let name = *self.choices.pick(&NAMES);
            item.insert(name.to_owned(), self.value_for(name));
        }
        if self.scope.big_values && self.choices.chance(70) {
            item.insert("big".to_owned(), Tree::S("x".repeat(100_000 + 40_000 * self.choices.below(6))));
        }
        item
    }

    /// A value of the type that an attribute usually has, so that updates find what they expect.
    fn value_for(&mut self, name: &str) -> Tree {
        if self.choices.chance(20) {
            return self.value(2);
        }
        match name {
            "w" => self.scalar_of("N"),
            "q" => self.set(),
            "m" => self.map(1),
            "l" => self.list(1),
            _ => self.value(1),
        }
    }

    fn value(&mut self, depth: usize) -> Tree {
        match self.choices.below(if depth == 0 { 7 } else { 9 }) {
            0 => self.scalar_of("S"),
            1 => self.scalar_of("N"),
            2 => self.scalar_of("B"),
            3 => Tree::Bool(self.choices.chance(50)),
            4 => Tree::Null,
            5 => self.set(),
            6 if self.choices.chance(30) => Tree::S("y".repeat(1 + 700 * self.choices.below(10))),
            6 => Tree::S(String::new()),
            7 => self.list(depth - 1),
            _ => self.map(depth - 1),
        }
    }

    fn set(&mut self) -> Tree {
        let count = 1 + self.choices.below(3);
        match self.choices.below(3) {
            0 => Tree::Ss((0..count).map(|_| (*self.choices.pick(&TEXTS)).to_owned()).collect()),
            1 => Tree::Ns((0..count).map(|_| Decimal(*self.choices.pick(&NUMBERS))).collect()),
            _ => Tree::Bs((0..count).map(|_| self.choices.pick(&BINARIES).to_vec()).collect()),
        }
    }

    fn list(&mut self, depth: usize) -> Tree {
        let count = self.choices.below(4);
        Tree::L((0..count).map(|_| self.value(depth)).collect())
    }

    fn map(&mut self, depth: usize) -> Tree {
        let count = self.choices.below(4);
        let names = ["k", "j", "name"];
        Tree::M((0..count).map(|_| ((*self.choices.pick(&names)).to_owned(), self.value(depth))).collect())
    }

    fn path_at(&mut self, name: &str) -> Path {
        let mut path = Path::attribute(name);
        match name {
            "m" if self.choices.chance(60) => {
                path.0.push(Step::Name((*self.choices.pick(&["k", "j", "name"])).to_owned()));
            }
            "l" if self.choices.chance(60) => path.0.push(Step::Index(self.choices.below(4))),
            "v" if self.choices.chance(10) => path.0.push(Step::Index(0)),
            _ => {}
        }
        path
    }

    fn path(&mut self) -> Path {
        let name = *self.choices.pick(&NAMES);
        self.path_at(name)
    }

    /// Some names of the pool, each once.
    fn distinct_names(&mut self, count: usize) -> Vec<&'static str> {
        let first = self.choices.below(NAMES.len());
        (0..count.min(NAMES.len())).map(|at| NAMES[(first + at) % NAMES.len()]).collect()
    }

    fn projection(&mut self, percent: usize) -> Vec<Path> {
        if !self.choices.chance(percent) {
            return vec![];
        }
        let count = 1 + self.choices.below(4);
        let mut paths = Vec::new();
        for name in self.distinct_names(count) {
            if name == "m" && self.choices.chance(40) {
                let at = |step: &str| Path(vec![Step::Name("m".to_owned()), Step::Name(step.to_owned())]);
                paths.extend([at("name"), at("k")]);
            } else if name == "l" && self.choices.chance(40) {
                let at = |step| Path(vec![Step::Name("l".to_owned()), Step::Index(step)]);
                paths.extend([at(2), at(0)]);
            } else {
                paths.push(self.path_at(name));
            }
        }
        paths
    }

    fn condition(&mut self, depth: usize) -> Condition {
        if depth > 0 && self.choices.chance(40) {
            let left = Box::new(self.condition(depth - 1));
            return match self.choices.below(3) {
                0 => Condition::Not(left),
                1 => Condition::And(left, Box::new(self.condition(depth - 1))),
                _ => Condition::Or(left, Box::new(self.condition(depth - 1))),
            };
        }
        let path = self.path();
        match self.choices.below(10) {
            0 => Condition::Exists(path),
            1 => Condition::NotExists(path),
            2 => {
                let tag: &&'static str = self.choices.pick(&["S", "N", "B", "SS", "L", "M", "BOOL", "NULL"]);
                Condition::OfType(path, tag)
            }
            3 => {
                let tag = *self.choices.pick(&["S", "B"]);
                Condition::BeginsWith(path, self.scalar_of(tag))
            }
            4 => Condition::Contains(path, self.value(0)),
            5 => {
                let (low, high) = self.bounds();
                Condition::Between(self.operand(path), low, high)
            }
            6 => {
                let count = 1 + self.choices.below(3);
                Condition::In(self.operand(path), (0..count).map(|_| self.value(0)).collect())
            }
            _ => self.comparison(path),
        }
    }

    fn operand(&mut self, path: Path) -> Operand {
        if self.choices.chance(20) { Operand::Size(path) } else { Operand::Path(path) }
    }

    /// Two values of one type that has an order, the lower one first.
    fn bounds(&mut self) -> (Tree, Tree) {
        let tag = *self.choices.pick(&["N", "S", "B"]);
        let (left, right) = (self.scalar_of(tag), self.scalar_of(tag));
        if left <= right { (left, right) } else { (right, left) }
    }

    fn comparison(&mut self, path: Path) -> Condition {
        let comparator = *self.choices.pick(&Comparator::ALL);
        let ordered = !matches!(comparator, Comparator::Equal | Comparator::NotEqual);
        let left = self.operand(path.clone());
        let mut right = if self.choices.chance(20) {
            Operand::Path(self.path())
        } else if ordered {
            let tag = *self.choices.pick(&["N", "S", "B"]);
            Operand::Value(self.scalar_of(tag))
        } else {
            Operand::Value(self.value(1))
        };
        if right == left {
            // DynamoDB refuses to compare an attribute with itself.
            right = Operand::Size(path);
        }
        if self.choices.chance(20) {
            return Condition::Compare(right, comparator.turned(), left);
        }
        Condition::Compare(left, comparator, right)
    }

    fn update(&mut self, schema: &Schema) -> Update {
        if self.choices.chance(4) {
            return Update::default();
        }
        if self.choices.chance(3) {
            let path = Path::attribute(&schema.partition.0);
            return Update(vec![Action { path, deed: Deed::Set(Source::Value(Tree::Null)) }]);
        }
        let count = 1 + self.choices.below(3);
        let names = self.distinct_names(count);
        let actions = names.into_iter().map(|name| {
            let path = self.path_at(name);
            Action { path, deed: self.deed(name) }
        });
        Update(actions.collect())
    }

    fn deed(&mut self, name: &str) -> Deed {
        match (self.choices.below(10), name) {
            (0, _) => Deed::Remove,
            (1..=4, "w") => Deed::Add(self.scalar_of("N")),
            (1..=3, "q") => Deed::Add(self.set()),
            (4..=6, "q") => Deed::Delete(self.set()),
            (5 | 6, "w") => Deed::Plus(self.number_source(), self.number_source()),
            (7, "w") => Deed::Minus(self.number_source(), self.number_source()),
            (1..=3, "l") => Deed::Set(Source::ListAppend(self.list_source(), self.list_source())),
            (4, _) => Deed::Add(self.scalar_of("N")),
            (5, _) => Deed::Set(Source::Path(self.path())),
            (6, _) => Deed::Set(Source::IfNotExists(self.path(), Box::new(Source::Value(self.value(1))))),
            _ => Deed::Set(Source::Value(self.value_for(name))),
        }
    }

    fn number_source(&mut self) -> Source {
        match self.choices.below(4) {
            0 => Source::Path(Path::attribute("w")),
            1 => Source::IfNotExists(Path::attribute("w"), Box::new(Source::Value(self.scalar_of("N")))),
            2 => Source::Path(self.path()),
            _ => Source::Value(self.scalar_of("N")),
        }
    }

    fn list_source(&mut self) -> Box<Source> {
        Box::new(match self.choices.below(3) {
            0 => Source::Path(Path::attribute("l")),
            1 => Source::IfNotExists(Path::attribute("l"), Box::new(Source::Value(self.list(1)))),
            _ => Source::Value(self.list(1)),
        })
    }

    fn query(&mut self, table: String, schema: &Schema) -> Request {
        let partition = self.key_value(schema.partition.1);
        let sort = match &schema.sort {
            Some((_, tag)) if self.choices.chance(60) => Some(self.sort_term(tag)),
            _ => None,
        };
        let mut terms = self.page_terms();
        if self.choices.chance(10) {
            let mut start = Attributes::from([(schema.partition.0.clone(), partition.clone())]);
            if let Some((name, tag)) = &schema.sort {
                start.insert(name.clone(), self.key_value(tag));
            }
            terms.start = Some(start);
        }
        if let Some(Condition::Exists(path)) = &mut terms.filter
            && self.choices.chance(20)
        {
            *path = Path::attribute(&schema.partition.0);
        }
        Request::Query { table, partition, sort, forward: self.choices.chance(50), terms }
    }

    fn sort_term(&mut self, tag: &str) -> SortTerm {
        match self.choices.below(8) {
            0 => {
                let (left, right) = (self.scalar_of(tag), self.scalar_of(tag));
                if left <= right { SortTerm::Between(left, right) } else { SortTerm::Between(right, left) }
            }
            1 | 2 if tag != "N" => SortTerm::BeginsWith(self.scalar_of(tag)),
            _ => {
                let comparators = Comparator::ALL;
                let chosen = *self.choices.pick(&comparators);
                let comparator = if chosen == Comparator::NotEqual { Comparator::Equal } else { chosen };
                // BETWEEN needs an order of its bounds; comparisons take any value.
                SortTerm::Compare(comparator, self.ordered_key_value(tag))
            }
        }
    }

    /// A key value that every comparator takes, of the wrong type at times.
    fn ordered_key_value(&mut self, tag: &str) -> Tree {
        match self.key_value(tag) {
            Tree::Null => Tree::S("a".to_owned()),
            value => value,
        }
    }

    fn batch_tables(&mut self, most: usize) -> Vec<(String, Schema)> {
        let first = self.choices.below(self.scope.tables.len());
        let count = 1 + self.choices.below(most);
        let at = |offset: usize| self.scope.tables[(first + offset) % self.scope.tables.len()].clone();
        // In the order of their names, which is the order that a JSON map is written in here.
        let mut tables: Vec<_> = (0..count).map(at).map(|(name, schema)| (name.to_owned(), schema)).collect();
        tables.sort_by(|left, right| left.0.cmp(&right.0));
        tables
    }

    fn batch_get(&mut self) -> Request {
        let mut tables = Vec::new();
        for (name, schema) in self.batch_tables(2) {
            let count = 1 + self.choices.below(4);
            let keys = (0..count).map(|_| self.key(&schema)).collect();
            let consistent = self.choices.chance(50);
            tables.push((name, BatchRead { keys, consistent, projection: self.projection(20) }));
        }
        Request::BatchGet { tables, capacity: self.capacity() }
    }

    fn batch_write(&mut self) -> Request {
        let most = if self.scope.wide_batches { 2 } else { 1 };
        let mut tables = Vec::new();
        for (name, schema) in self.batch_tables(most) {
            let count = 1 + self.choices.below(4);
            let mut writes = Vec::new();
            for _ in 0..count {
                writes.push(if self.choices.chance(30) {
                    BatchWrite::Delete(self.key(&schema))
                } else {
                    BatchWrite::Put(self.item(&schema))
                });
            }
            tables.push((name, writes));
        }
        Request::BatchWrite { tables, capacity: self.capacity() }
    }
}
