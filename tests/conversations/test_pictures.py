"""`media::image`: pictures beside questions and choices, from the spreadsheet to what is shown."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pyxform.xls2xform import convert

from bot.terminal import Terminal
from conversations.authoring.exporting import export
from conversations.authoring.moving import Kind, compare
from conversations.authoring.odk import second_opinion
from conversations.form import Form, PictureFile
from conversations.xlsform.reader import inspect, read_form
from conversations.xlsform.sheets import (
    Workbook,
    read_markdown,
    read_source,
    write_markdown,
    write_source,
)
from tests.conversations.javarosa import JAR, find_reason_missing
from tests.conversations.papers import paper_text
from tests.forms.shelf import family

MISSING = find_reason_missing()
GATE, GATE_EN, RED = "a" * 64, "b" * 64, "c" * 64
SURVEY = """
| type | name | label | media::image | media::image::English (en) |
| note | way | 从这里进。 | gate.png | |
| select_one colour | colour | 哪一个？ | gate.png | gate-en.jpg |
| text | why | 为什么？ | | |
"""
CHOICES = """
| choices |
| | list_name | name | label | image |
| | colour | r | 红 | red.webp |
| | colour | g | 绿 | |
"""
FILES = {"gate.png": GATE, "gate-en.jpg": GATE_EN, "red.webp": RED}


def workbook(**files: str) -> Workbook:
    text = paper_text(SURVEY, CHOICES)
    return replace(read_markdown(text), pictures={**FILES, **files})


def shown(form: Form) -> list[object]:
    found: list[object] = []
    for question in form.questions.values():
        for picture in (question.picture, *(choice.picture for choice in question.choices)):
            found.append(dict(picture.by_language) if picture else None)
    return found


def test_a_question_and_a_choice_have_their_picture() -> None:
    gate = PictureFile("gate.png", GATE)
    both = {"zh_Hans": gate, "en": PictureFile("gate-en.jpg", GATE_EN)}
    red = {"zh_Hans": PictureFile("red.webp", RED)}
    assert shown(read_form(workbook())) == [{"zh_Hans": gate}, both, red, None, None]


@pytest.mark.parametrize(
    ("language", "name"),
    [("zh_Hans", "gate.png"), ("en", "gate-en.jpg"), ("zh_Hant", "gate.png")],
)
def test_a_picture_falls_back_to_the_forms_own_language(language: str, name: str) -> None:
    picture = read_form(workbook()).questions["colour"].picture
    assert picture is not None
    assert picture.within(language).name == name


def test_a_picture_nobody_shows_is_told() -> None:
    form, problems = inspect(workbook(**{"more.png": "d" * 64}))
    assert form is not None
    assert [(p.code, p.sheet) for p in problems] == [("author.file_unused", "more.png")]


def test_a_kept_form_keeps_its_pictures_and_an_older_one_is_still_read() -> None:
    kept = workbook()
    assert read_source(write_source(kept)) == kept
    assert read_source('[{"survey":[[1,"type"]]},{}]').pictures == {}


def test_the_terminal_names_them_where_they_stand() -> None:
    lines: list[str] = []
    waiting = iter(["1"])
    play = Terminal(
        read_form(workbook()), family(), lambda: next(waiting, None), lines.append, "zh_Hans"
    )
    play.run()
    asked = lines.index("哪一个？")
    assert lines[asked + 1 : asked + 4] == ["图：gate.png", "图：gate.png", "图：red.webp"]
    assert "图：" not in "".join(lines[lines.index("为什么？") :])


def test_an_exported_form_keeps_its_pictures_and_odk_takes_it() -> None:
    exported = export(workbook())
    assert shown(read_form(exported))[1] == shown(read_form(workbook()))[1]
    assert {"media::image::简体中文 (zh-Hans)", "media::image::English (en)"} <= set(
        exported.sheets["survey"][0].cells
    )
    assert second_opinion(exported, validates=False) == ()
    assert second_opinion(workbook(), validates=False) == ()


@pytest.mark.java
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_odk_validate_takes_a_form_with_its_pictures_beside_it(tmp_path: Path) -> None:
    for book in (workbook(), export(workbook())):
        xform = laid_out(tmp_path, book)
        named = set(re.findall(r"jr://images/([^<]+)", xform.read_text("utf-8")))
        assert named == {each.name for each in (tmp_path / "gate-media").iterdir()} == set(FILES)
        assert validated(xform) == (0, True)


@pytest.mark.java
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_odk_validate_would_say_so_if_that_form_were_wrong(tmp_path: Path) -> None:
    xform = laid_out(tmp_path, workbook())
    words = xform.read_text("utf-8").replace("instance('colour')/root", "instance('none')/root")
    xform.write_text(words, "utf-8")
    assert validated(xform) == (1, False)


def laid_out(folder: Path, book: Workbook) -> Path:
    """The XForm and its pictures, as ODK Collect keeps them."""
    media = folder / "gate-media"
    media.mkdir(exist_ok=True)
    for name in book.pictures:
        Image.new("RGB", (40, 30), "navy").save(media / name)
    xform = folder / "gate.xml"
    made = convert(write_markdown(book), validate=False, file_type=".md").xform
    xform.write_text(str(made), "utf-8")
    return xform


def validated(xform: Path) -> tuple[int, bool]:
    """How ODK Validate ends, and whether it calls the form valid."""
    command = ["java", "-Djava.awt.headless=true", "-jar", str(JAR), str(xform)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, "Xform is valid" in done.stdout + done.stderr


def test_another_picture_under_the_same_name_is_another_form() -> None:
    old, new = read_form(workbook()), read_form(workbook(**{"red.webp": "d" * 64}))
    assert old.digest != new.digest
    assert [(change.kind, change.name) for change in compare(old, new)] == [
        (Kind.pictures, "colour")
    ]
    assert compare(old, old) == ()
