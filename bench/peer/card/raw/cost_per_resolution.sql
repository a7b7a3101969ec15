-- The cost of service, without one-off projects and at the rate of the month, over the issues resolved: the last
-- contact of a customer about an issue, answered, with no other in the 7 days after it, in whatever channel.
-- A contact is one in a queue that was not abandoned, or a ticket that no queued contact of it up to an hour after it
-- stands for; a ticket is answered once a human has replied.
-- Simplified: a cost is for one whole month, and so is the rate of a currency, for a power of ten of its units; a queued
-- contact states its issue.
with expense as (
    -- at the newest rate of the day or before, as decimals, so that halves are rounded as such
    select month_of(period_start) as month,
           round(amount::decimal(22, 4) * coalesce(rate, 1) * (1 / coalesce(units, 1))::decimal(7, 6), 4) as amount
    from cost
    asof left join exchange_rate
        on exchange_rate.currency = cost.currency and cost.period_start >= exchange_rate."at"
    where period_start >= $from and period_start < $to and not is_one_off
),
came as (
    select contact.id, ticket_id, coalesce(contact.customer_id, ticket.customer_id) as customer_id, issue,
           queued_at as "at", created_at, outcome = 'answered' as answered
    from contact
    left join ticket on ticket.id = ticket_id
    where direction = 'in' and outcome not in ('abandoned', 'overflow') and queued_at >= $from
),
replied as (
    select distinct ticket_id
    from event
    where kind = 'reply' and actor_kind = 'agent' and public
),
request as (
    select id, customer_id, category, created_at, id in (select ticket_id from replied) as answered
    from ticket
    where created_by = 'customer' and not is_spam and not is_test and merged_into is null and created_at >= $from
      and id not in (
          select ticket_id from came where ticket_id is not null and "at" <= created_at + interval 1 hour
      )
),
visit as (
    select customer_id, issue, "at", answered, id
    from came
    union all
    select customer_id, category, created_at, answered, id
    from request
),
followed as (
    select customer_id, "at", answered,
           lead("at") over (partition by customer_id, issue order by "at", id) as next_at
    from visit
    where customer_id is null or customer_id not in (select id from customer where is_test)
    -- whoever is not known does not come again
    qualify answered and "at" < $to and (next_at is null or customer_id is null or next_at - "at" > interval 7 days)
)
select month, sum(amount) as numerator, sum(issues) as denominator
from (
    select month, sum(amount) as amount, 0 as issues
    from expense
    group by month
    union all
    select month_of("at"), 0, count(*)
    from followed
    group by all
)
group by rollup (month)
