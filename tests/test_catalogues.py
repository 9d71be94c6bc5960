"""Every sentence exists in every language, with the same blanks, and is said by somebody."""

import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import pofile

from locales import LANGUAGES, WORDING, catalogue, form_catalogue
from locales.po import read_po

ROOT = Path(__file__).parent.parent
ROOMS = ("registry", "conversations", "storage", "documents", "web", "bot", "admin", "xueji")
COMPLETE = tuple(LANGUAGES)

NEVER_SHOWN = frozenset(
    {"address.taken", "draft.changed", "draft.exists", "message.answered", "place.moved"}
)
"""Conflicts between two units of work: the turn is run again or shown anew, nobody is told."""

SAID = re.compile(
    r"(?:\bt|\bsay|\bwords|Phrase|Problem|RuleError|Conflict|ImageRefused|StorageError)\(\s*"
    r"[\"']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)[\"']"
)
WHOLE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
BUILT = re.compile(r"((?:[a-z][a-z0-9_]*\.)+[a-z0-9_]*)(?:[\"'] [~+]|\{)")


@cache
def sources() -> str:
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"}:
                found.append(path.read_text("utf-8"))
    return "\n".join(found)


@cache
def literals() -> frozenset[str]:
    return frozenset(WHOLE.findall(sources()))


@cache
def built_prefixes() -> tuple[str, ...]:
    """Beginnings of keys put together at run time: f"status.{state}", 'reason.' ~ code."""
    return tuple(set(BUILT.findall(sources())))


def blanks(words: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name)


def is_said(key: str) -> bool:
    """Whole somewhere, or put together from a beginning and an end that both stand there."""
    return key in literals() or key.startswith(built_prefixes())


@pytest.mark.parametrize("language", COMPLETE)
def test_no_sentence_is_missing(language: str) -> None:
    assert sorted(set(catalogue(WORDING)) ^ set(catalogue(language))) == []


@pytest.mark.parametrize("language", COMPLETE)
def test_blanks_are_the_same_in_every_language(language: str) -> None:
    wording, other = catalogue(WORDING), catalogue(language)
    uneven = [key for key in wording if blanks(wording[key]) != blanks(other.get(key, ""))]
    assert uneven == []


def test_everything_said_has_a_sentence() -> None:
    said = {key for key in SAID.findall(sources()) if not key.endswith("_")}
    assert sorted(said - set(catalogue(WORDING)) - NEVER_SHOWN) == []


def test_every_sentence_is_said_by_somebody() -> None:
    unused = [key for key in catalogue(WORDING) if not is_said(key)]
    assert unused == []


def duplicated(language: str) -> Iterator[str]:
    seen: set[str] = set()
    for path in sorted((ROOT / "locales" / language / "LC_MESSAGES").glob("*.po")):
        if path.stem == "forms":
            continue
        for key in re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE):
            if key in seen:
                yield key
            seen.add(key)


@pytest.mark.parametrize("language", COMPLETE)
def test_no_key_stands_twice(language: str) -> None:
    assert list(duplicated(language)) == []


CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def test_no_sentence_to_a_person_stands_outside_the_catalogues() -> None:
    """Templates hold keys only; the school's words in Python are table names and comments."""
    loud = [
        path.relative_to(ROOT).as_posix()
        for room in ("web", "bot", "admin")
        for path in sorted((ROOT / room).rglob("*.html"))
        if CHINESE.search(re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL))
    ]
    assert loud == []


NAMES_OF_PEOPLES = frozenset("傈畲仫")
"""Characters of three peoples' names that no Taiwanese standard of the time had."""


def test_traditional_chinese_has_no_simplified_character() -> None:
    """Code page 950 holds traditional characters only."""
    words = (*catalogue("zh_Hant").values(), *form_catalogue("zh_Hant").values())
    characters = {char for char in "".join(words) if "\u4e00" <= char <= "\u9fff"}
    foreign = {char for char in characters if not char.encode("cp950", "ignore")}
    assert foreign - NAMES_OF_PEOPLES == set()


def test_papers_are_translated_alike_into_every_language() -> None:
    assert form_catalogue("zh_Hant").keys() == form_catalogue("en").keys()


def test_every_catalogue_is_read_as_babel_reads_it() -> None:
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            entries = [
                (entry.context or "", str(entry.id), str(entry.string))
                for entry in pofile.read_po(file)
                if entry.id and entry.string and not entry.fuzzy
            ]
        assert list(read_po(path)) == entries, path


def test_a_long_or_quoted_wording_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "some.po"
    path.write_text(
        '# head\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgctxt "a"\nmsgid ""\n"x\\n"\n'
        '"say \\"y\\""\n"\\\\n"\nmsgstr "z"\n\nmsgid "empty"\nmsgstr ""\n',
        "utf-8",
    )
    assert list(read_po(path)) == [("a", 'x\nsay "y"\\n', "z")]
