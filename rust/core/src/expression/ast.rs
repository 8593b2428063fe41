//! A parsed expression: what the text says before a request's names and values are known.
//!
//! Everything is an index into a flat table, so a tree costs no allocation of its own, needs no recursion to walk
//! or to drop, and can be shared by every request that sends the same text.

use triomphe::Arc;

/// What a tree was made of. DynamoDB words some refusals by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// The text of an expression.
    Expression,
    /// The parameters that were there before expressions.
    Legacy,
    /// A PartiQL statement.
    Statement,
}

/// One step of a document path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// A name written in the expression: index into [`Symbols::literals`].
    Literal(u16),
    /// A `#name`: index into [`Symbols::placeholders`].
    Placeholder(u16),
    /// A list index.
    Index(u32),
}

/// A document path: a range of [`Symbols::steps`], never empty; the first step is a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Path {
    pub start: u16,
    pub end: u16,
}

/// The names, placeholders and paths an expression mentions, each name and placeholder once.
#[derive(Default, Debug)]
pub(super) struct Symbols {
    /// Attribute names as written.
    pub literals: Vec<Box<str>>,
    /// `#names`, with the `#`.
    pub placeholders: Vec<Box<str>>,
    /// `:values`, with the `:`.
    pub values: Vec<Box<str>>,
    /// The steps of all paths.
    pub steps: Vec<Step>,
    /// All paths in the order of the text.
    pub paths: Vec<Path>,
}

impl Symbols {
    /// The steps of `path`.
    pub fn steps(&self, path: Path) -> &[Step] {
        &self.steps[usize::from(path.start)..usize::from(path.end)]
    }
}

/// What an operator or a function works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operand {
    /// An attribute of the item.
    Path(Path),
    /// A value of the request: index into [`Symbols::values`].
    Value(u16),
    /// A function's result: index into [`Calls::calls`].
    Call(u16),
}

/// The functions of the expression language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Function {
    AttributeExists,
    AttributeNotExists,
    AttributeType,
    BeginsWith,
    Contains,
    Size,
    IfNotExists,
    ListAppend,
}

/// Where a function may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A condition by itself, such as `attribute_exists(a)`.
    Condition,
    /// An operand of a condition, such as `size(a)`.
    Operand,
    /// The value of a `SET`, such as `list_append(a, :b)`.
    Update,
}

impl Function {
    const ALL: [Self; 8] = [
        Self::AttributeExists,
        Self::AttributeNotExists,
        Self::AttributeType,
        Self::BeginsWith,
        Self::Contains,
        Self::Size,
        Self::IfNotExists,
        Self::ListAppend,
    ];

    /// The function of that name; names of functions are case-sensitive.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// The name as expressions write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AttributeExists => "attribute_exists",
            Self::AttributeNotExists => "attribute_not_exists",
            Self::AttributeType => "attribute_type",
            Self::BeginsWith => "begins_with",
            Self::Contains => "contains",
            Self::Size => "size",
            Self::IfNotExists => "if_not_exists",
            Self::ListAppend => "list_append",
        }
    }

    /// Where the function may be written.
    pub fn place(self) -> Place {
        match self {
            Self::Size => Place::Operand,
            Self::IfNotExists | Self::ListAppend => Place::Update,
            _ => Place::Condition,
        }
    }

    /// How many operands it takes.
    pub fn operand_count(self) -> usize {
        match self {
            Self::AttributeExists | Self::AttributeNotExists | Self::Size => 1,
            _ => 2,
        }
    }
}

/// A function with its operands, a range of [`Calls::operands`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Call {
    pub function: Function,
    pub start: u16,
    pub end: u16,
}

/// The function calls of an expression.
#[derive(Default, Debug)]
pub(super) struct Calls {
    pub calls: Vec<Call>,
    /// Operands of calls and of `IN`.
    pub operands: Vec<Operand>,
}

impl Calls {
    /// The call of that index.
    pub fn get(&self, index: u16) -> Call {
        self.calls[usize::from(index)]
    }

    /// A range of operands.
    pub fn operands(&self, start: u16, end: u16) -> &[Operand] {
        &self.operands[usize::from(start)..usize::from(end)]
    }
}

/// `=`, `<>`, `<`, `<=`, `>`, `>=`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// The comparator as expressions write it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparator with its sides exchanged.
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// A condition without `AND`, `OR` and `NOT`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Test {
    Compare {
        comparator: Comparator,
        left: Operand,
        right: Operand,
    },
    Between {
        operand: Operand,
        low: Operand,
        high: Operand,
    },
    /// The candidates are a range of [`Calls::operands`].
    In {
        operand: Operand,
        start: u16,
        end: u16,
    },
    /// A function that is a condition: index into [`Calls::calls`].
    Call(u16),
}

/// One instruction of a condition's program. The machine has one register, the truth of what was last tested;
/// `AND` and `OR` are jumps over the side that no longer matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Instruction {
    /// Sets the register to the test's outcome.
    Test(Test),
    /// Inverts the register.
    Not,
    /// Continues at the index if the register is false: `AND`.
    JumpIfFalse(u16),
    /// Continues at the index if the register is true: `OR`.
    JumpIfTrue(u16),
    /// Compares the register, as a boolean, with an operand. Only statements compare conditions.
    CompareTruth(Comparator, Operand),
    /// Tells whether the register, as a boolean, is among a range of [`Calls::operands`].
    TruthIn(u16, u16),
    /// Puts the register aside.
    Push,
    /// Compares what was put aside last with the register, by `=` or `<>`.
    ComparePushed(Comparator),
}

/// A condition, filter or key condition.
#[derive(Debug)]
pub(super) struct ConditionTree {
    pub origin: Origin,
    pub symbols: Symbols,
    pub calls: Calls,
    pub program: Vec<Instruction>,
}

/// A projection: the paths of its symbols.
#[derive(Debug)]
pub(super) struct ProjectionTree {
    pub symbols: Arc<Symbols>,
}

/// What an action of an update does with its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    Set(Operand),
    SetSum(Operand, Operand),
    SetDifference(Operand, Operand),
    Remove,
    /// Index into [`Symbols::values`].
    Add(u16),
    /// The legacy `ADD` of a list, which expressions do not have. Index into [`Symbols::values`].
    Append(u16),
    /// Index into [`Symbols::values`].
    Delete(u16),
}

/// An action of an update.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Action {
    pub path: Path,
    pub deed: Deed,
    /// The clause it belongs to, counted from 0 in the order of the text.
    pub clause: u8,
}

/// An update. Its symbols' paths include those that are only read.
#[derive(Debug)]
pub(super) struct UpdateTree {
    pub origin: Origin,
    pub symbols: Arc<Symbols>,
    pub calls: Calls,
    pub actions: Vec<Action>,
}
