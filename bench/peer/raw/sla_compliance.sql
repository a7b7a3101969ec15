-- Promises of time kept, of all that fell due, on the calendar clock: start, target and pauses.
-- A promise is restated while it runs: the target is that of the first statement, all else that of the last.
with promise as (
    select id,
           max_by(ticket_id, revision) as ticket_id,
           max_by(fulfilled_at, revision) as fulfilled_at,
           max_by(started_at, revision)
               + to_milliseconds(min_by(target, revision) + coalesce(max_by(paused, revision), 0)) as due_at,
           bool_or(is_cancelled) as is_cancelled
    from sla_target
    group by id
)
select week_of(due_at) as week, channel, count(*) as n,
       count(*) filter (fulfilled_at <= due_at) as numerator
from promise
join ticket on ticket.id = promise.ticket_id
where due_at >= $from and due_at < $to and not is_cancelled
  and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
