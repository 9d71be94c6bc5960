"""A paper as a grid of fields for whoever types it from the family's pictures.

Asks what the dialogue would ask of the family, less what only the family answers; reads each
field with the dialogue's own types and checks. Pure: called by `admin.typing`. Rule: R80, R159.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from conversations.answering import CONSTRAINT, broken, proposal
from conversations.asked import Asked
from conversations.draft import Answer, Draft, Focus
from conversations.plan import RELATION, STATEMENT, Step
from conversations.turn import Facts, FormWords, Phrase, Said
from conversations.walk import DONE, Route
from conversations.wording import words
from registry.fields import FIELDS
from registry.frozen import frozen
from registry.problems import Problem
from registry.regions import Regions
from registry.values import read_by_staff

FILES: Final = frozenset({"file", "image"})
OF_PHONE: Final = ("walk.skip", "walk.later")
"""Buttons a hint may name that are on no page of the panel."""
_CLAUSE: Final = re.compile(r"[^。；;.]+[。；;.]?\s*")
MOST_LISTED: Final = 200
"""So many choices drop down; of a longer list (regions) the label is typed."""


@frozen
class Typed:
    """What was sent of one field."""

    values: tuple[str, ...]
    is_insisted: bool


@frozen
class FieldLine:
    """One field of the grid. `kind`: text, multiline, one or several."""

    op: str
    path: str
    label: str
    hint: str
    kind: str
    section: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    is_proposed: bool = False
    may_insist: bool = False
    is_insisted: bool = False
    problem: str = ""
    region: str = ""  # a code to look up in the school's table
    warning: str = ""


@frozen
class Kept:
    """The draft with what could be read, and why the rest could not."""

    draft: Draft
    problems: Mapping[str, Problem] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    count: int = 0


def is_typed(step: Step) -> bool:
    """Whether the school types it: not what a guardian agrees to or signs, no delicate fact, no
    picture, nothing that is one person's own.
    """
    node = step.node
    is_familys = node.is_guardians or node.is_delicate or node.is_own or node.is_repeat
    return not (is_familys or node.role in (STATEMENT, RELATION) or node.question.type in FILES)


def left_to_type(route: Route) -> tuple[Step, ...]:
    """What the school must still type."""
    return tuple(step for step in route.missing() if is_typed(step))


def left_to_family(route: Route) -> tuple[Step, ...]:
    """What only the family can still give, a guardian's consents aside."""
    missing = (step for step in route.missing() if not is_typed(step))
    return tuple(step for step in missing if not step.node.is_consent)


def lines(route: Route, kept: Kept) -> tuple[FieldLine, ...]:
    """The grid as it stands, in the form's order."""
    return tuple(_line(route, step, kept) for step in route.steps if is_typed(step))


def with_warnings(
    grid: Sequence[FieldLine], regions: Regions | None, language: str
) -> tuple[FieldLine, ...]:
    """The same; a region code nobody knows is to be looked at, and kept all the same. R119."""

    def warning(line: FieldLine) -> str:
        found = read_by_staff("region_code", line.region, regions).warnings if line.region else ()
        return " ".join(words(Phrase(one.code, one.params), language) for one in found)

    return tuple(replace(line, warning=warning(line)) for line in grid)


def keep(facts: Facts, draft: Draft, typed: Mapping[str, Typed], by: str, read: "Reading") -> Kept:
    """Read every field that was sent; a condition that opens new questions shows them next."""
    problems: dict[str, Problem] = {}
    raw: dict[str, str] = {}
    count = 0
    for op, given in typed.items():
        route = read(facts, draft)
        step = route.plan.step_by_op(op)
        if step is None or route.step(step.path) is None or not is_typed(step):
            continue
        text, problem = _read(route, step, given)
        if problem is not None:
            problems[step.path] = problem
            raw[step.path] = " ".join(given.values)
            continue
        changed = _changed(route, draft, step, text, given, by)
        count += changed is not draft
        draft = changed
    return Kept(draft, problems, raw, count)


Reading = Callable[[Facts, Draft], Route]


def _changed(route: Route, draft: Draft, step: Step, text: str, given: Typed, by: str) -> Draft:
    present, path = draft.answers.get(step.path), step.path
    if not text:
        answers = {key: one for key, one in draft.answers.items() if key != path}
        seen = draft.seen | {path} if not route.is_required(step) else draft.seen
        is_same = present is None and seen == draft.seen
        return draft if is_same else draft.keeping(answers, seen=seen)
    is_insisted = given.is_insisted and broken(route, step, text) is not None
    if present is not None and (present.text, present.insisted) == (text, is_insisted):
        return draft
    answers = {**draft.answers, path: Answer(text, by, is_insisted)}
    return draft.keeping(answers, later=draft.later - {path}, seen=draft.seen - {path})


