-- service_level
select month_of(queued_at) as month,
       count(*) filter (outcome = 'answered' or wait > 5000) as "service_level.n",
       count(*) filter (outcome = 'answered' and wait <= case channel when 'phone' then 20000 else 60000 end)
           as "service_level.numerator"
from contact
where queued_at >= $from and queued_at < $to
  and direction = 'in' and outcome in ('answered', 'abandoned') and handled_by = 'human' and not is_test
group by rollup (month)
