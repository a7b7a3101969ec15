//! What a figure made of amounts has beside its value: rows of which no amount is known, and rows of books that are still
//! open. A sum over known rows alone would be a smaller sum that looks like the whole.

use std::collections::BTreeMap;

/// Rows without a value, by what they lack, and rows that may still change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Rows of the population without a value, by what `complete` says of them, as their currency.
    pub lacking: BTreeMap<String, u64>,
    /// Rows for which `provisional` holds.
    pub open: u64,
    /// Rows that are shared out to nobody, so that it is not known which part of them belongs to what was asked for.
    pub apart: u64,
}

impl Ledger {
    /// With one more row without a value.
    pub fn lack(&mut self, what: Option<&str>) {
        let what = what.unwrap_or_default();
        match self.lacking.get_mut(what) {
            Some(rows) => *rows += 1,
            None => drop(self.lacking.insert(what.to_owned(), 1)),
        }
    }

    /// With the rows of another.
    pub fn join(&mut self, more: &Ledger) {
        self.open += more.open;
        self.apart += more.apart;
        for (what, rows) in &more.lacking {
            *self.lacking.entry(what.clone()).or_default() += rows;
        }
    }

    /// Whether it stands in the way of a figure.
    pub fn hides(&self) -> bool {
        self.apart > 0 || !self.lacking.is_empty()
    }

    /// What stands in the way of a figure, in words: `3 rows without a value: USD 2, GBP 1`.
    ///
    /// ```
    /// use catalogue::plan::Ledger;
    /// let mut ledger = Ledger::default();
    /// assert_eq!(ledger.note(), None);
    /// ledger.lack(Some("USD"));
    /// assert_eq!(ledger.note().unwrap(), "1 row without a value: USD 1");
    /// ledger.apart = 31;
    /// assert_eq!(ledger.note().unwrap(), "1 row without a value: USD 1; 31 rows shared out to nobody");
    /// ```
    pub fn note(&self) -> Option<String> {
        let rows: u64 = self.lacking.values().sum();
        let named = self.lacking.iter().filter(|(what, _)| !what.is_empty());
        let named: Vec<String> = named.map(|(what, rows)| format!("{what} {rows}")).collect();
        let which = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
        let count = |rows: u64| format!("{rows} {}", if rows == 1 { "row" } else { "rows" });
        let lacking = (rows > 0).then(|| format!("{} without a value{which}", count(rows)));
        let apart = (self.apart > 0).then(|| format!("{} shared out to nobody", count(self.apart)));
        let parts: Vec<String> = lacking.into_iter().chain(apart).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
