//! What `crosscheck.toml`, calendars and files of holidays may hold.

use crate::shape::{FileShape, Key, optional, required, table, tables};

/// `crosscheck.toml`.
pub const SETTINGS: FileShape = FileShape {
    name: "crosscheck.toml",
    meaning: "The organisation. A directory that holds this file is a workspace.",
    tables: &[
        table(
            "",
            "",
            &[
                required("organisation", "a table", "the organisation"),
                optional("reviews", "a table", "one person is enough", "how things are approved"),
            ],
        ),
        table(
            "organisation",
            "Whose workspace it is, and how its time is cut.",
            &[
                required("name", "text", "name of the organisation"),
                required(
                    "zone",
                    "a zone of the IANA list",
                    "reporting zone: days, weeks and months are cut in it, never in the viewer's",
                ),
                optional(
                    "currency",
                    "three capital letters",
                    "EUR",
                    "currency, after ISO 4217: every amount becomes it, at the exchange rates that are loaded",
                ),
                optional(
                    "week_start",
                    "the name of a day",
                    "monday",
                    "first day of a week; weeks that begin on Monday are numbered after ISO 8601, others after the week of 1 January",
                ),
                optional(
                    "fiscal_year_start",
                    "1 to 12",
                    "1",
                    "month in which the fiscal year begins; years, quarters and what is to date follow it",
                ),
                optional(
                    "fiscal_year_named",
                    "`start` or `end`",
                    "end",
                    "whether a fiscal year is called after the year it starts or ends in",
                ),
                optional(
                    "calendar",
                    "the name of a file of calendars/, without .toml",
                    "round the clock",
                    "hours of the business clock where neither ticket nor team says otherwise",
                ),
            ],
        ),
        table(
            "reviews",
            "How things are approved.",
            &[optional(
                "second_person",
                "true or false",
                "false",
                "whether it takes two people to approve anything; what is on a card of regulated compliance or of financial services takes two in any case",
            )],
        ),
    ],
};

const HOURS: Key = optional("hours", "a list of ranges as 09:00-13:00", "closed all day", "opening hours of that day");
const DATE: Key = required("date", "a date", "the day, in the zone of the schedule");
const NAME: Key = optional("name", "text", "none", "name of the holiday");

/// `calendars/NAME.toml`.
pub const CALENDAR: FileShape = FileShape {
    name: "calendars/NAME.toml",
    meaning: "A schedule: the hours in which the business clock runs. Tickets and teams name it by NAME.",
    tables: &[
        table(
            "",
            "",
            &[
                required(
                    "zone",
                    "a zone of the IANA list",
                    "zone in which the hours are meant, over both clock changes",
                ),
                required("version", "tables", "weekly hours, each from a date on"),
                optional("holiday", "tables", "none", "days with other hours"),
                optional("holidays", "names of files of holidays/", "none", "files whose holidays count here"),
                optional(
                    "regions",
                    "codes of ISO 3166, as DE or DE-BY",
                    "none",
                    "where the schedule works: of a file's holidays those count that are for everywhere or for one of these; one of DE counts in DE-BY too",
                ),
            ],
        ),
        tables(
            "version",
            "Weekly hours from a date on. A version with a later `valid_from` takes the place of the one before on that day; what was clocked before stays. A day without hours is closed; 22:00-06:00 runs over midnight; several ranges make a break.",
            &[
                optional("valid_from", "a date", "always", "first day on which these hours hold"),
                optional("monday", "a list of ranges as 09:00-17:00", "closed", "opening hours on Mondays"),
                optional("tuesday", "a list of ranges", "closed", "opening hours on Tuesdays"),
                optional("wednesday", "a list of ranges", "closed", "opening hours on Wednesdays"),
                optional("thursday", "a list of ranges", "closed", "opening hours on Thursdays"),
                optional("friday", "a list of ranges", "closed", "opening hours on Fridays"),
                optional("saturday", "a list of ranges", "closed", "opening hours on Saturdays"),
                optional("sunday", "a list of ranges", "closed", "opening hours on Sundays"),
            ],
        ),
        tables(
            "holiday",
            "A day with other hours, or none. It wins over the same day in a file of holidays.",
            &[DATE, NAME, HOURS],
        ),
    ],
};

/// `holidays/NAME.toml`.
pub const HOLIDAYS: FileShape = FileShape {
    name: "holidays/NAME.toml",
    meaning: "Holidays for any number of schedules. A file holidays/NAME.ics in iCalendar does as well: its all-day events are holidays, recurring ones too; a category or place is a region where it is a code, as DE-BY, of a country that a schedule names a region of.",
    tables: &[
        table("", "", &[optional("holiday", "tables", "none", "the holidays")]),
        tables(
            "holiday",
            "A day with other hours, or none.",
            &[
                DATE,
                NAME,
                HOURS,
                optional("regions", "codes of ISO 3166, as DE or DE-BY", "everywhere", "where it is a holiday"),
            ],
        ),
    ],
};
