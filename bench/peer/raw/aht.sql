-- Talk, hold and wrap-up of all legs of an answered contact, by its end; in milliseconds.
-- A contact without legs is its own. Simplified: the talk of each is known.
with handled as (
    select id, channel, week_of(coalesce(ended_at, answered_at, queued_at)) as week,
           talk + coalesce(hold, 0) + coalesce(wrap_up, 0) as own
    from contact
    where coalesce(ended_at, answered_at, queued_at) >= $from and coalesce(ended_at, answered_at, queued_at) < $to
      and direction = 'in' and outcome = 'answered'
      and (customer_id is null or customer_id not in (select id from customer where is_test))
      -- of a contact that names no customer its ticket's is asked
      and (customer_id is not null or ticket_id is null or ticket_id not in (
          select id from ticket where customer_id in (select id from customer where is_test)
      ))
),
leg as (
    select contact_id, sum(talk + coalesce(hold, 0) + coalesce(wrap_up, 0)) as length
    from contact_leg
    group by contact_id
)
select week, channel,
       count(*) as n,
       count(*) as denominator,
       sum(coalesce(length, own)) as numerator
from handled
left join leg on leg.contact_id = handled.id
group by all
