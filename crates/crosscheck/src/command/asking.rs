//! What `kpi` and `rows` are both asked: over which days, of which facts, under which parameters.

use clap::Args;
use server::api::question::Asked;

/// Options of a question.
#[derive(Args)]
pub struct Asking {
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Day after the last
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Named range (last-28d, this-month, last-quarter …), a day (2026-05-26), a month (2026-05), or A..B of these, both
    /// included; last-month where none is given
    #[arg(long)]
    range: Option<String>,
    /// Only facts with this value of a dimension, as channel=email, or none, as channel; may be repeated: any of the
    /// values of one dimension, all of the dimensions
    #[arg(long, value_name = "DIM[=VALUE]")]
    only: Vec<String>,
    /// Only facts for which this holds, in SQL's scalar syntax
    #[arg(long = "where", value_name = "EXPR")]
    filter: Option<String>,
    /// Set a parameter of the definition; may be repeated
    #[arg(long, value_name = "PARAM=VALUE")]
    set: Vec<String>,
    /// Named preset of parameters
    #[arg(long)]
    variant: Option<String>,
    /// Under the definitions that were in force on this day, as far as they were recorded
    #[arg(long, value_name = "DATE")]
    as_defined_on: Option<String>,
}

impl Asking {
    /// As it is asked; everything else is left to the command.
    pub fn asked(self) -> Asked {
        Asked {
            range: self.range,
            from: self.from,
            to: self.to,
            only: self.only,
            filter: self.filter,
            set: self.set,
            variant: self.variant,
            as_defined_on: self.as_defined_on,
            ..Asked::default()
        }
    }
}
