//! Solves, reopenings and open intervals.

use super::harness::check;

/// Oracle `resolution_reopen`: created 0 h, replied 2 h, solved 5 h, reopened 20 h, replied 22 h, solved 30 h, closed
/// 78 h, pending 3–4 h and 23–28 h. First resolution 5 h, full resolution 30 h, time to close 78 h, 1 reopening.
#[test]
fn oracle_resolution_reopen() {
    check(
        "ticket 1 created_at=0h customer_id=c status=closed
         event a ticket_id=1 at=2h kind=reply actor_kind=agent actor=ann
         event b ticket_id=1 at=3h kind=status from=open to=pending
         event c ticket_id=1 at=4h kind=status from=pending to=open
         event d ticket_id=1 at=5h kind=status from=open to=solved
         event e ticket_id=1 at=20h kind=reply actor_kind=customer
         event f ticket_id=1 at=20h kind=status from=solved to=open
         event g ticket_id=1 at=22h kind=reply actor_kind=agent actor=ann
         event h ticket_id=1 at=23h kind=status from=open to=pending
         event i ticket_id=1 at=28h kind=status from=pending to=open
         event j ticket_id=1 at=30h kind=status from=open to=solved
         event k ticket_id=1 at=78h kind=status from=solved to=closed",
        "ticket 1 first_reply_time=2h first_resolution_time=5h resolution_time=30h reopens=1 status=closed
         ticket 1 first_solved_at=5h last_solved_at=30h closed_at=78h agent_replies=2 customer_replies=1
         open_interval 1/1 opened_at=0h solved_at=5h
         open_interval 1/2 opened_at=20h solved_at=30h
         rows open_interval 2
         reply_turn 1/1 asked_at=0h replied_at=2h reply_time=2h
         reply_turn 1/2 asked_at=20h replied_at=22h reply_time=2h
         rows reply_turn 2",
    );
}

#[test]
fn reopened_and_still_open_has_no_last_solve() {
    check(
        "ticket 1 created_at=0h status=solved solved_at=5h
         event a ticket_id=1 at=5h kind=status to=solved
         event b ticket_id=1 at=20h kind=status to=on_hold",
        "ticket 1 first_solved_at=5h last_solved_at=- resolution_time=- first_resolution_time=5h reopens=1 status=on_hold
         open_interval 1/1 opened_at=0h solved_at=5h
         open_interval 1/2 opened_at=20h solved_at=-
         rows open_interval 2
         warning status_contradicted 1",
    );
}

/// A log that begins late tells of a solve, not when it was.
#[test]
fn what_a_status_changed_from_is_not_read() {
    check(
        "ticket 1 created_at=0h
         event a ticket_id=1 at=5h kind=status from=solved to=open
         event b ticket_id=1 at=6h kind=status from=open",
        "ticket 1 reopens=0 first_solved_at=- status=open
         open_interval 1/1 opened_at=0h solved_at=-
         rows open_interval 1
         warning unknown_value 1",
    );
}

/// Each ticket with its status events `hours:status …` and the expected cells.
fn check_history(stated: &str, events: &str, expected: &str) {
    let mut records = format!("ticket 1 created_at=0h {stated}\n");
    for (index, event) in events.split_whitespace().enumerate() {
        let (at, to) = event.split_once(':').unwrap();
        records.push_str(&format!("event e{index} ticket_id=1 at={at} sequence={index} kind=status to={to}\n"));
    }
    check(&records, expected);
}

