-- csat_t2b, ces_v2
select month_of(answered_at) as month,
       count(*) filter (instrument = 'csat') as "csat_t2b.n",
       count(*) filter (instrument = 'csat' and value >= 4) as "csat_t2b.numerator",
       count(*) filter (instrument = 'ces_v2') as "ces_v2.n",
       count(*) filter (instrument = 'ces_v2' and value >= 5) as "ces_v2.numerator"
from survey_answer
where answered_at >= $from and answered_at < $to and not is_test
  and (instrument = 'csat' and scale = '1-5' or instrument = 'ces_v2' and scale = '1-7')
  and (next_answered_at is null or next_answer_delay > 14 * 86400000)
  and (answer_delay is null or answer_delay <= 14 * 86400000)
group by rollup (month)
