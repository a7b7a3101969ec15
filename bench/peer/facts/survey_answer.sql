-- csat_t2b, csat_mean, nps, ces_v2
select week_of(answered_at) as week, channel,
       count(*) filter (instrument = 'csat' and scale = '1-5') as "csat_t2b.n",
       count(*) filter (instrument = 'csat' and scale = '1-5' and value >= 4) as "csat_t2b.numerator",
       count(*) filter (instrument = 'csat' and scale = '1-5') as "csat_mean.n",
       sum(value) filter (instrument = 'csat' and scale = '1-5') as "csat_mean.numerator",
       count(*) filter (instrument = 'nps' and scale = '0-10') as "nps.n",
       count(*) filter (instrument = 'nps' and scale = '0-10' and value >= 9)
           - count(*) filter (instrument = 'nps' and scale = '0-10' and value <= 6) as "nps.numerator",
       count(*) filter (instrument = 'ces_v2' and scale = '1-7') as "ces_v2.n",
       count(*) filter (instrument = 'ces_v2' and scale = '1-7' and value >= 5) as "ces_v2.numerator"
from survey_answer
where answered_at >= $from and answered_at < $to and not is_test
  and (next_answered_at is null or next_answer_delay > 14 * 86400000)
  and (answer_delay is null or answer_delay <= 14 * 86400000)
group by all
