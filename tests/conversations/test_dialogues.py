"""The transcripts in tests/dialogues are what the program says. A clerk can read and write them.

`>` is the family, `<` the school: every `<` line must stand on the screen, in order, and every
[button] it names must be there. `<!` must not stand there. `*` sets the scene (see SCENES).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conversations.form import Form, Text
from conversations.turn import Chose, Said, Sent
from conversations.xlsform.shelf import load_shelf
from registry.actors import Relation
from registry.legality import Sizes
from registry.problems import Problem
from registry.schools import Stage as Years
from registry.students import Status, Student
from registry.submissions import Flag, State
from tests.conversations.stage import (
    FAMILY,
    NEW_STUDENT,
    Child,
    Stage,
    buttons_of,
    chosen,
    lines_of,
    text_of,
)
from tests.conversations.wished import wished

FOLDER = Path(__file__).parents[1] / "dialogues"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
MAX_LINES = 80

FORMS = load_shelf().newest


def _path(form: Form, label: str) -> str:
    """The question of that short name."""
    named = (q for q in form.questions.values() if label in (_named(q.brief), _named(q.label)))
    return next(named).path


def _named(text: Text) -> str:
    return text.within("zh_Hans")


def _relation(stage: Stage, word: str) -> None:
    stage.who, relation = word.split(" ")
    stage.relation = Relation(relation)


def _fill(stage: Stage, label: str) -> None:
    stage.fill(_path(NEW_STUDENT, label) if label else None)


def _helper_fill(stage: Stage, label: str) -> None:
    until = _path(NEW_STUDENT, label) if label else None
    stage.fill(until, {**FAMILY, "start/relation": "helper"})


def _send_back(stage: Stage, words: str) -> None:
    flags = [item.split("=") for item in words.split("，")]
    stage.send_back(*(Flag(_path(stage.form, label), reason) for label, reason in flags))


def _committee(stage: Stage, _: str) -> None:
    settings = replace(stage.school.settings, committee_helps=True)
    stage.school = replace(stage.school, settings=settings)


def _two_children(stage: Stage, _: str) -> None:
    stage.children = (
        Child("child-1", "张*涵", "一年级（1）班", "expected"),
        Child("child-2", "张*轩", "三年级（2）班", "expected"),
    )


def _claim(stage: Stage, state: str) -> None:
    stage.claim_state = state


def _reject(stage: Stage, reason: str) -> None:
    stage.reject(reason)


def _telegram(stage: Stage, _: str) -> None:
    stage.is_web = False


def _enrolled(stage: Stage, grade: str) -> None:
    stage.status, stage.relation = Status.enrolled, stage.relation or Relation.mother
    stage.grade = replace(stage.grade, number=int(grade), entry_year=2026 - int(grade))
    stage.known = {"full_name": "张子涵", "sex": "2", **stage.known}
    stage.others = wished()


def _senior(stage: Stage, grade: str) -> None:
    _enrolled(stage, grade)
    stage.grade = replace(stage.grade, stage=Years.senior, entry_number=10)


def _suspended(stage: Stage, until: str) -> None:
    _enrolled(stage, "3")
    stage.status, stage.known = Status.suspended, {**stage.known, "suspended_until": until}


def _comes(stage: Stage, count: str) -> None:
    stage.relation, stage.status, stage.others = Relation.mother, Status.expected, wished()
    stage.sizes = Sizes(int(count))


def _grade(stage: Stage, number: str) -> None:
    stage.grade = replace(stage.grade, number=int(number))


def _settings(stage: Stage, **changes: object) -> None:
    settings = replace(stage.school.settings, **changes)  # type: ignore[arg-type]
    stage.school = replace(stage.school, settings=settings)


def _freeze(stage: Stage, days: str) -> None:
    first, last = (date.fromisoformat(day) for day in days.split(" 到 "))
    _settings(stage, freeze_from=first, freeze_until=last)


def _plan(stage: Stage, places: str) -> None:
    _settings(stage, grade_plans={stage.grade.id: int(places)})
    stage.sizes = Sizes(stage.sizes.school_class, int(places))


def _return_days(stage: Stage, days: str) -> None:
    _settings(stage, return_days_before=int(days))


def _sibling(stage: Stage, _: str) -> None:
    """The elder brother is on the roll; the mother filled his form."""
    stage.relation = Relation.mother
    _two_children(stage, "")
    block = {
        "household_kind": "0",
        "household_place": "向阳县东风镇和平路8号",
        "home_address": "向阳县东风镇和平路8号院2单元",
        "phone": "13900000000",
        "guardian1_relation": "mother",
        "guardian1_name": "李秀英",
        "guardian2_relation": "father",
        "guardian2_name": "张建国",
        "guardian2_phone": "13900000002",
    }
    brother = Student("child-2", "school", "grade-3", "class-2", Status.enrolled, block)
    stage.sibling = brother


def _held(stage: Stage, words: str) -> None:
    """The register's values of this child, by the short names of the questions."""
    fields = (item.split("=") for item in words.split("，"))
    questions = NEW_STUDENT.questions
    stage.known = {
        questions[_path(NEW_STUDENT, label)].save_to or "": value for label, value in fields
    }


def _refused(stage: Stage, words: str) -> None:
    stage.refuse(words)


def _done(stage: Stage, _: str) -> None:
    stage.states["draft-child-1"] = State.effective


def _open(stage: Stage, form_id: str) -> None:
    """The family has just opened this paper."""
    stage.form = FORMS[form_id]
    stage.others = tuple(form for form in stage.others if form.id != form_id)
    stage.begin()


