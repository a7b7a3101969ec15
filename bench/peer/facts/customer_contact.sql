-- fcr
select week_of(contacted_at) as week, channel,
       count(*) as "fcr.n",
       count(*) filter (
           (next_gap is null or next_gap > 7 * 86400000)
           and (chase_silence is null or chase_silence <= 86400000)
           and not coalesce(reopen_time <= 7 * 86400000 and (reopen_length is null or reopen_length > 900000), false)
           and not coalesce(longer_reopen_time <= 7 * 86400000
               and (longer_reopen_length is null or longer_reopen_length > 900000), false)
       ) as "fcr.numerator"
from customer_contact
where contacted_at >= $from and contacted_at < $to and customer_id is not null and not is_test
  and (previous_gap is null or previous_gap > 7 * 86400000)
group by all
