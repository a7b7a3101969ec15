-- unresolved_backlog: opened before the end of the week less solved before it
with counted as materialized (
    select channel, opened_at, solved_at
    from open_interval
    where opened_at < $to and not is_spam and not is_test and not is_merged
),
change as (
    select channel, week_of(opened_at) as week, count(*) as step
    from counted
    group by all
    union all
    select channel, week_of(solved_at) as week, -count(*) as step
    from counted
    where solved_at < $to
    group by all
),
-- a channel in which nothing changes in a week keeps its backlog
cell as (
    select week, channel
    from (select distinct week from change) cross join (select distinct channel from change)
)
select week, channel, sum(sum(step)) over (partition by channel order by week) as "unresolved_backlog.value"
from cell
left join change using (week, channel)
group by week, channel
qualify week >= week_of($from)
