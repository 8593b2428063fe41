//! `INSERT`, `UPDATE` and `DELETE`, in their two orders: `UPDATE source operations WHERE` and
//! `FROM source WHERE operations`.

use super::{ANY, Parser};
use crate::expression::partiql::problem::Problem;
use crate::expression::partiql::syntax::{Change, Node, Operation, Returning, Source};
use crate::expression::partiql::token::Token;

impl Parser {
    /// Reads a change that begins with `keyword`, which stands next.
    pub(super) fn change(&mut self, keyword: &str) -> Result<Change, Problem> {
        let mut change = Change { operations: Vec::new(), source: None, condition: None, returning: None };
        match keyword {
            "from" => {
                self.at += 1;
                change.source = Some(self.source(ANY)?);
                change.condition = self.condition()?;
                change.operations = self.operations()?;
            }
            "update" => {
                self.at += 1;
                change.source = Some(self.changed_source()?);
                change.operations = self.operations()?;
                change.condition = self.condition()?;
            }
            "delete" => {
                self.at += 1;
                if !self.take_keyword("from") {
                    return Err(Problem::syntax("Expected FROM after DELETE"));
                }
                change.source = Some(self.changed_source()?);
                change.operations.push(Operation::Delete);
                change.condition = self.condition()?;
            }
            _ => change.operations = self.operations()?,
        }
        change.returning = self.returning()?;
        Ok(change)
    }

    fn changed_source(&mut self) -> Result<Source, Problem> {
        let node = self.simple_path()?;
        let aliased = self.alias()?;
        Ok(Source { node, aliased, joined: false })
    }

    fn condition(&mut self) -> Result<Option<Node>, Problem> {
        self.take_keyword("where").then(|| self.expression(ANY)).transpose()
    }

    /// Reads operations, at least one.
    fn operations(&mut self) -> Result<Vec<Operation>, Problem> {
        let mut operations = vec![self.operation()?];
        while matches!(self.token(), Token::Keyword("set" | "remove")) {
            operations.push(self.operation()?);
        }
        Ok(operations)
    }

    fn operation(&mut self) -> Result<Operation, Problem> {
        if self.is_keyword("insert") && matches!(self.ahead(1), Token::Keyword("into")) {
            self.at += 2;
            return self.insertion();
        }
        if self.take_keyword("set") {
            let mut assignments = Vec::new();
            loop {
                let target = self.simple_path()?;
                if !self.take_mark("=") {
                    return Err(Problem::syntax("Expected '='"));
                }
                assignments.push((target, self.expression(ANY)?));
                if !self.take_mark(",") {
                    return Ok(Operation::Set(assignments));
                }
            }
        }
        if self.take_keyword("remove") {
            return self.simple_path().map(Operation::Remove);
        }
        Err(Problem::syntax("Expected data manipulation"))
    }

    fn insertion(&mut self) -> Result<Operation, Problem> {
        let target = self.simple_path()?;
        if !self.take_keyword("value") {
            if self.take_keyword("values") {
                self.list()?;
            } else {
                self.expression(ANY)?;
            }
            return Ok(Operation::Insert { target });
        }
        let value = self.expression(ANY)?;
        let positioned = self.take_keyword("at");
        if positioned {
            self.expression(ANY)?;
        }
        let on_conflict = self.is_keyword("on") && matches!(self.ahead(1), Token::Keyword("conflict"));
        if on_conflict {
            self.at += 2;
            self.take_keyword("where").then(|| self.expression(ANY)).transpose()?;
            if !(self.take_keyword("do") && self.take_keyword("nothing")) {
                return Err(Problem::syntax("invalid ON CONFLICT syntax"));
            }
        }
        Ok(Operation::InsertValue { target, value, positioned, on_conflict })
    }

    fn returning(&mut self) -> Result<Option<Vec<Returning>>, Problem> {
        if !self.take_keyword("returning") {
            return Ok(None);
        }
        let mut elements = Vec::new();
        loop {
            let which = match (self.token(), self.ahead(1)) {
                (Token::Keyword("all"), Token::Keyword("old")) => "ALL OLD",
                (Token::Keyword("all"), Token::Keyword("new")) => "ALL NEW",
                (Token::Keyword("modified"), Token::Keyword("old")) => "MODIFIED OLD",
                (Token::Keyword("modified"), Token::Keyword("new")) => "MODIFIED NEW",
                _ => {
                    return Err(Problem::syntax(
                        "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
                    ));
                }
            };
            self.at += 2;
            let star = self.take_mark("*");
            if !star {
                self.expression(ANY)?;
            }
            elements.push(Returning { which, star });
            if !self.take_mark(",") {
                return Ok(Some(elements));
            }
        }
    }
}
