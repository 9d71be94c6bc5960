"""Walks every branch of a form by itself and tells what it found: what no family is ever asked.

Each trial answer of each question is given at least once; for a condition that stayed open or shut
the answers it looks at are searched. Bounded, without chance: the same form gives the same report.
Called by `xueji form explore`, the panel's preview and the tests of every form.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, product

from conversations.answering import broken, may_skip
from conversations.asked import Asked
from conversations.authoring.clues import Clues, find_clues
from conversations.authoring.dependence import conditional, shown, support
from conversations.authoring.trials import SKIP, most_members, numbers_around, trials
from conversations.authoring.walking import ENDLESS, STUCK, Walk, begin, go_through, new_draft
from conversations.authoring.worlds import worlds_of
from conversations.draft import Answer, Draft, Focus
from conversations.form import Form
from conversations.plan import Step, plan_of
from conversations.turn import Facts, Param, Said
from conversations.walk import Route
from conversations.wording import render, words
from registry.frozen import frozen

MAX_WALKS = 240
MAX_TRIALS_SEARCHED = 3_000
MAX_BASES = 12
PATIENCE = 3  # walks in a row that tried nothing new: repeats have two, no and one member
MAX_SOLUTIONS = 6

_NOBODY = Answer("", "")
_ONE_MEMBER = frozenset({"", "1"})
"""One member of a repeat is enough to show whether a question can be met."""


@frozen
class DeadEnd:
    """A question with no answer the dialogue takes; `said`: what was answered before."""

    path: str
    label: Param
    said: Mapping[str, str]
    is_endless: bool = False


@frozen
class Exploration:
    """The report. `unreached`: questions and notes nobody is shown; `always`: conditional ones
    that were never left out; `walks`: those that met something new, for transcripts.
    """

    form: Form
    unreached: tuple[str, ...]
    always: tuple[str, ...]
    dead_ends: tuple[DeadEnd, ...]
    steps: int
    walk_count: int
    refused: int  # trial answers the dialogue refused
    walks: tuple[Walk, ...]

    def __repr__(self) -> str:
        """Counts only."""
        return f"Exploration({self.form.id!r}, {self.walk_count} walks)"

    @property
    def is_sound(self) -> bool:
        """Whether every question is reached and every walk comes to an end."""
        return not self.unreached and not self.dead_ends


def explore(form: Form, facts: Facts, most_walks: int = MAX_WALKS) -> Exploration:
    """`facts` gives the moment, an invented school and person; drafts and links are tried here.

    A form of 40 questions takes half a second, one of 400 a quarter of a minute.
    """
    explorer = _Explorer(form, facts, most_walks)
    explorer.cover()
    explorer.open_what_is_shut()
    return explorer.report()


def transcript(walk: Walk, language: str) -> str:
    """A walk as people read it: what is shown, its buttons, and what was said (after ▸)."""
    lines: list[str] = []
    for exchange in walk.exchanges:
        if said := words(exchange.said, language):
            lines += (f"▸ {said}", "")
        worded = render(replace(walk.turn, replies=exchange.replies), language)
        for bubble in worded.bubbles:
            lines.extend(bubble.paragraphs)
            lines.extend(f"{line.number}. {line.label}  {line.value}" for line in bubble.lines)
            if bubble.buttons:
                lines.append(" ".join(f"[{button.label}]" for button in bubble.buttons))
            lines.append("")
    return "\n".join(lines)


# ---- how


@dataclass(slots=True)
class _Explorer:
    """What has been tried so far."""

    form: Form
    facts: Facts
    most_walks: int
    walks: list[Walk] = field(default_factory=list)
    telling: list[Walk] = field(default_factory=list)  # walks that met something new
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    dead_ends: dict[str, DeadEnd] = field(default_factory=dict)
    clues: Mapping[str, Clues] = field(init=False)
    worlds: tuple[Facts, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.clues = find_clues(self.form)
        self.worlds = worlds_of(self.form, self.facts)

    # -- every answer once

    def cover(self) -> None:
        """Walk until a whole round of walks has tried nothing new."""
        idle = 0
        while idle < PATIENCE * len(self.worlds) and len(self.walks) < self.most_walks:
            is_new = self._walk(self.worlds[len(self.walks) % len(self.worlds)], {})
            idle = 0 if is_new else idle + 1
        self._look_at_photos_only()

    def _look_at_photos_only(self) -> None:
        """Who only photographs is asked for pictures alone: read from the route, not walked."""
        if any(node.question.house.fact == "photos_only" for node in plan_of(self.form).nodes):
            facts = self.facts
            draft = replace(new_draft(self.form, facts), photos_by=facts.actor.id)
            facts = replace(facts, form=self.form, draft=draft)
            self.met |= _met(Route(self.form, draft, facts))

    def _walk(self, facts: Facts, script: Mapping[str, str]) -> bool:
        """One walk; whether it tried an answer or met a question for the first time."""
        walk = go_through(begin(self.form, facts), lambda r, s: self._order(r, s, script))
        self.walks.append(walk)
        plan = plan_of(self.form)
        before = len(self.tried)
        for path, text in (*walk.chosen.items(), *walk.refused):
            step = plan.step(path)
            self.tried[step.node.path if step else path, text] += 1
        fresh = walk.met - self.met
        if fresh:
            self.telling.append(walk)
        self.met |= walk.met
        self.left_out |= {path for path, _ in conditional(self.form)} - walk.met
        if walk.end in (STUCK, ENDLESS):
            self._note_dead_end(walk)
        return bool(fresh) or len(self.tried) > before

    def _order(self, route: Route, step: Step, script: Mapping[str, str]) -> Sequence[str]:
        """The scripted answer first, then the least tried; a refused one again only at the end."""
        path = step.node.path
        wanted = script.get(step.path)
        if step.node.is_repeat:
            return self._grow(route, step, wanted)
        found = trials(route, step, self.clues, may_skip=may_skip(route, step))
        ordered = sorted(found, key=lambda text: self.tried[path, text])
        if wanted is not None:
            return (wanted, *(text for text in ordered if text != wanted))
        return sorted(ordered, key=lambda text: self._is_spent(route, step, text))

    def _grow(self, route: Route, step: Step, wanted: str | None) -> Sequence[str]:
        """Members in turn two or as many as conditions want, none, one; or as the script says."""
        most = most_members(self.clues.get(step.path))
        count = len(route.draft.answers.get(step.path, _NOBODY).text.split())
        goal = (most, 0, 1)[len(self.walks) % 3] if wanted is None else len(wanted.split())
        return ("add",) if count < goal else ("enough",)

    def _is_spent(self, route: Route, step: Step, text: str) -> bool:
        """Known to be refused here: it was tried once for the sake of the refusal."""
        return (
            text != SKIP
            and self.tried[step.node.path, text] > 0
            and _canonical(route, step, text) is None
        )

    def _note_dead_end(self, walk: Walk) -> None:
        step = plan_of(self.form).step(walk.at)
        label: Param = step.node.label if step else walk.at
        end = DeadEnd(walk.at, label, dict(walk.chosen), walk.end == ENDLESS)
        self.dead_ends.setdefault(walk.at, end)

    # -- conditions nothing has turned yet

    def open_what_is_shut(self) -> None:
        """Search answers for each question still unmet, and for each never left out."""
        for path in shown(self.form):
            if path not in self.met:
                self._turn(path, is_shown=True)
        for path, group in conditional(self.form):
            if path in self.met and path not in self.left_out:
                self._turn(path, is_shown=False, deciding=group)

    def _turn(self, path: str, *, is_shown: bool, deciding: str = "") -> None:
        decided_by = support(self.form, deciding or path)
        solutions = chain.from_iterable(
            self._solutions(path, is_shown, decided_by, is_wide=is_wide)
            for is_wide in (False, True)
        )
        for facts, script in islice(solutions, MAX_SOLUTIONS):
            self._walk(facts, script)
            if path in (self.met if is_shown else self.left_out):
                return

    def _solutions(
        self, path: str, is_shown: bool, depth: Mapping[str, int], *, is_wide: bool
    ) -> Iterator[tuple[Facts, Mapping[str, str]]]:
        """Answers that turn the condition, each with the rest of a walk they were varied in."""
        ranked = sorted(self.walks, key=lambda walk: -len(depth.keys() & walk.met))
        budget = MAX_TRIALS_SEARCHED
        for walk in ranked[:MAX_BASES]:
            route = walk.route()
            varied = [s for s in route.steps if s.node.path in depth and s.member in _ONE_MEMBER]
            varied.sort(key=lambda step: -depth[step.node.path])  # what is near varies fastest
            options = [self._acceptable(route, step, is_wide) for step in varied]
            for texts in product(*options):
                budget -= 1
                if budget < 0:
                    return
                chosen = {step.path: text for step, text in zip(varied, texts, strict=True)}
                draft = _with(walk.draft, chosen, walk.facts.actor.id)
                if (path in _met(Route(self.form, draft, walk.facts))) is is_shown:
                    yield walk.facts, {**walk.chosen, **chosen}

    def _acceptable(self, route: Route, step: Step, is_wide: bool) -> tuple[str, ...]:
        """Canonical trials the form takes here; as they stand in a draft."""
        if step.node.is_repeat:
            return tuple(dict.fromkeys((route.values.get(step.path, ""), "", "1")))
        found = trials(route, step, self.clues, may_skip=may_skip(route, step))
        if is_wide:
            found += numbers_around(step, self.clues)
        texts = (SKIP if text == SKIP else _canonical(route, step, text) for text in found)
        return tuple(dict.fromkeys(text for text in texts if text is not None))

    def report(self) -> Exploration:
        """What was found."""
        return Exploration(
            form=self.form,
            unreached=tuple(path for path in shown(self.form) if path not in self.met),
            always=tuple(
                path
                for path, _ in conditional(self.form)
                if path in self.met and path not in self.left_out
            ),
            dead_ends=tuple(self.dead_ends.values()),
            steps=sum(walk.steps for walk in self.walks),
            walk_count=len(self.walks),
            refused=sum(len(walk.refused) for walk in self.walks),
            walks=tuple(self.telling),
        )


def _met(route: Route) -> set[str]:
    notes = (step for steps in route.notes.values() for step in steps)
    return {step.node.path for step in (*route.steps, *route.signatures, *notes)}


def _with(draft: Draft, chosen: Mapping[str, str], by: str) -> Draft:
    answers = {path: answer for path, answer in draft.answers.items() if path not in chosen}
    answers |= {path: Answer(text, by) for path, text in chosen.items() if text}
    return draft.keeping(answers, seen=draft.seen | {path for path, t in chosen.items() if not t})


def _canonical(route: Route, step: Step, text: str) -> str | None:
    """The trial as it would be stored, None where the question does not take it."""
    node = step.node
    if node.question.type in ("acknowledge", "file", "image", "rank"):
        return text
    asked = Asked(
        node.question, route.choices(step), node.codes, Focus(step.path), route.facts.now
    )
    read = node.type.read(asked, Said(text))
    stored = read.text if read.text is not None else read.doubt
    return stored if stored and broken(route, step, stored) is None else None
