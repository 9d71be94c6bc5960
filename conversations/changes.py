"""Answers worked out at one moment and then kept: triggers, `once`, `start`, first defaults.

Everything else a form works out is worked out anew on every turn. A question that is asked loses
its answer when its trigger changes, and is asked again with the new value proposed. Called by
`dialogue` after every turn that changed the draft.
"""

from collections.abc import Iterator

from conversations.draft import Answer
from conversations.expressions import ExpressionError
from conversations.form import Change
from conversations.plan import Node, Step
from conversations.walk import Route

MAX_ROUNDS = 8
"""One kept answer may fire the next; the linter cannot see every circle."""


def settle(before: Route, after: Route) -> Route:
    """The route after all that changed between the two was worked out."""
    for _ in range(MAX_ROUNDS if after.plan.changing else 0):
        answers = dict(after.draft.answers)
        for step in _steps(after):
            change = step.node.question.change
            if change is not None and _fires(step, change, before, after):
                _put(answers, after, step, change)
        if answers == after.draft.answers:
            break
        draft = after.draft
        asked = {path for path in draft.answers if path not in answers}
        draft = draft.keeping(answers, seen=draft.seen - asked)
        before, after = after, after.again(draft)
    return after


def _steps(route: Route) -> Iterator[Step]:
    """Every place of a changing question: one for each member of its repeat."""
    for node in route.plan.changing:
        if not node.repeat:
            yield node.step
        else:
            for member in route.values.get(node.repeat, "").split():
                yield node.step_of(member)


def _fires(step: Step, change: Change, before: Route, after: Route) -> bool:
    if change.from_start and step.path not in after.draft.answers:
        return True
    places = (_place(after, path, step) for path in change.paths)
    return any(_known(before, place) != _known(after, place) for place in places)


def _place(route: Route, path: str, step: Step) -> str:
    """Where a trigger's answer is, seen from a member of the same repeat."""
    node: Node | None = route.plan.by_path.get(path)
    if step.member and node is not None and node.repeat == step.node.repeat:
        return node.path_of(step.member)
    return path


def _known(route: Route, path: str) -> str:
    """An answer off the route has not changed."""
    answer = route.draft.answers.get(path)
    return answer.text if answer is not None else route.values.get(path, "")


def _put(answers: dict[str, Answer], route: Route, step: Step, change: Change) -> None:
    text = _text(route, step, change)
    if text:
        answers[step.path] = Answer(text, route.me)
    else:
        answers.pop(step.path, None)


def _text(route: Route, step: Step, change: Change) -> str:
    if change.calculation is None:
        return ""
    try:
        return change.calculation.text(route.scope_at(step))
    except ExpressionError:
        return ""
