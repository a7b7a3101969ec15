"""The card of the customer-experience template: one request for the whole of it, and what DuckDB is asked in its place.

A card over more than 400 days has its trend by month. Figures are `(n, value)` under (KPI, first day), those of the
whole range under (KPI, `total`).
"""

import shutil
import tomllib
from datetime import date, datetime, timezone
from fractions import Fraction
from pathlib import Path

from crosscheck import RIPE, UNTIL, Server, Workspace
from peer import SQL, Peer

FILE = Path(__file__).parent / "card.toml"
# the fewest whole months that are more than 400 days, whichever they are
MONTHS = 14
# what a numerator is over its denominator, in the unit of the card
SCALES = {
    "csat_t2b": 100,
    "fcr": 100,
    "ces_v2": 100,
    "customer_retention_rate": 100,
    "cost_per_resolution": 1,
    "quality_score": 1,
    "service_level": 100,
    "employee_satisfaction": 100,
}
KPIS = [kpi["metric"] for kpi in tomllib.loads(FILE.read_text())["kpi"]]


def install(workspace: Workspace):
    """Makes it the card of the workspace."""
    shutil.copy(FILE, workspace.folder / "scorecards" / "company.toml")


def months() -> list:
    """The first days of the months asked for, and that of the month after: whole months, old enough to be judged."""
    end = number(UNTIL - RIPE)
    return [first_day(month) for month in range(end - MONTHS, end + 1)]


def number(day: date) -> int:
    """The month of a day, counted from January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of such a month."""
    return date(1970 + month // 12, month % 12 + 1, 1)


def ask(server: Server) -> bytes:
    """The body of the answer: the whole card over all months, without a comparison."""
    days = months()
    return server.get("/api/scorecard", [("from", days[0]), ("to", days[-1]), ("compare", "none")])


def figures_of_crosscheck(card: dict) -> tuple:
    """The figures of the card, and the places of those that the privacy floor withholds."""
    figures, withheld = {}, set()
    for kpi in card["kpis"]:
        for period, cell in [("total", kpi)] + [(point["from"], point) for point in kpi["trend"]]:
            key = (kpi["metric"], period)
            if cell["quality"] == "withheld":
                withheld.add(key)
            elif cell["n"] > 0:
                figures[key] = (cell["n"], cell["value"])
    return figures, withheld


class Questions:
    """What DuckDB is asked: a query a KPI over raw records, a query a table over facts."""

    def __init__(self, duckdb: Peer, workspace: Workspace):
        self.duckdb, self.facts = duckdb, workspace.segments("fact")
        days = months()
        starts = [datetime(day.year, day.month, day.day, tzinfo=workspace.zone()) for day in days]
        self.instants = (starts[0], starts[-1])
        periods = [(None, starts[0], starts[-1])]
        periods += [(number(day), *slot) for day, slot in zip(days, zip(starts, starts[1:]))]
        rows = (f"({'NULL' if month is None else month}, {sql(start)}, {sql(end)})" for month, start, end in periods)
        duckdb.database.execute(
            f"CREATE OR REPLACE TEMP TABLE period AS FROM (VALUES {', '.join(rows)}) AS _(month, starts_at, ends_at)"
        )

    def paths(self, side: str) -> dict:
        """The queries of a side, `raw` or `facts`, by name; the side's tables are there from here on."""
        if side == "raw":
            self.duckdb.use_raw()
        else:
            self.duckdb.use_facts(self.facts)
        return {path.stem: path for path in sorted((SQL / "card" / side).glob("*.sql"))}

    def query(self, path: Path) -> list:
        """The rows of a query."""
        return self.duckdb.query(path, self.instants)

    def figures(self, side: str) -> dict:
        """The figures of a side. Columns are named `KPI.PART` where a query is for several; parts may be of several."""
        parts = {}
        for name, path in self.paths(side).items():
            for row in self.query(path):
                month = row.pop("month")
                period = "total" if month is None else first_day(month).isoformat()
                for column, value in row.items():
                    kpi, part = column.split(".") if "." in column else (name, column)
                    parts.setdefault((kpi, period), {})[part] = value
        return {key: figure for key, found in parts.items() if (figure := figure_of(key[0], found))}


def figure_of(kpi: str, parts: dict):
    """A figure of its parts; none where nothing was counted."""
    count = parts.get("n", parts.get("denominator"))
    if not count:
        return None
    return int(count), Fraction(parts["numerator"]) * SCALES[kpi] / int(count)


def sql(instant: datetime) -> str:
    """An instant in SQL."""
    return f"TIMESTAMPTZ '{instant.astimezone(timezone.utc).isoformat()}'"
