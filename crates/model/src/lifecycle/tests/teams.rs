//! Who was in charge when, and by whose schedule the clock runs.

use super::harness::check;

/// Rows of events of ticket 1 after the ticket; what `expected` says of it.
fn check_ticket(ticket: &str, events: &str, expected: &str) {
    let events = events
        .lines()
        .enumerate()
        .map(|(index, event)| format!("event e{index} ticket_id=1 sequence={index} {}", event.trim()));
    let events: Vec<String> = events.collect();
    check(
        &format!(
            "agent ann team=first
             agent bob team=second
             agent both
             team both
             team first
             team second schedule=around_the_clock
             ticket 1 created_at=0h {ticket}
             {}",
            events.join("\n")
        ),
        expected,
    );
}

#[test]
fn in_charge_by_role() {
    for (ticket, events, expected) in [
        // never changed: the ticket's own throughout; the team of a lone agent from the directory
        (
            "team=first agent=ann",
            "",
            "ticket 1 team_created=first agent_created=ann team_solved=first agent_solved=ann",
        ),
        // unanswered: it waits for whoever is in charge now, who would otherwise look good by not answering
        (
            "agent=bob",
            "",
            "ticket 1 team_created=second agent_created=bob team_solved=second team_first_reply=second agent_first_reply=bob",
        ),
        ("", "", "ticket 1 team_created=- agent_created=- team_solved=- agent_solved=- team_first_reply=-"),
        // handed on: columns
        (
            "team=second agent=bob",
            "at=0h kind=assign team=first agent=ann
          at=1h kind=reply actor=ann
          at=2h kind=assign team=second agent=bob
          at=3h kind=status to=solved
          at=4h kind=assign team=third agent=cid",
            "ticket 1 team_created=first agent_created=ann team_first_reply=first agent_first_reply=ann
          ticket 1 team_solved=second agent_solved=bob
          open_interval 1/1 team=second agent=bob
          reply_turn 1/1 team_replied=first agent_replied=ann",
        ),
        // handed on: from and to, of which the directory knows who is a team
        (
            "",
            "at=1h kind=assign from=first to=second
          at=2h kind=assign from=ann to=bob",
            "ticket 1 team_created=first agent_created=ann team_solved=second agent_solved=bob",
        ),
        // without a directory the team is known by what the ticket says it is in now
        (
            "team=night",
            "at=1h kind=assign from=day to=night
          at=2h kind=assign from=zoe to=yan",
            "ticket 1 team_created=day agent_created=zoe team_solved=night agent_solved=yan",
        ),
        // an id that a team and an agent have is the agent
        ("", "at=1h kind=assign from=both to=bob", "ticket 1 agent_created=both agent_solved=bob team_created=-"),
        // from beside a column belongs to that column
        ("", "at=1h kind=assign from=day team=night", "ticket 1 team_created=day team_solved=night agent_created=-"),
        ("", "at=1h kind=assign from=zoe agent=yan", "ticket 1 agent_created=zoe agent_solved=yan team_created=-"),
        // unassigned at first: whoever got it first
        ("", "at=1h kind=assign team=first agent=ann", "ticket 1 team_created=first agent_created=ann"),
        // taken away from its agent, who stays the team's
        (
            "team=first agent=ann",
            "at=1h kind=assign from=ann",
            "ticket 1 agent_created=ann agent_solved=- team_solved=first",
        ),
        // the events of one instant are one update
        (
            "",
            "at=0h kind=assign team=first agent=ann
          at=5h kind=status to=solved
          at=5h kind=assign agent=bob",
            "ticket 1 agent_solved=bob agent_created=ann",
        ),
        // but who replies and passes the ticket on at once replied for the team it leaves
        (
            "",
            "at=0h kind=assign team=first agent=ann
          at=5h kind=reply actor=ann
          at=5h kind=assign team=second agent=bob",
            "ticket 1 team_first_reply=first agent_first_reply=ann team_solved=second",
        ),
        // any event may say who is in charge
        (
            "",
            "at=0h kind=update team=first agent=ann
          at=5h kind=status to=solved team=second agent=bob",
            "ticket 1 team_created=first agent_created=ann team_solved=second agent_solved=bob",
        ),
        (
            "",
            "at=0h kind=assign team=first agent=ann
          at=5h kind=reply team=second agent=bob",
            "ticket 1 team_first_reply=second agent_first_reply=bob team_created=first",
        ),
        // a stated reply belongs to whoever was in charge
        (
            "first_reply_at=3h",
            "at=0h kind=assign team=first agent=ann
          at=5h kind=assign team=second agent=bob",
            "ticket 1 team_first_reply=first agent_first_reply=ann team_solved=second",
        ),
        // a reopened ticket: each interval who ended it, the last who has it now
        (
            "",
            "at=0h kind=assign team=first
          at=1h kind=status to=solved
          at=2h kind=status to=open
          at=3h kind=assign team=second",
            "open_interval 1/1 team=first
          open_interval 1/2 team=second
          ticket 1 team_solved=second",
        ),
    ] {
        check_ticket(ticket, events, expected);
    }
}

#[test]
fn schedules() {
    for (ticket, events, expected) in [
        ("", "", "ticket 1 calendar=office"),
        ("schedule=around_the_clock", "", "ticket 1 calendar=around_the_clock"),
        ("team=second", "", "ticket 1 calendar=around_the_clock"),
        ("team=second schedule=office", "", "ticket 1 calendar=office"),
        // the team at the creation first, so that a hand-over does not restate the clock
        ("team=third", "at=1h kind=assign from=second team=third", "ticket 1 calendar=around_the_clock"),
        ("team=second", "at=1h kind=assign from=first team=second", "ticket 1 calendar=around_the_clock"),
        (
            "schedule=lunar",
            "",
            "ticket 1 calendar=office
          warning unknown_schedule 1",
        ),
    ] {
        check_ticket(ticket, events, expected);
    }
}

/// Berlin is one hour ahead of UTC on Monday 2 March: open from 8 h to 16 h of the offsets.
#[test]
fn both_clocks() {
    check(
        "ticket 1 created_at=15h30m first_reply_at=32h30m solved_at=33h
         ticket 2 created_at=15h30m first_reply_at=32h30m solved_at=33h schedule=around_the_clock
         ticket 3 created_at=2026-03-28T12:00:00Z solved_at=2026-03-30T08:00:00Z
         ticket 4 created_at=2026-10-24T12:00:00Z solved_at=2026-10-26T09:00:00Z
         ticket 5 created_at=2026-04-03T14:00:00Z solved_at=2026-04-07T08:00:00Z
         ticket 6 created_at=2026-03-29T00:30:00Z solved_at=2026-03-29T01:30:00Z",
        // Tuesday's opening is at 32 h: half an hour of Monday, half of Tuesday
        "ticket 1 first_reply_time=17h first_reply_business_time=1h resolution_business_time=1h30m calendar=office
         ticket 2 first_reply_business_time=17h resolution_business_time=17h30m
         ticket 3 resolution_time=44h resolution_business_time=1h
         ticket 4 resolution_time=45h resolution_business_time=1h
         ticket 5 resolution_time=90h resolution_business_time=2h
         ticket 6 resolution_time=1h resolution_business_time=0
         reply_turn 1/1 reply_business_time=1h calendar=office",
    );
}
