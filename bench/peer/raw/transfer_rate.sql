-- Passed on to another agent at least once, of answered contacts, by their end.
select week_of(coalesce(ended_at, answered_at, queued_at)) as week, channel, count(*) as n,
       count(*) filter (contact.id in (
           select contact_id from contact_leg where transfer in ('cold', 'warm')
       )) as numerator
from contact
where coalesce(ended_at, answered_at, queued_at) >= $from and coalesce(ended_at, answered_at, queued_at) < $to
  and direction = 'in' and outcome = 'answered'
  and customer_id not in (select id from customer where is_test)
group by all
