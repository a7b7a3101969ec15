-- Episodes of one contact: no other contact of the customer about the same issue in the 7 days before, none in the 7
-- days after, no chasing of an answer that took a day, no reopening of the ticket.
-- A contact is one in a queue that was not abandoned, or a ticket that no queued contact of it up to an hour after it
-- stands for.
-- Simplified as in reopen_rate; a queued contact states its issue.
with known as (
    select * from ticket
    where not is_test and customer_id not in (select id from customer where is_test)
),
came as (
    select contact.id, ticket_id, coalesce(contact.customer_id, ticket.customer_id) as customer_id, issue,
           queued_at as "at", created_at
    from contact
    left join ticket on ticket.id = ticket_id
    where direction = 'in' and outcome not in ('abandoned', 'overflow')
),
request as (
    select id, customer_id, category, created_at
    from known
    where created_by = 'customer' and not is_spam and merged_into is null
      and id not in (select ticket_id from came where "at" <= created_at + interval 1 hour)
),
visit as (
    select id, ticket_id, customer_id, issue, "at",
           -- what follows a ticket is told of its first contact
           row_number() over (partition by ticket_id order by "at", id) = 1
               and coalesce(ticket_id not in (select id from request), true) as is_first
    from came
    where customer_id not in (select id from customer where is_test)
    union all
    select id, id, customer_id, category, created_at, true
    from request
),
episode as (
    select *,
           lag("at") over matter as previous_at,
           lead("at") over matter as next_at
    from visit
    window matter as (partition by customer_id, issue order by "at", id)
    qualify "at" >= $from and "at" < $to and (previous_at is null or "at" - previous_at > interval 7 days)
),
message as (
    select ticket_id, "at", actor_kind,
           lag("at") over written as before_at, lag(actor_kind) over written as before_kind
    from event
    where kind = 'reply' and actor_kind in ('customer', 'agent') and public
      and ticket_id in (select ticket_id from event where kind = 'reply' and actor_kind = 'customer')
    window written as (partition by ticket_id order by "at", sequence)
    qualify actor_kind = 'customer'
),
chased as (
    select distinct ticket_id
    from message
    join ticket on ticket.id = message.ticket_id
    where case
        when before_kind = 'customer' then message."at" - before_at > interval 1 day
        when before_kind is null and created_by = 'customer' then message."at" - created_at > interval 1 day
    end
),
change as (
    select ticket_id, "at", sequence, actor_kind, "to" in ('solved', 'closed') as solves
    from event
    where kind = 'status' and ("from" in ('solved', 'closed')) <> ("to" in ('solved', 'closed'))
),
reopening as (
    -- only of tickets that were opened again at all: the rest need no sorting
    select ticket_id, "at", sequence, solves, actor_kind,
           coalesce(epoch_ms(lead("at") over (partition by ticket_id order by "at", sequence) - "at"), 1e15) as length
    from change
    where ticket_id in (select ticket_id from change where not solves)
    qualify not solves and actor_kind = 'customer'
),
back as (
    select distinct episode.id
    from episode
    join reopening using (ticket_id)
    where is_first and reopening."at" >= episode."at" and reopening."at" - episode."at" <= interval 7 days
      and length > 15 * 60 * 1000
)
select month_of("at") as month, count(*) as n,
       count(*) filter (
           (next_at is null or next_at - "at" > interval 7 days)
           and not (is_first and coalesce(ticket_id in (select ticket_id from chased), false))
           and id not in (select id from back)
       ) as numerator
from episode
group by rollup (month)
