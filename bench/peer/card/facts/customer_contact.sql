-- fcr, issues of cost_per_resolution: one scan, counted twice
with counted as (
    select month_of(contacted_at) as month,
           customer_id is not null and outcome is distinct from 'abandoned'
               and (previous_gap is null or previous_gap > 7 * 86400000) as begins,
           next_gap is null or next_gap > 7 * 86400000 as ends,
           outcome = 'answered' as answered,
           (chase_silence is null or chase_silence <= 86400000)
           and (reopenings is null or len(list_filter(string_split(reopenings, ','), lambda told:
                   cast(split_part(told, ':', 1) as bigint) <= 7 * 86400000
                   and coalesce(try_cast(split_part(told, ':', 2) as bigint) > 900000, true))) = 0) as at_once
    from customer_contact
    where contacted_at >= $from and contacted_at < $to and not is_test
)
select month,
       count(*) filter (begins) as "fcr.n",
       count(*) filter (begins and ends and at_once) as "fcr.numerator",
       count(*) filter (answered and ends) as "cost_per_resolution.denominator"
from counted
group by rollup (month)
