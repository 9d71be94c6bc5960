"""Measures, prints a table and writes results.json: `python -m benchmarks [prefix]`."""

import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks
from benchmarks.rows import HONEST_SYNC_MS, Row, rows, sync_ms

RESULTS = Path(__file__).parent / "results.json"
HEADINGS = ("name", "ours", "unit", "peer", "peer_value", "ratio", "goal", "met")


def main(prefix: str = "") -> int:
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name != "__main__":
            importlib.import_module(f"benchmarks.{module.name}")
    sync = sync_ms()
    results: list[dict[str, object]] = []
    show(HEADINGS)
    for row in rows(prefix):
        results.append(result(row, sync))
        note = f"  (fdatasync {sync:.3f} ms)" if row.durable else ""
        show([text(results[-1][heading]) for heading in HEADINGS], note)
    if not results:
        print(f"No row begins with {prefix!r}." if prefix else "There are no benchmarks yet.")
        return 1
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"A bare fdatasync takes {sync:.3f} ms; {judged(sync)} Written to {RESULTS.name}.")
    return 0


def result(row: Row, sync: float) -> dict[str, object]:
    """The row as it stands in results.json."""
    return {
        "name": row.name,
        "ours": row.ours,
        "unit": row.unit,
        "peer": row.peer,
        "peer_value": row.peer_value,
        "ratio": row.ratio,
        "goal": row.goal,
        "met": row.met(sync),
    }


def judged(sync: float) -> str:
    if sync <= HONEST_SYNC_MS:
        return "goals of durable rows hold."
    return f"above {HONEST_SYNC_MS} ms goals of durable rows are not judged."


def show(cells: Sequence[str], note: str = "") -> None:
    widths = (36, 10, 6, 34, 10, 7, 7, 5)
    right = (False, True, False, False, True, True, True, False)
    line = "  ".join(
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    print(line.rstrip() + note, flush=True)


def text(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "NO"
        case float():
            return f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
