"""Filling one form in two engines, ours and ODK's, from the first question to the last.

Both go forwards only and are offered the same answers; what they say of every question and every
value is gathered in the same shape. `Met` is one question, `Filled` the whole.
"""

import base64
import random
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyxform.xls2xform import convert

from conversations.answering import broken
from conversations.authoring.clues import find_clues
from conversations.authoring.samples import sample_of
from conversations.draft import Answer, Draft
from conversations.form import Form
from conversations.plan import Node, Step, plan_of
from conversations.walk import Route
from conversations.xlsform.sheets import Line, Workbook, write_markdown
from registry.options import OPTIONS
from tests.conversations.javarosa import JAR, ZONE, shortest
from tests.forms.shelf import NOW, family

SOURCE = Path(__file__).with_name("WholeForm.java")
NOT_COMPARED = frozenset({"end", "file", "image", "note", "start", "today"})
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00\.000\+08:00")
_FROM_FILE = re.compile(r"(select_\w+)_from_file (\w+)\.csv")
_VALID = re.compile(r"valid\('\w+', ([^()]*)\)")
_ID_CARD = re.compile(r"valid\('id_card', ([^()]*)\)")
_LIKE_ONE = r"regex(\1, '^[0-9]{17}[0-9X]$')"  # forms cut a date out of what passed the check


@dataclass(frozen=True, slots=True)
class Met:
    """A question as it came up: `verdict` on the answer offered is none, taken or refused."""

    key: str
    is_required: bool
    verdict: str
    choices: str


@dataclass(frozen=True, slots=True)
class Filled:
    """All questions met, in order; then every worked-out value on the route, by key."""

    met: tuple[Met, ...]
    values: Mapping[str, str]
    shown: frozenset[str]


# ---- a form both can read


def neutral(workbook: Workbook, check: str = r"string-length(\1) > 2", most: int = 4) -> Workbook:
    """Without what only one of them knows: our checks of values (`check` stands for them), lists
    of the register (`most` rows), the clock, answers that fill themselves in, the register."""
    files = {
        name
        for line in workbook.sheets["survey"]
        for cell in line.cells
        for _, name in _FROM_FILE.findall(cell)
    }
    survey = _without(workbook.sheets["survey"], "default")
    plain = tuple(_cells(line, check) for line in survey)
    sheets = {**workbook.sheets, "survey": plain}
    if files:
        sheets["choices"] += tuple(
            Line(0, (name, code, label))
            for name in sorted(files)
            for code, label in list(OPTIONS[name].items())[:most]
        )
    return Workbook(sheets)


def _cells(line: Line, check: str) -> Line:
    return replace(line, cells=tuple(_plain(cell, check) for cell in line.cells))


def _plain(cell: str, check: str) -> str:
    cell = _FROM_FILE.sub(r"\1 \2", cell)
    cell = _VALID.sub(check, _ID_CARD.sub(_LIKE_ONE, cell))
    return cell.replace("today()", f"date('{NOW.date()}')")


def _without(lines: Sequence[Line], column: str) -> Iterable[Line]:
    head = lines[0].cells
    drop = {
        i for i, name in enumerate(head) if name.startswith((column, "chat::proposal", "save_to"))
    }
    return (
        replace(line, cells=tuple(c for i, c in enumerate(line.cells) if i not in drop))
        for line in lines
    )


def xform(workbook: Workbook, form: Form) -> str:
    """The form as ODK has it, with no member of any repeat to begin with."""
    xml = str(convert(write_markdown(workbook), validate=False, file_type=".md").xform)
    for repeat in repeats(form):
        name = re.escape(repeat.rpartition("/")[2])
        first = rf'(<{name} jr:template="">.*?</{name}>)<{name}>.*?</{name}>'
        xml = re.sub(first, r"\1", xml, count=1, flags=re.DOTALL)
    return xml


def repeats(form: Form) -> tuple[str, ...]:
    return tuple(node.path for node in plan_of(form).nodes if node.is_repeat)


# ---- answers


