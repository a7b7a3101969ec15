-- Creation to the last solve of tickets that are solved, by the date of that solve; in milliseconds.
-- Simplified: the log states the status before a change, and the ticket the last one after it.
with solve as (
    select ticket_id, max("at") as last_solve
    from event
    where kind = 'status' and "to" in ('solved', 'closed') and "from" not in ('solved', 'closed') and "at" >= $from
    group by ticket_id
    having last_solve < $to
)
select week_of(last_solve) as week, channel, count(*) as n,
       quantile_cont(epoch_ms(last_solve) - epoch_ms(created_at), [0.5, 0.9]) as quantiles
from solve
join ticket on ticket.id = solve.ticket_id
where status in ('solved', 'closed') and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
