//! A bound expression's attribute names.

use smallvec::SmallVec;

use super::ast::{Path, Step, Symbols};

/// What the `#placeholders` of an expression stand for: one text, so that binding them is one allocation at most.
#[derive(Clone, Default, Debug)]
pub(super) struct BoundNames {
    text: String,
    /// Where each placeholder's name ends in `text`; it starts where the one before ends.
    ends: SmallVec<[u32; 6]>,
}

impl BoundNames {
    /// Appends the name of the next placeholder, in the order of [`Symbols::placeholders`].
    pub fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(u32::try_from(self.text.len()).expect("invariant: a request is at most 16 MB"));
    }

    fn get(&self, placeholder: u16) -> &str {
        let index = usize::from(placeholder);
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    /// The attribute name of a step; none for a list index.
    pub fn name<'n>(&'n self, symbols: &'n Symbols, step: Step) -> Option<&'n str> {
        match step {
            Step::Literal(index) => Some(&symbols.literals[usize::from(index)]),
            Step::Placeholder(index) => Some(self.get(index)),
            Step::Index(_) => None,
        }
    }

    /// The top-level attribute a path starts at.
    pub fn top_level<'n>(&'n self, symbols: &'n Symbols, path: Path) -> &'n str {
        let first = symbols.steps[usize::from(path.start)];
        self.name(symbols, first).expect("invariant: the grammar starts a path with a name")
    }

    /// Whether two steps lead the same way.
    pub fn same_step(&self, symbols: &Symbols, left: Step, right: Step) -> bool {
        left == right
            || match (self.name(symbols, left), self.name(symbols, right)) {
                (Some(left), Some(right)) => left == right,
                _ => false,
            }
    }

    /// Whether two paths lead to the same value.
    pub fn same_path(&self, symbols: &Symbols, left: Path, right: Path) -> bool {
        let (left, right) = (symbols.steps(left), symbols.steps(right));
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| self.same_step(symbols, *left, *right))
    }

    /// A path as DynamoDB's messages show it: `[a, b, [0]]`.
    pub fn path_text(&self, symbols: &Symbols, path: Path) -> String {
        let steps: Vec<String> = symbols
            .steps(path)
            .iter()
            .map(|step| match step {
                Step::Index(index) => format!("[{index}]"),
                named => self.name(symbols, *named).unwrap_or_default().to_owned(),
            })
            .collect();
        format!("[{}]", steps.join(", "))
    }
}
