-- Promises of time kept, of all that fell due, on the calendar clock: start, target and pauses.
with due as (
    select ticket_id, fulfilled_at,
           coalesce(started_at + to_milliseconds(target + coalesce(paused, 0)), due_at) as due_at
    from sla_target
    where not coalesce(is_cancelled, false)
)
select week_of(due_at) as week, channel, count(*) as n,
       count(*) filter (fulfilled_at <= due_at) as numerator
from due
join ticket on ticket.id = due.ticket_id
where due_at >= $from and due_at < $to
  and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
