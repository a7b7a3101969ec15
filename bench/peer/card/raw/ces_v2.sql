-- Answers that agree (5, 6 and 7 of 1-7), the last one a ticket.
-- Simplified: an answer to a ces survey has a ticket.
with answer as (
    select ticket_id, customer_id, answered_at, offered_at, value,
           lead(answered_at) over later as next_answered_at,
           lead(offered_at) over later as next_offered_at
    from survey_answer
    where instrument = 'ces_v2' and scale_min = 1 and scale_max = 7 and answered_at >= $from
    window later as (partition by ticket_id order by answered_at, id)
)
select month_of(answered_at) as month,
       count(*) as n,
       count(*) filter (value >= 5) as numerator
from answer
where answered_at < $to
  and (next_answered_at is null or next_answered_at - next_offered_at > interval 14 days)
  and (offered_at is null or answered_at - offered_at <= interval 14 days)
  and ticket_id not in (select id from ticket where is_test)
  and customer_id not in (select id from customer where is_test)
group by rollup (month)
