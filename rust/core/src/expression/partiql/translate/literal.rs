//! Values written in a statement. A message says where in a value it is wrong: `root` is the value itself.

use std::fmt::Write as _;

use super::kind;
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::syntax::{Form, Node};
use crate::value::{Encoder, NESTING_LEVELS_MAX, Number, SetError, Type, Value};

/// The value that a part is.
pub(super) fn value(node: &Node) -> Result<Value, Problem> {
    let mut literal = Literal { out: Encoder::value(), path: "root".to_owned(), depth: 0 };
    literal.write(node)?;
    Ok(literal.out.finish_value())
}

struct Literal {
    out: Encoder,
    path: String,
    /// Lists and maps around what is written.
    depth: usize,
}

impl Literal {
    fn write(&mut self, node: &Node) -> Result<(), Problem> {
        if self.depth > NESTING_LEVELS_MAX {
            return Err(self.too_deep());
        }
        match &node.form {
            Form::Text(text) => self.out.string(text),
            Form::Number(text) => {
                let number = self.number(text)?;
                self.out.number(&number);
            }
            Form::Boolean(flag) => self.out.boolean(*flag),
            Form::Null => self.out.null(),
            Form::List(elements) => {
                self.check_room(elements.is_empty())?;
                self.out.begin_list();
                for (index, element) in elements.iter().enumerate() {
                    self.inside(&format!("[{index}]"), element)?;
                }
                self.out.end_list();
            }
            Form::Struct(members) => {
                self.check_room(members.is_empty())?;
                self.out.begin_map();
                self.members(members)?;
                self.out.end_map();
            }
            Form::Bag(elements) => return self.set(elements),
            Form::Ion(text) => {
                let path = &self.path;
                return Err(Problem::meaning(format!(
                    "Ion Literals are not supported: {text} under key {path}"
                )));
            }
            form => {
                let text = format!("Unsupported data type: {} under key {}", kind(form), self.path);
                return Err(Problem::at(text, node.at));
            }
        }
        Ok(())
    }

    fn number(&self, text: &str) -> Result<Number, Problem> {
        Number::parse(text).map_err(|error| Problem::meaning(format!("{error} under {}", self.path)))
    }

    /// An empty list or map in the last level is one too many as well.
    fn check_room(&self, empty: bool) -> Result<(), Problem> {
        if empty && self.depth >= NESTING_LEVELS_MAX { Err(self.too_deep()) } else { Ok(()) }
    }

    fn too_deep(&self) -> Problem {
        Problem::meaning(format!("Nesting Levels have exceeded supported limits under {}", self.path))
    }

    fn inside(&mut self, step: &str, node: &Node) -> Result<(), Problem> {
        let length = self.path.len();
        self.path.push_str(step);
        self.depth += 1;
        self.write(node)?;
        self.depth -= 1;
        self.path.truncate(length);
        Ok(())
    }

    fn members(&mut self, members: &[(Node, Node)]) -> Result<(), Problem> {
        let mut names: Vec<&str> = Vec::with_capacity(members.len());
        for (name, value) in members {
            let name = member_name(name, &self.path)?;
            if names.contains(&name) {
                return Err(duplicate_name(name, &self.path));
            }
            names.push(name);
            self.out.name(name);
            self.inside(&format!(".{name}"), value)?;
        }
        Ok(())
    }

    fn set(&mut self, elements: &[Node]) -> Result<(), Problem> {
        let type_ = match elements.first().map(|first| &first.form) {
            None => return Err(Problem::meaning("Empty bags are not supported")),
            Some(Form::Number(_)) => Type::Ns,
            Some(_) => Type::Ss,
        };
        self.out.begin_set(type_);
        let mut shown = String::new();
        for element in elements {
            let text = match (&element.form, type_) {
                (Form::Number(text), Type::Ns) => {
                    let number = self.number(text)?;
                    self.out.number(&number);
                    text
                }
                (Form::Text(text), Type::Ss) => {
                    self.out.string(text);
                    text
                }
                _ => {
                    return Err(Problem::meaning(
                        "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags",
                    ));
                }
            };
            let separator = if shown.is_empty() { "" } else { ", " };
            let written = write!(shown, "{separator}{text}");
            debug_assert!(written.is_ok(), "writing to a String cannot fail");
        }
        let Err(SetError::Duplicate) = self.out.end_set() else { return Ok(()) };
        let how = if type_ == Type::Ns {
            format!("contains duplicates! under {}", self.path)
        } else {
            "contains duplicates.".to_owned()
        };
        Err(Problem::meaning(format!(
            "One or more parameter values were invalid: Input collection [{shown}] {how}"
        )))
    }
}

/// The name of a map's entry or of an item's attribute.
pub(super) fn member_name<'n>(node: &'n Node, path: &str) -> Result<&'n str, Problem> {
    match &node.form {
        Form::Text(name) => Ok(name),
        form => Err(Problem::meaning(format!(
            "Tuple keys must be of type String. Actual type: {} under {path}",
            kind(form)
        ))),
    }
}

pub(super) fn duplicate_name(name: &str, path: &str) -> Problem {
    Problem::meaning(format!("Duplicate keys in tuple. Key: {name} under {path}"))
}
