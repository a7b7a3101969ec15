"""Crosscheck's side: a workspace with a sample organisation, its import, a server, a cold process."""

import http.client
import json
import shutil
import sqlite3
import subprocess
import tomllib
import urllib.parse
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import measure
from metrics import METRICS

# the sample organisation is the same in every run
UNTIL = date(2026, 11, 1)
MONTHS = 18
# rows ripen for a week: everything in the range must have
RIPE = timedelta(days=14)


class Workspace:
    """A workspace with exports in it."""

    def __init__(self, binary: Path, folder: Path):
        self.binary, self.folder = binary, folder

    def command(self, *arguments: str) -> list:
        """A command over this workspace, at a fixed time after the data."""
        now = f"{UNTIL + timedelta(days=1)}T00:00:00Z"
        return [str(self.binary), "--workspace", str(self.folder), "--now", now, *arguments]

    def make(self, tickets: int) -> str:
        """Makes the exports, unless they are there; says with which options of `demo`."""
        known = subprocess.run([self.binary, "demo", "--help"], capture_output=True, text=True, check=True).stdout
        lean = [option for option in ("--lean", "--plain", "--only-files") if option in known]
        options = ["--tickets", str(tickets), "--months", str(MONTHS), "--until", str(UNTIL), *lean]
        told = self.folder / "bench.json"
        if not told.exists() or json.loads(told.read_text()) != options:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            measure.run(self.command("demo", *options, *([] if "--only-files" in lean else ["--no-serve"])))
            self._promise_by_the_calendar()
            told.write_text(json.dumps(options))
        return " ".join(["demo", *options])

    def _promise_by_the_calendar(self):
        """Promises of time are read as made on the calendar clock, as all else is measured here."""
        source = self.folder / "sources" / "sla.toml"
        if source.exists():
            fields = "[record.fields]\n"
            source.write_text(source.read_text().replace(fields, f"{fields}clock = \"'calendar'\"\n"))

    def load(self) -> measure.Run:
        """Imports everything anew."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        return measure.run(self.command("import", "--all"))

    def exports(self) -> list:
        """The files that are imported."""
        return sorted(path for path in (self.folder / "incoming").rglob("*") if path.is_file())

    def segments(self, layer: str) -> dict:
        """The live segments, `record` or `fact`, by what they hold: paths and rows."""
        held = {}
        with sqlite3.connect(f"file:{self.folder / 'data' / 'store.db'}?mode=ro", uri=True) as store:
            query = "select holds, file, rows from segment where layer = ? and dropped is null order by file"
            for holds, file, rows in store.execute(query, [layer]):
                paths, total = held.setdefault(holds, ([], 0))
                held[holds] = (paths + [str(self.folder / "data" / file)], total + rows)
        return held

    def zone(self) -> ZoneInfo:
        """The reporting zone."""
        settings = tomllib.loads((self.folder / "crosscheck.toml").read_text())
        return ZoneInfo(settings["organisation"]["zone"])

    def range(self) -> tuple:
        """First day and day after the last that are asked for: whole weeks, old enough to be judged."""
        first = UNTIL - timedelta(days=MONTHS * 30)
        first += timedelta(days=-first.weekday() % 7)
        last = UNTIL - RIPE
        return first, last - timedelta(days=last.weekday())

    def instants(self) -> tuple:
        """The same as instants."""
        return tuple(datetime(day.year, day.month, day.day, tzinfo=self.zone()) for day in self.range())


class Server:
    """A server over a workspace; ended on leaving."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace

    def __enter__(self):
        self.child = subprocess.Popen(
            self.workspace.command("serve", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        line = self.child.stdout.readline()
        address = next((word for word in line.split() if word.startswith("http://")), None)
        if address is None:
            self.child.kill()
            raise RuntimeError(f"the server did not say where it listens: {line!r}")
        self.place = urllib.parse.urlsplit(address).netloc
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    def ask(self) -> bytes:
        """The body of the answer to all metrics, by week and channel, in one request."""
        first, last = self.workspace.range()
        query = [("kpi", metric.asked()) for metric in METRICS]
        query += [("grain", "week"), ("by", "channel"), ("from", first), ("to", last), ("margins", "none")]
        return self.get("/api/answers", query)

    def get(self, path: str, query: list) -> bytes:
        """The body of the answer to a request."""
        # the server closes connections that are idle for long, as they are while DuckDB is asked
        connection = http.client.HTTPConnection(self.place, timeout=600)
        connection.request("GET", f"{path}?{urllib.parse.urlencode(query)}")
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"the server answered {response.status}: {body[:2000].decode()}")
        return body