def _away(stage: Stage, words: str) -> None:
    """Suspended until that day, for that reason."""
    until, reason = words.split("，")
    _suspended(stage, until)
    stage.known = {**stage.known, "suspension_reason": reason}


def _away_from(stage: Stage, day: str) -> None:
    """Enrolled, with a suspension settled that begins on that day."""
    _enrolled(stage, "3")
    stage.known = {**stage.known, "suspended_from": day}


SCENES: Mapping[str, Callable[[Stage, str], None]] = {
    "两个孩子": _two_children,
    "前面都填好了，到": _fill,
    "哥哥的登记办好了": _sibling,
    "复学可以提前几天": _return_days,
    "学校已有": _held,
    "学校退回": _send_back,
    "孩子上高中": _senior,
    "孩子从别处来，班里已有": _comes,
    "孩子在休学，到": _suspended,
    "孩子在校，年级": _enrolled,
    "孩子休学，到": _away,
    "孩子的休学办好了，从": _away_from,
    "打开": _open,
    "年级": _grade,
    "年级的招生计划": _plan,
    "停办转学": _freeze,
    "教育局没有同意": _refused,
    "登记办好了": _done,
    "学校不予受理": _reject,
    "家委会协助": _committee,
    "帮忙的人填好了，到": _helper_fill,
    "我是": _relation,
    "换成 Telegram": _telegram,
    "认领": _claim,
}


def _input(stage: Stage, line: str, old: dict[str, str]) -> Said | Chose | Sent:
    if line == "(照片)":
        return Sent("photo-1")
    if line == "(模糊的照片)":
        return Sent("photo-2", hint="photo.blurry")
    if line == "(空文件)":
        return Sent(None, Problem("file.empty"))
    if found := re.fullmatch(r"\(再点一次刚才的\[(.+)\]\)", line):
        return chosen(old[found[1]])
    if found := re.fullmatch(r"(.)×([0-9]+)", line):
        return Said(found[1] * int(found[2]))
    if found := re.fullmatch(r"\[(.+)\]", line):
        return stage.button(found[1])
    return Said(line)


def _expect(stage: Stage, wanted: list[str], where: str) -> None:
    screen = lines_of(stage.shown())
    at = 0
    for line in wanted:
        names = re.findall(r"\[([^\]]+)\]", line)
        if names and line.startswith("["):
            present = buttons_of(stage.shown())
            for name in names:
                assert name in present, f"{where}: no [{name}] in\n{text_of(stage.shown())}"
            continue
        assert line in screen[at:], f"{where}: {line!r} is not in\n{text_of(stage.shown())}"
        at = screen.index(line, at) + 1


def play(path: Path) -> Stage:
    """Play a transcript from its first line to its last."""
    stage = Stage()
    wanted: list[str] = []
    unwanted: list[str] = []
    old: dict[str, str] = {}

    def check(where: str) -> None:
        if wanted or unwanted:
            if stage.turn is None:
                stage.look()
            _expect(stage, wanted, where)
            for word in unwanted:
                assert word not in text_of(stage.shown()), f"{where}: {word!r} is shown"
            wanted.clear()
            unwanted.clear()

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        sign, _, rest = line.partition(" ")
        if sign == "<":
            wanted.append(rest)
        elif sign == "<!":
            unwanted.append(rest)
        elif sign == ">":
            check(where)
            if stage.turn is None:
                stage.look()
            given = _input(stage, rest, old)
            old |= {b.label: b.token for x in stage.shown().bubbles for b in x.buttons}
            stage.take(given)
        elif sign == "*":
            check(where)
            name, _, argument = rest.partition("：")
            SCENES[name](stage, argument)
            stage.look()
        else:
            assert not line or sign == "#", f"{where}: {line!r} is no line of a dialogue"
    check(f"{path.name}: end")
    return stage


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript_is_what_is_said(path: Path) -> None:
    play(path)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_ordinary_family_sends_a_signed_form() -> None:
    stage = play(FOLDER / "ordinary_family.txt")
    content = stage.sent["draft-child-1"]
    assert content.fields()["full_name"] == "张子涵"
    assert content.fields()["id_number"] == "999999201803120022"
    assert [paper.kind for paper in content.evidence] == [
        "household_first_page",
        "household_register",
    ]
    assert content.signature is not None
    assert content.signature.typed_name == "李秀英"


def test_insisted_number_is_kept_for_the_reviewer() -> None:
    stage = play(FOLDER / "insisted_number.txt")
    draft = stage.draft("draft-child-1")
    assert draft is not None
    assert draft.answers["child/id_number"].insisted


def test_helper_sends_without_a_signature() -> None:  # K21
    stage = play(FOLDER / "helper_fills.txt")
    content = stage.sent["draft-child-1"]
    assert content.signature is None
    assert [c.purpose for c in content.consents] == ["statement"]


def test_declined_help_of_the_committee_is_recorded() -> None:  # K1, K22
    stage = play(FOLDER / "committee_declined.txt")
    assert not stage.sent["draft-child-1"].agreed("committee_help")


def test_what_did_not_change_stands_in_what_is_signed() -> None:
    """R81: 「都没变」 is signed with the values that were shown, masked as they were."""
    (content,) = play(FOLDER / "start_of_term_signed.txt").sent.values()
    assert "139****0000" in content.summary
    assert "13900000000" not in content.summary
    assert content.signature is not None
    assert content.signature.seal == f"{len(content.summary):064x}"
