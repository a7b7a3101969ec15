-- fcr
select week_of(contacted_at) as week, channel,
       count(*) as "fcr.n",
       count(*) filter (
           (next_gap is null or next_gap > 7 * 86400000)
           and (chase_silence is null or chase_silence <= 86400000)
           and (reopenings is null or len(list_filter(string_split(reopenings, ','), lambda told:
                   cast(split_part(told, ':', 1) as bigint) <= 7 * 86400000
                   and coalesce(try_cast(split_part(told, ':', 2) as bigint) > 900000, true))) = 0)
       ) as "fcr.numerator"
from customer_contact
where contacted_at >= $from and contacted_at < $to and customer_id is not null and not is_test
  and outcome is distinct from 'abandoned'
  and (previous_gap is null or previous_gap > 7 * 86400000)
group by all
