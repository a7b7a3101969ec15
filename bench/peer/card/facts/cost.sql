-- what cost_per_resolution is over issues
select month_of(day) as month, sum(amount) as "cost_per_resolution.numerator"
from cost
where day >= $from and day < $to and not is_one_off
group by rollup (month)
