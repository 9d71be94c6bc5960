"""Which answers decide whether a question is shown: its conditions, its groups', what they read.

Called by `exploring` and `diagram`.
"""

from collections.abc import Mapping

from conversations.form import Form, Group, Question
from conversations.plan import Node, plan_of


def shown(form: Form) -> tuple[str, ...]:
    """Everything somebody should see: questions, notes, answers shown, `one more?`."""
    return tuple(node.path for node in plan_of(form).nodes if _is_shown(node))


def _is_shown(node: Node) -> bool:
    return (
        node.is_asked
        or node.question.type == "note"
        or (node.question.read_only and node.type.is_asked)
    )


def conditional(form: Form) -> tuple[tuple[str, str], ...]:
    """(question shown under a condition of its own or of its group, what holds the condition)."""
    found: list[tuple[str, str]] = []

    def visit(item: Question | Group, above: str) -> None:
        deciding = item.path if item.relevant is not None else above
        if isinstance(item, Group):
            for child in item.children:
                visit(child, deciding)
        elif deciding and item.path in seen:
            found.append((item.path, deciding))

    seen = set(shown(form))
    for child in form.children:
        visit(child, "")
    return tuple(found)


def support(form: Form, path: str) -> frozenset[str]:
    """The asked questions whose answers decide whether this one is shown."""
    gates, behind = _gates(form), _behind(form)
    found: set[str] = set()
    waiting = set(gates.get(path, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting |= behind.get(one, frozenset())
    return frozenset(found)


def _gates(form: Form) -> Mapping[str, frozenset[str]]:
    """Path → what its own condition and those of its groups read; a repeat's count as well."""
    gates: dict[str, frozenset[str]] = {}

    def visit(item: Question | Group, above: frozenset[str]) -> None:
        own = above | (item.relevant.refs if item.relevant else frozenset())
        if isinstance(item, Group):
            own |= item.repeat_count.refs if item.repeat_count else frozenset()
        gates[item.path] = own
        for child in item.children if isinstance(item, Group) else ():
            visit(child, own)

    for child in form.children:
        visit(child, frozenset())
    return gates


def _behind(form: Form) -> Mapping[str, frozenset[str]]:
    """Path of a calculation → what it is reckoned from."""
    return {
        question.path: question.calculation.refs
        for question in form.questions.values()
        if question.calculation is not None
    }
