-- service_level, abandonment_rate, asa, transfer_rate: one scan, three times by which rows count
with counted as materialized (
    select channel, queued_at, answered_at, coalesce(ended_at, answered_at, queued_at) as ended_at, wait, transfers,
           outcome = 'answered' as answered
    from contact
    where direction = 'in' and outcome in ('answered', 'abandoned') and handled_by = 'human' and not is_test
)
select week_of(queued_at) as week, channel,
       count(*) filter (answered or wait > 5000) as "service_level.denominator",
       count(*) filter (answered and wait <= case channel when 'phone' then 20000 else 60000 end)
           as "service_level.numerator",
       count(*) filter (answered or wait > 5000) as "abandonment_rate.n",
       count(*) filter (not answered and wait > 5000) as "abandonment_rate.numerator"
from counted
where queued_at >= $from and queued_at < $to
group by all
union all by name
select week_of(answered_at) as week, channel,
       count(wait) as "asa.n",
       sum(wait) as "asa.numerator"
from counted
where answered_at >= $from and answered_at < $to and answered
group by all
union all by name
select week_of(ended_at) as week, channel,
       count(*) as "transfer_rate.n",
       count(*) filter (transfers > 0) as "transfer_rate.numerator"
from counted
where ended_at >= $from and ended_at < $to and answered
group by all
