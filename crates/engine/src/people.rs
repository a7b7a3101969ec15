//! Who stands behind the cells of plans over staff: a scan of its own of all the people of the table, whoever asks and
//! whatever is asked for, since what can be shown depends on what else could be.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int32Type, TimeUnit, TimestampMicrosecondType};
use catalogue::answer::Moment;
use catalogue::plan::Plan;
use catalogue::privacy::{Census, Group, Guard, Parts, People, Seen};
use catalogue::question::{Principal, Scope};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, ScalarUDF, cast, col, lit};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use model::Instant;
use model::calendar::{Calendars, Period};

use crate::EngineError;
use crate::clock::PeriodIndex;
use crate::dictionary;
use crate::lower::lower;
use crate::run::{add_column, column};
use crate::tables::{self, Facts};

/// Which cells of the answer to `plan`, one over staff, are shown to `principal`, for each of `sides` in turn.
pub(crate) async fn guards(
    context: &SessionContext,
    facts: Facts<'_>,
    calendars: &Arc<Calendars>,
    (plan, people): (&Plan, &People),
    sides: &[&[Period]],
    principal: &Principal,
    moment: Moment,
) -> Result<Vec<Guard>, EngineError> {
    let mut frame = tables::open(context, facts, plan.table, &Principal::local())?;
    for computed in &plan.computed {
        frame = add_column(frame, computed, calendars)?;
    }
    let frame = frame.filter(lower(&people.among))?;
    let text = |name: &str| cast(column(name), DataType::Utf8);
    let time = |name: Option<&String>| match name {
        Some(name) => cast(column(name), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        None => lit(ScalarValue::TimestampMicrosecond(None, Some("UTC".into()))),
    };
    let (start, end) = match &people.group {
        Group::Counted => (None, None),
        Group::Present { start, end } | Group::There { start, end } => (Some(start), Some(end)),
    };
    let part = match &people.parts {
        Parts::Of { column } => text(column),
        Parts::Whole { .. } => lit(ScalarValue::Utf8(None)),
    };
    let own = match &principal.scope {
        Scope::Everything => lit(true),
        Scope::Teams(teams) => {
            let names = teams.iter().map(|team| lit(team.as_str())).collect();
            plan.table.team().map_or(lit(false), |team| col(team).in_list(names, false))
        }
    };
    let asked = lower(&people.filter).and(own);
    // of a month it matters who was seen, not how often
    let parts = match (&people.group, &people.parts) {
        (Group::Counted, Parts::Whole { parts }) => Some(parts.as_slice()),
        _ => None,
    };
    let at = match parts {
        Some(parts) => {
            let index = PeriodIndex::new(parts.iter().map(|part| (part.start, part.end)));
            ScalarUDF::new_from_impl(index).call(vec![column(&plan.at)])
        }
        None => time(Some(&plan.at)),
    };
    let mut columns: Vec<Expr> = vec![text(&people.column), at, time(start), time(end), part, asked];
    columns.extend(people.dimensions.iter().map(|dimension| text(&dimension.column)));
    let sums = columns.len();
    columns.extend(people.sums.iter().map(lower));
    let named = columns.into_iter().enumerate();
    let columns: Vec<Expr> = named
        .map(|(index, expr)| Ok(dictionary::spelled_out(expr, frame.schema())?.alias(format!("c{index}"))))
        .collect::<Result<_, EngineError>>()?;
    let mut stream = frame.select(columns)?.distinct()?.execute_stream().await?;

    let mut censuses: Vec<Census<'_>> = sides.iter().map(|periods| Census::new(people, periods, moment)).collect();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let texts = |index: usize| {
            batch.column(index).as_string_opt::<i32>().ok_or(EngineError::Shape { what: "a scan of people" })
        };
        let times = |index: usize| {
            let column = batch.column(index).as_primitive_opt::<TimestampMicrosecondType>();
            column.ok_or(EngineError::Shape { what: "a scan of people" })
        };
        let at: Vec<Option<Instant>> = match parts {
            Some(parts) => {
                let indices = batch.column(1).as_primitive_opt::<Int32Type>();
                let indices = indices.ok_or(EngineError::Shape { what: "a scan of people" })?;
                let part = |index: i32| parts.get(usize::try_from(index).ok()?);
                indices.iter().map(|index| Some(part(index?)?.start)).collect()
            }
            None => times(1)?.iter().map(|at| at.map(Instant::from_micros)).collect(),
        };
        let (person, start, end, part) = (texts(0)?, times(2)?, times(3)?, texts(4)?);
        let asked = batch.column(5).as_boolean();
        let profile: Vec<_> = (6..sums).map(texts).collect::<Result<_, _>>()?;
        let counts: Vec<_> = (sums..batch.num_columns()).map(|index| batch.column(index).as_boolean()).collect();
        for row in 0..batch.num_rows() {
            if person.is_null(row) {
                continue;
            }
            let instant = |column: &arrow::array::PrimitiveArray<TimestampMicrosecondType>| {
                column.is_valid(row).then(|| Instant::from_micros(column.value(row)))
            };
            for census in &mut censuses {
                let value =
                    |column: &&arrow::array::StringArray| column.is_valid(row).then(|| column.value(row).to_owned());
                census.add(Seen {
                    person: person.value(row),
                    profile: profile.iter().map(value).collect(),
                    at: at[row],
                    stretch: (instant(start), instant(end)),
                    part: part.is_valid(row).then(|| part.value(row)),
                    counts: counts.iter().map(|counts| counts.is_valid(row) && counts.value(row)).collect(),
                    is_asked: asked.is_valid(row) && asked.value(row),
                });
            }
        }
    }
    Ok(censuses.iter().map(|census| census.guard(&plan.by)).collect())
}
