"""DuckDB's side: raw records as Parquet, one query a metric over them, one a fact table over Crosscheck's facts."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

import answers
import measure
from metrics import METRICS

SQL = Path(__file__).parent / "peer"
ENVELOPE = ["bucket", "system", "revision", "rank", "mapping", "delivery", "line", "rest"]
# records are sorted by the time they are mostly asked by
TIMES = {
    "ticket": "created_at",
    "event": "at",
    "contact": "queued_at",
    "contact_leg": "started_at",
    "sla_target": "started_at",
    "survey_answer": "answered_at",
    "customer": "id",
    "agent": "id",
    "team": "id",
    "quality_review": "reviewed_at",
    "quality_item": "review_id",
    "cost": "period_start",
    "exchange_rate": "at",
    "subscription_movement": "at",
    "employee_answer": "answered_at",
}
# columns that queries need of kinds of which there may be no records
EMPTY = {
    "contact_leg": "contact_id VARCHAR, talk BIGINT, hold BIGINT, wrap_up BIGINT, transfer VARCHAR, started_at TIMESTAMPTZ",
    "sla_target": "id VARCHAR, revision BIGINT, ticket_id VARCHAR, started_at TIMESTAMPTZ, target BIGINT, paused BIGINT, due_at TIMESTAMPTZ, "
    "fulfilled_at TIMESTAMPTZ, is_cancelled BOOLEAN",
}
DAY_US = 86_400_000_000


class Peer:
    """An in-process DuckDB."""

    def __init__(self, folder: Path, instants: tuple):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.first, self.last = instants
        limit = f"{measure.memory() * 2 // 3 // 2**20}MiB"
        config = {"threads": measure.THREADS, "memory_limit": limit, "temp_directory": str(folder / "spill")}
        self.database = duckdb.connect(config=config)
        self.database.execute("SET TimeZone = 'UTC'")
        # footers are read once
        self.database.execute("SET parquet_metadata_cache = true")

    def make_raw(self, segments: dict):
        """Writes the newest revision of every record, without what Crosscheck keeps beside it, sorted by time."""
        for kind, time in TIMES.items():
            target = self.folder / f"{kind}.parquet"
            if kind not in segments:
                self.database.execute(f"CREATE OR REPLACE TEMP TABLE nothing ({EMPTY[kind]})")
                query = "FROM nothing"
            else:
                source = f"read_parquet({segments[kind][0]!r}, union_by_name = true)"
                names = {name for name, *_ in self.database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
                # of a promise the first statement counts as well, so every one of them is kept
                kept = ["revision"] if kind == "sla_target" else []
                newest = f"(SELECT id, max(revision) AS revision FROM {source} GROUP BY id)"
                only_newest = "" if kept else f"SEMI JOIN {newest} USING (id, revision)"
                unwanted = ", ".join(f'"{name}"' for name in ENVELOPE if name in names and name not in kept)
                query = f'SELECT * EXCLUDE ({unwanted}) FROM {source} {only_newest} ORDER BY "{time}"'
            self.database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    def use_raw(self):
        """The raw records under their names."""
        for kind in TIMES:
            self._view(kind, [str(self.folder / f"{kind}.parquet")])
        self._calendar()

    def use_facts(self, segments: dict):
        """Crosscheck's facts under their names."""
        for table, (paths, _) in segments.items():
            self._view(table, paths)
        self._calendar()

    def _view(self, name: str, paths: list):
        self.database.execute(f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM read_parquet({paths!r})')

    def _calendar(self):
        """`week_of(at)`: the number of the week, from Monday 29 December 1969; `month_of(at)`: that of the month, from
        January 1970; both in the reporting zone.

        Clock changes are looked up once here: DuckDB's own conversion to a zone takes a second for ten million rows.
        """
        zone = self.first.tzinfo
        hour = datetime.combine(self.first.date(), datetime.min.time(), timezone.utc) - timedelta(days=366)
        offset = hour.astimezone(zone).utcoffset()
        branches = []
        while hour < self.last + timedelta(days=366):
            hour += timedelta(hours=1)
            after = hour.astimezone(zone).utcoffset()
            if after != offset:
                branches.append(f"WHEN moment < TIMESTAMPTZ '{hour.isoformat()}' THEN {micros(offset)}")
                offset = after
        shift = f"CASE {' '.join(branches)} ELSE {micros(offset)} END" if branches else str(micros(offset))
        self.database.execute(
            f"CREATE OR REPLACE MACRO week_of(moment) AS (epoch_us(moment) + {shift} + {3 * DAY_US}) // {7 * DAY_US}"
        )
        self.database.execute(
            f"CREATE OR REPLACE MACRO month_of(moment) AS "
            f"date_diff('month', TIMESTAMP '1970-01-01', make_timestamp(epoch_us(moment) + {shift}))"
        )

    def query(self, path: Path, instants: tuple | None = None) -> list:
        """The rows of a query as dictionaries, over the range or over another one."""
        text = path.read_text()
        for name, instant in zip(("$from", "$to"), instants or (self.first, self.last), strict=True):
            text = text.replace(name, f"TIMESTAMPTZ '{instant.astimezone(timezone.utc).isoformat()}'")
        result = self.database.execute(text)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def micros(length: timedelta) -> int:
    """A length of time in microseconds."""
    return length // timedelta(microseconds=1)


def raw_queries() -> dict:
    """The query of each metric over raw records."""
    return {metric.id: SQL / "raw" / f"{metric.id}.sql" for metric in METRICS}


def fact_queries() -> dict:
    """The query of each fact table."""
    return {path.stem: path for path in sorted((SQL / "facts").glob("*.sql"))}


def figures_of_raw(found: dict, statistics: dict) -> dict:
    """The figures of one result a metric."""
    figures = {}
    for metric in METRICS:
        figures.update(answers.of_peer(metric, statistics[metric.id], found[metric.id]))
    return figures


def figures_of_facts(found: dict, statistics: dict) -> dict:
    """The figures of one result a table, whose columns are named `METRIC.PART`."""
    figures = {}
    rows = [row for result in found.values() for row in result]
    for metric in METRICS:
        own = []
        for row in rows:
            parts = {name.split(".")[1]: value for name, value in row.items() if name.startswith(f"{metric.id}.")}
            if any(value is not None for value in parts.values()):
                own.append({"week": row["week"], "channel": row["channel"], **parts})
        figures.update(answers.of_peer(metric, statistics[metric.id], own))
    return figures
