-- employee_satisfaction
select month_of(wave_at) as month,
       count(*) as "employee_satisfaction.n",
       count(*) filter (value >= 4) as "employee_satisfaction.numerator"
from employee_answer
where wave_at >= $from and wave_at < $to and instrument = 'satisfaction' and scale = '1-5' and answer_number = 1
group by rollup (month)