def draw(form: Form, source: random.Random) -> dict[str, str]:
    """An answer for most questions, of every member there may be."""
    clues = find_clues(form)
    answers: dict[str, str] = {}
    for node in plan_of(form).nodes:
        if node.is_repeat:
            answers[node.path] = str(source.choice((0, 1, 1, 2, 3)))
            continue
        if not node.is_asked or node.question.type in NOT_COMPARED:
            continue
        near = clues.get(node.path)
        numbers = sorted(near.numbers) if near else []
        texts = sorted(near.texts) + [sample_of(p) for p in sorted(near.patterns)] if near else []
        for path in [node.path_of(str(m)) for m in range(1, 21)] if node.repeat else [node.path]:
            if source.random() < 0.85:
                answers[path] = _drawn(node, source, numbers, texts)
    return {path: text for path, text in answers.items() if text}


def _drawn(
    node: Node, source: random.Random, numbers: Sequence[float], texts: Sequence[str]
) -> str:
    question = node.question
    codes = [choice.name for choice in question.choices]
    near = [n + change for n in numbers for change in (-1, 0, 1) if abs(n) < 1e6]
    match question.type:
        case "integer":
            return str(int(source.choice((*near, 0, 1, 2, 3, 7, 17, 40, 65))))
        case "decimal":
            return repr(float(source.choice((*near, 0.5, 1.25, 12.0, 36.5, 100.0))))
        case "range":
            start, end = (float(question.parameters.get(k, "0")) for k in ("start", "end"))
            step = float(question.parameters.get("step", "1"))
            mark = start + step * source.randrange(int((end - start) / step) + 1)
            return str(int(mark)) if step == 1 else repr(mark)
        case "date":
            year, month = (
                source.choice((1960, 2001, 2009, 2018, 2025, 2026)),
                source.randint(1, 12),
            )
            return f"{year}-{month:02}-{source.randint(1, 28):02}"
        case "time":
            return "08:30:00.000+08:00"
        case "dateTime":
            return "2026-08-30T08:30:00.000+08:00"
        case "select_one":
            return source.choice(codes)
        case "select_multiple":
            return " ".join(code for code in codes if source.random() < 0.45)
        case "rank":
            return " ".join(source.sample(codes, len(codes)))
        case "acknowledge":
            return "OK"
        case _:
            return source.choice((*texts, "一", "张子涵", "13800000000", "some words"))


# ---- ours


def fill(form: Form, drawn: Mapping[str, str]) -> Filled:
    facts = family()
    draft = Draft("draft", "school", form.id, form.version, "child", None, "2026")
    met: dict[str, Met] = {}
    while True:
        route = Route(form, draft, facts)
        step = _next(route, met)
        if step is None:
            return Filled(tuple(met.values()), *_ended(route))
        if step.node.is_repeat:
            members = route.values.get(step.path, "").split()
            if len(members) < int(drawn.get(step.path, "0")):
                text = " ".join((*members, str(len(members) + 1)))
                draft = draft.keeping({**draft.answers, step.path: Answer(text, "me")})
            else:
                met[step.path] = Met(step.path, False, "", "")
            continue
        if step.node.question.type in NOT_COMPARED:
            met[step.path] = Met(step.path, False, "", "")
            continue
        text = drawn.get(step.path, "")
        choices = [choice.name for _, choice in route.choices(step)]
        if step.node.choices and not set(text.split()) <= set(choices):
            text = ""
        verdict = "none"
        if text:
            verdict = "refused" if broken(route, step, text) else "taken"
        if verdict == "taken":
            draft = draft.keeping({**draft.answers, step.path: Answer(text, "me")})
        required = route.is_required(step)
        met[step.path] = Met(step.path, required, verdict, " ".join(choices))


def _next(route: Route, met: Mapping[str, Met]) -> Step | None:
    """The first question after the last one met."""
    places = [i for i, step in enumerate(route.steps) if step.path in met]
    rest = route.steps[max(places, default=-1) + 1 :]
    return rest[0] if rest else None


def _ended(route: Route) -> tuple[dict[str, str], frozenset[str]]:
    worked_out = {
        path: text
        for path, text in route.values.items()
        if (step := route.plan.step(path)) is not None and _is_worked_out(step.node)
    }
    asked = (s for s in route.steps if s.node.question.type not in NOT_COMPARED)
    return worked_out, frozenset(step.path for step in asked if not step.node.is_repeat)


