-- Opened again by the customer within 7 days of the first solve, for longer than 15 minutes, by the first solve.
-- Simplified: the log states the status before a change, and who opened a ticket again.
with change as (
    select ticket_id, "at", sequence, actor_kind, "to" in ('solved', 'closed') as solves
    from event
    where kind = 'status' and ("from" in ('solved', 'closed')) <> ("to" in ('solved', 'closed'))
),
solve as (
    select ticket_id, min("at") as first_solve
    from change
    where solves
    group by ticket_id
    having first_solve >= $from and first_solve < $to
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
    select distinct ticket_id
    from reopening
    join solve using (ticket_id)
    where reopening."at" - solve.first_solve <= interval 7 days
      and length > 15 * 60 * 1000
)
select week_of(first_solve) as week, channel, count(*) as n,
       count(*) filter (solve.ticket_id in (select ticket_id from back)) as numerator
from solve
join ticket on ticket.id = solve.ticket_id
where not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
