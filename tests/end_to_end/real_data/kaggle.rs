//! Tickets half of which are resolved before they were first answered: made-up data, but such exports exist.

use end_to_end::{Trial, testdata};

use super::{add_metric, assert_close, import, reference, rows_by};

/// Responses and resolutions are of the last day of May to the second of June.
const DAYS: [&str; 4] = ["--from", "2023-05-31", "--to", "2023-06-04"];

#[test]
fn tickets_resolved_before_they_were_answered() {
    let Some(folder) = testdata("kaggle_support_tickets") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    add_metric(&trial, "resolution_time_mean");
    let said = import(&trial, "shop-tickets", &[&folder.join("customer_support_tickets.csv.gz")]);
    // 8,469 rows, of which 2,819 were never answered and make no ticket
    assert!(said.contains("7,104 rows accepted, 1,365 rejected → 4,285 ticket, 2,769 survey_answer"), "{said}");
    assert!(said.contains("1,365 × impossible_times"), "{said}");
    assert!(said.contains("lies before created_at"), "{said}");
    assert_eq!(reference["h_negative"], 1365);
    assert_eq!(reference["with_first_response"].as_u64().map(|all| all - 1365), Some(4285));

    // what is left is the reference's "not negative", to the minute; a sum shows that nothing negative is in it
    let wanted = &reference["h_nonnegative"];
    let mean = trial.figure("mean", &[&["resolution_time_mean"], &DAYS[..]].concat());
    assert_eq!(mean["n"], wanted["n"]);
    assert_close("sum", &mean["numerator"], &wanted["sum"], 3600.0, 6);
    assert_close("mean", &mean["value"], &wanted["mean"], 3600.0, 6);
    let closed = [&["full_resolution_time", "--variant", "calendar_closed_only"], &DAYS[..]].concat();
    for statistic in ["median", "p90"] {
        let row = trial.figure(statistic, &closed);
        assert_eq!(row["n"], wanted["n"]);
        assert_close(statistic, &row["value"], &wanted[statistic], 3600.0, 6);
    }
    // a mean over all rows would be negative, and the product must never have come near it
    assert!(reference["h_all"]["mean"].as_f64().is_some_and(|mean| mean < 0.0));

    // Ratings count, whatever the times of their tickets are.
    let rating = trial.figure("mean", &[&["csat_mean"], &DAYS[..]].concat());
    assert_eq!(rating["n"], reference["csat"]["n"]);
    assert_close("rating", &rating["value"], &reference["csat"]["mean"], 1.0, 6);
    let channels = [("Chat", "chat"), ("Email", "email"), ("Phone", "phone"), ("Social media", "social")];
    let (means, shares) = (
        rows_by(&trial, "channel", &[&["csat_mean"], &DAYS[..]].concat()),
        rows_by(&trial, "channel", &[&["csat_t2b"], &DAYS[..]].concat()),
    );
    assert_eq!((means.len(), shares.len()), (channels.len(), channels.len()));
    for (name, channel) in channels {
        let wanted = &reference["csat_by_channel"][name];
        assert_eq!(means[channel]["n"], wanted["n"], "{name}");
        assert_close(name, &means[channel]["value"], &wanted["mean"], 1.0, 6);
        assert_close(name, &shares[channel]["value"], &wanted["top2box_pct"], 1.0, 6);
    }
    for (dimension, wanted, figure) in
        [("urgency", "csat_by_priority", Some("mean")), ("type", "csat_by_type_mean", None)]
    {
        let rows = rows_by(&trial, dimension, &[&["csat_mean"], &DAYS[..]].concat());
        let wanted = reference[wanted].as_object().expect("an object");
        assert_eq!(rows.len(), wanted.len(), "{dimension}");
        for (name, wanted) in wanted {
            let wanted = figure.map_or(wanted, |figure| &wanted[figure]);
            assert_close(name, &rows[name]["value"], wanted, 1.0, 6);
        }
    }
}
