-- aht
select week_of(coalesce(contact_ended_at, ended_at, started_at)) as week, channel,
       count(contact_handle_time) as "aht.n",
       count(contact_handle_time) as "aht.denominator",
       sum(contact_handle_time) as "aht.numerator"
from contact_leg
where coalesce(contact_ended_at, ended_at, started_at) >= $from
  and coalesce(contact_ended_at, ended_at, started_at) < $to
  and outcome = 'answered' and direction = 'in' and handled_by = 'human' and not is_test
group by all
