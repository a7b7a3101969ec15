-- Promoters (9 and 10 of 0-10) and detractors (0 to 6).
-- Simplified: where a survey is about no ticket no answer has a next one and there is no channel.
with answer as (
    select ticket_id, customer_id, answered_at, offered_at, value,
           lead(answered_at) over later as next_answered_at,
           lead(offered_at) over later as next_offered_at
    from survey_answer
    where instrument = 'nps' and scale_min = 0 and scale_max = 10 and answered_at >= $from
    window later as (partition by ticket_id order by answered_at, id)
)
select week_of(answered_at) as week, channel,
       count(*) as n,
       count(*) filter (value >= 9) - count(*) filter (value <= 6) as numerator
from answer
left join ticket on ticket.id = answer.ticket_id
where answered_at < $to
  and (answer.ticket_id is null
       or next_answered_at is null or next_answered_at - next_offered_at > interval 14 days)
  and (offered_at is null or answered_at - offered_at <= interval 14 days)
  and not coalesce(ticket.is_test, false)
  and answer.customer_id not in (select id from customer where is_test)
group by all
