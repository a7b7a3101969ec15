-- first_response_time, full_resolution_time, one_touch_rate, reopen_rate, resolution_within: one scan, four times by
-- which rows count
with counted as materialized (
    select channel, created_at, first_reply_at, first_solved_at, last_solved_at, first_reply_time, resolution_time,
           created_by = 'customer' as by_customer,
           created_by = 'customer' and channel <> 'phone' and not (agent_replies = 0 and bot_replies > 0 and coalesce(solved_by <> 'agent', true)) as touchable,
           agent_replies <= 1 and reopens = 0 as one_touch,
           reopenings is not null and len(list_filter(string_split(reopenings, ','), lambda told:
                   cast(split_part(told, ':', 1) as bigint) <= 7 * 86400000
                   and coalesce(try_cast(split_part(told, ':', 2) as bigint) > 900000, true))) > 0 as came_back
    from ticket
    where not is_spam and not is_test and not is_merged
)
select week_of(first_reply_at) as week, channel,
       count(*) as "first_response_time.n",
       quantile_cont(first_reply_time, [0.5, 0.9]) as "first_response_time.quantiles"
from counted
where first_reply_at >= $from and first_reply_at < $to and by_customer
group by all
union all by name
select week_of(last_solved_at) as week, channel,
       count(*) as "full_resolution_time.n",
       quantile_cont(resolution_time, [0.5, 0.9]) as "full_resolution_time.quantiles",
       count(*) filter (touchable) as "one_touch_rate.n",
       count(*) filter (touchable and one_touch) as "one_touch_rate.numerator"
from counted
where last_solved_at >= $from and last_solved_at < $to
group by all
union all by name
select week_of(first_solved_at) as week, channel,
       count(*) as "reopen_rate.n",
       count(*) filter (came_back) as "reopen_rate.numerator"
from counted
where first_solved_at >= $from and first_solved_at < $to
group by all
union all by name
select week_of(created_at + interval 24 hours) as week, channel,
       count(*) as "resolution_within.n",
       count(*) filter (first_solved_at <= created_at + interval 24 hours and not came_back)
           as "resolution_within.numerator"
from counted
where created_at >= $from - interval 24 hours and created_at < $to - interval 24 hours
group by all
