-- Mean wait of answered contacts, by the time they were answered; in milliseconds.
select week_of(answered_at) as week, channel, count(*) as n,
       sum(epoch_ms(answered_at) - epoch_ms(queued_at)) as numerator
from contact
where answered_at >= $from and answered_at < $to
  and direction = 'in' and outcome = 'answered'
  and (customer_id is null or customer_id not in (select id from customer where is_test))
  -- of a contact that names no customer its ticket's is asked
  and (customer_id is not null or ticket_id is null or ticket_id not in (
      select id from ticket where customer_id in (select id from customer where is_test)
  ))
group by all
