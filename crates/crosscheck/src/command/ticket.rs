//! `crosscheck ticket ID`: one ticket, its clocks and what happened to it.

use std::process::ExitCode;

use catalogue::metric::Unit;
use catalogue::question::Principal;
use clap::{Args, ValueEnum};
use model::calendar::Organisation;
use scorecard::words;
use server::ServerError;
use server::ticket::{self, TicketBody};

use crate::Context;
use crate::table::{plain, render};

/// Options of `ticket`.
#[derive(Args)]
pub struct Options {
    /// Id of the ticket, exactly
    #[arg(value_name = "ID")]
    id: String,
    /// System whose id it is; needed where several systems have it
    #[arg(long)]
    system: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How to show a ticket.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// As the API gives it.
    Json,
}

/// Finds and shows it.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let principal = Principal::local();
    let system = match &options.system {
        Some(system) => system.clone(),
        None => {
            let found = super::block_on(ticket::find(&reader, &options.id, &principal))??;
            let systems: Vec<String> = found.into_iter().map(|ticket| ticket.system).collect();
            match systems.as_slice() {
                [system] => system.clone(),
                [] => {
                    return Err(ServerError::NotFound {
                        message: format!("there is no ticket `{}`", options.id),
                        help: Some("ids are compared exactly, zeros in front and capitals included".to_owned()),
                    });
                }
                several => {
                    let message = format!("several systems have a ticket `{}`", options.id);
                    return Err(ServerError::Usage(format!("{message}: --system {}", several.join(" or "))));
                }
            }
        }
    };
    let body = super::block_on(ticket::read(&reader, &system, &options.id, &principal, context.now()))??;
    match options.format {
        Format::Json => {
            let json = serde_json::to_string_pretty(&body).map_err(|error| ServerError::Usage(error.to_string()))?;
            println!("{json}");
        }
        Format::Table => print_story(&body, &reader.workspace.organisation),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_story(body: &TicketBody, organisation: &Organisation) {
    let subject = body.subject.as_ref().map_or_else(String::new, |subject| format!(" · {}", plain(subject)));
    println!("{} {} · {}{subject}", plain(&body.system), plain(&body.ticket_id), body.status);
    if let Some(url) = &body.url {
        println!("{}", plain(url));
    }
    let time = |at| super::local_time(organisation, at);
    println!(
        "times in {}, open work clocked until {}, business hours of `{}`\n",
        organisation.zone_name,
        time(body.as_of),
        body.schedule
    );
    let header = ["clock", "from", "to", "calendar", "business"].map(str::to_owned);
    let clocks: Vec<Vec<String>> = body
        .clocks
        .iter()
        .map(|clock| {
            let to = match clock.to {
                Some(to) => time(to),
                None if clock.running => "running".to_owned(),
                None => "never".to_owned(),
            };
            let length = |seconds: Option<f64>| words::figure(seconds, Unit::Seconds);
            let from = clock.from.map_or_else(String::new, time);
            vec![clock.name.clone(), from, to, length(clock.calendar), length(clock.business)]
        })
        .collect();
    println!("{}", render(&header, &clocks, 3));
    let header = ["at", "until", "what", ""].map(str::to_owned);
    let entries: Vec<Vec<String>> = body
        .timeline
        .iter()
        .map(|entry| {
            let until = entry.until.map_or_else(String::new, time);
            vec![time(entry.at), until, entry.kind.clone(), plain(&entry.text)]
        })
        .collect();
    print!("{}", render(&header, &entries, 4));
}
