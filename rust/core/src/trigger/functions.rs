//! Functions that are known, and those that are waited for.

use crate::trigger::function::FunctionName;
use crate::trigger::record::Part;
use crate::trigger::triggers::Triggers;

impl Triggers {
    /// Makes a function known, which the outside runs. Where it is a URL, the outside can make it known again when the
    /// database is opened the next time.
    pub fn add_function(&mut self, name: FunctionName, url: Option<&str>) {
        if self.urls.get(&name).map(String::as_str) != url {
            match url {
                Some(url) => self.urls.insert(name.clone(), url.to_owned()),
                None => self.urls.remove(&name),
            };
            self.change(Part::Functions);
        }
        if self.awaited.remove(&name) {
            self.calls.plan_for(&name);
        }
        self.functions.insert(name);
    }

    /// Forgets a function. What names it stays, and its calls fail.
    pub fn remove_function(&mut self, name: &FunctionName) {
        self.functions.remove(name);
        if self.urls.remove(name).is_some() {
            self.change(Part::Functions);
        }
        if self.awaited.remove(name) {
            self.calls.plan_for(name);
        }
    }

    /// Whether there is a function of this name, or one that is waited for.
    #[must_use]
    pub fn has_function(&self, name: &FunctionName) -> bool {
        self.functions.contains(name) || self.awaited.contains(name)
    }

    /// The functions with a URL that are waited for.
    pub fn awaited_urls(&self) -> impl Iterator<Item = (&FunctionName, &str)> {
        let awaited = self.urls.iter().filter(|(name, _)| self.awaited.contains(name));
        awaited.map(|(name, url)| (name, url.as_str()))
    }

    /// Takes over the functions that the outside has, and numbers that none of its calls has.
    pub fn keep_functions_of(&mut self, other: &Self) {
        self.functions.clone_from(&other.functions);
        self.last_number = self.last_number.max(other.last_number);
    }

    /// Whether a function is not waited for.
    pub(super) fn is_known(&self, function: &FunctionName) -> bool {
        self.awaited.is_empty() || !self.awaited.contains(function)
    }
}
