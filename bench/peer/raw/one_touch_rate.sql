-- Solved with one public reply of an agent or none, and never opened again, by the last solve.
-- Simplified: the log states the status before a change, and the ticket the last one after it.
with touched as (
    select ticket_id,
           max("at") filter ("to" in ('solved', 'closed') and "from" not in ('solved', 'closed')) as last_solve,
           arg_max(actor_kind, "at") filter ("to" in ('solved', 'closed') and "from" not in ('solved', 'closed')) as solved_by,
           count(*) filter ("from" in ('solved', 'closed') and "to" not in ('solved', 'closed')) as reopens,
           count(*) filter (kind = 'reply' and actor_kind = 'agent' and public) as agent_replies,
           count(*) filter (kind = 'reply' and actor_kind = 'bot' and public) as bot_replies
    from event
    where kind = 'status' or kind = 'reply' and actor_kind in ('agent', 'bot')
    group by ticket_id
    having last_solve >= $from and last_solve < $to
)
select week_of(last_solve) as week, channel, count(*) as n,
       count(*) filter (agent_replies <= 1 and reopens = 0) as numerator
from touched
join ticket on ticket.id = touched.ticket_id
where status in ('solved', 'closed') and created_by = 'customer' and channel <> 'phone'
  and not (agent_replies = 0 and bot_replies > 0 and coalesce(solved_by <> 'agent', true))
  and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
