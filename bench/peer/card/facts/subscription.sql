-- customer_retention_rate: customers at the start of a period from what came and went before it, less those of them who
-- went within it and are not back by its end
with stretch as (
    select customer_system, customer_id, started_at, ended_at, first_started_at, subscribed_since,
           coalesce(end_kind = 'end', false) as leaves
    from subscription
    where started_at < $to and not is_test
),
change as (
    select month_of(started_at) as at_month, count(*) as step
    from stretch
    where started_at = subscribed_since
    group by all
    union all
    select month_of(ended_at), -count(*)
    from stretch
    where leaves and ended_at < $to
    group by all
),
member as (
    select period.month, starts_at, sum(step)::bigint as n
    from period
    join change on at_month < month_of(starts_at)
    group by all
),
gone as (
    select period.month, ends_at, customer_system, customer_id
    from stretch
    join period on ended_at >= starts_at and ended_at < ends_at and subscribed_since < starts_at
    where leaves and ended_at >= $from and ended_at < $to
),
back as (
    select customer_system, customer_id, started_at, ended_at
    from stretch
    where subscribed_since > first_started_at
),
lost as (
    select month, count(*) as lost
    from gone
    where not exists (
        select 1 from back
        where back.customer_system is not distinct from gone.customer_system and back.customer_id = gone.customer_id
          and back.started_at < ends_at and (back.ended_at is null or back.ended_at >= ends_at)
    )
    group by month
)
select member.month, n as "customer_retention_rate.n",
       n - coalesce(lost, 0) as "customer_retention_rate.numerator"
from member
left join lost on lost.month is not distinct from member.month
