"""One pass over a form with a family's answers: which questions are on the route, and how each
stands.

The walk (`walk.Route`) is such a pass with what everybody asks of it. Reads nothing but its
arguments: what an earlier pass came to is one of them (`trail`, decision 012).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress

from conversations.chance import draws
from conversations.choice_index import index_of
from conversations.draft import Answer, Draft, DraftState
from conversations.expressions import Expression, ExpressionError, Scope
from conversations.expressions.coercion import Single, read_kept, write_value
from conversations.form import Change, Choice, Form
from conversations.plan import RELATION, STATEMENT, Gate, Node, Plan, Reads, Step, plan_of
from conversations.trail import Trail
from conversations.turn import Facts
from registry.actors import GUARDIANS, Relation
from registry.submissions import Flag

ANSWERED = "answered"
FLAGGED = "flagged"  # answered, and a reviewer asked for something else
LATER = "later"  # promised
OPEN = "open"
OTHER = "other"  # own answer of another person of the family: filled, not shown
SKIPPED = "skipped"  # optional and left out

DONE = frozenset({ANSWERED, OTHER, SKIPPED})
TO_ASK = frozenset({FLAGGED, OPEN})

MAX_PASSES = 8
"""Rounds until conditions that look forward settle; the linter refuses circles."""
MAX_MEMBERS = 50

NO_GATES: Mapping[int, bool] = {}


class Pass:
    """One reading of a draft: `steps` with their `states`; `values` are answers on the route."""

    __slots__ = (
        "_before", "_gates", "_moved", "_pending", "_unasked", "draft", "facts", "first", "flags",
        "form", "left", "me", "notes", "plan", "scope", "signatures", "states", "steps", "values",
        "worked_out",
    )  # fmt: skip

    def __init__(
        self, form: Form, draft: Draft, facts: Facts, before: Trail | None = None
    ) -> None:
        """`before`: of a pass over the draft as it was. Conditions and calculations of which
        nothing has moved since are taken from it.
        """
        self.form = form
        self.plan: Plan = plan_of(form)
        self.facts = facts
        self.me = facts.signer or facts.actor.id
        self.draft = draft
        self.flags: Mapping[str, Flag] = (
            {flag.path: flag for flag in facts.flags if flag.path not in draft.mended}
            if draft.state is DraftState.returned
            else {}
        )
        self.values: dict[str, str] = {}
        self.worked_out: dict[str, Single] = {}  # results of calculations that are no text
        self._unasked: set[str] = set()  # members' questions off the route
        self._gates: dict[int, bool] = {}  # of which entries of the plan are open
        self._before = before if before is not None and self._follows(before) else None
        self._moved = self._before.moved(draft) if self._before is not None else set()
        self.scope = Scope(
            self.values,
            facts.now,
            draw=draws(f"{draft.id}:{draft.revision}"),
            label=self._label_of,
            tables=form.tables,
            unasked=self._unasked,
            version=form.version,
            worked_out=self.worked_out,
        )
        for _ in range(MAX_PASSES if self.plan.has_forward else 1):
            known = self._known() if self.plan.has_forward else None
            self._read()
            if known is not None and known == self._known():
                break

    # ---- who fills, and what a condition sees

    @property
    def relation(self) -> Relation | None:
        """Who fills, seen from the child: what the form says, else the link. Rule: K21."""
        node = self.plan.relation
        said = self.values.get(node.path, "") if node is not None else ""
        if said in Relation.__members__:
            return Relation(said)
        return self.facts.relation

    @property
    def is_guardian(self) -> bool:
        """Whether who fills may consent and sign: by his own word, his link or claim. K21."""
        known = (self.facts.relation, self.relation)
        return all(relation is None or relation in GUARDIANS for relation in known)

    def answer(self, step: Step) -> Answer | None:
        """The answer at a step; of an own one mine, else another's."""
        if not step.node.is_own:
            return self.draft.answers.get(step.path)
        own = self.draft.own.get(step.path, {})
        return own.get(self.me) or next(iter(own.values()), None)

    def scope_at(self, step: Step, text: str | None = None) -> Scope:
        """The scope of one question; with `text` as if that were its answer."""
        current = self.values.get(step.path, "") if text is None else text
        scope = self.scope.at(current, step.node.question.type)
        if step.member:
            scope = scope.within(step.node.repeat, step.member)
        if text is not None:
            scope.values = {**self.values, step.path: text}
        return scope

    def is_required(self, step: Step) -> bool:
        """Whether the question may not be left out."""
        required = step.node.required
        return required if isinstance(required, bool) else is_true(required, self.scope_at(step))

    def _label_of(self, path: str, code: str) -> str:
        """What `jr:choice-name` says of a choice, in the language spoken now."""
        node = self.plan.by_path.get(path)
        found = node.codes.get(code) if node is not None else None
        return (
            found[1].label.within(self.facts.language, self.form.default_language) if found else ""
        )

    # ---- what an earlier pass knows

    @property
    def trail(self) -> Trail:
        """What it leaves for the next one."""
        known = (self._gates, self.values, self.worked_out)
        return Trail(self.plan, self.facts.language, self.draft, *known)

    def _follows(self, before: Trail) -> bool:
        """Whether it leads the same kind of way through the same form, in the same words."""
        return (
            before.plan is self.plan
            and not (self.plan.has_forward or self.plan.has_repeat)
            and before.language == self.facts.language
            and not (before.draft.takes_photos or self.draft.takes_photos)
        )

    def _compare(self, path: str) -> None:
        """Note when what is known at that path is not what was known before."""
        before = self._before
        if before is not None and (
            self.values.get(path) != before.values.get(path)
            or self.worked_out.get(path) != before.worked_out.get(path)
        ):
            self._moved.add(path)

    def _taken_over(self, path: str, reads: Reads) -> bool:
        """Whether a calculation's result was there already."""
        before, moved = self._before, self._moved
        if before is None or reads is None or path in moved or not reads.isdisjoint(moved):
            return False
        self._put(path, before.values.get(path, ""))
        if path in before.worked_out:
            self.worked_out[path] = before.worked_out[path]
        return True

    # ---- one pass

    def _known(self) -> tuple[object, ...]:
        return dict(self.values), dict(self.worked_out), set(self._unasked)

    def _read(self) -> None:
        self.steps: list[Step] = []
        self.states: dict[str, str] = {}
        self.notes: dict[str, list[Step]] = {}
        self.signatures: list[Step] = []
        self.first: Step | None = None
        self.left = 0
        self._pending: list[Step] = []
        if self.draft.takes_photos:
            self._visit_photos()
        else:
            self._visit(0, len(self.plan.entries), self.scope, "")
        if self._pending:
            self.notes[""] = self._pending

    def _visit(self, start: int, end: int, scope: Scope, member: str) -> None:
        entries, answers = self.plan.entries, self.draft.answers
        is_plain = not (self.flags or member)
        gates, moved = self._gates, self._moved
        before = self._before.gates if self._before is not None else NO_GATES
        i = start
        while i < end:
            gate, after, node, reads = entries[i]
            is_open = True
            if gate is not None:
                was = before.get(i)
                if was is not None and reads is not None and reads.isdisjoint(moved):
                    is_open = was
                elif (is_open := is_true(gate, scope)) is not was:
                    self._shift(i, after)
                gates[i] = is_open
            if not is_open:
                if member or self.plan.has_forward:
                    self._forget(i, after, member)
            elif node is None:
                after = i + 1
            elif is_plain and node.is_plain and node.path in answers and not self._pending:
                # What most questions of most turns come to; the general case says the same.
                self.values[node.path] = answers[node.path].text
                self.steps.append(node.step)
                self.states[node.path] = ANSWERED
            elif node.is_repeat:
                self._repeat(i, after, node)
            else:
                step = node.step_of(member) if member else node.step
                if node.is_asked and not (node.lock is not None and is_true(node.lock, scope)):
                    self._asked(node, step, scope)
                else:
                    self._silent(node, step, scope)
                self._compare(step.path)
            i = after

    def _shift(self, start: int, end: int) -> None:
        """Whatever stands there was off the route before, or is now."""
        if self._before is not None:
            nodes = (entry[2] for entry in self.plan.entries[start:end])
            self._moved.update(node.path for node in nodes if node is not None)

    def _visit_photos(self) -> None:
        """What only the family can give where the school types: pictures, a phone number, the
        statement's answer, and the facts that no class teacher may see.
        """
        for node in self.plan.nodes:
            if not node.is_asked:
                self._silent(node, node.step, self.scope)
            elif node.is_photo or (
                (node.role in (STATEMENT, RELATION) or node.is_delicate)
                and (node.gate is None or is_true(node.gate, self.scope))
            ):
                self._asked(node, node.step, self.scope)
            self._pending = []

    def _forget(self, start: int, end: int, member: str) -> None:
        """Off the route now; a form that looks forward has values of an earlier pass."""
        for _, _, node, _ in self.plan.entries[start:end]:
            if node is not None:
                path = node.path_of(member) if member else node.path
                self.values.pop(path, None)
                if member:
                    self._unasked.add(path)

    def _asked(self, node: Node, step: Step, scope: Scope) -> None:
        path = step.path
        if node.is_guardians:
            if not self.is_guardian and (node.is_signature or not self.facts.signer):
                return  # Rule: K21
            if node.is_signature:
                self.signatures.append(step)
                if path in self.draft.answers:
                    self.values[path] = self.draft.answers[path].text
                return
        if self._pending:
            self.notes[path] = self._pending
            self._pending = []
        answer = self.answer(step) if node.is_own else self.draft.answers.get(path)
        if answer is not None and (
            node.filter is None or self._still_offered(node, answer, scope)
        ):
            self.values[path] = answer.text
            state = ANSWERED
            if node.is_own or self.flags:
                state = self._state_of_answer(node, path)
        else:
            state = self._state_without(step)
        self.steps.append(step)
        self.states[path] = state
        if state not in DONE:
            self._count(step, state)

    def _count(self, step: Step, state: str) -> None:
        self.left += 1
        if self.first is None and state is not LATER:
            self.first = step

    def _state_of_answer(self, node: Node, path: str) -> str:
        if path in self.flags:
            return LATER if path in self.draft.later else FLAGGED
        if node.is_own and self.me not in self.draft.own[path]:
            return OTHER
        return ANSWERED

    def _state_without(self, step: Step) -> str:
        if step.path in self.draft.later:
            return LATER
        if step.path in self.draft.seen and not self.is_required(step):
            return SKIPPED
        return OPEN

    def _still_offered(self, node: Node, answer: Answer, scope: Scope) -> bool:
        """Whether the chosen codes are still among the choices after an earlier answer changed."""
        keeps = node.filter
        if keeps is None:
            return True
        for code in answer.text.split():
            found = node.codes.get(code)
            if found is None:
                return False
            if not is_true(keeps, scope.choosing(row_of(found[1]))):
                return False
        return True

    def _silent(self, node: Node, step: Step, scope: Scope) -> None:
        question = node.question
        if node.fact is not None:
            self._put(step.path, node.fact(self.facts))
        elif question.calculation is not None:
            if not self._taken_over(step.path, node.reads):
                self._work_out(step.path, question.calculation, scope)
        elif question.type == "today":
            self._put(step.path, self.facts.now.date().isoformat())
        elif (answer := self.draft.answers.get(step.path)) is not None:
            self._put(step.path, answer.text)
            if question.change is not None:
                self._recall(step.path, question.change, scope)
        elif isinstance(question.default, str):
            self._put(step.path, question.default)
        elif question.default is not None:
            self._put(step.path, text_of(question.default.text, scope))
        if question.type == "note" or (question.read_only and node.type.is_asked):
            self._pending.append(step)

    def _work_out(self, path: str, calculation: Expression, scope: Scope) -> None:
        """A result is kept with its kind: true is no text, and a far number has an exponent."""
        try:
            value = calculation.kept(scope)
        except ExpressionError:
            value = ""
        self._put(path, write_value(value))
        if not isinstance(value, str):
            self.worked_out[path] = value
        else:
            self.worked_out.pop(path, None)

    def _recall(self, path: str, change: Change, scope: Scope) -> None:
        """What a calculation with `once` or `random` drew is of the kind it draws."""
        calculation = change.calculation
        if calculation is None or not change.keeps_kind:
            return
        with suppress(ExpressionError, ValueError):
            known = read_kept(self.values[path], calculation.kept(scope), scope.zone)
            if not isinstance(known, str):
                self.worked_out[path] = known

    def _put(self, path: str, text: str) -> None:
        if text:
            self.values[path] = text
        else:
            self.values.pop(path, None)

    def _repeat(self, at: int, end: int, node: Node) -> None:
        answer = self.draft.answers.get(node.path)
        members = answer.text.split() if answer else []
        if node.count is not None:
            members = _counted(node.count(self.scope))
        self._put(node.path, " ".join(members))
        self._unasked -= {p for p in self._unasked if p.startswith(f"{node.path}#")}
        for member in members:
            self._visit(at + 1, end, self.scope.within(node.path, member), member)
        if node.count is None:
            self.steps.append(node.step)
            self.states[node.path] = ANSWERED if node.path in self.draft.seen else OPEN
            if node.path not in self.draft.seen:
                self._count(node.step, OPEN)


def likely(node: Node, scope: Scope) -> tuple[tuple[int, Choice], ...]:
    """The choices a filter may let pass: of a long list only those with the right key."""
    rule = node.question.choice_filter
    if rule is None or rule.pivot is None:
        return node.choices
    try:
        key = rule.pivot.text(scope)
    except ExpressionError:
        return node.choices
    return index_of(node.question.choices).where(rule.pivot.column, key)


def row_of(choice: Choice) -> Mapping[str, str]:
    """A choice as a choice filter sees it."""
    return {"name": choice.name, **choice.columns}


def is_true(gate: Gate, scope: Scope) -> bool:
    """A condition that cannot be worked out asks rather than hides."""
    try:
        return gate(scope)
    except ExpressionError:
        return True


def text_of(text: Callable[[Scope], str], scope: Scope) -> str:
    try:
        return text(scope)
    except ExpressionError:
        return ""


def _counted(text: str) -> list[str]:
    number = int(text) if text.isdecimal() else 0
    return [str(i) for i in range(1, min(number, MAX_MEMBERS) + 1)]
