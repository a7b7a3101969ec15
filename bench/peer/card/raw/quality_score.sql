-- The mean score of reviews drawn at random, by when the work was done: the weighted scores of the items that applied,
-- 0 where a critical item was scored 0.
-- Simplified: a review has items, each with a weight; it names its contact or ticket.
with scored as (
    select review_id,
           case when bool_or(is_critical and score = 0) then 0
               else round(100 * sum(weight * score)::double / sum(weight)::double, 4) end::decimal(9, 4) as score
    from quality_item
    where score is not null
    group by review_id
),
work as (
    select quality_review.id,
           coalesce(happened_at, contact.queued_at, ticket.created_at, reviewed_at) as happened_at,
           coalesce(ticket.is_test, false)
               or coalesce(contact.customer_id, ticket.customer_id) in (select id from customer where is_test)
               as is_test
    from quality_review
    left join contact on contact.id = quality_review.contact_id
    left join ticket on ticket.id = coalesce(quality_review.ticket_id, contact.ticket_id)
    where sampling = 'random'
)
select month_of(happened_at) as month, count(score) as n, sum(score) as numerator
from work
join scored on scored.review_id = work.id
where happened_at >= $from and happened_at < $to and is_test is not true
group by rollup (month)
