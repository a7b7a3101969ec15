//! 1,470 employees of a company: who left, and what they answered.

use std::collections::BTreeMap;

use end_to_end::{Trial, testdata};

use super::{add_metric, assert_close, import, reference, rows_by, table};

const YEAR: [&str; 2] = ["--range", "2015"];
const SATISFIED: [&str; 5] = ["employee_satisfaction", "--set", "scale=1-4", "--set", "satisfied_from=3"];

#[test]
fn employees_who_left_and_what_they_answered() {
    let Some(folder) = testdata("ibm_hr_attrition") else { return };
    let reference = reference(&folder);
    let file = folder.join("WA_Fn-UseC_-HR-Employee-Attrition.csv");
    let trial = Trial::new("UTC");
    add_metric(&trial, "engagement_index");
    let said = import(&trial, "employees", &[&file]);
    assert!(said.contains("1470 rows accepted") || said.contains("1,470 rows accepted"), "{said}");

    let rate = trial.figure("value", &[&["agent_attrition"], &YEAR[..]].concat());
    assert_close("attrition", &rate["value"], &reference["attrition_pct"], 1.0, 6);
    let leavers = trial.figure("count", &[&["leavers"], &YEAR[..]].concat());
    assert_eq!(leavers["value"].as_f64(), reference["left"].as_f64());
    let heads = trial.figure("count", &["headcount", "--range", "2015-12"]);
    assert_eq!(heads["value"].as_f64(), reference["employees"].as_f64());
    // all of them were voluntary here, and of a whole year that can be told
    let voluntary = trial.figure("value", &[&["agent_attrition:voluntary"], &YEAR[..]].concat());
    assert_close("voluntary", &voluntary["value"], &reference["attrition_pct"], 1.0, 6);

    for (dimension, name) in [("team", "Department"), ("overtime", "OverTime"), ("role", "JobRole")] {
        let found = rows_by(&trial, dimension, &[&["agent_attrition"], &YEAR[..]].concat());
        let wanted = reference[format!("attrition_pct_by_{name}")].as_object().expect("shares");
        assert_eq!(found.len(), wanted.len(), "{dimension}");
        let mut shown = 0;
        for (value, wanted) in wanted {
            let row = &found[value];
            if row["quality"] != "withheld" {
                assert_close(value, &row["value"], wanted, 1.0, 6);
                shown += 1;
            }
        }
        assert!(shown + 1 >= wanted.len(), "{shown} of {dimension} are shown: {found:?}");
    }

    // three and four of four, against the rows themselves
    let rows = table(&file);
    let mut by_team: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for row in &rows {
        let cell = by_team.entry(row["Department"].as_str()).or_default();
        cell.0 += f64::from(u8::from(["3", "4"].contains(&row["JobSatisfaction"].as_str())));
        cell.1 += 1.0;
    }
    let found = rows_by(&trial, "team", &[&SATISFIED[..], &YEAR[..]].concat());
    assert_eq!(found.len(), 3);
    for (team, (satisfied, all)) in by_team {
        let row = &found[team];
        assert_eq!((row["numerator"].as_f64(), row["denominator"].as_f64()), (Some(satisfied), Some(all)), "{team}");
    }

    // the index is of the reference's own making; that its items do not hang together is not for a mean to say
    let index = trial.figure("mean", &[&["engagement_index"], &YEAR[..]].concat());
    assert_close("engagement index", &index["value"], &reference["engagement_index"]["mean"], 1.0, 6);
    let job = trial.figure("mean", &[&["engagement_index", "--set", "instrument=satisfaction"], &YEAR[..]].concat());
    assert_close("job satisfaction", &job["value"], &reference["satisfaction_means"]["JobSatisfaction"], 1.0, 6);
    // everybody once, not once an item
    let engaged = ["employee_engagement", "--set", "scale=1-4", "--set", "engaged_from=3.2"];
    let engaged = trial.figure("share", &[&engaged[..], &YEAR[..]].concat());
    let items =
        ["JobSatisfaction", "EnvironmentSatisfaction", "JobInvolvement", "RelationshipSatisfaction", "WorkLifeBalance"];
    let total = |row: &BTreeMap<String, String>| -> f64 {
        items.iter().map(|item| row[*item].parse::<f64>().expect("an answer")).sum()
    };
    let wanted = rows.iter().filter(|row| total(row) >= 16.0).count();
    assert_eq!((engaged["numerator"].as_f64(), engaged["n"].as_u64()), (Some(wanted as f64), Some(1470)));

    let listed = trial.run(&[&["rows", "leavers"], &YEAR[..]].concat());
    assert!(listed.code != Some(0) && listed.err.contains("is about staff"), "{listed:?}");
    // two dimensions at once: what follows from both is told (all of the department but its own role manages), the rest is not
    let managers = rows_by(&trial, "team", &["headcount", "--only", "role=Manager", "--range", "2015-12"]);
    assert_eq!(managers["Human Resources"]["value"].as_f64(), Some(11.0));
    let managers = rows_by(&trial, "overtime", &["headcount", "--only", "role=Manager", "--range", "2015-12"]);
    assert!(managers.values().all(|row| row["quality"] == "withheld"), "{managers:?}");
}
