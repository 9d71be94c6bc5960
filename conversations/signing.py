"""The name typed as a signature, beside the guardians whom the paper and the register name.

A differing name is asked about once and then taken: a name may be written in two ways, and the
class teacher knows the family. Called by `acts` and by the page behind a guardian's link.
Rule: R81, K21.
"""

from collections.abc import Iterator

from conversations.facts import FACTS
from conversations.turn import Param
from conversations.walk import Route
from registry.actors import Relation
from registry.frozen import frozen
from registry.names import is_same_name

GUARDIANS_NAMED = ("guardian1", "guardian2")


@frozen
class Named:
    """A guardian as named somewhere; `shown` is what may stand on the screen."""

    relation: str  # "" where it is not known
    name: str
    shown: Param


def others_named(route: Route, relation: Relation | None, typed: str) -> tuple[Param, ...]:
    """Whom paper and register name as this guardian, where that is somebody else; else nobody."""
    fitting = [
        it
        for it in (*_in_paper(route), *_in_register(route))
        if relation is None or it.relation in ("", relation)
    ]
    if any(is_same_name(it.name, typed) for it in fitting):
        return ()
    return tuple(dict.fromkeys(it.shown for it in fitting))


def _in_paper(route: Route) -> Iterator[Named]:
    steps = {
        node.question.save_to: node.step
        for node in route.plan.nodes
        if node.path in route.values and not node.is_signature
    }
    for one in GUARDIANS_NAMED:
        step, relation = steps.get(f"{one}_name"), steps.get(f"{one}_relation")
        if step is not None and route.is_mine(step):
            said = route.values[relation.path] if relation is not None else ""
            yield Named(said, route.values[step.path], route.shown(step))


def _in_register(route: Route) -> Iterator[Named]:
    student = route.facts.student
    for one in GUARDIANS_NAMED if student is not None else ():
        shown = FACTS[f"known.{one}_name"](route.facts)
        if student is not None and shown:
            fields = student.fields
            yield Named(fields.get(f"{one}_relation", ""), fields[f"{one}_name"], shown)
