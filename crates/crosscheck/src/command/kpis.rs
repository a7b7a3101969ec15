//! `crosscheck kpis`: the metrics there are, and what one of them can be asked by.

use std::process::ExitCode;

use catalogue::metric::{Metric, Parameter, Variant, to_json};
use catalogue::plan::dimensions;
use clap::Args;
use model::FieldType;
use serde_json::Value;
use server::ServerError;
use server::ask::Reader;
use store::Snapshot;

use crate::Context;
use crate::table::render;

/// Options of `kpis`.
#[derive(Args)]
pub struct Options {
    /// Id or alias of a metric, to show its dimensions, parameters and variants; all metrics as a list where absent
    id: Option<String>,
    /// Only those of which something has been loaded
    #[arg(long, conflicts_with = "id")]
    with_data: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Lists metrics, or shows one.
pub fn run(context: &Context, options: &Options) -> Result<ExitCode, ServerError> {
    let reader = super::open(context)?;
    let snapshot = reader.store.snapshot()?;
    let catalogue = &reader.workspace.catalogue;
    if let Some(id) = &options.id {
        let metric = catalogue.find(id).map_err(|problem| ServerError::Problems(vec![*problem]))?;
        show(&reader, &snapshot, metric, options.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let listed = catalogue.metrics().map(|metric| (metric, reader.has_data_of(metric, &snapshot)));
    let listed: Vec<(&Metric, bool)> = listed.filter(|(_, has_data)| *has_data || !options.with_data).collect();
    if options.json {
        let body: Vec<Value> = listed.iter().map(|(metric, has_data)| summary(metric, *has_data)).collect();
        return print_json(&body).map(|()| ExitCode::SUCCESS);
    }
    let header = ["id", "name", "unit", "better", "data"].map(str::to_owned);
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|(metric, has_data)| {
            let data = if *has_data { "yes" } else { "—" };
            let cells = [&metric.id, &metric.name, metric.unit.name(), metric.direction.name(), data];
            cells.map(str::to_owned).to_vec()
        })
        .collect();
    print!("{}", render(&header, &rows, header.len()));
    println!("\n{} metrics; dimensions, parameters and variants of one: crosscheck kpis ID", rows.len());
    Ok(ExitCode::SUCCESS)
}

fn summary(metric: &Metric, has_data: bool) -> Value {
    serde_json::json!({
        "id": metric.id,
        "name": metric.name,
        "unit": metric.unit.name(),
        "direction": metric.direction.name(),
        "has_data": has_data,
    })
}

fn show(reader: &Reader, snapshot: &Snapshot, metric: &Metric, as_json: bool) -> Result<(), ServerError> {
    let dimensions = dimensions(metric, &reader.workspace.catalogue, &snapshot.attributes);
    let has_data = reader.has_data_of(metric, snapshot);
    if as_json {
        let mut body = summary(metric, has_data);
        let object = |pairs: Vec<(String, Value)>| Value::Object(pairs.into_iter().collect());
        let of_dimension = |(name, kind): (&String, &FieldType)| (name.clone(), Value::from(kind.name()));
        body["dimensions"] = object(dimensions.iter().map(of_dimension).collect());
        let of_parameter = |parameter: &Parameter| (parameter.name.clone(), to_json(&parameter.default));
        body["parameters"] = object(metric.parameters.iter().map(of_parameter).collect());
        let of_variant = |(name, variant): (&String, &Variant)| (name.clone(), Value::from(variant.meaning.as_str()));
        body["variants"] = object(metric.variants.iter().map(of_variant).collect());
        return print_json(&body);
    }
    println!("{} ({}): {}", metric.name, metric.id, metric.meaning.trim());
    println!(
        "{}, better {}{}",
        metric.unit.name(),
        metric.direction.name(),
        if has_data { "" } else { "; no data yet" }
    );
    let block = |title: &str, header: [&str; 2], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            println!("\n{title}");
            print!("{}", render(&header.map(str::to_owned), &rows, 2));
        }
    };
    let rows = dimensions.iter().map(|(name, kind)| vec![name.clone(), kind.name().to_owned()]);
    block("dimensions, for --by and --only", ["name", "type"], rows.collect());
    let rows = metric.parameters.iter().map(|parameter| {
        vec![
            format!("{}={}", parameter.name, to_json(&parameter.default).to_string().trim_matches('"')),
            parameter.meaning.clone(),
        ]
    });
    block("parameters, for --set", ["default", "meaning"], rows.collect());
    let rows = metric.variants.iter().map(|(name, variant)| vec![name.clone(), variant.meaning.clone()]);
    block("variants, for --variant", ["name", "meaning"], rows.collect());
    Ok(())
}

fn print_json(body: &impl serde::Serialize) -> Result<(), ServerError> {
    let json = serde_json::to_string_pretty(body).map_err(|error| ServerError::Usage(error.to_string()))?;
    println!("{json}");
    Ok(())
}