def _is_worked_out(node: Node) -> bool:
    question = node.question
    return question.calculation is not None and question.type not in NOT_COMPARED


# ---- theirs


def compile_engine(folder: Path) -> Path:
    command = ["javac", "-nowarn", "-cp", str(JAR), "-d", str(folder), str(SOURCE)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def fill_with_odk(
    classes: Path, runs: Iterable[tuple[Form, str, Sequence[Mapping[str, str]]]]
) -> list[Filled | str]:
    """For each form, its XForm and the answers of its runs: what came of each run."""
    lines: list[str] = []
    forms: list[Form] = []
    for form, xml, drawn in runs:
        lines.append(_opened(form, xml))
        for answers in drawn:
            forms.append(form)
            lines += [f"= {path} {_encode(text)}" for path, text in answers.items()]
            lines.append("go")
    said = _run(classes, lines)
    return [_read(form, part) for form, part in zip(forms, said, strict=True)]


@dataclass(frozen=True, slots=True)
class Checked:
    """What ODK says of a form that was sent: `refused` keys with why; what is on its route."""

    refused: Mapping[str, str]
    is_valid: bool
    values: Mapping[str, str]
    error: str = ""


def check_with_odk(
    classes: Path, runs: Iterable[tuple[Form, str, Sequence[str]]]
) -> list[list[Checked]]:
    """For each form, its XForm and the instances sent of it: what ODK says of each."""
    lines: list[str] = []
    counts: list[int] = []
    for form, xml, instances in runs:
        lines.append(_opened(form, xml))
        lines += [f"check {_encode(instance)}" for instance in instances]
        counts.append(len(instances))
    said = iter([_checked(part) for part in _run(classes, lines)])
    return [[next(said) for _ in range(count)] for count in counts]


def _checked(lines: Sequence[str]) -> Checked:
    rows = [line.split(" ") for line in lines]
    return Checked(
        refused={row[1]: OUTCOMES.get(row[2], row[2]) for row in rows if row[0] == "bad"},
        is_valid=["outcome", "ok"] in rows,
        values={row[1]: _decode(row[3]) for row in rows if row[0] == "v" and row[2] == "true"},
        error=next((_decode(row[1]) for row in rows if row[0] == "error"), ""),
    )


OUTCOMES = {"1": "required", "2": "constraint"}


def _opened(form: Form, xml: str) -> str:
    return f"form {_encode(xml)} {','.join(repeats(form))}"


def _run(classes: Path, lines: Iterable[str]) -> list[list[str]]:
    command = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", f"-Duser.timezone={ZONE}"]
    command += ["-Duser.language=en", "-cp", f"{JAR}:{classes}", "WholeForm"]
    text = "\n".join(lines) + "\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return [part.splitlines() for part in done.stdout.split("end\n")[:-1]]


def _read(form: Form, lines: Sequence[str]) -> Filled | str:
    plan = plan_of(form)
    met: list[Met] = []
    values: dict[str, str] = {}
    shown: set[str] = set()
    for line in lines:
        kind, *rest = line.split(" ")
        if kind == "error":
            return _decode(rest[0])
        step = plan.step(rest[0])
        if step is None or step.node.question.type in NOT_COMPARED:
            continue
        if kind == "q" and step.node.is_asked:
            met.append(Met(rest[0], rest[1] == "true", rest[2], _decode(rest[3])))
        elif kind == "v" and rest[1] == "true":
            if _is_worked_out(step.node) and (text := _decode(rest[2])):
                values[rest[0]] = text
            if step.node.is_asked:
                shown.add(rest[0])
    return Filled(tuple(met), values, frozenset(shown))


def is_same(theirs: str, ours: str) -> bool:
    """Whether both stored the same result: we keep a day without 00:00 and its zone, and numbers
    with no more digits than they need.
    """
    theirs = _MIDNIGHT.sub(r"\1", theirs)
    return theirs == ours or shortest(theirs) == shortest(ours)


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decode(text: str) -> str:
    return base64.b64decode(text).decode()
