"""Where a draft stands: the questions asked of this family, in order, each with its state.

Recomputed from form + answers on every turn; nothing is remembered between turns. Answers off the
route stay in the draft and are not seen here. Called by the dialogue, by `finish` and by the
chat's history.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress

from conversations.chance import draws
from conversations.choice_index import index_of
from conversations.draft import Answer, Draft, DraftState
from conversations.expressions import Expression, ExpressionError, Scope
from conversations.expressions.coercion import Single, read_kept, write_value
from conversations.form import Change, Choice, Form, Text
from conversations.plan import RELATION, STATEMENT, Gate, Node, Plan, Step, plan_of
from conversations.turn import Facts, FormWords, Line, Param, Phrase
from registry.actors import GUARDIANS, Relation
from registry.masks import mask
from registry.submissions import Flag

ANSWERED = "answered"
FLAGGED = "flagged"  # answered, and a reviewer asked for something else
LATER = "later"  # promised
OPEN = "open"
OTHER = "other"  # own answer of another person of the family: filled, not shown
SKIPPED = "skipped"  # optional and left out

DONE = frozenset({ANSWERED, OTHER, SKIPPED})
TO_ASK = frozenset({FLAGGED, OPEN})
_SIGNS = {FLAGGED: "flagged", LATER: "missing", OPEN: "missing", OTHER: "locked"}

MAX_PASSES = 8
"""Rounds until conditions that look forward settle; the linter refuses circles."""
MAX_MEMBERS = 50

BLANK = "……"


class Route:
    """One reading of a draft: `steps` with their `states`; `values` are answers on the route."""

    __slots__ = (
        "_offered", "_pending", "_unasked", "draft", "facts", "first", "flags", "form", "left",
        "me", "notes", "plan", "scope", "signatures", "states", "steps", "values", "worked_out",
    )  # fmt: skip

    def __init__(self, form: Form, draft: Draft, facts: Facts) -> None:
        self.form = form
        self.plan: Plan = plan_of(form)
        self.facts = facts
        self.me = facts.signer or facts.actor.id
        self._offered: dict[str, tuple[tuple[int, Choice], ...]] = {}
        self.draft = draft
        self.flags: Mapping[str, Flag] = (
            {flag.path: flag for flag in facts.flags if flag.path not in draft.mended}
            if draft.state is DraftState.returned
            else {}
        )
        self.values: dict[str, str] = {}
        self.worked_out: dict[str, Single] = {}  # results of calculations that are no text
        self._unasked: set[str] = set()  # members' questions off the route
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
            before = self._known() if self.plan.has_forward else None
            self._read()
            if before is not None and before == self._known():
                break

    # ---- asked by everybody

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

    @property
    def is_on_paper(self) -> bool:
        """Whether the family chose the paper form when it read the statement. Rule: K22."""
        node = self.plan.statement
        return node is not None and self.values.get(node.path, "yes") not in ("yes", "OK")

    @property
    def done(self) -> int:
        """How many questions need nothing more."""
        return len(self.steps) - self.left

    @property
    def total(self) -> int:
        """How many questions this family is asked."""
        return len(self.steps)

    def next_step(self) -> Step | None:
        """The first question to ask, or None when only promised ones are left."""
        if self.first is None or self.is_on_paper:
            return None
        return self.gatekeeper(self.first) or self.first

    def gatekeeper(self, step: Step) -> Step | None:
        """The statement that must be read before this sensitive question. Rule: K22."""
        if not step.node.question.house.sensitive or self.plan.statement is None:
            return None
        statement = self.plan.statement.step
        state = self.states.get(statement.path)
        return statement if state is not None and state not in DONE else None

    def state(self, path: str) -> str | None:
        """The state of the question at that path, or None when it is not asked."""
        return self.states.get(path)

    def step(self, path: str) -> Step | None:
        """The step at that path, signatures included, or None when it is not asked."""
        step = self.plan.step(path)
        if path in self.states or step in self.signatures:
            return step
        return None

    def before(self, path: str) -> Step | None:
        """The question before this one that can be answered again."""
        found = None
        for step in self.steps:
            if step.path == path:
                break
            if self.states[step.path] is not OTHER:
                found = step
        return found

    def missing(self) -> tuple[Step, ...]:
        """What must still be answered before sending: open, flagged and promised questions."""
        return tuple(step for step in self.steps if self.states[step.path] not in DONE)

    def answer(self, step: Step) -> Answer | None:
        """The answer at a step; of an own one mine, else another's."""
        if not step.node.is_own:
            return self.draft.answers.get(step.path)
        own = self.draft.own.get(step.path, {})
        return own.get(self.me) or next(iter(own.values()), None)

    def is_mine(self, step: Step) -> bool:
        """Whether this person may see the answer: own answers are seen by who gave them."""
        return not step.node.is_own or self.me in self.draft.own.get(step.path, {self.me: None})

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
        return required if isinstance(required, bool) else _true(required, self.scope_at(step))

    def choices(self, step: Step) -> tuple[tuple[int, Choice], ...]:
        """The offered choices with their index in the form's list."""
        node = step.node
        keeps = node.filter
        if keeps is None:
            return node.choices
        found = self._offered.get(step.path)
        if found is None:
            scope = self.scope_at(step)
            found = self._offered[step.path] = tuple(
                item
                for item in _likely(node, scope)
                if _true(keeps, scope.choosing(row_of(item[1])))
            )
        return found

    # ---- words

    def _label_of(self, path: str, code: str) -> str:
        """What `jr:choice-name` says of a choice, in the language spoken now."""
        node = self.plan.by_path.get(path)
        found = node.codes.get(code) if node is not None else None
        return (
            found[1].label.within(self.facts.language, self.form.default_language) if found else ""
        )

    def words(self, text: Text, step: Step | None = None) -> FormWords:
        """The form's words with the values of the `${…}` inside them, seen from that step."""
        return FormWords(text, {path: self._value_of(path, step) for path in text.refs})

    def shown(self, step: Step, text: str | None = None) -> Param:
        """An answer as people read it: labels, not codes; masked where the form says so."""
        node = step.node
        if text is None:
            if not self.is_mine(step):
                return Phrase("walk.filled_by_other")
            text = self.values.get(step.path, "")
        row = node.question.house.mask
        return mask(row, text) if row else node.type.show(node.question, text)

    def value(self, step: Step, state: str) -> Param:
        """What a line of the summary shows of a question."""
        if state is LATER:
            return Phrase("walk.promised")
        if state is OPEN:
            return Phrase("walk.missing")
        return self.shown(step) if step.path in self.values else Phrase("walk.left_out")

    def lines(self) -> tuple[Line, ...]:
        """The numbered summary; `op` edits the line."""
        return tuple(self._line(step, self.states[step.path]) for step in self.steps)

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
        i = start
        while i < end:
            gate, after, node = entries[i]
            if gate is not None and not _true(gate, scope):
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
            elif node.is_asked and not (node.lock is not None and _true(node.lock, scope)):
                self._asked(node, node.step_of(member) if member else node.step, scope)
            else:
                self._silent(node, node.step_of(member) if member else node.step, scope)
            i = after

    def _visit_photos(self) -> None:
        """What only the family can give where the school types: pictures, a phone number, the
        statement's answer, and the facts that no class teacher may see.
        """
        for node in self.plan.nodes:
            if not node.is_asked:
                self._silent(node, node.step, self.scope)
            elif node.is_photo or (
                (node.role in (STATEMENT, RELATION) or node.is_delicate)
                and (node.gate is None or _true(node.gate, self.scope))
            ):
                self._asked(node, node.step, self.scope)
            self._pending = []

    def _forget(self, start: int, end: int, member: str) -> None:
        """Off the route now; a form that looks forward has values of an earlier pass."""
        for _, _, node in self.plan.entries[start:end]:
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
            if not _true(keeps, scope.choosing(row_of(found[1]))):
                return False
        return True

    def _silent(self, node: Node, step: Step, scope: Scope) -> None:
        question = node.question
        if node.fact is not None:
            self._put(step.path, node.fact(self.facts))
        elif question.calculation is not None:
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
            self._put(step.path, _text(question.default.text, scope))
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

    # ---- words of one step

    def _line(self, step: Step, state: str) -> Line:
        node = step.node
        brief = node.brief
        label = self.words(brief.text, step) if brief.text.refs else brief
        op = None if state is OTHER else f"go.{step.op}"
        return Line(label, self.value(step, state), op, node.section, _SIGNS.get(state, "ok"))

    def _value_of(self, path: str, seen_from: Step | None = None) -> Param:
        step = self.plan.step(path)
        member = seen_from.member if seen_from is not None else ""
        if step is not None and seen_from is not None and member:
            is_beside = step.node.repeat == seen_from.node.repeat
            step = step.node.step_of(member) if is_beside else step
            path = step.path
        if step is None or path not in self.values:
            return self.values.get(path) or BLANK
        return self.shown(step)


def route(form: Form, draft: Draft, facts: Facts) -> Route:
    """Where this draft stands for this person."""
    return Route(form, draft, facts)


def _likely(node: Node, scope: Scope) -> tuple[tuple[int, Choice], ...]:
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


def _true(gate: Gate, scope: Scope) -> bool:
    """A condition that cannot be worked out asks rather than hides."""
    try:
        return gate(scope)
    except ExpressionError:
        return True


def _text(text: Callable[[Scope], str], scope: Scope) -> str:
    try:
        return text(scope)
    except ExpressionError:
        return ""


def _counted(text: str) -> list[str]:
    number = int(text) if text.isdecimal() else 0
    return [str(i) for i in range(1, min(number, MAX_MEMBERS) + 1)]
