-- Gave up after more than 5 s, of all that were answered or did.
with queued as (
    select week_of(queued_at) as week, channel, outcome
    from contact
    where queued_at >= $from and queued_at < $to
      and direction = 'in'
      and (outcome = 'answered'
           or outcome = 'abandoned' and coalesce(abandoned_at, ended_at) - queued_at > interval 5 seconds)
      and (customer_id is null or customer_id not in (select id from customer where is_test))
      -- of a contact that names no customer its ticket's is asked
      and (customer_id is not null or ticket_id is null or ticket_id not in (
          select id from ticket where customer_id in (select id from customer where is_test)
      ))
)
select week, channel, count(*) as n, count(*) filter (outcome = 'abandoned') as numerator
from queued
group by all
