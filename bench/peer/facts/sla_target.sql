-- sla_compliance
select week_of(due_at) as week, channel,
       count(*) as "sla_compliance.n",
       count(*) filter (met) as "sla_compliance.numerator"
from sla_target
where due_at >= $from and due_at < $to and not is_cancelled and not is_spam and not is_merged and not is_test
group by all
