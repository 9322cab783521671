//! The names of columns that have none.

use crate::analyze::Scope;

/// Gives names to what is selected without an alias.
pub(super) struct Names {
    next: usize,
    taken: Vec<String>,
}

impl Names {
    /// Names that the sources use already are not given again.
    pub(super) fn new(scope: &Scope) -> Self {
        Self { next: 0, taken: scope.columns.iter().map(|column| column.name.clone()).collect() }
    }

    /// `KSQL_COL_0`, `KSQL_COL_1`, …
    pub(super) fn generated(&mut self) -> String {
        loop {
            let name = format!("KSQL_COL_{}", self.next);
            self.next += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    /// A struct's field by its own name, or with a number behind it when that is taken.
    pub(super) fn field(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut number = 0;
        while self.taken.contains(&candidate) {
            number += 1;
            candidate = format!("{name}_{number}");
        }
        self.taken.push(candidate.clone());
        candidate
    }
}
