-- Open tickets at the end of each week: all that were opened before less all that were solved, whenever that was.
with ticket as (
    select id, channel, created_at
    from ticket
    where not is_spam and not is_test and merged_into is null
      and (customer_id is null or customer_id not in (select id from customer where is_test))
),
change as (
    select channel, week_of(created_at) as week, count(*) as step
    from ticket
    where created_at < $to
    group by all
    union all
    select channel, week_of("at") as week,
           sum(case when "from" in ('solved', 'closed') then 1 else -1 end) as step
    from event
    join ticket on ticket.id = event.ticket_id
    where kind = 'status' and "at" < $to and ("from" in ('solved', 'closed')) <> ("to" in ('solved', 'closed'))
    group by all
),
-- a channel in which nothing changes in a week keeps its backlog
cell as (
    select week, channel
    from (select distinct week from change) cross join (select distinct channel from change)
)
select week, channel, sum(sum(step)) over (partition by channel order by week) as value
from cell
left join change using (week, channel)
group by week, channel
qualify week >= week_of($from)
