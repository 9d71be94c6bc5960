"""Where a draft stands: the questions asked of this family, in order, each with its state.

Recomputed from form + answers on every turn; nothing is remembered between turns. Answers off the
route stay in the draft and are not seen here. Called by the dialogue, by `finish` and by the
chat's history.
"""

from dataclasses import replace

from conversations.draft import Draft
from conversations.form import Choice, Form, Text
from conversations.passing import (
    ANSWERED,
    DONE,
    FLAGGED,
    LATER,
    OPEN,
    OTHER,
    SKIPPED,
    TO_ASK,
    Pass,
    is_true,
    likely,
    row_of,
)
from conversations.plan import Step
from conversations.trail import Trail
from conversations.turn import Facts, FormWords, Line, Param, Phrase
from registry.masks import mask

__all__ = [
    "ANSWERED", "DONE", "FLAGGED", "LATER", "OPEN", "OTHER", "SKIPPED", "TO_ASK", "Route", "route",
    "row_of",
]  # fmt: skip

_SIGNS = {FLAGGED: "flagged", LATER: "missing", OPEN: "missing", OTHER: "locked"}

BLANK = "……"


class Route(Pass):
    """A draft as everybody asks about it: what is next, what is missing, how an answer reads."""

    __slots__ = ("_offered",)

    def __init__(
        self, form: Form, draft: Draft, facts: Facts, before: Trail | None = None
    ) -> None:
        self._offered: dict[str, tuple[tuple[int, Choice], ...]] = {}
        super().__init__(form, draft, facts, before)

    def again(self, draft: Draft) -> "Route":
        """The route after a change of the draft, at the same moment."""
        facts = self.facts
        if bool(draft.photos_by) is not bool(self.draft.photos_by):
            facts = replace(facts, draft=draft)  # the one fact of the house about the draft
        return Route(self.form, draft, facts, self.trail)

    # ---- asked by everybody

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

    def is_mine(self, step: Step) -> bool:
        """Whether this person may see the answer: own answers are seen by who gave them."""
        return not step.node.is_own or self.me in self.draft.own.get(step.path, {self.me: None})

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
                for item in likely(node, scope)
                if is_true(keeps, scope.choosing(row_of(item[1])))
            )
        return found

    # ---- words

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
        if step.path not in self.values:
            return Phrase("walk.left_out")
        return self._confirmed(step) or self._looked_at(step) or self.shown(step)

    def _confirmed(self, step: Step) -> Param | None:
        """What was said yes to, where the question quotes it: 「对」 alone says nothing."""
        node = step.node
        quoted = node.question.label.refs
        is_yes = node.question.type == "select_one" and self.values[step.path] == "yes"
        if not is_yes or len(quoted) != 1 or not self.is_mine(step):
            return None
        return self._value_of(next(iter(quoted)), step)

    def _looked_at(self, step: Step) -> Param | None:
        """An answer about the register's values says which were shown: 「都没变」 alone confirms
        nothing that anybody could read later. Rule: R81, R83.
        """
        question = step.node.question
        if question.type != "select_one" or question.save_to:
            return None
        notes = (note.node.question for note in self.notes.get(step.path, ()))
        shown = [self.words(it.label) for it in notes if self._quotes_register(it.label)]
        if not shown:
            return None
        said: Param = Phrase("walk.looked_at", {"answer": self.shown(step)})
        for line in shown:
            said = Phrase("walk.line_below", {"above": said, "line": line})
        return said

    def _quotes_register(self, text: Text) -> bool:
        quoted = (self.plan.by_path.get(path) for path in text.refs)
        return any(node and (node.question.house.fact or "")[:6] == "known." for node in quoted)

    def lines(self) -> tuple[Line, ...]:
        """The numbered summary; `op` edits the line."""
        return tuple(self._line(step, self.states[step.path]) for step in self.steps)

    def answered(self) -> tuple[Line, ...]:
        """Its lines that need nothing more and may be changed: a page's history."""
        done = ((step, self.states[step.path]) for step in self.steps)
        return tuple(self._line(step, state) for step, state in done if state not in _SIGNS)

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
