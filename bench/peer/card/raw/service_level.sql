-- Answered within 20 s by phone, 60 s elsewhere, of all that were answered or gave up after more than 5 s.
with queued as (
    select month_of(queued_at) as month, channel, outcome,
           coalesce(answered_at, abandoned_at, ended_at) - queued_at as wait
    from contact
    where queued_at >= $from and queued_at < $to
      and direction = 'in' and outcome in ('answered', 'abandoned')
      and (customer_id is null or customer_id not in (select id from customer where is_test))
      -- of a contact that names no customer its ticket's is asked
      and (customer_id is not null or ticket_id is null or ticket_id not in (
          select id from ticket where customer_id in (select id from customer where is_test)
      ))
)
select month,
       count(*) filter (outcome = 'answered' or wait > interval 5 seconds) as n,
       count(*) filter (outcome = 'answered'
           and wait <= case channel when 'phone' then interval 20 seconds else interval 60 seconds end) as numerator
from queued
group by rollup (month)
