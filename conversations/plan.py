"""A form made ready for walking: flat, indexed, each question with its type and its conditions at
hand.

Made once per form text and kept by digest; the walk reads it on every turn. Knows no answer.
"""

from collections.abc import Callable, Iterator, Mapping

from conversations.expressions import Expression, Scope
from conversations.facts import FACTS
from conversations.form import NO_TEXT, Choice, Form, Group, Question, Text
from conversations.turn import FormWords
from conversations.types import TYPES, QuestionType
from registry.fields import FIELDS, FieldClass

Gate = Callable[[Scope], bool]

Reads = frozenset[str] | None
"""The paths an expression's result depends on, and nothing else; None: more."""

MAX_PLANS = 64
"""Forms in use at one time; a school has about twenty. Beyond it the oldest is made again."""

STATEMENT = "statement"
SIGNATURE = "signature"
RELATION = "relation"


class Step:
    """A question at one place of the route: itself, or one member's copy of it."""

    __slots__ = ("member", "node", "op", "path")

    def __init__(self, node: "Node", member: str = "") -> None:
        self.node = node
        self.member = member
        self.path = node.path_of(member) if member else node.path
        self.op = f"{node.index}@{member}" if member else str(node.index)


class Node:
    """One question, ready to be asked."""

    __slots__ = (
        "_members", "brief", "choices", "codes", "count", "fact", "filter", "gate", "index",
        "is_asked", "is_consent", "is_delicate", "is_guardians", "is_own", "is_photo",
        "is_plain", "is_repeat",
        "is_signature", "label", "lock", "path", "question", "reads", "repeat", "required", "role",
        "section", "step", "type",
    )  # fmt: skip

    def __init__(self, index: int, question: Question, section: Text, repeat: str) -> None:
        house = question.house
        self.index = index
        self.question = question
        self.path = question.path
        self.section = FormWords(section)
        self.repeat = repeat
        self.type: QuestionType = TYPES[question.type]
        self.is_asked = self.type.is_asked and not _is_silent(question)
        self.is_own = house.own
        self.fact = FACTS[house.fact] if house.fact else None
        self.is_repeat = question.type == "repeat"
        self.role = house.role or ""
        self.is_signature = house.role == SIGNATURE
        self.is_consent = house.consent is not None and house.role != STATEMENT
        self.is_guardians = self.is_consent or self.is_signature
        self.is_delicate = _class_of(question) in (FieldClass.delicate, FieldClass.health)
        self.is_photo = _is_of_household(question) or question.save_to == "phone"
        self.count: Callable[[Scope], str] | None = None  # of a repeat
        self.reads = _reads(question.calculation)
        self.gate: Gate | None = question.relevant.boolean if question.relevant else None
        self.filter: Gate | None = (
            question.choice_filter.boolean if question.choice_filter else None
        )
        locked = question.read_only
        self.lock: Gate | None = locked.boolean if isinstance(locked, Expression) else None
        self.is_plain = self.is_asked and not (
            self.is_own or self.is_guardians or self.is_repeat or self.filter or self.lock
        )
        required = question.required
        self.required: Gate | bool = (
            required.boolean if isinstance(required, Expression) else required
        )
        self.label = FormWords(question.label)
        self.brief = FormWords(question.brief if question.brief.by_language else question.label)
        self.choices = tuple(enumerate(question.choices))
        self.codes: Mapping[str, tuple[int, Choice]] = {c.name: (i, c) for i, c in self.choices}
        self.step = Step(self)
        self._members: dict[str, Step] = {}

    def path_of(self, member: str) -> str:
        """Where the answer of one member of its repeat is kept."""
        return f"{self.repeat}#{member}{self.path[len(self.repeat) :]}"

    def step_of(self, member: str) -> Step:
        """The step for one member of its repeat."""
        step = self._members.get(member)
        if step is None:
            step = self._members[member] = Step(self, member)
        return step


Entry = tuple[Gate | None, int, Node | None, Reads]
"""One line of the plan: a gate that is shut skips to the number; a group has no node. Last, what
the gate reads."""


