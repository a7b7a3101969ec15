"""The benchmark: Crosscheck against DuckDB on the same records, answers compared before any ratio is printed.

    make bench                      1 and 10 million tickets, docs/benchmarks.md
    make bench SIZES="20000"        another size, to try it
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import answers
import card
import measure
import peer
import report
from crosscheck import Server, Workspace
from metrics import METRICS

HERE = Path(__file__).parent


def main():
    """Measures every size and writes the report."""
    options = arguments()
    measure.pin()
    sizes = []
    for tickets in options.sizes:
        print(f"== {tickets:,} tickets", flush=True)
        sizes.append(measure_size(options, tickets))
    text = report.write(sizes, options)
    if options.report:
        options.report.write_text(text)
        print(f"written: {options.report}")
    else:
        print(text)


def arguments() -> argparse.Namespace:
    """What is asked of the benchmark."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "crosscheck"
    parser = argparse.ArgumentParser(description="Crosscheck against DuckDB on the same records")
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000, 10_000_000], help="numbers of tickets")
    parser.add_argument("--binary", type=Path, required=True, help="the release binary")
    parser.add_argument("--folder", type=Path, default=cache / "bench-data", help="where data is made and kept")
    parser.add_argument("--runs", type=int, default=5, help="measurements of each answer")
    parser.add_argument("--imports", type=int, help="measurements of each import; three of small sizes, else one")
    parser.add_argument("--no-import", action="store_true", help="use what an earlier run has imported, and its times")
    parser.add_argument("--report", type=Path, help="file to write; standard output where absent")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    return options


def measure_size(options: argparse.Namespace, tickets: int) -> dict:
    """Everything about one size."""
    folder = options.folder / str(tickets)
    workspace = Workspace(options.binary, folder / "workspace")
    size = {"tickets": tickets, "made": workspace.make(tickets)}
    size["export_bytes"] = sum(path.stat().st_size for path in workspace.exports())
    loaded = (workspace.folder / "data" / "store.db").exists()
    if not (options.no_import and loaded):
        runs = options.imports or (3 if tickets <= 1_000_000 else 1)
        size["import"] = measure_import(workspace, folder, runs)
        measure.keep(folder / "import.json", size["import"])
    elif (kept := measure.kept(folder / "import.json")) is not None:
        size["import"], size["import_measured"] = kept
    size["records"] = {kind: rows for kind, (_, rows) in workspace.segments("record").items()}
    size["fact_rows"] = {table: rows for table, (_, rows) in workspace.segments("fact").items()}
    size["cold"] = measure_cold(workspace, options.runs)
    duckdb = open_peer(workspace, folder)
    size.update(measure_answers(workspace, duckdb, options.runs))
    size["card"] = measure_card(workspace, duckdb, options.runs)
    return size


def measure_import(workspace: Workspace, folder: Path, runs: int) -> dict:
    """Import and copy, one after the other, each time anew."""
    found = {"crosscheck": [], "duckdb": []}
    copies = folder / "copies"
    for number in range(runs):
        print(f"   import {number + 1} of {runs}", flush=True)
        found["crosscheck"].append(workspace.load())
        shutil.rmtree(copies, ignore_errors=True)
        copy = [sys.executable, HERE / "copy_exports.py", workspace.folder / "incoming", copies]
        found["duckdb"].append(measure.run(copy))
    shutil.rmtree(copies, ignore_errors=True)
    return found


def measure_cold(workspace: Workspace, runs: int) -> dict:
    """One metric by a process of its own, its files in the page cache or not."""
    first, last = workspace.range()
    command = workspace.command("kpi", "csat_t2b", "--from", str(first), "--to", str(last))
    found = {"warm": [], "cold": []}
    measure.run(command)
    for _ in range(runs):
        found["warm"].append(measure.run(command))
    for _ in range(runs):
        measure.forget(workspace.binary, workspace.folder / "data")
        found["cold"].append(measure.run(command))
    return found


def open_peer(workspace: Workspace, folder: Path) -> peer.Peer:
    """DuckDB with the raw records as Parquet, made unless they are there."""
    print("   raw records for DuckDB", flush=True)
    duckdb = peer.Peer(folder / "raw", workspace.instants())
    stamp = folder / "raw" / "made.json"
    records = workspace.segments("record")
    made = json.dumps({kind: rows for kind, (_, rows) in records.items() if kind in peer.TIMES}, sort_keys=True)
    if not stamp.exists() or stamp.read_text() != made:
        duckdb.make_raw(records)
        stamp.write_text(made)
    return duckdb


def measure_answers(workspace: Workspace, duckdb: peer.Peer, runs: int) -> dict:
    """All metrics by week and channel: a request, a query a metric, a query a table of facts, in turn."""
    found = {"crosscheck": [], "raw": {}, "facts": {}}
    with Server(workspace) as server:
        body = json.loads(server.ask())
        statistics = {metric.id: [one["statistic"] for one in body if one["metric"] == metric.id] for metric in METRICS}
        ours = answers.of_crosscheck(body)

        duckdb.use_raw()
        theirs = {name: duckdb.query(path) for name, path in peer.raw_queries().items()}
        raw_figures = peer.figures_of_raw(theirs, statistics)
        duckdb.use_facts(workspace.segments("fact"))
        tables = {name: path for name, path in peer.fact_queries().items() if name in workspace.segments("fact")}
        theirs = {name: duckdb.query(path) for name, path in tables.items()}
        fact_figures = peer.figures_of_facts(theirs, statistics)
        ids = [metric.id for metric in METRICS]
        found["compared"] = answers.require_equal(ours, raw_figures, "DuckDB over raw records", ids)
        answers.require_equal(ours, fact_figures, "DuckDB over facts", ids)

        for number in range(runs):
            print(f"   answers {number + 1} of {runs}", flush=True)
            found["crosscheck"].append(measure.timed(server.ask, server.child.pid))
            duckdb.use_raw()
            for name, path in peer.raw_queries().items():
                found["raw"].setdefault(name, []).append(measure.timed(lambda path=path: duckdb.query(path)))
            duckdb.use_facts(workspace.segments("fact"))
            for name, path in tables.items():
                found["facts"].setdefault(name, []).append(measure.timed(lambda path=path: duckdb.query(path)))
    return found


def measure_card(workspace: Workspace, duckdb: peer.Peer, runs: int) -> dict:
    """The card by month: a request, a query a KPI, a query a table of facts, in turn."""
    card.install(workspace)
    questions = card.Questions(duckdb, workspace)
    found = {"crosscheck": [], "raw": {}, "facts": {}}
    with Server(workspace) as server:
        ours, withheld = card.figures_of_crosscheck(json.loads(card.ask(server)))
        for side, name in (("raw", "DuckDB over raw records"), ("facts", "DuckDB over facts")):
            theirs = {key: figure for key, figure in questions.figures(side).items() if key not in withheld}
            found["compared"] = answers.require_equal(ours, theirs, name, card.KPIS)
        found["withheld"] = len(withheld)

        for number in range(runs):
            print(f"   card {number + 1} of {runs}", flush=True)
            found["crosscheck"].append(measure.timed(lambda: card.ask(server), server.child.pid))
            for side in ("raw", "facts"):
                for name, path in questions.paths(side).items():
                    found[side].setdefault(name, []).append(measure.timed(lambda path=path: questions.query(path)))
    return found


if __name__ == "__main__":
    main()
