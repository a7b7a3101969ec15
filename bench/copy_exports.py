"""DuckDB's copy of the exports to Parquet, as they are: what an import is held against. A process of its own."""

import sys
from pathlib import Path

import duckdb

import measure


def main(source: Path, target: Path):
    """Copies every table of exports, a table being the files of one folder whose names differ in the month only."""
    tables = {}
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        stem = path.name.split(".")[0].rstrip("-0123456789")
        tables.setdefault((path.parent.name, stem), []).append(str(path))
    database = duckdb.connect(config={"threads": measure.THREADS, "preserve_insertion_order": False})
    target.mkdir(parents=True, exist_ok=True)
    for (folder, stem), paths in tables.items():
        reader = "read_json" if ".ndjson" in paths[0] else "read_csv"
        copied = f"TO '{target / f'{folder}-{stem}.parquet'}' (FORMAT parquet, COMPRESSION zstd)"
        try:
            database.execute(f"COPY (FROM {reader}({paths!r})) {copied}")
        except duckdb.InvalidInputException:
            # a column that is empty in one month looks like text there: the columns of all files are looked at then
            database.execute(f"COPY (FROM {reader}({paths!r}, union_by_name = true)) {copied}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
