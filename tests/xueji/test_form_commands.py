"""What a form's author can do at the terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

from conversations.xlsform.reader import read_form
from documents.sheets import open_form
from tests.conversations.papers import paper_text
from tests.forms.shelf import FOLDER, PAPERS, form_named
from tests.xueji.program import environment, run

INTAKE = FOLDER / "clinic_intake.md"
NEW_STUDENT = PAPERS / "new_student.md"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "changed.md"
    text = INTAKE.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_explore_tells_that_every_question_is_reached(home: Path) -> None:
    ended = run(home, "form", "explore", str(INTAKE))
    assert ended.returncode == 0
    assert "Every question is reached" in ended.stdout


def test_explore_names_what_is_never_reached(home: Path, tmp_path: Path) -> None:
    broken = changed(tmp_path, "${age} < 18 |", "${age} < 18 and ${age} > 40 |")
    ended = run(home, "form", "explore", str(broken))
    assert (ended.returncode, "Never reached: person/guardian." in ended.stdout) == (1, True)


def test_explore_shows_the_conversations(home: Path) -> None:
    ended = run(home, "form", "explore", str(INTAKE), "--show")
    assert "—— walk 1 ——" in ended.stdout
    assert "Date of birth" in ended.stdout


def test_diagram_prints_a_flowchart(home: Path) -> None:
    assert run(home, "form", "diagram", str(INTAKE)).stdout.startswith("flowchart TD\n")


def test_pictures_are_found_beside_the_form_and_go_along(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    form, picture = tmp_path / "way.md", tmp_path / "media" / "gate.png"
    form.write_text(paper_text("| type | name | label | image |\n| text | q | 门 | gate.png |"))
    assert "There is no picture called “gate.png”" in run(home, "form", "check", str(form)).stdout
    out.mkdir()
    picture.parent.mkdir()
    picture.write_bytes(b"a picture")
    ended = run(home, "form", "export", str(form), "--to", str(out / "way.xlsx"))
    assert ended.returncode == 0
    assert (out / "gate.png").read_bytes() == b"a picture"
    assert run(home, "form", "check", str(out / "way.xlsx")).returncode == 0


@pytest.mark.parametrize("ending", ["md", "xlsx"])
def test_export_writes_a_form_that_reads_the_same(home: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    ended = run(home, "form", "export", str(NEW_STUDENT), "--to", str(out))
    assert ended.returncode == 0
    back = read_form(open_form(out.read_bytes(), out.name))
    assert list(back.questions) == list(form_named("new_student").questions)
    assert (tmp_path / "ethnic_group.csv").read_text("utf-8").startswith("name,label\n01,汉族\n")


def test_export_prints_where_no_file_is_named(home: Path) -> None:
    ended = run(home, "form", "export", str(NEW_STUDENT))
    assert "label::English (en)" in ended.stdout


def test_export_refuses_a_kind_it_does_not_write(home: Path, tmp_path: Path) -> None:
    ended = run(home, "form", "export", str(INTAKE), "--to", str(tmp_path / "x.pdf"))
    assert (ended.returncode, "not known here" in ended.stderr) == (1, True)


def test_diff_tells_what_open_drafts_would_be_asked(home: Path, tmp_path: Path) -> None:
    line = "| | date | born | Date of birth |"
    new = changed(tmp_path, line, f"| | text | village | Village | | | yes |\n{line}")
    ended = run(home, "form", "diff", str(INTAKE), str(new))
    assert ended.returncode == 0
    assert '+ village: new question "Village".' in ended.stdout
    assert "Open drafts would be asked: person/village" in ended.stdout


def test_diff_of_a_form_with_itself_asks_nothing(home: Path) -> None:
    ended = run(home, "form", "diff", str(INTAKE), str(INTAKE))
    assert "The questions of both versions are the same." in ended.stdout
    assert "Open drafts need nothing more." in ended.stdout


def test_try_replays_a_script(home: Path, tmp_path: Path) -> None:
    script = tmp_path / "answers.txt"
    script.write_text("Mei\n1990-05-06\n#1\n", "utf-8")
    ended = run(home, "form", "try", str(INTAKE), "--answers", str(script), "--language", "en")
    assert "› 1990-05-06" in ended.stdout
    assert "Ended. Nothing was kept." in ended.stdout
    assert ended.returncode == 1


def test_try_reads_the_keyboard(home: Path) -> None:
    ended = run(home, "form", "try", str(INTAKE), given="Mei\n")
    assert ended.returncode == 0
    assert "Date of birth" in ended.stdout


@pytest.mark.parametrize("act", ["check", "diagram", "explore", "export", "try"])
def test_a_file_that_is_not_there_is_told(home: Path, act: str) -> None:
    ended = run(home, "form", act, "nowhere.md")
    assert (ended.returncode, "nowhere.md" in ended.stderr) == (1, True)


@pytest.mark.parametrize("act", ["diagram", "explore", "export", "try"])
def test_a_form_with_a_fault_is_told_cell_by_cell(home: Path, tmp_path: Path, act: str) -> None:
    broken = changed(tmp_path, "${age} < 18 |", "${agee} < 18 |")
    ended = run(home, "form", act, str(broken))
    assert ended.returncode == 1
    assert "${age}" in ended.stdout


def test_an_unknown_language_is_told(home: Path) -> None:
    ended = run(home, "form", "diagram", str(INTAKE), "--language", "xx")
    assert (ended.returncode, "zh_Hans" in ended.stderr) == (1, True)


def test_a_reader_that_stops_reading_is_no_crash(home: Path) -> None:
    command = [sys.executable, "-m", "xueji", "form", "explore", str(INTAKE), "--show"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home)
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