class Plan:
    """A whole form, flat. `entries` in the form's order, `nodes` by index."""

    __slots__ = (
        "by_path", "changing", "entries", "has_forward", "has_repeat", "nodes", "photos",
        "relation", "statement",
    )  # fmt: skip

    def __init__(self, form: Form) -> None:
        self.nodes: list[Node] = []
        self.entries: list[Entry] = []
        for child in form.children:
            self._add(child, NO_TEXT, "")
        self.by_path: Mapping[str, Node] = {node.path: node for node in self.nodes}
        self.relation = next((n for n in self.nodes if n.role == RELATION), None)
        self.statement = next((n for n in self.nodes if n.role == STATEMENT), None)
        self.photos = tuple(n for n in self.nodes if n.is_photo and n.question.type == "image")
        self.changing = tuple(node for node in self.nodes if node.question.change)
        self.has_forward = _has_forward(form, self.by_path)
        self.has_repeat = any(node.is_repeat for node in self.nodes)

    def step(self, path: str) -> Step | None:
        """The step an answer's path belongs to."""
        node = self.by_path.get(path)
        if node is not None:
            return node.step
        repeat, sign, rest = path.partition("#")
        member, _, name = rest.partition("/")
        node = self.by_path.get(f"{repeat}/{name}") if sign else None
        return node.step_of(member) if node else None

    def step_by_op(self, op: str) -> Step | None:
        """The step a button "go.7" or "go.7@2" means."""
        number, _, member = op.partition("@")
        if not number.isdecimal() or int(number) >= len(self.nodes):
            return None
        node = self.nodes[int(number)]
        return node.step_of(member) if member else node.step

    def _add(self, item: Question | Group, section: Text, repeat: str) -> None:
        if isinstance(item, Question):
            node = self._node(item, section, repeat)
            self.entries.append((node.gate, len(self.entries) + 1, node, _reads(item.relevant)))
            return
        at = len(self.entries)
        gate = item.relevant.boolean if item.relevant else None
        self.entries.append((gate, at, None, None))
        label = section if section.by_language else item.label
        for child in item.children:
            self._add(child, label, item.path if item.repeats else repeat)
        pseudo = self._node(_more_of(item), label, "") if item.repeats else None
        if pseudo is not None and item.repeat_count is not None:
            pseudo.count = item.repeat_count.text
        self.entries[at] = (gate, len(self.entries), pseudo, _reads(item.relevant))

    def _node(self, question: Question, section: Text, repeat: str) -> Node:
        node = Node(len(self.nodes), question, section, repeat)
        self.nodes.append(node)
        return node


_plans: dict[str, Plan] = {}


def plan_of(form: Form) -> Plan:
    """The plan of this form's text, made on first use."""
    plan = _plans.get(form.digest)
    if plan is None:
        while len(_plans) >= MAX_PLANS:
            _plans.pop(next(iter(_plans)))
        plan = _plans[form.digest] = Plan(form)
    return plan


def _more_of(repeat: Group) -> Question:
    """The question "one more?" at the end of a repeat."""
    return Question(repeat.path, repeat.name, "repeat", repeat.label)


def _class_of(question: Question) -> FieldClass:
    field = FIELDS.get(question.save_to or "")
    return FieldClass.plain if field is None else field.field_class


def _is_of_household(question: Question) -> bool:
    """A page of the household register, from which the school can type."""
    kind = question.house.evidence or question.name
    is_page = kind.startswith("household_") and kind != "household_change_page"
    return question.type == "image" and is_page


def _reads(expression: Expression | None) -> Reads:
    """None too for what reads the clock, draws a number or reads the answer it stands at."""
    return expression.refs if expression is not None and expression.is_steady else None


def _is_silent(question: Question) -> bool:
    return question.read_only is True or question.calculation is not None


def _has_forward(form: Form, by_path: Mapping[str, Node]) -> bool:
    """Whether a condition looks at a question that comes later, so that one pass is not enough."""
    seen: set[str] = set()
    for item in _items(form.children):
        if not _refs(item) <= (seen | (_paths(item) if isinstance(item, Group) else set())):
            return True
        if isinstance(item, Question) or item.repeats:
            seen.add(item.path)
    return False


def _items(children: tuple[Question | Group, ...]) -> Iterator[Question | Group]:
    for child in children:
        yield child
        if isinstance(child, Group):
            yield from _items(child.children)


def _refs(item: Question | Group) -> frozenset[str]:
    if isinstance(item, Group):
        found = (item.relevant, item.repeat_count)
    else:
        found = (item.relevant, item.calculation, item.choice_filter)  # type: ignore[assignment]
    return frozenset().union(*(e.refs for e in found if e is not None))


def _paths(group: Group) -> set[str]:
    return {group.path} if group.repeats else set()
