//! Which cells of all breakdowns by one dimension can be shown together, so that nothing that follows from them is
//! about few.
//!
//! Cells are sums over people, so what follows from the shown ones are their linear combinations: a total minus all
//! other teams, a department minus its teams, a role minus those of it in a team. Each is a sum over the people for
//! whom the combination is not zero in any of the columns their rows lie in. It is about at least k people whenever there
//! are k sets of people without anybody in common, of whom each tells all shown cells apart (as vectors, their columns
//! have the cells' full rank): with fewer than k people in the sum, one of the sets has nobody in it, is zero on all of
//! its columns, and so is the combination. Cells are taken in a fixed order, each only where such sets can still be found. This errs on the side
//! of hiding, and does not depend on the question.
//!
//! Ranks are worked out modulo a prime: what is independent there is independent.

/// 2⁶¹ − 1.
const PRIME: u64 = (1 << 61) - 1;

/// One number a cell or column, modulo [`PRIME`].
type Vector = Vec<u64>;

fn times(a: u64, b: u64) -> u64 {
    // below the prime, which fits 61 bits
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn minus(a: u64, b: u64) -> u64 {
    (a + PRIME - b) % PRIME
}

fn inverse(a: u64) -> u64 {
    let (mut power, mut base, mut result) = (PRIME - 2, a, 1);
    while power > 0 {
        if power & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        power >>= 1;
    }
    result
}

/// Independent vectors, reduced one by the other.
#[derive(Clone, Default)]
struct Span {
    /// Place of the leading one, and the vector.
    rows: Vec<(usize, Vector)>,
}

impl Span {
    /// What of `vector` does not follow from those here.
    fn rest(&self, mut vector: Vector) -> Vector {
        for (pivot, row) in &self.rows {
            let factor = vector[*pivot];
            if factor != 0 {
                vector.iter_mut().zip(row).for_each(|(cell, row)| *cell = minus(*cell, times(factor, *row)));
            }
        }
        vector
    }

    fn holds(&self, vector: &[u64]) -> bool {
        self.rest(vector.to_vec()).iter().all(|cell| *cell == 0)
    }

    /// Adds a vector; whether it did not follow from those here.
    fn add(&mut self, vector: &[u64]) -> bool {
        let mut rest = self.rest(vector.to_vec());
        let Some(pivot) = rest.iter().position(|cell| *cell != 0) else { return false };
        let scale = inverse(rest[pivot]);
        rest.iter_mut().for_each(|cell| *cell = times(*cell, scale));
        self.rows.push((pivot, rest));
        true
    }
}

/// People whose rows lie in the same columns, and how many they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alike {
    /// The columns.
    pub columns: Vec<usize>,
    /// The people.
    pub people: usize,
}

/// The cells that are shown, as sums over columns: a column is all that rows have in common which lie in the same
/// cells.
pub(super) struct Visible {
    /// How many people tell a sum from nobody's own.
    least: usize,
    /// Everybody, once.
    people: Vec<Alike>,
    /// The cells that do not follow from others, by column.
    cells: Vec<Vector>,
    span: Span,
    /// `least` sets of people, each as places in `people`.
    sets: Vec<Vec<usize>>,
}

impl Visible {
    /// Nothing shown yet of these people.
    pub fn new(people: Vec<Alike>, least: usize) -> Self {
        Visible { least, people, cells: Vec::new(), span: Span::default(), sets: vec![Vec::new(); least] }
    }

    /// Whether the sum over these columns follows from what is shown; of nobody it always does.
    pub fn shows(&self, columns: &[bool]) -> bool {
        self.span.holds(&vector(columns))
    }

    /// Shows the sum over these columns, where that can be.
    pub fn show(&mut self, columns: &[bool]) {
        let cell = vector(columns);
        if self.span.holds(&cell) {
            return;
        }
        self.cells.push(cell.clone());
        match self.extended().or_else(|| self.anew()) {
            Some(sets) => {
                self.sets = sets;
                self.span.add(&cell);
            }
            None => drop(self.cells.pop()),
        }
    }

