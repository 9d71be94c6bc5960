"""Which answers decide whether a question is shown: its conditions, its groups', what they read.

Called by `exploring` and `diagram`.
"""

from collections.abc import Mapping

from conversations.authoring.clues import items
from conversations.form import Form, Group, Question
from conversations.plan import Node, plan_of


def shown(form: Form) -> tuple[str, ...]:
    """Everything somebody should see: questions, notes, answers shown, `one more?`."""
    counted = {
        item.path for item in items(form.children) if isinstance(item, Group) and item.repeat_count
    }
    nodes = plan_of(form).nodes
    return tuple(n.path for n in nodes if _is_shown(n) and n.path not in counted)


def _is_shown(node: Node) -> bool:
    return (
        node.is_asked
        or node.question.type == "note"
        or (node.question.read_only is not False and node.type.is_asked)
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


def support(form: Form, path: str) -> Mapping[str, int]:
    """The answers that decide whether a question is shown; 0 = read by its own condition."""
    gates, behind = _gates(form), _behind(form)
    found: dict[str, int] = {}
    waiting = [(one, 0) for one in sorted(gates.get(path, ()))]
    for one, depth in waiting:  # grows while it is read
        if one not in found:
            found[one] = depth
            waiting += [(more, depth + 1) for more in sorted(behind.get(one, ()))]
    return found


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
