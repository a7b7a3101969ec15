"""The figures as docs/benchmarks.md."""

import os
import subprocess
from datetime import date

import duckdb

import card
import measure
from metrics import METRICS

GOALS = {
    "raw": 0.25,
    "facts": 1.5,
    "card_raw": 0.25,
    "card_facts": 1.2,
    "card": 1.0,
    "import": 4.0,
    "memory": 2**30,
    "cold": 0.3,
}


def write(sizes: list, options) -> str:
    """The whole report."""
    version = subprocess.run([options.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    asked = " ".join(str(size["tickets"]) for size in sizes)
    lines = [
        "# Benchmarks",
        "",
        f'Written by `make bench SIZES="{asked}"` on {date.today()}; the same command repeats it. Nothing here is edited by hand.',
        "",
        f"{version} and DuckDB {duckdb.__version__}, {measure.THREADS} threads each, on a machine of {os.cpu_count()} cores and "
        f"{measure.memory() / 2**30:.0f} GiB. Figures are medians, the least and the greatest in brackets.",
        "",
        "Both sides answer the same questions about the same records, in turn, and before a time is printed the answers are "
        "compared: counts exactly, values to the last digit of a division (`bench/answers.py`). Clocks are calendar clocks, "
        "work that is still open is left out, quantiles are exact and have no intervals. What the queries over raw records "
        "(`bench/peer/raw`) take for granted about these records is said in each; the answers agree all the same.",
        "",
        "## Goals",
        "",
        *goals(sizes),
    ]
    for size in sizes:
        lines += ["", f"## {size['tickets']:,} tickets", "", *one_size(size)]
    return "\n".join(lines) + "\n"


def goals(sizes: list) -> list:
    """Each goal with its ratio at each size."""
    lines = [
        "| measure | goal |" + "".join(f" {size['tickets']:,} |" for size in sizes),
        "|---|---|" + "---|" * len(sizes),
    ]

    def line(name: str, goal: str, value, shown, most: float, tickets: int | None = None):
        cells = []
        for size in sizes:
            found = value(size)
            judged = tickets is None or size["tickets"] == tickets
            verdict = (", **met**" if found is not None and found <= most else ", **not met**") if judged else ""
            cells.append("not measured" if found is None else f"{shown(found)}{verdict}")
        lines.append(f"| {name} | {goal} | " + " | ".join(cells) + " |")

    def times(found):
        return f"{found:.2f} ×"

    line("18 metrics × week × channel: one request ÷ DuckDB, a query a metric over raw records", "≤ 0.25",
         lambda size: ours(size) / total(size["raw"]), times, GOALS["raw"])
    line("the same ÷ DuckDB, a query a table over Crosscheck's facts", "≤ 1.5",
         lambda size: ours(size) / total(size["facts"]), times, GOALS["facts"])
    line("customer-experience card, 8 KPIs in total and by month: one request ÷ DuckDB, a query a KPI over raw records",
         "≤ 0.25", lambda size: ours(size["card"]) / total(size["card"]["raw"]), times, GOALS["card_raw"])
    line("the same ÷ DuckDB, a query a table over Crosscheck's facts", "≤ 1.2",
         lambda size: ours(size["card"]) / total(size["card"]["facts"]), times, GOALS["card_facts"])
    line("that card, warm", "≤ 1 s at 10 million", lambda size: ours(size["card"]), seconds, GOALS["card"], 10_000_000)
    line("import of every export, folded into facts ÷ DuckDB's copy of the same files to Parquet", "≤ 4",
         lambda size: of_import(size, "wall"), times, GOALS["import"])
    line("memory of that import at its peak", "≤ 1 GiB at 10 million",
         lambda size: memory_of_import(size), gigabytes, GOALS["memory"], 10_000_000)
    line("one metric by a process of its own, files in the page cache", "≤ 0.3 s at 1 million",
         lambda size: measure.median([run.wall for run in size["cold"]["warm"]]), seconds, GOALS["cold"], 1_000_000)
    line("the same, nothing in the page cache", "≤ 0.3 s at 1 million",
         lambda size: measure.median([run.wall for run in size["cold"]["cold"]]), seconds, GOALS["cold"], 1_000_000)
    return lines


def ours(size: dict) -> float:
    """Seconds of the request."""
    return measure.median([run.wall for run in size["crosscheck"]])


def total(queries: dict) -> float:
    """Seconds of all queries: the median of the runs' sums."""
    return measure.median([run.wall for run in measure.added(list(queries.values()))])


def of_import(size: dict, what: str):
    """Crosscheck ÷ DuckDB."""
    if "import" not in size:
        return None
    sides = [measure.median([getattr(run, what) for run in size["import"][side]]) for side in ("crosscheck", "duckdb")]
    return sides[0] / sides[1]


def memory_of_import(size: dict):
    """Bytes at the peak."""
    return max(run.memory for run in size["import"]["crosscheck"]) if "import" in size else None


def one_size(size: dict) -> list:
    """The figures of one size."""
    counted = ", ".join(f"{rows:,} {kind.replace('_', ' ')}" for kind, rows in size["records"].items())
    facts = ", ".join(f"{rows:,} {table.replace('_', ' ')}" for table, rows in size["fact_rows"].items())
    compared = [count for count in size["compared"].values() if count]
    sums = {name: measure.added(list(size[name].values())) for name in ("raw", "facts")}
    lines = [
        f"Made by `crosscheck {size['made']}`: {size['export_bytes'] / 2**30:.2f} GiB of exports; revisions of records: "
        f"{counted}; facts: {facts}.",
        "",
        f"Equal answers: {sum(compared):,} figures of {len(compared)} of {len(METRICS)} metrics, against both queries.",
        "",
        "| 18 metrics × week × channel | wall, s | processors, s |",
        "|---|---|---|",
        call("Crosscheck, one request over HTTP, warm", size["crosscheck"]),
        call("DuckDB, a query a metric over raw records", sums["raw"]),
        call("DuckDB, a query a table over Crosscheck's facts", sums["facts"]),
        "",
        "| process | wall, s | processors, s | peak memory |",
        "|---|---|---|---|",
    ]
    day = f" ({size['import_measured']}, by an earlier run)" if "import_measured" in size else ""
    for side, name in (("crosscheck", "Crosscheck, import folded into facts"), ("duckdb", "DuckDB, copy to Parquet")):
        if "import" in size:
            lines.append(process(name + day, size["import"][side]))
    lines.append(process("`crosscheck kpi csat_t2b`, files in the page cache", size["cold"]["warm"]))
    lines.append(process("`crosscheck kpi csat_t2b`, nothing in the page cache", size["cold"]["cold"]))
    lines += ["", "| DuckDB over raw records | figures | wall, s | processors, s |", "|---|---|---|---|"]
    for metric in METRICS:
        lines.append(call(f"{metric.asked()} | {size['compared'][metric.id]:,}", size["raw"][metric.id]))
    lines += ["", "| DuckDB over facts | wall, s | processors, s |", "|---|---|---|"]
    lines += [call(table, runs) for table, runs in size["facts"].items()]
    return lines + ["", *of_card(size["card"])]


def of_card(found: dict) -> list:
    """The figures of the card of one size."""
    days = card.months()
    compared = found["compared"]
    sums = {name: measure.added(list(found[name].values())) for name in ("raw", "facts")}
    lines = [
        f"The card of the template `customer_experience` ({len(card.KPIS)} KPIs, `bench/card.toml`) over the {card.MONTHS} "
        f"months from {days[0]:%B %Y} to {days[-2]:%B %Y}, each KPI in total and by month. Crosscheck also works out "
        "intervals of confidence, small-sample rules and the privacy floor, DuckDB the figures alone. Equal answers: "
        f"{sum(compared.values()):,} figures of {sum(count > 0 for count in compared.values())} of {len(card.KPIS)} KPIs, "
        f"against both queries; {found['withheld']} more are withheld, being about too few members of staff.",
        "",
        "| card of the customer-experience template | wall, s | processors, s |",
        "|---|---|---|",
        call("Crosscheck, one request over HTTP, warm", found["crosscheck"]),
        call("DuckDB, a query a KPI over raw records", sums["raw"]),
        call("DuckDB, a query a table over Crosscheck's facts", sums["facts"]),
        "",
        "| card, DuckDB over raw records | figures | wall, s | processors, s |",
        "|---|---|---|---|",
        *(call(f"{kpi} | {compared[kpi]:,}", found["raw"][kpi]) for kpi in card.KPIS),
        "",
        "| card, DuckDB over facts | wall, s | processors, s |",
        "|---|---|---|",
    ]
    return lines + [call(table, runs) for table, runs in found["facts"].items()]


def call(name: str, runs: list) -> str:
    """A line about calls."""
    return f"| {name} | {spread([run.wall for run in runs])} | {spread([run.cpu for run in runs])} |"


def process(name: str, runs: list) -> str:
    """A line about processes."""
    memory = gigabytes(max(run.memory for run in runs))
    return f"| {name} | {spread([run.wall for run in runs])} | {spread([run.cpu for run in runs])} | {memory} |"


def spread(values: list) -> str:
    """Median, least and greatest."""
    if len(values) == 1:
        return f"{values[0]:.3f}"
    return f"{measure.median(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def seconds(value: float) -> str:
    """Seconds."""
    return f"{value:.3f} s"


def gigabytes(value: int) -> str:
    """Bytes in GiB."""
    return f"{value / 2**30:.2f} GiB"
