"""Answers of both sides in one form, and whether they are equal.

A figure is `(n, value)` under (metric, statistic, week, channel), on the card under (metric, month). Counts are equal or
not. Values are worked out from integers in both programs, so that they differ by no more than the last digit of a
floating-point division.
"""

from datetime import date, timedelta
from fractions import Fraction

from metrics import METRICS

# weeks of the peer are counted from this Monday
FIRST_MONDAY = date(1969, 12, 29)

# a few units in the last place of a double
TOLERANCE = 1e-12

Figures = dict


class Differs(Exception):
    """The two sides do not give the same answers."""


def of_crosscheck(answers: list) -> Figures:
    """The figures of a response of `/api/answers`; those hidden for small numbers have their n only."""
    figures = {}
    stocks = {metric.id for metric in METRICS if metric.kind == "stock"}
    for answer in answers:
        for row in answer["rows"]:
            key = (answer["metric"], answer["statistic"], row["from"], row["by"]["channel"])
            if answer["metric"] in stocks:
                if row["value"] is not None:
                    figures[key] = (None, Fraction(row["value"]))
            elif row["n"] > 0:
                figures[key] = (row["n"], row["value"])
    return figures


def of_peer(metric, statistics: list, rows: list) -> Figures:
    """The figures of the peer's rows, dictionaries of the columns that the kind of the metric needs."""
    figures = {}
    for row in rows:
        day = (FIRST_MONDAY + timedelta(weeks=row["week"])).isoformat()
        denominator = row.get("denominator")
        count = row.get("n")
        if count is None:
            count = denominator
        if metric.kind == "stock":
            if row.get("value") is not None:
                figures[(metric.id, statistics[0], day, row["channel"])] = (None, Fraction(row["value"]))
        elif count:
            for statistic, value in zip(statistics, values(metric.kind, denominator or count, row), strict=True):
                figures[(metric.id, statistic, day, row["channel"])] = (count, value)
    return figures


def values(kind: str, denominator: int, row: dict) -> list:
    """The values of a row, in the unit of Crosscheck's answers."""
    if kind == "quantiles":
        return [Fraction(quantile) / 1000 for quantile in row["quantiles"]]
    scale = {"share": Fraction(100), "mean": Fraction(1), "mean_time": Fraction(1, 1000)}[kind]
    return [Fraction(row["numerator"]) * scale / denominator]


def require_equal(ours: Figures, theirs: Figures, name: str, metrics: list) -> dict:
    """How many figures of each metric were compared; raises `Differs` with the first of each metric that differ."""
    compared = {}
    wrong = []
    for metric in metrics:
        own = {key: figure for key, figure in ours.items() if key[0] == metric}
        other = {key: figure for key, figure in theirs.items() if key[0] == metric}
        compared[metric] = len(own)
        pairs = ((key, own.get(key), other.get(key)) for key in sorted(own.keys() | other.keys(), key=str))
        differing = [pair for pair in pairs if not same(pair[1], pair[2])]
        if differing:
            wrong.append(f"{metric}: {len(differing)} of {len(own)} figures differ from {name}, the first:")
            wrong.extend(f"  {key[1:]}: {shown(left)} here, {shown(right)} there" for key, left, right in differing[:3])
    if wrong:
        raise Differs("\n".join(wrong))
    return compared


def shown(figure) -> str:
    """A figure for a message."""
    return "nothing" if figure is None else f"n {figure[0]}, value {figure[1] if figure[1] is None else float(figure[1])}"


def same(left, right) -> bool:
    """Whether two figures are equal; where one side hides the value its n counts."""
    if left is None or right is None:
        return left is right
    if left[0] != right[0]:
        return False
    if left[1] is None or right[1] is None:
        return True
    left, right = Fraction(left[1]), Fraction(right[1])
    return abs(left - right) <= TOLERANCE * max(abs(left), abs(right))
