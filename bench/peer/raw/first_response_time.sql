-- Creation to the first public reply of a human, answered requests by the date of that reply; in milliseconds.
-- Simplified: replies come after the creation; a bot is said to be one.
with reply as (
    select ticket_id, min("at") as replied_at
    from event
    where kind = 'reply' and actor_kind = 'agent' and public and "at" < $to
    group by ticket_id
    having replied_at >= $from
)
select week_of(replied_at) as week, channel, count(*) as n,
       quantile_cont(epoch_ms(replied_at) - epoch_ms(created_at), [0.5, 0.9]) as quantiles
from reply
join ticket on ticket.id = reply.ticket_id
where created_by = 'customer' and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
