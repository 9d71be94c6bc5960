"""What the dialogue shows becomes HTML in which no text of a person is markup (T13)."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import webchat
from conversations.turn import Ask
from conversations.wording import Bubble, Shown, ShownButton, ShownHeader, ShownLine
from registry.schools import School
from web.assets import Assets, colour_sheet, colour_url
from web.replies import by_section, group_buttons, paragraph, present_ask, question_index
from web.templates import Templates

STATIC = Path(webchat.__file__).parents[1] / "web" / "static"
SCRIPT_BYTES = 25 * 1024
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><b>",
    "javascript:alert(1)",
    "&lt;script&gt;",
)


def render(shown: Shown) -> str:
    assets = Assets((STATIC,))
    templates = Templates((webchat.HERE / "templates",), assets)
    visit = SimpleNamespace(
        wants_fragment=False,
        language="zh_Hans",
        csrf="token",
        school=School("s", "向阳小学", "010-55550123"),
        is_large=False,
        house=SimpleNamespace(languages=("zh_Hans", "en")),
    )
    values = {"shown": shown, "turn": shown.turn, "history": (), "teacher": "", "mark": "m"}
    return templates.render(visit, "turn.html", values)  # type: ignore[arg-type]


def shown_with(text: str) -> Shown:
    """The text in every place a person's text can come to."""
    button = ShownButton("1:a.0", text)
    line = ShownLine(1, text, text, "1:go.1", text, "flagged")
    bubbles = (
        Bubble("note", (text,)),
        Bubble("home", (text,), (button,), None, (line,)),
        Bubble("status", (text,), (), None, (line,)),
        Bubble("summary", (text,), (), None, (line,)),
        Bubble("question", (f"【{text}】", text), (button,), Ask("text", "p", text)),
    )
    return Shown(ShownHeader(text, text, 1, 2, text), bubbles, "zh_Hans", 1)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_person_becomes_markup(text: str) -> None:
    assert _skeleton(render(shown_with(text))) == _skeleton(render(shown_with("字")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_multiline_answer_offered_again_is_text(text: str) -> None:
    bubble = Bubble("question", ("?",), (), Ask("multiline", "p", text))
    page = render(Shown(None, (bubble,), "zh_Hans", 1))
    inside = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert inside is not None
    assert "<" not in inside.group(1)


def test_pages_carry_no_inline_script_or_style() -> None:
    page = render(shown_with("字"))
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", page) == []


def test_the_scripts_of_the_chat_stay_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) <= SCRIPT_BYTES


def test_two_short_answers_are_one_pair() -> None:
    yes, no = ShownButton("1:yes", "对", "main"), ShownButton("1:no", "不对")
    back = ShownButton("1:back", "上一题", "quiet")
    rows = group_buttons((yes, no, back))
    assert [(row.kind, row.buttons) for row in rows] == [("pair", (yes, no)), ("quiet", (back,))]


def test_the_way_on_stands_below_the_answers() -> None:
    picked = ShownButton("1:t.0", "孤儿", is_on=True)
    other = ShownButton("1:t.1", "有残疾，需要在学校里得到帮助")
    done = ShownButton("1:done", "选好了", "main")
    rows = group_buttons((picked, other, done))
    assert [(row.kind, row.is_toggle) for row in rows] == [("answers", True), ("main", False)]


def test_a_summary_is_laid_out_by_section() -> None:
    lines = tuple(
        ShownLine(at, "l", "v", None, section) for at, section in enumerate("aab", start=1)
    )
    assert [(it.section, len(it.lines)) for it in by_section(lines)] == [("a", 2), ("b", 1)]


def test_the_question_is_the_last_bubble_that_asks() -> None:
    bubbles = tuple(Bubble(kind, ("",)) for kind in ("note", "problem", "question"))
    assert question_index(bubbles) == 2
    assert question_index(bubbles[:1]) == 0


def test_the_field_at_the_foot_is_for_the_last_question() -> None:
    shown = Shown(None, (Bubble("question", ("?",), (), Ask("none")),), "en")
    assert present_ask(shown) is None
    asked = replace(shown, bubbles=(Bubble("question", ("?",), (), Ask("digits")),))
    assert present_ask(asked) == Ask("digits")


def test_a_long_text_shows_the_word_before_its_colon() -> None:
    rows = paragraph("告知书\n给谁看：老师。\n存多久：三年。\n完").rows
    assert [(row.lead, row.words) for row in rows] == [
        ("", "告知书"), ("给谁看：", "老师。"), ("存多久：", "三年。"), ("", "完"),
    ]  # fmt: skip


@pytest.mark.parametrize("setting", ["#1f5f8b", "#FFEE00", "#ffffff", "#000000"])
def test_any_school_colour_stays_readable(setting: str) -> None:
    name = colour_url(setting).rpartition("/")[2].removesuffix(".css")
    sheet = colour_sheet(name)
    assert sheet is not None
    found = re.search(r"--school:#([0-9a-f]{6})", sheet)
    assert found is not None
    assert _contrast(found.group(1)) >= 4.5


@pytest.mark.parametrize("wrong", ["", "red", "12345", "1f5f8b}body{", "../../x"])
def test_a_colour_that_is_none_is_refused(wrong: str) -> None:
    assert colour_sheet(wrong) is None
    assert colour_url(wrong).endswith("/1f5f8b.css")


def _skeleton(page: str) -> str:
    """Tags and the names of their attributes, without what is said."""
    page = re.sub(r'="[^"]*"', "=", page)
    return " ".join(re.findall(r"<[^>]*>", page))


def _contrast(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
