"""The route after a change of the draft is the route of that draft, however it was come to."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.draft import Answer
from conversations.form import Form, Question
from conversations.turn import Facts
from conversations.walk import Route
from tests.conversations.papers import draft_of
from tests.conversations.stage import Stage
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


@settings(max_examples=150 * SCALE, deadline=None)
@given(changes=changes(), relation=RELATIONS)
def test_again_and_afresh_are_the_same(changes: tuple, relation: object) -> None:  # type: ignore[type-arg]
    form, steps = changes
    stage = Stage(form=form, relation=relation)  # type: ignore[arg-type]
    stage.begin()
    draft = draft_of(form, {})
    facts: Facts = replace(stage.facts(), form=form, draft=draft)
    route = Route(form, draft, facts)
    for step in steps:
        answers = dict(route.draft.answers)
        for path, text in step.items():
            if text is None:
                answers.pop(path, None)
            else:
                answers[path] = Answer(text, facts.actor.id)
        changed = route.draft.keeping(answers)
        route = route.again(changed)
        assert standing(route) == standing(Route(form, changed, facts))
