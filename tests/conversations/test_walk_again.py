"""A route that follows a trail is the route of its draft, however it was come to."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.draft import Answer, Draft
from conversations.form import Form, Question
from conversations.turn import Facts
from conversations.walk import Route
from registry.actors import Relation
from registry.students import Status
from tests.conversations.papers import draft_of, paper
from tests.conversations.stage import NOW, Stage
from tests.conversations.test_every_paper_goes_on import PAPERS
from tests.conversations.test_walk_always_goes_on import RELATIONS, SCALE
from tests.forms.shelf import SOURCES, form_named

TEXTS = (
    "1",
    "0",
    "-3",
    "2018-03-12",
    "2026-09-01",
    "99999920180312002",
    "张小涵",
    "向阳幼儿园",
    "x",
)


def standing(route: Route) -> dict[str, object]:
    """Everything a turn asks of a route."""
    return {
        "values": route.values,
        "worked out": {path: repr(value) for path, value in route.worked_out.items()},
        "steps": [step.path for step in route.steps],
        "states": route.states,
        "notes": {path: [it.path for it in notes] for path, notes in route.notes.items()},
        "signatures": [step.path for step in route.signatures],
        "first": route.first.path if route.first else None,
        "left": route.left,
    }


def texts(question: Question) -> st.SearchStrategy[str]:
    codes = [choice.name for choice in question.choices[:8]]
    if not codes:
        return st.sampled_from(TEXTS)
    if question.type.startswith("select_multiple"):
        return st.lists(st.sampled_from(codes), unique=True, max_size=3).map(" ".join)
    return st.sampled_from(codes)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Form, list[dict[str, str | None]]]:
    """A form, and what is answered or taken back in each of some steps."""
    form = draw(st.sampled_from((*PAPERS, *map(form_named, SOURCES))))
    paths = sorted(form.questions)
    steps: list[dict[str, str | None]] = [
        {path: draw(texts(form.questions[path])) for path in paths if draw(st.integers(0, 9))}
    ]
    for _ in range(draw(st.integers(2, 8))):
        chosen = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=2, unique=True))
        steps.append({p: draw(st.none() | texts(form.questions[p])) for p in chosen})
    return form, steps


@st.composite
def moments(draw: st.DrawFn) -> dict[str, object]:
    """What may be otherwise at a later turn."""
    return {
        "now": NOW + timedelta(days=draw(st.sampled_from((0, 0, 1, 400)))),
        "language": draw(st.sampled_from(("zh_Hans", "zh_Hans", "en"))),
        "who": draw(st.sampled_from(("mother", "mother", "father"))),
        "relation": draw(RELATIONS),
        "known": draw(st.sampled_from(({}, {"full_name": "张小涵", "phone": "13900000000"}))),
        "status": draw(st.sampled_from((None, Status.enrolled, Status.suspended))),
        "guardian_count": draw(st.sampled_from((1, 2))),
    }


@settings(max_examples=150 * SCALE, deadline=None)
@given(changes=changes(), relation=RELATIONS)
def test_again_and_afresh_are_the_same(
    changes: tuple[Form, list[dict[str, str | None]]], relation: Relation | None
) -> None:
    form, steps = changes
    facts = facts_of(form, {"relation": relation})
    route = Route(form, draft_of(form, {}), facts)
    for step in steps:
        changed = after(route.draft, step)
        route = route.again(changed)
        assert standing(route) == standing(Route(form, changed, facts))


@settings(max_examples=100 * SCALE, deadline=None)
@given(changes=changes(), data=st.data())
def test_with_a_trail_and_without_are_the_same_at_another_moment(
    changes: tuple[Form, list[dict[str, str | None]]], data: st.DataObject
) -> None:
    """Another day, person or language, other values in the register: the trail is only older."""
    form, steps = changes
    draft, trail = draft_of(form, {}), None
    for step in steps:
        draft = after(draft, step)
        facts = facts_of(form, data.draw(moments()))
        route = Route(form, draft, facts, trail)
        assert standing(route) == standing(Route(form, draft, facts))
        trail = route.trail


CHOSEN = """
| type | name | label | label::English (en) | calculation |
| select_one fruit | one | 哪一种？ | Which one? | |
| calculate | word | | | jr:choice-name(${one}, '${one}') |
"""
FRUIT = """
| choices |
| | list_name | name | label | label::English (en) |
| | fruit | a | 苹果 | apple |
"""


def test_a_trail_in_another_language_is_not_followed() -> None:
    form = paper(CHOSEN, FRUIT)
    draft = draft_of(form, {"one": "a"})
    trail = Route(form, draft, facts_of(form, {})).trail
    route = Route(form, draft, facts_of(form, {"language": "en"}), trail)
    assert route.values["word"] == "apple"


WRITTEN = """
| type | name | label | calculation |
| text | one | 写什么？ | |
| calculate | same | | ${one} |
"""


def test_a_trail_of_photos_only_is_not_followed() -> None:
    form = paper(WRITTEN)
    draft = draft_of(form, {"one": "a"})
    facts = facts_of(form, {})
    trail = Route(form, replace(draft, photos_by="mother"), facts).trail
    assert "same" not in trail.values
    assert Route(form, draft, facts, trail).values["same"] == "a"


def facts_of(form: Form, moment: dict[str, object]) -> Facts:
    stage = Stage(form=form, **moment)  # type: ignore[arg-type]
    stage.begin()
    return replace(stage.facts(), form=form, draft=draft_of(form, {}))


def after(draft: Draft, step: dict[str, str | None]) -> Draft:
    answers = dict(draft.answers)
    for path, text in step.items():
        if text is None:
            answers.pop(path, None)
        else:
            answers[path] = Answer(text, "mother")
    return draft.keeping(answers)
