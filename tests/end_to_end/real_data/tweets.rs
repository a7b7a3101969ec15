//! Messages to companies and their answers: the first response is found by following who answers whom.

use end_to_end::{Trial, testdata};

use super::{assert_close, import, reference};

#[test]
fn first_responses_to_tweets() {
    let Some(folder) = testdata("twitter_support_sample") else { return };
    let reference = &reference(&folder)["sample"];
    let trial = Trial::new("UTC");
    let said = import(&trial, "support-tweets", &[&folder.join("sample.csv")]);
    assert!(said.contains("93 rows accepted, 0 rejected → 25 ticket"), "{said}");
    assert_eq!(reference["threads_opened"], 25);
    let days = ["--from", "2017-10-01", "--to", "2017-11-01"];
    let answered = [&["first_response_time", "--variant", "calendar_closed_only"], &days[..]].concat();
    let median = trial.figure("median", &answered);
    let wanted = &reference["first_response_min"];
    assert_eq!(median["n"], wanted["n"]);
    assert_close("median", &median["value"], &wanted["median"], 60.0, 6);
    // of 22, no more than two lie beyond the 90th percentile: too few to show one
    assert_eq!(trial.figure("p90", &answered)["quality"], "suppressed");
    // three were never answered; they have waited since, and are no shorter for it
    let all = trial.figure("median", &[&["first_response_time", "--variant", "calendar"], &days[..]].concat());
    assert_eq!(all["n"], reference["threads_opened"]);
    assert!(all["value"].as_f64() >= median["value"].as_f64(), "{all} {median}");
}