#[test]
fn histories_from_events() {
    for (stated, events, expected) in [
        // solved again while solved is not a new solve; solved to closed is not a reopening
        (
            "",
            "5h:solved 6h:solved 9h:closed",
            "ticket 1 last_solved_at=5h closed_at=9h reopens=0 status=closed
          rows open_interval 1",
        ),
        // closed is a solve where nothing was solved before
        ("", "5h:closed", "ticket 1 first_solved_at=5h last_solved_at=5h closed_at=5h"),
        // closed to open is a reopening, and it is not closed for good
        (
            "",
            "5h:solved 6h:closed 7h:new",
            "ticket 1 reopens=1 closed_at=- last_solved_at=- first_solved_at=5h status=new
          open_interval 1/2 opened_at=7h solved_at=-",
        ),
        // changes among open statuses are neither
        (
            "",
            "1h:pending 2h:on_hold 3h:open 4h:new",
            "ticket 1 reopens=0 last_solved_at=- status=new
          open_interval 1/1 opened_at=0h solved_at=-
          rows open_interval 1",
        ),
        // closed back to solved: solved since the first of them, no longer closed
        ("", "5h:solved 6h:closed 7h:solved", "ticket 1 reopens=0 last_solved_at=5h closed_at=- status=solved"),
        // three stretches
        (
            "",
            "1h:solved 2h:open 3h:closed 4h:pending 5h:solved",
            "ticket 1 reopens=2 first_solved_at=1h last_solved_at=5h resolution_time=5h closed_at=-
          open_interval 1/1 opened_at=0h solved_at=1h
          open_interval 1/2 opened_at=2h solved_at=3h
          open_interval 1/3 opened_at=4h solved_at=5h
          rows open_interval 3",
        ),
        // the order within an instant is that of the sequence
        (
            "",
            "5h:solved 5h:open",
            "ticket 1 reopens=1 last_solved_at=- first_solved_at=5h
          open_interval 1/1 opened_at=0h solved_at=5h
          open_interval 1/2 opened_at=5h solved_at=-",
        ),
        // solved at once
        (
            "",
            "0h:solved",
            "ticket 1 resolution_time=0
          open_interval 1/1 opened_at=0h solved_at=0h",
        ),
        // events win over what the ticket states
        (
            "status=open",
            "5h:solved",
            "ticket 1 status=solved last_solved_at=5h
          warning status_contradicted 1",
        ),
        ("status=solved solved_at=9h", "5h:solved", "ticket 1 last_solved_at=5h first_solved_at=5h"),
        (
            "status=solved solved_at=9h",
            "5h:pending",
            "ticket 1 status=pending last_solved_at=- first_solved_at=-
          warning status_contradicted 1",
        ),
        // but only the ticket may say that it was closed later on
        ("status=closed closed_at=77h", "5h:solved", "ticket 1 status=closed closed_at=77h last_solved_at=5h"),
        ("closed_at=77h", "5h:solved", "ticket 1 status=closed closed_at=77h last_solved_at=5h"),
        ("status=solved closed_at=77h", "5h:solved", "ticket 1 status=solved closed_at=-"),
        ("status=closed closed_at=4h", "5h:solved", "ticket 1 status=solved closed_at=-"),
        // unknown statuses are no events of status
        (
            "status=Resolved solved_at=4h",
            "5h:Done",
            "ticket 1 status=solved last_solved_at=4h
          warning unknown_value 2",
        ),
        // a solve before the creation: no negative length of time, and never in a backlog
        (
            "",
            "-1h:solved",
            "ticket 1 first_solved_at=-1h last_solved_at=-1h resolution_time=- first_resolution_time=-
          ticket 1 resolution_business_time=- first_resolution_business_time=-
          open_interval 1/1 opened_at=0h solved_at=-1h
          warning end_before_start 1",
        ),
        (
            "",
            "-2h:solved -1h:open 3h:solved",
            "ticket 1 first_solved_at=-2h first_resolution_time=- resolution_time=3h
          ticket 1 reopens=1
          open_interval 1/2 opened_at=-1h solved_at=3h
          warning end_before_start 1",
        ),
    ] {
        check_history(stated, events, expected);
    }
}

#[test]
fn histories_stated_by_the_ticket() {
    for (stated, expected) in [
        (
            "",
            "ticket 1 status=open last_solved_at=- reopens=0
          open_interval 1/1 opened_at=0h solved_at=-",
        ),
        ("status=on_hold", "ticket 1 status=on_hold last_solved_at=-"),
        (
            "solved_at=5h",
            "ticket 1 status=solved first_solved_at=5h last_solved_at=5h resolution_time=5h closed_at=-
          open_interval 1/1 opened_at=0h solved_at=5h
          rows open_interval 1",
        ),
        ("solved_at=5h closed_at=9h", "ticket 1 status=closed last_solved_at=5h closed_at=9h"),
        ("status=solved solved_at=5h closed_at=9h", "ticket 1 status=solved last_solved_at=5h closed_at=9h"),
        // the time it was closed stands in for the solve where the status says that it is over
        (
            "status=closed closed_at=9h",
            "ticket 1 status=closed last_solved_at=9h resolution_time=9h closed_at=9h
          open_interval 1/1 opened_at=0h solved_at=9h",
        ),
        ("status=solved closed_at=9h", "ticket 1 status=solved last_solved_at=9h"),
        (
            "closed_at=9h",
            "ticket 1 status=open last_solved_at=- closed_at=-
          open_interval 1/1 opened_at=0h solved_at=-
          warning status_contradicted 1",
        ),
        // over, but nobody says when: open, and counted
        (
            "status=closed",
            "ticket 1 status=closed last_solved_at=- resolution_time=-
          open_interval 1/1 opened_at=0h solved_at=-
          warning solved_without_time 1",
        ),
        // opened again at a time that nobody says
        (
            "status=open solved_at=5h",
            "ticket 1 status=open first_solved_at=5h last_solved_at=- reopens=0
          open_interval 1/1 opened_at=0h solved_at=-
          warning status_contradicted 1",
        ),
        (
            "solved_at=-5h",
            "ticket 1 status=solved last_solved_at=-5h resolution_time=- resolution_business_time=-
          warning end_before_start 1",
        ),
    ] {
        check_history(stated, "", expected);
    }
}
