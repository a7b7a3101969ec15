-- quality_score
select month_of(happened_at) as month, count(score) as "quality_score.n", sum(score) as "quality_score.numerator"
from quality_review
where happened_at >= $from and happened_at < $to and sampling = 'random' and not is_test
group by rollup (month)