def _read(route: Route, step: Step, given: Typed) -> tuple[str, Problem | None]:
    """The canonical text ("" = left empty), or why not."""
    node, values = step.node, tuple(it for it in given.values if it.strip())
    if not values:
        return "", None
    if _is_listed(route, step):
        offered = [choice.name for _, choice in route.choices(step)]
        if any(value not in offered for value in values):
            return "", Problem("answer.choice_unknown")
        text = " ".join(name for name in offered if name in values)
    else:
        choices = route.choices(step)
        asked = Asked(node.question, choices, node.codes, Focus(step.path), route.facts.now)
        read = node.type.read(asked, Said(values[0]))
        if read.text is None:
            is_shaped = given.is_insisted and node.question.house.insist and read.rejected
            if not is_shaped:
                return "", read.problem or Problem("panel.typing.unsure")
        text = read.text or read.rejected
    problem = broken(route, step, text)
    may_stay = given.is_insisted and node.question.house.insist
    return text, None if may_stay else problem


def _line(route: Route, step: Step, kept: Kept) -> FieldLine:
    node, language = step.node, route.facts.language
    question = node.question
    answer, problem = route.draft.answers.get(step.path), kept.problems.get(step.path)
    offered = "" if answer or problem else proposal(route, step)
    value = kept.raw.get(step.path, answer.text if answer else offered)
    is_listed = _is_listed(route, step)
    if node.codes and not is_listed and value and problem is None:
        value = words(node.type.show(question, value), language)
    return FieldLine(
        op=step.op,
        path=step.path,
        label=words(route.words(node.brief.text, step), language),
        hint=_for_desk(words(route.words(question.hint, step), language), language),
        kind=_kind(step) if is_listed or not node.codes else "text",
        section=words(node.section, language),
        value=value,
        choices=tuple(
            (choice.name, words(FormWords(choice.label), language))
            for _, choice in (route.choices(step) if is_listed else ())
        ),
        is_required=route.is_required(step) and route.state(step.path) not in DONE,
        is_proposed=bool(offered),
        may_insist=question.house.insist and (problem is not None or _is_insisted(answer)),
        is_insisted=_is_insisted(answer),
        problem=_say(route, step, problem),
        region=value if problem is None and _is_region(step) else "",
    )


def _is_region(step: Step) -> bool:
    saved = FIELDS.get(step.node.question.save_to or "")
    return saved is not None and saved.kind == "region_code"


def _is_listed(route: Route, step: Step) -> bool:
    return bool(step.node.codes) and len(route.choices(step)) <= MOST_LISTED


def _kind(step: Step) -> str:
    question = step.node.question
    if step.node.codes:
        return "several" if question.type == "select_multiple" else "one"
    return "multiline" if "multiline" in question.appearance else "text"


def _is_insisted(answer: Answer | None) -> bool:
    return answer is not None and answer.insisted


def _say(route: Route, step: Step, problem: Problem | None) -> str:
    if problem is None:
        return ""
    language, own = route.facts.language, step.node.question.constraint_message
    if problem.code != CONSTRAINT:
        return words(Phrase(problem.code, problem.params), language)
    said = _for_desk(words(route.words(own, step), language), language) if own.by_language else ""
    return said or words(Phrase("answer.refused"), language)


def _for_desk(text: str, language: str) -> str:
    """What is said at the phone, less the clauses about its buttons; the label says what may stay
    empty.
    """
    buttons = [words(Phrase(key), language) for key in OF_PHONE]
    named = [f"{opens}{it}{ends}" for it in buttons for opens, ends in ("「」", "“”", '""')]
    clauses = _CLAUSE.findall(text)
    kept = [one for one in clauses if not any(name in one for name in named)]
    if len(kept) == len(clauses):
        return text
    stop = "." if kept and kept[0].isascii() else "。"
    return re.sub("[；;]$", stop, "".join(kept).strip())


def ops_of(fields: Sequence[str]) -> tuple[str, ...]:
    """Which fields a page carried, each once, in its order."""
    return tuple(dict.fromkeys(fields))
