-- Customers at the start of a period who are customers at its end, of all at its start: by month and in total.
-- Those at the start are what came and went before; of them those are lost who went and are not back by the end.
-- Simplified: a customer has one subscription, whose movements do not contradict each other and are not simultaneous.
with membership as (
    -- from a start or a win-back to the end that follows it
    select customer_id, kind, "at" as started_at,
           lead("at") over (partition by customer_id order by "at", sequence) as ended_at
    from subscription_movement
    where kind <> 'change' and "at" < $to and customer_id not in (select id from customer where is_test)
    qualify kind <> 'end'
),
change as (
    select month_of(started_at) as at_month, count(*) as step
    from membership
    group by all
    union all
    select month_of(ended_at), -count(*)
    from membership
    where ended_at is not null
    group by all
),
member as (
    select period.month, starts_at, sum(step)::bigint as n
    from period
    join change on at_month < month_of(starts_at)
    group by all
),
gone as (
    select period.month, ends_at, customer_id
    from membership
    join period on ended_at >= starts_at and ended_at < ends_at and started_at < starts_at
    where ended_at >= $from
),
lost as (
    select month, count(*) as lost
    from gone
    where not exists (
        select 1 from membership as back
        where back.customer_id = gone.customer_id and back.kind = 'win_back'
          and back.started_at < ends_at and (back.ended_at is null or back.ended_at >= ends_at)
    )
    group by month
)
select member.month, n, n - coalesce(lost, 0) as numerator
from member
left join lost on lost.month is not distinct from member.month
