-- aht
select week_of(coalesce(contact_ended_at, ended_at, started_at)) as week, channel,
       count(handle_time) as "aht.n",
       count(handle_time) filter (leg = 1) as "aht.denominator",
       sum(handle_time) as "aht.numerator"
from contact_leg
where coalesce(contact_ended_at, ended_at, started_at) >= $from
  and coalesce(contact_ended_at, ended_at, started_at) < $to
  and outcome = 'answered' and direction = 'in' and handled_by = 'human' and not is_test
group by all
