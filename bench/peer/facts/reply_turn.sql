-- next_response_time
select week_of(replied_at) as week, channel,
       count(*) as "next_response_time.n",
       quantile_cont(reply_time, [0.5, 0.9]) as "next_response_time.quantiles"
from reply_turn
where replied_at >= $from and replied_at < $to and turn > 1 and not is_spam and not is_test and not is_merged
group by all
