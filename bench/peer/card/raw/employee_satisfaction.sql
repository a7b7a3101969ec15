-- Satisfied answers of staff (4 and 5 of 1-5), the first one a person and wave; a wave counts with its first answer.
with answer as (
    select value, scale_min, scale_max,
           min(answered_at) over (partition by wave) as wave_at,
           row_number() over (
               partition by wave, scale_min, scale_max, coalesce(respondent, id) order by answered_at, id
           ) as number
    from employee_answer
    where instrument = 'satisfaction'
)
select month_of(wave_at) as month, count(*) as n, count(*) filter (value >= 4) as numerator
from answer
where wave_at >= $from and wave_at < $to and number = 1 and scale_min = 1 and scale_max = 5
group by rollup (month)