    /// The columns of a person, as vectors over the cells.
    fn columns(&self, place: usize) -> impl Iterator<Item = Vector> + '_ {
        let column = |column: &usize| self.cells.iter().map(|cell| cell[*column]).collect();
        self.people[place].columns.iter().map(column)
    }

    /// People left of each kind beside those in `sets`.
    fn left(&self, sets: &[Vec<usize>]) -> Vec<usize> {
        let mut left: Vec<usize> = self.people.iter().map(|alike| alike.people).collect();
        sets.iter().flatten().for_each(|place| left[*place] = left[*place].saturating_sub(1));
        left
    }

    /// The kinds that have people left, those with most first: whom there are few of other sets may need.
    fn by_plenty(left: &[usize]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..left.len()).filter(|place| left[*place] > 0).collect();
        places.sort_by_key(|place| std::cmp::Reverse(left[*place]));
        places
    }

    /// The sets there are with one more of the people each where they need one to tell the last cell apart, too.
    fn extended(&self) -> Option<Vec<Vec<usize>>> {
        let mut sets = self.sets.clone();
        for index in 0..sets.len() {
            let mut span = Span::default();
            for column in sets[index].iter().flat_map(|place| self.columns(*place)) {
                span.add(&column);
            }
            if span.rows.len() < self.cells.len() {
                let mut places = Self::by_plenty(&self.left(&sets)).into_iter();
                let found = places.find(|place| self.columns(*place).any(|column| !span.holds(&column)))?;
                sets[index].push(found);
            }
        }
        Some(sets)
    }

    /// Other sets.
    fn anew(&self) -> Option<Vec<Vec<usize>>> {
        let mut sets: Vec<Vec<usize>> = Vec::with_capacity(self.least);
        for _ in 0..self.least {
            let (mut span, mut set) = (Span::default(), Vec::new());
            for place in Self::by_plenty(&self.left(&sets)) {
                let before = span.rows.len();
                if before == self.cells.len() {
                    break;
                }
                for column in self.columns(place) {
                    span.add(&column);
                }
                if span.rows.len() > before {
                    set.push(place);
                }
            }
            if span.rows.len() < self.cells.len() {
                return None;
            }
            sets.push(set);
        }
        Some(sets)
    }
}

fn vector(columns: &[bool]) -> Vector {
    columns.iter().map(|column| u64::from(*column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows cells, each the columns it holds, of columns with so many people; which are shown.
    fn check(people: &[usize], cells: &[&[usize]], shown: &[bool]) {
        let alike = people.iter().enumerate().map(|(column, people)| Alike { columns: vec![column], people: *people });
        check_alike(alike.collect(), people.len(), cells, shown);
    }

    fn check_alike(people: Vec<Alike>, columns: usize, cells: &[&[usize]], shown: &[bool]) {
        let mut visible = Visible::new(people.clone(), 5);
        let as_flags = |cell: &[usize]| (0..columns).map(|column| cell.contains(&column)).collect::<Vec<bool>>();
        cells.iter().for_each(|cell| visible.show(&as_flags(cell)));
        let found: Vec<bool> = cells.iter().map(|cell| visible.shows(&as_flags(cell))).collect();
        assert_eq!(found, shown, "{people:?} {cells:?}");
    }

    /// Columns of one and the same people: what they did on contacts, and waiting for one.
    #[test]
    fn sums_that_lie_in_each_other() {
        let alike = |columns: &[usize], people: usize| Alike { columns: columns.to_vec(), people };
        let nested: [&[usize]; 2] = [&[0], &[0, 1]];
        // all ten do both: both sums, and what is between them, are about ten
        check_alike(vec![alike(&[0, 1], 10)], 2, &nested, &[true, true]);
        // of ten one waits: the larger sum minus the smaller is this one's
        check_alike(vec![alike(&[0], 9), alike(&[0, 1], 1)], 2, &nested, &[true, false]);
        check_alike(vec![alike(&[0], 9), alike(&[1], 1)], 2, &nested, &[true, false]);
        // five of ten do
        check_alike(vec![alike(&[0], 5), alike(&[0, 1], 5)], 2, &nested, &[true, true]);
    }

    #[test]
    fn what_would_follow_is_hidden_too() {
        // a total of few
        check(&[4], &[&[0]], &[false]);
        check(&[5], &[&[0]], &[true]);
        // 20, 10, 6 and 3: the total minus the three others would be the last one, so the next smallest goes too
        check(&[20, 10, 6, 3], &[&[0, 1, 2, 3], &[0], &[1], &[2], &[3]], &[true, true, true, false, false]);
        // two of three hidden are together enough already
        check(&[20, 10, 3, 3], &[&[0, 1, 2, 3], &[0], &[1], &[2], &[3]], &[true, true, true, false, false]);
        // all large enough
        check(&[5, 5, 5], &[&[0, 1, 2], &[0], &[1], &[2]], &[true, true, true, true]);
        // a department of a team of twenty and one of two: the department minus the team
        check(&[20, 2, 30], &[&[0, 1, 2], &[0], &[2], &[0, 1]], &[true, true, false, false]);
        // a role that lies in a team but for one person
        check(&[10, 1, 20], &[&[0, 1, 2], &[0, 1], &[2], &[0], &[1, 2]], &[true, true, true, false, false]);
        // teams and roles across each other: nothing follows of the one who is in both small ones
        check(&[10, 1, 20, 20], &[&[0, 1, 2, 3], &[2, 1], &[0, 3], &[0, 1], &[2, 3]], &[true; 5]);
    }
}
