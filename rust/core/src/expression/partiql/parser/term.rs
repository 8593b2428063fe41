//! Terms: names, values, calls, groups, and the statements that are terms.

use super::{ANY, Parser};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::syntax::{Form, Node, PathStep};
use crate::expression::partiql::token::Token;

/// Keywords that are names of functions.
const FUNCTIONS: [&str; 15] = [
    "exists",
    "count",
    "avg",
    "max",
    "min",
    "sum",
    "char_length",
    "character_length",
    "octet_length",
    "bit_length",
    "upper",
    "lower",
    "size",
    "coalesce",
    "nullif",
];

impl Parser {
    /// Reads a term and the steps behind it.
    pub(super) fn path(&mut self) -> Result<Node, Problem> {
        let root = self.term()?;
        self.steps(root, false)
    }

    /// Reads a path that begins with a name, as changes have it.
    pub(super) fn simple_path(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        let (Token::Name(name) | Token::Quoted(name)) = self.token().clone() else {
            return Err(Problem::syntax("Expected identifier for simple path"));
        };
        self.at += 1;
        self.steps(Node { at, form: Form::Name(name) }, true)
    }

    fn steps(&mut self, root: Node, simple: bool) -> Result<Node, Problem> {
        let mut steps = Vec::new();
        loop {
            if self.take_mark(".") {
                let step = match self.token().clone() {
                    Token::Name(name) | Token::Quoted(name) => PathStep::Name(name),
                    Token::Mark("*") if simple => {
                        return Err(Problem::syntax("Invalid path dot component for simple path"));
                    }
                    Token::Mark("*") => PathStep::Unpivot,
                    _ => return Err(Problem::syntax("Invalid path dot component")),
                };
                self.at += 1;
                steps.push(step);
            } else if self.take_mark("[") {
                let step = if self.take_mark("*") {
                    PathStep::Wildcard
                } else {
                    PathStep::Index(self.expression(ANY)?)
                };
                self.expect_mark("]", "RIGHT_BRACKET")?;
                let literal = matches!(
                    step,
                    PathStep::Index(Node { form: Form::Number(_) | Form::Text(_) | Form::Name(_), .. })
                );
                if simple && !literal {
                    return Err(Problem::syntax("Invalid path component for simple path"));
                }
                steps.push(step);
            } else if steps.is_empty() {
                return Ok(root);
            } else {
                return Ok(Node { at: root.at, form: Form::Path { root: Box::new(root), steps } });
            }
        }
    }

    fn term(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        let token = self.token().clone();
        let form = match token {
            Token::Keyword(keyword) => return self.keyword_term(keyword),
            Token::Name(name) | Token::Quoted(name) => {
                self.at += 1;
                if self.take_mark("(") { self.call(name.to_ascii_lowercase())? } else { Form::Name(name) }
            }
            Token::Text(text) => self.taken(Form::Text(text)),
            Token::Number(text) => self.taken(Form::Number(text)),
            Token::Ion(text) => self.taken(Form::Ion(text)),
            Token::Parameter(index) => self.taken(Form::Parameter(index)),
            Token::Mark("(") => return self.group(),
            Token::Mark("[") => Form::List(self.elements("]", "RIGHT_BRACKET")?),
            Token::Mark("<<") => Form::Bag(self.elements(">>", "RIGHT_DOUBLE_ANGLE_BRACKET")?),
            Token::Mark("{") => self.members()?,
            Token::Mark("@") => match self.ahead(1) {
                Token::Name(_) | Token::Quoted(_) => {
                    self.at += 1;
                    return self.term();
                }
                _ => return Err(Problem::syntax("Identifier must follow @-operator")),
            },
            Token::Mark("=" | "<>" | "<" | "<=" | ">" | ">=" | "/" | "%" | "||" | "~") => {
                return Err(Problem::syntax("Unexpected operator"));
            }
            Token::Mark(_) | Token::End => return Err(Problem::syntax("Unexpected term")),
        };
        Ok(Node { at, form })
    }

    fn taken(&mut self, form: Form) -> Form {
        self.at += 1;
        form
    }

    fn keyword_term(&mut self, keyword: &'static str) -> Result<Node, Problem> {
        let at = self.position();
        let form = match keyword {
            "true" => self.taken(Form::Boolean(true)),
            "false" => self.taken(Form::Boolean(false)),
            "null" => self.taken(Form::Null),
            "missing" => self.taken(Form::Missing),
            "select" => {
                self.at += 1;
                Form::Select(Box::new(self.select()?))
            }
            "pivot" => {
                self.at += 1;
                Form::Select(Box::new(self.pivot()?))
            }
            "insert" | "set" | "remove" | "update" | "delete" | "from" => {
                Form::Change(Box::new(self.change(keyword)?))
            }
            "and" | "or" | "is" | "in" | "between" | "like" | "union" | "intersect" | "except" => {
                return Err(Problem::syntax("Unexpected operator"));
            }
            "as" | "at" | "by" | "asc" | "desc" | "for" => return Err(Problem::syntax("Unexpected term")),
            "create" | "drop" => {
                while !self.at_end() && !self.is_mark(";") {
                    self.at += 1;
                }
                Form::Unsupported(if keyword == "create" { "CreateTable" } else { "DropTable" })
            }
            _ if FUNCTIONS.contains(&keyword) && matches!(self.ahead(1), Token::Mark("(")) => {
                self.at += 2;
                self.call(keyword.to_owned())?
            }
            _ => return Err(Problem::syntax("Unexpected keyword")),
        };
        Ok(Node { at, form })
    }

    /// A call, behind its opening parenthesis. `count(*)` has no arguments here.
    fn call(&mut self, name: String) -> Result<Form, Problem> {
        if self.take_mark(")") {
            return Ok(Form::Call { name, arguments: Vec::new() });
        }
        if self.is_mark("*") {
            if name != "count" {
                return Err(Problem::syntax(&format!("{name}(*) is not allowed")));
            }
            self.at += 1;
            self.expect_mark(")", "RIGHT_PAREN")?;
            return Ok(Form::Call { name, arguments: Vec::new() });
        }
        if matches!(name.as_str(), "count" | "avg" | "max" | "min" | "sum") && self.is_keyword("distinct") {
            self.at += 1;
        }
        let arguments = self.list()?;
        self.expect_mark(")", "RIGHT_PAREN")?;
        Ok(Form::Call { name, arguments })
    }

    /// A group; several values between parentheses are a list.
    fn group(&mut self) -> Result<Node, Problem> {
        let at = self.position();
        self.at += 1;
        let mut elements = self.list()?;
        self.expect_mark(")", "RIGHT_PAREN")?;
        if elements.len() == 1 {
            return Ok(elements.remove(0));
        }
        Ok(Node { at, form: Form::List(elements) })
    }

    fn elements(&mut self, end: &str, name: &str) -> Result<Vec<Node>, Problem> {
        self.at += 1;
        if self.take_mark(end) {
            return Ok(Vec::new());
        }
        let elements = self.list()?;
        self.expect_mark(end, name)?;
        Ok(elements)
    }

    fn members(&mut self) -> Result<Form, Problem> {
        self.at += 1;
        let mut members = Vec::new();
        if self.take_mark("}") {
            return Ok(Form::Struct(members));
        }
        loop {
            let name = self.expression(ANY)?;
            self.expect_mark(":", "COLON")?;
            members.push((name, self.expression(ANY)?));
            if !self.take_mark(",") {
                self.expect_mark("}", "RIGHT_CURLY")?;
                return Ok(Form::Struct(members));
            }
        }
    }
}
