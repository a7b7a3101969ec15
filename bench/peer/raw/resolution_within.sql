-- Solved within 24 hours of the creation and not opened again by the customer within a week, by the time it was due.
-- Simplified as in reopen_rate.
with change as (
    select ticket_id, "at", sequence, actor_kind, "to" in ('solved', 'closed') as solves
    from event
    where kind = 'status' and ("from" in ('solved', 'closed')) <> ("to" in ('solved', 'closed'))
),
solve as (
    select ticket_id, min("at") as first_solve
    from change
    where solves and "at" >= $from - interval 1 day
    group by ticket_id
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
select week_of(created_at + interval 24 hours) as week, channel, count(*) as n,
       count(*) filter (first_solve <= created_at + interval 24 hours
           and ticket.id not in (select ticket_id from back)) as numerator
from ticket
left join solve on solve.ticket_id = ticket.id
where created_at >= $from - interval 24 hours and created_at < $to - interval 24 hours
  and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
