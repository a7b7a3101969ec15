-- Passed on to another agent at least once, of answered contacts, by their end.
select week_of(coalesce(ended_at, answered_at, queued_at)) as week, channel, count(*) as n,
       count(*) filter (contact.id in (
           select contact_id from contact_leg where transfer in ('cold', 'warm')
       )) as numerator
from contact
where coalesce(ended_at, answered_at, queued_at) >= $from and coalesce(ended_at, answered_at, queued_at) < $to
  and direction = 'in' and outcome = 'answered'
  and (customer_id is null or customer_id not in (select id from customer where is_test))
  -- of a contact that names no customer its ticket's is asked
  and (customer_id is not null or ticket_id is null or ticket_id not in (
      select id from ticket where customer_id in (select id from customer where is_test)
  ))
group by all
