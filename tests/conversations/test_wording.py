"""Replies become sentences in the reader's language; catalogues say the same in each."""

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from conversations.form import Text
from conversations.turn import Day, FormWords, Listing, Param, Phrase
from conversations.wording import render_notice, words
from registry.moves import RETURN_REASONS
from tests.conversations.stage import Stage, text_of

LOCALES = Path(__file__).parents[2] / "locales"


def chat(language: str) -> dict[str, str]:
    with (LOCALES / language / "LC_MESSAGES" / "chat.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def fields(wording: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


def test_every_sentence_is_there_in_english_with_the_same_parameters() -> None:
    chinese, english = chat("zh_Hans"), chat("en")
    assert chinese.keys() == english.keys()
    for key, wording in chinese.items():
        # A name in one language may be understood in the other; nothing new may appear.
        assert fields(english[key]) <= fields(wording), key
        assert wording
        assert english[key]


def test_every_reason_has_its_words() -> None:
    keys = chat("zh_Hans")
    assert {f"reason.{code}" for code in RETURN_REASONS} - keys.keys() == set()


MARKED = Text(
    {"zh_Hans": "\x00name\x00在\x00place\x00出生", "en": "\x00name\x00"}, frozenset({"name"})
)


@pytest.mark.parametrize(
    ("param", "language", "expected"),
    [
        ("as it is {0}", "en", "as it is {0}"),
        (7, "en", "7"),
        (Day("2018-03-12"), "zh_Hans", "2018年3月12日"),
        (Day("2018-03-12"), "zh_Hant", "2018年3月12日"),
        (Day("2018-03-12"), "en", "12 March 2018"),
        (Day("no day"), "en", "no day"),
        (Listing(("甲", Day("2018-03-12"))), "zh_Hans", "甲、2018年3月12日"),
        (FormWords(Text({"zh_Hans": "名字"})), "en", "名字"),
        (FormWords(MARKED, {"name": "张\x00三{x}"}), "zh_Hans", "张\x00三{x}在……出生"),
        (Phrase("walk.confirm", {"value": Day("2018-03-12")}), "zh_Hans", "2018年3月12日，对吗？"),
        (Phrase("walk.yes"), "zh_Hans", "对"),
    ],
)
def test_words(param: Param, language: str, expected: str) -> None:
    assert words(param, language) == expected


def test_notice_is_worded_like_a_phrase() -> None:
    assert render_notice("walk.was", {"value": "甲"}, "zh_Hans") == "上次填的是：甲"


def test_whole_form_can_be_filled_in_english() -> None:
    stage = Stage(language="en")
    stage.fill("child/id_number")
    assert "Ask the teacher to help" in text_of(stage.shown())
    stage.fill(None)
    assert "All correct, go on to sign" in text_of(stage.shown())
