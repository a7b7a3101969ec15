//! First replies and turns.

use super::harness::check;

#[test]
fn first_reply_is_the_first_public_one_of_a_human() {
    check(
        "agent helper is_bot=true
         ticket 1 created_at=0h customer_id=c
         event a ticket_id=1 at=1s kind=reply actor_kind=system
         event b ticket_id=1 at=1m kind=reply actor_kind=bot
         event c ticket_id=1 at=2m kind=reply actor=helper
         event d ticket_id=1 at=3m kind=reply actor_kind=agent actor=helper
         event e ticket_id=1 at=1h kind=note actor_kind=agent actor=ann
         event f ticket_id=1 at=2h kind=reply actor_kind=agent actor=ann public=false
         event g ticket_id=1 at=3h kind=reply actor=c
         event h ticket_id=1 at=4h kind=reply actor=ann
         event i ticket_id=1 at=5h kind=reply actor_kind=agent actor=bob",
        "ticket 1 first_reply_at=4h first_reply_time=4h first_any_reply_at=1s first_any_reply_time=1s
         ticket 1 agent_first_reply=ann agent_replies=2 customer_replies=1
         reply_turn 1/1 asked_at=0h replied_at=4h agent_replied=ann
         rows reply_turn 1",
    );
}

/// A request is a bot's where it was solved and no human did anything: an acknowledgement alone makes it none.
#[test]
fn a_bot_handled_what_no_human_answered_or_solved() {
    for (solve, solved_by, handled_by) in [
        // still open, however long
        ("", "-", "human"),
        ("event s ticket_id=1 at=2h kind=status to=pending actor_kind=bot", "-", "human"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor_kind=agent actor=ann", "agent", "human"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor=ann", "agent", "human"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor_kind=bot", "bot", "bot"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor_kind=agent actor=helper", "bot", "bot"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor=helper", "bot", "bot"),
        ("event s ticket_id=1 at=2h kind=status to=closed actor_kind=system", "system", "bot"),
        ("event s ticket_id=1 at=2h kind=status to=solved actor=c", "customer", "bot"),
        // nobody says who
        ("event s ticket_id=1 at=2h kind=status to=solved", "-", "bot"),
        (
            "event s ticket_id=1 at=2h kind=status to=solved actor_kind=agent
             event t ticket_id=1 at=3h kind=status to=closed actor_kind=system",
            "agent",
            "human",
        ),
        (
            "event s ticket_id=1 at=2h kind=status to=solved actor_kind=agent
             event t ticket_id=1 at=3h kind=status to=open actor_kind=customer
             event u ticket_id=1 at=4h kind=status to=solved actor_kind=bot",
            "bot",
            "bot",
        ),
        (
            "event s ticket_id=1 at=2h kind=reply actor_kind=agent
             event t ticket_id=1 at=3h kind=status to=solved actor_kind=bot",
            "bot",
            "human",
        ),
    ] {
        check(
            &format!(
                "agent helper is_bot=true
                 ticket 1 created_at=0h customer_id=c channel=email
                 event a ticket_id=1 at=1m kind=reply actor_kind=bot
                 {solve}"
            ),
            &format!("ticket 1 solved_by={solved_by}\n customer_contact 1 via=ticket handled_by={handled_by}"),
        );
    }
}

#[test]
fn nobody_knows_who_replied() {
    check(
        "ticket 1 created_at=0h agent=ann
         event a ticket_id=1 at=1h kind=reply",
        "ticket 1 first_reply_at=1h agent_first_reply=ann",
    );
}

/// Messages `hours:who …` of ticket 1; who is c(ustomer), a(gent), b(ot), s(ystem), n(ote of an agent).
fn check_messages(stated: &str, messages: &str, expected: &str) {
    let mut records = format!("ticket 1 created_at=0h {stated}\n");
    for (index, message) in messages.split_whitespace().enumerate() {
        let (at, who) = message.split_once(':').unwrap();
        let (kind, who) = match who {
            "c" => ("reply", "customer"),
            "a" => ("reply", "agent"),
            "b" => ("reply", "bot"),
            "s" => ("reply", "system"),
            _ => ("note", "agent"),
        };
        records
            .push_str(&format!("event e{index} ticket_id=1 at={at} sequence={index} kind={kind} actor_kind={who}\n"));
    }
    check(&records, expected);
}

#[test]
fn conversations() {
    for (stated, messages, expected) in [
        // the request stands among the events, or comes a little before its ticket
        (
            "",
            "0h:c 2h:a",
            "ticket 1 first_reply_time=2h customer_replies=0
          rows reply_turn 1",
        ),
        (
            "",
            "-1s:c 2h:a",
            "ticket 1 first_reply_time=2h customer_replies=0
          reply_turn 1/1 asked_at=0h replied_at=2h",
        ),
        // consecutive messages are one turn, from the first unanswered one
        (
            "",
            "1h:c 2h:c 3h:a 4h:a 5h:c 6h:c 9h:a 10h:c",
            "ticket 1 first_reply_time=3h agent_replies=3 customer_replies=5
          reply_turn 1/1 asked_at=0h replied_at=3h reply_time=3h
          reply_turn 1/2 asked_at=5h replied_at=9h reply_time=4h
          reply_turn 1/3 asked_at=10h replied_at=- reply_time=- reply_business_time=-
          rows reply_turn 3",
        ),
        // bots, the system and notes answer no turn
        (
            "",
            "1h:b 2h:s 3h:n 4h:c 5h:a",
            "ticket 1 first_any_reply_time=1h first_reply_time=5h
          reply_turn 1/1 asked_at=0h replied_at=5h
          rows reply_turn 1",
        ),
        (
            "",
            "",
            "ticket 1 first_reply_at=- first_reply_time=- agent_replies=0 customer_replies=0
          reply_turn 1/1 asked_at=0h replied_at=-",
        ),
        // an agent made it: the first message is the request, the second the first reply
        (
            "created_by=agent",
            "0h:a 3h:a 4h:a",
            "ticket 1 first_reply_time=3h agent_replies=2
          rows reply_turn 0",
        ),
        ("created_by=agent", "0h:a", "ticket 1 first_reply_at=- first_any_reply_at=- agent_replies=0"),
        ("created_by=agent", "-1s:a 3h:a", "ticket 1 first_reply_time=3h agent_replies=1"),
        (
            "created_by=agent",
            "0h:b 1h:a 2h:b 3h:c 4h:a",
            "ticket 1 first_any_reply_time=2h first_reply_time=4h
          ticket 1 customer_replies=1 agent_replies=1
          reply_turn 1/2 asked_at=3h replied_at=4h
          rows reply_turn 1",
        ),
        (
            "created_by=bot",
            "1h:a 2h:c 5h:a",
            "ticket 1 first_reply_time=1h customer_replies=1
          reply_turn 1/2 asked_at=2h replied_at=5h
          rows reply_turn 1",
        ),
        // a reply before the creation counts only as one that cannot be right
        (
            "",
            "-1h:a 3h:a",
            "ticket 1 first_reply_at=3h first_reply_time=3h
          reply_turn 1/1 replied_at=3h",
        ),
        (
            "",
            "-1h:a",
            "ticket 1 first_reply_at=-1h first_reply_time=- first_reply_business_time=- first_any_reply_time=-
          reply_turn 1/1 asked_at=0h replied_at=-
          warning end_before_start 1",
        ),
        // the stated reply counts only where there are no replies among the events
        (
            "first_reply_at=2h",
            "1h:n",
            "ticket 1 first_reply_time=2h first_any_reply_time=2h agent_replies=0
          reply_turn 1/1 asked_at=0h replied_at=2h",
        ),
        (
            "first_reply_at=2h",
            "1h:c",
            "ticket 1 first_reply_at=- first_any_reply_at=-
          reply_turn 1/1 replied_at=-",
        ),
        ("first_reply_at=2h", "5h:a", "ticket 1 first_reply_time=5h"),
        (
            "first_reply_at=-2h",
            "",
            "ticket 1 first_reply_at=-2h first_reply_time=- first_any_reply_time=-
          reply_turn 1/1 replied_at=-2h reply_time=-
          warning end_before_start 1",
        ),
        (
            "created_by=robot",
            "1h:a",
            "ticket 1 created_by=customer first_reply_time=1h
          warning unknown_value 1",
        ),
    ] {
        check_messages(stated, messages, expected);
    }
}
