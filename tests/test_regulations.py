"""docs/regulations.md promises nothing that no test proves, and no test cites an unknown rule."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([KRU]\d{1,3}) \|", re.MULTILINE)
CITED = re.compile(r"\b([KRU])(\d{1,3})\b(?:–[KRU]?(\d{1,3}))?")


def cited() -> frozenset[str]:
    """Rule numbers in tests; R196–R202 counts for each of its seven."""
    found = set()
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for mark, first, last in CITED.findall(path.read_text("utf-8")):
            found |= {f"{mark}{number}" for number in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def listed() -> frozenset[str]:
    return frozenset(ROW.findall((ROOT / "docs" / "regulations.md").read_text("utf-8")))


def test_every_listed_rule_is_cited_by_a_test() -> None:
    assert sorted(listed() - cited()) == []


def test_every_cited_rule_is_listed() -> None:
    assert sorted(cited() - listed()) == []
