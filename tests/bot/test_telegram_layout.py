"""What Telegram is sent fits its limits and reads exactly as it was worded (T14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_layout import (
    MAX_UNITS,
    Page,
    as_markup,
    clean,
    lay_out,
    lay_plain,
    rows,
    split,
    units,
)
from conversations.wording import Bubble, Shown, ShownButton, ShownHeader, ShownLine
from tests.support.telegram_methods import check, utf16_units

ANY_TEXT = st.builds(str.__mul__, st.text(st.characters(), max_size=80), st.integers(1, 200))


def shown(*bubbles: Bubble, section: str = "") -> Shown:
    header = ShownHeader("张小涵", section, 3, 18, "还剩 15 题") if section else None
    return Shown(header, bubbles, "zh_Hans", 7)


def send(page: Page) -> None:
    """As the strict stub would judge it."""
    markup = as_markup(page.keyboard)
    buttons = {"reply_markup": markup} if markup else {}
    check("sendMessage", {"chat_id": 1, "text": page.text, **buttons})


@given(ANY_TEXT)
def test_nothing_of_any_text_is_lost_and_every_piece_can_be_sent(text: str) -> None:
    pieces = split(text)
    for piece in pieces:
        assert utf16_units(piece) <= MAX_UNITS
        send(Page(piece))
    assert "".join("".join(pieces).split()) == "".join(clean(text).split())


@given(st.text(st.characters(), max_size=300))
def test_words_arrive_exactly_as_they_were_worded(text: str) -> None:
    assert [page.text for page in lay_plain(text)] == ([clean(text)] if clean(text) else [])


@given(st.text(st.characters(), max_size=200))
def test_length_is_counted_as_telegram_counts(text: str) -> None:
    assert units(text) == utf16_units(text)


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraph = "甲" * 1500
    pieces = split("\n\n".join([paragraph] * 4))
    assert pieces == [f"{paragraph}\n\n{paragraph}"] * 2


def test_a_character_outside_the_basic_plane_is_never_halved() -> None:
    pieces = split("𠮷" * 5000)
    assert "".join(pieces) == "𠮷" * 5000
    assert [units(piece) for piece in pieces] == [4096, 4096, 1808]


def test_the_question_stands_last_with_its_section_and_the_buttons_of_all() -> None:
    note = Bubble("done", ("存好了。",))
    back = ShownButton("7:back", "上一题", "quiet")
    question = Bubble(
        "question", ("【住址】", "住在哪里？"), (ShownButton("7:yes", "对", "main"), back)
    )
    (page,) = lay_out(shown(note, question, section="住址"))
    assert page.text == "✓ 存好了。\n\n【住址】还剩 15 题\n住在哪里？"
    assert [[button.label for button in row] for row in page.keyboard] == [["对"], ["上一题"]]


def test_the_child_is_not_named_at_the_head() -> None:
    (page,) = lay_out(shown(Bubble("question", ("住在哪里？",)), section="住址"))
    assert "张小涵" not in page.text


def test_lines_of_a_summary_are_numbered_and_show_what_is_missing() -> None:
    lines = (
        ShownLine(1, "姓名", "张小涵", "7:go.1", "孩子"),
        ShownLine(2, "户口本", "还没填", "7:go.2", "证件", "missing"),
        ShownLine(3, "编号", "0412", None, "证件", "locked"),
    )
    (page,) = lay_out(shown(Bubble("summary", ("请看一遍",), lines=lines)))
    assert page.text == (
        "请看一遍\n【孩子】\n1. 姓名：张小涵\n【证件】\n○ 2. 户口本：还没填\n编号：0412"
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["对", "不对"], [["对", "不对"]]),
        (["一", "二", "三", "四"], [["一", "二", "三"], ["四"]]),
        (["爷爷奶奶或外公外婆", "其他法定监护人"], [["爷爷奶奶或外公外婆"], ["其他法定监护人"]]),
    ],
    ids=["two short", "three in a row", "long ones alone"],
)
def test_short_buttons_stand_side_by_side(labels: list[str], expected: list[list[str]]) -> None:
    found = rows([ShownButton(f"1:a.{at}", label) for at, label in enumerate(labels)])
    assert [[button.label for button in row] for row in found] == expected


def test_ticked_boxes_can_be_told_from_empty_ones() -> None:
    buttons = [ShownButton("1:a.0", "孤儿"), ShownButton("1:a.1", "残疾", is_on=True)]
    (row,) = rows([*buttons])
    assert [button.label for button in row] == ["☐ 孤儿", "☑ 残疾"]


@given(st.lists(st.text(st.characters(), max_size=200), min_size=1, max_size=100))
def test_any_buttons_can_be_sent(labels: list[str]) -> None:
    buttons = tuple(ShownButton(f"99999:a.{at}", label) for at, label in enumerate(labels))
    for page in lay_out(shown(Bubble("question", ("哪一个？",), buttons))):
        send(page)
