//! Units of what figures are made of: what stands above and below a line, and what the rows behind a figure add up to.
//!
//! The unit of a figure is not theirs: a share of money kept is told in percent, and both of its lines are money.

use model::FieldType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::derived::PERIOD_MONTHS;
use super::quotient::Quotient;
use super::{Cohort, Formula, Input, Measure, Plan};
use crate::expression::Expr;
use crate::metric::Unit;

/// Units of what stands above and below a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineUnit {
    /// Of the numerator; null where there is none.
    pub numerator: Option<Unit>,
    /// Of the denominator; null where there is none, or it is not one thing that is counted.
    pub denominator: Option<Unit>,
}

impl LineUnit {
    /// How many over how many.
    pub const COUNTS: LineUnit = LineUnit { numerator: Some(Unit::Count), denominator: Some(Unit::Count) };

    fn is_money(self) -> bool {
        [self.numerator, self.denominator].contains(&Some(Unit::Currency))
    }
}

impl Plan {
    /// Units of what stands above and below the line; none where figures have no line.
    pub fn line_unit(&self) -> Option<LineUnit> {
        let both = |unit: Unit| LineUnit { numerator: Some(unit), denominator: Some(unit) };
        match &self.measure {
            Measure::Share { .. }
            | Measure::ExactShare { .. }
            | Measure::Ratio { .. }
            | Measure::NetScore { .. }
            | Measure::Stock { month_ends: Some(_), .. }
            | Measure::StockAge { than: Some(_), .. }
            | Measure::Cohort(Cohort { value: None, .. }) => Some(both(Unit::Count)),
            Measure::Cohort(Cohort { value: Some((value, kind)), .. }) => {
                Some(both(self.quantity_unit(value, *kind, Unit::Count)))
            }
            Measure::Mean { weight, .. } => {
                let weight = weight.as_ref();
                let below = weight.map_or(Unit::Count, |(expr, kind)| self.quantity_unit(expr, *kind, Unit::Count));
                Some(LineUnit { numerator: self.amount_unit(), denominator: Some(below) })
            }
            Measure::Derived { value, denominator, inputs, .. } => match Quotient::over(value, inputs) {
                Some(Quotient { numerator, denominator }) => Some(LineUnit {
                    numerator: formula_unit(&numerator, inputs),
                    denominator: formula_unit(&denominator, inputs),
                }),
                None => denominator
                    .as_ref()
                    .map(|below| LineUnit { numerator: None, denominator: formula_unit(below, inputs) }),
            },
            _ => None,
        }
    }

    /// Unit of what a row behind the figure adds to it; none where nothing is added up.
    pub fn amount_unit(&self) -> Option<Unit> {
        match &self.measure {
            Measure::Mean { value, kind, .. }
            | Measure::Sum { value, kind, .. }
            | Measure::Quantile { value, kind, .. } => Some(self.quantity_unit(value, *kind, self.unit)),
            Measure::Cohort(Cohort { value: Some((value, kind)), .. }) => {
                Some(self.quantity_unit(value, *kind, Unit::Count))
            }
            Measure::Survival { .. } | Measure::StockAge { than: None, .. } => Some(Unit::Seconds),
            Measure::Stock { month_ends: Some(_), .. } => Some(Unit::Count),
            _ => None,
        }
    }

    /// Whether figures, what stands above or below their line, or the rows behind them are money.
    pub(super) fn has_money(&self) -> bool {
        self.unit == Unit::Currency
            || self.line_unit().is_some_and(LineUnit::is_money)
            || self.amount_unit() == Some(Unit::Currency)
    }

    /// Unit of a quantity of rows, `otherwise` where it is neither time nor money.
    fn quantity_unit(&self, value: &Expr, kind: FieldType, otherwise: Unit) -> Unit {
        match kind {
            FieldType::Duration => Unit::Seconds,
            FieldType::Number if self.uses_money(value) => Unit::Currency,
            _ => otherwise,
        }
    }

    fn uses_money(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.columns(&mut |name| {
            let computed = self.computed.iter().find(|computed| computed.name == name);
            found |= match computed.map(|computed| &computed.formula) {
                // columns use those before only
                Some(Formula::Value(inner)) => self.uses_money(inner),
                Some(Formula::BusinessDayEnd { .. }) => false,
                None => self.table.is_money(name),
            };
        });
        found
    }
}

/// The unit of a formula whose inputs all have it; none of one over unlike things, or over the length of the period.
fn formula_unit(formula: &Expr, inputs: &[Input]) -> Option<Unit> {
    let mut units: Vec<Option<Unit>> = Vec::new();
    formula.columns(&mut |name| {
        let input = inputs.iter().find(|input| input.name == name && name != PERIOD_MONTHS);
        units.push(input.map(|input| input.plan.unit));
    });
    let (first, others) = units.split_first()?;
    first.filter(|_| others.iter().all(|other| other == first))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::{Weekday, date};
    use model::Attributes;
    use model::calendar::{DateRange, FiscalYear, Grain, Organisation};

    use super::*;
    use crate::Catalogue;
    use crate::file::Problems;
    use crate::plan::plan;
    use crate::question::Question;

    fn planned(metric: &str) -> Plan {
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let organisation = Organisation::new("o", "UTC", "CHF", Weekday::Monday, FiscalYear::default()).expect("one");
        let question = Question {
            metric: metric.to_owned(),
            variant: None,
            parameters: BTreeMap::new(),
            by: Vec::new(),
            grain: Grain::Total,
            range: DateRange { from: date(2026, 3, 1), to: date(2026, 4, 1), step: None },
            only: BTreeMap::new(),
            filter: None,
            compare: None,
        };
        plan(&question, &catalogue, &organisation, &Attributes::new()).expect("a plan")
    }

    #[test]
    fn lines_and_rows_have_units_of_their_own() {
        use Unit::{Count, Currency, Percent, Points, Seconds};
        let check = |metric: &str, line: Option<(Option<Unit>, Option<Unit>)>, amount: Option<Unit>, money: bool| {
            let plan = planned(metric);
            let line = line.map(|(numerator, denominator)| LineUnit { numerator, denominator });
            assert_eq!((plan.line_unit(), plan.amount_unit()), (line, amount), "{metric}");
            assert_eq!(plan.currency.as_deref(), money.then_some("CHF"), "{metric}");
        };
        let both = |unit| Some((Some(unit), Some(unit)));
        check("csat_t2b", both(Count), None, false);
        check("nps", both(Count), None, false);
        check("service_level", both(Count), None, false);
        // told in percent, of money a month
        check("nrr", both(Currency), Some(Currency), true);
        check("grr", both(Currency), Some(Currency), true);
        check("customer_retention_rate", both(Count), None, false);
        check("aht", Some((Some(Seconds), Some(Count))), Some(Seconds), false);
        check("quality_score", Some((Some(Points), Some(Count))), Some(Points), false);
        check("protocol_adherence", Some((Some(Percent), Some(Count))), Some(Percent), false);
        check("order_revenue", None, Some(Currency), true);
        check("cost_per_contact", Some((Some(Currency), Some(Count))), None, true);
        check("complaint_rate", both(Count), None, false);
        check("cost_to_serve_share", both(Currency), None, true);
        check("occupancy", both(Seconds), None, false);
        check("net_flow", None, None, false);
        check("full_resolution_time", None, Some(Seconds), false);
        check("tickets_created", None, None, false);
    }
}
