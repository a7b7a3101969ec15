-- A further message of the customer to the next public reply of a human, by the date of the reply; in milliseconds.
-- The clock starts with the first message that waits. Only tickets to which a customer wrote again have such a turn.
-- Simplified: messages come after the creation; a bot is said to be one and answers nothing.
with message as (
    select ticket_id, "at", actor_kind,
           -- replies so far: messages of the customer with the same number wait for the same reply
           count(*) filter (actor_kind = 'agent') over (
               partition by ticket_id order by "at", sequence rows between unbounded preceding and 1 preceding
           ) as replies
    from event
    where kind = 'reply' and actor_kind in ('customer', 'agent') and public and "at" < $to
      and ticket_id in (select ticket_id from event where kind = 'reply' and actor_kind = 'customer')
),
turn as (
    select ticket_id, replies,
           min("at") filter (actor_kind = 'customer') as asked_at,
           min("at") filter (actor_kind = 'agent') as replied_at
    from message
    group by all
    having asked_at is not null and replied_at >= $from
)
select week_of(replied_at) as week, channel, count(*) as n,
       quantile_cont(epoch_ms(replied_at) - epoch_ms(asked_at), [0.5, 0.9]) as quantiles
from turn
join ticket on ticket.id = turn.ticket_id
-- what a customer writes before the first reply belongs to the request itself
where (replies > 0 or created_by <> 'customer') and not is_spam and not is_test and merged_into is null
  and (customer_id is null or customer_id not in (select id from customer where is_test))
group by all
