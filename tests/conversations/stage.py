"""A school in memory on which dialogues are played: families, drafts and what becomes of outcomes.

Every draft and place goes through JSON between all turns, as it does in storage.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from conversations.dialogue import converse
from conversations.draft import Answer, Draft, DraftState, Place
from conversations.form import Form
from conversations.remembering import remember
from conversations.trail import Trails
from conversations.turn import (
    Child,
    Chose,
    Discard,
    Facts,
    Flagged,
    Input,
    Look,
    OpenDraft,
    Outcome,
    Paper,
    Reapply,
    Recall,
    Said,
    SetLanguage,
    Submit,
    Turn,
    WithdrawConsent,
)
from conversations.walk import Route
from conversations.wording import Shown, render
from conversations.xlsform.shelf import load_shelf
from registry.actors import Actor, Link, Relation
from registry.legality import Sizes, circumstances
from registry.records import KeptConsent
from registry.schools import Grade, School, Settings
from registry.schools import Stage as Stage_
from registry.students import Status, Student
from registry.submissions import Content, Flag, State
from storage.codec import pack, unpack
from storage.draft_codec import pack_answers, unpack_answers

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 8, 25, 10, 0, tzinfo=CHINA)
SCHOOL = School("school", "向阳小学", "0371-60000000", Settings(collection_until=date(2026, 9, 5)))

GRADE = Grade("grade", "school", Stage_.primary, 1, 2026)
NONE: frozenset[str] = frozenset()
NEW_STUDENT = load_shelf().newest["new_student"]

FAMILY: Mapping[str, str] = {
    "start/relation": "mother",
    "start/statement": "OK",
    "start/committee_help": "yes",
    "start/committee_help_photos": "yes",
    "child/full_name": "张子涵",
    "child/id_number": "999999201803120022",
    "child/born_right": "yes",
    "child/ethnic_group": "01",
    "child/usual": "yes",
    "child/birthplace": "向阳市向阳县",
    "child/native_place": "向阳市向阳县",
    "home/household_place": "向阳县东风镇和平路8号",
    "home/home_address": "向阳县东风镇和平路8号",
    "family/phone": "13900000000",
    "family/guardian_relation": "mother",
    "family/guardian_name": "李秀英",
    "family/guardian_phone": "13900000001",
    "family/second_guardian": "none",
    "before/previous_school": "向阳县东风镇幼儿园",
    "papers/household_first_page": "photo-0",
    "papers/household_page": "photo-1",
    "situation/special_situation": "none",
}


@dataclass
class Stage:
    """One school, one child, its family; whoever speaks is `who`."""

    form: Form = NEW_STUDENT
    school: School = SCHOOL
    is_web: bool = True
    who: str = "mother"
    now: datetime = NOW
    language: str = "zh_Hans"
    relation: Relation | None = None  # of the link; None = known by a claim only
    claim_state: str | None = None
    children: tuple[Child, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)  # register values of the child
    status: Status | None = None  # of the child; None: as his family's door knows him
    grade: Grade = GRADE
    sizes: Sizes = field(default_factory=Sizes)
    sibling: Student | None = None
    guardian_count: int = 1
    consents: tuple[KeptConsent, ...] = ()
    others: tuple[Form, ...] = ()  # papers beside the one of the stage
    outside: str = ""  # the authority's own words
    places: dict[str, bytes] = field(default_factory=dict)
    drafts: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, Content] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    reason: str = ""  # of a rejection
    outcomes: list[Outcome] = field(default_factory=list)
    turn: Turn | None = None
    trails: Trails = field(default_factory=Trails)  # as the house keeps them

    def __post_init__(self) -> None:
        """Everybody of the stage has one draft unless a paper is opened."""
        if not self.children:
            self.children = (Child("child-1", "张*涵", "一年级（1）班", "expected"),)

    # ---- what the house knows

    @property
    def actor(self) -> Actor:
        links = (
            tuple(Link(c.student_id, self.relation) for c in self.children)
            if self.relation
            else ()
        )
        return Actor(self.who, self.school.id, self.language, links=links)

    def place(self) -> Place:
        kept = self.places.get(self.who)
        return place_from_json(kept) if kept else Place(self.who)

    def draft(self, draft_id: str | None = None) -> Draft | None:
        kept = self.drafts.get(draft_id or self.place().draft_id or "")
        return draft_from_json(kept) if kept else None

    def facts(self) -> Facts:
        draft = self.draft()
        child = draft.student_id if draft else None
        name = next((c.name for c in self.children if c.student_id == child), "张*涵")
        papers = tuple(self._paper(c) for c in self.children)
        papers += tuple(self._other(form, c) for form in self.others for c in self.children)
        student = self._student(child)
        now = self.now.date()
        return Facts(
            now=self.now,
            language=self.language,
            actor=self.actor,
            school=self.school,
            is_web=self.is_web,
            child_name=name,
            class_label="一年级（1）班",
            teacher_name="王老师",
            teacher_phone="13700000000",
            children=self.children,
            papers=papers,
            form=self.form_of(draft) if draft else None,
            draft=draft,
            trail=self.trails.of(draft.id) if draft else None,
            student=student,
            circumstances=circumstances(
                now, self.school.settings, self.grade, student, self.sizes
            ),
            sibling=self.sibling,
            guardian_count=self.guardian_count,
            stage=str(self.grade.stage),
            grade_number=self.grade.number,
            consents=self.consents,
            flags=self.flags,
            claim_state=self.claim_state,
            web_address="https://school.example/chat",
            sign=lambda summary: f"{len(summary):064x}",
        )

    def _student(self, child: str | None) -> Student | None:
        """As the register has him, for a person whose tie is accepted."""
        child = child or (self.children[0].student_id if len(self.children) == 1 else None)
        child = child or self.place().child
        is_known = bool(self.known) or self.status is not None
        if child is None or not self.relation or not is_known:
            return None
        status = self.status or Status.expected
        return Student(child, self.school.id, "grade", "class", status, self.known)

    def form_of(self, draft: Draft) -> Form:
        """The paper a draft is of."""
        return next((it for it in self.others if it.id == draft.form_id), self.form)

    def _other(self, form: Form, child: Child) -> Paper:
        draft_id = f"draft-{child.student_id}-{form.id}"
        return Paper(
            form.id,
            form.version,
            form.title,
            child.student_id,
            None,
            draft_id if draft_id in self.drafts else None,
            occasion=form.occasion,
        )

    def _paper(self, child: Child) -> Paper:
        draft_id = f"draft-{child.student_id}"
        draft = self.draft(draft_id)
        state = self.states.get(draft_id)
        done = total = 0
        if draft is not None:
            bare = Facts(self.now, self.language, self.actor, self.school, self.is_web)
            route = Route(self.form, draft, replace(bare, draft=draft))
            done, total = route.done, route.total
        passed = {"submitted": self.now.date()} if state else {}
        return Paper(
            self.form.id,
            self.form.version,
            self.form.title,
            child.student_id,
            None,
            draft_id if draft else None,
            done,
            total,
            state,
            412 if state else None,
            "completeness" if state is State.in_review else None,
            tuple(Flagged(self.form.brief(f.path), f.reason) for f in self.flags),
            "submission-1" if state else None,
            self.form.route or "",
            passed=passed,
            due=date(2026, 9, 5) if state is State.returned else None,
            may_recall=state is State.in_review,
            reason=self.reason,
            effect=self.form.effect or "",
            is_outside=bool(self.outside),
            words=self.outside,
        )

    # ---- what happens

    def take(self, given: Input) -> Shown:
        """One turn, its outcome carried out, as `bot.turns` does it."""
        place = self.place()
        turn = converse(place, given, self.facts())
        self._store(turn)
        if turn.outcome is not None:
            self.outcomes.append(turn.outcome)
            self._carry_out(turn.outcome, turn.place)
        if turn.looks_again:
            turn = converse(self.place(), Look(), self.facts())
            self._store(turn)
        self.turn = turn
        return self.shown()

    def shown(self) -> Shown:
        """What is on the screen."""
        assert self.turn is not None
        return render(self.turn, self.language)

    def look(self) -> Shown:
        """What a reload shows."""
        return self.take(Look())

    def say(self, text: str) -> Shown:
        """Typed words."""
        return self.take(Said(text))

    def take_question(self, path: str) -> Shown:
        """The question of that path in hand, where it is asked; else the screen as it is."""
        draft = self.draft()
        assert draft is not None
        route = Route(self.form, draft, self.facts())
        step = route.step(path)
        if step is None:
            return self.shown()
        place = replace(self.place(), screen="form", focus=None)
        self.places[self.who] = place_to_json(place)
        return self.take(Chose(place.turn, f"go.{step.op}"))

    def press(self, label: str) -> Shown:
        """Press the button that reads so."""
        return self.take(self.button(label))

    def button(self, label: str) -> Chose:
        """The input of a button or a summary line on the screen."""
        for bubble in self.shown().bubbles:
            for button in bubble.buttons:
                if button.label == label:
                    return chosen(button.token)
            for line in bubble.lines:
                if line.label == label and line.token:
                    return chosen(line.token)
        raise AssertionError(f"no button {label!r} among {buttons_of(self.shown())}")

    def _store(self, turn: Turn) -> None:
        self.places[self.who] = place_to_json(turn.place)
        if turn.trail is not None:
            self.trails.keep(turn.trail)
        if turn.is_changed:
            assert turn.draft is not None
            self.drafts[turn.draft.id] = draft_to_json(
                replace(turn.draft, revision=turn.draft.revision + 1)
            )

    def _carry_out(self, outcome: Outcome, place: Place) -> None:
        if isinstance(outcome, OpenDraft):
            draft_id = f"draft-{outcome.student_id or 'child-1'}"
            form = next((it for it in self.others if it.id == outcome.form_id), self.form)
            draft_id += f"-{form.id}" if form is not self.form else ""
            if draft_id not in self.drafts:
                self.begin(draft_id, outcome.student_id, form)
            self.places[self.who] = place_to_json(replace(place, draft_id=draft_id))
        elif isinstance(outcome, Submit) and place.draft_id is not None:
            self.sent[place.draft_id] = outcome.content
            self.consents = tuple(
                KeptConsent(it.purpose, it.agreed, it.version, it.digest, it.at, it.actor_id)
                for it in outcome.content.consents
            )
            self.states[place.draft_id] = State.in_review
            self._set_state(place.draft_id, DraftState.submitted)
        elif isinstance(outcome, Recall) and place.draft_id is not None:
            self.states[place.draft_id] = State.recalled
            self._set_state(place.draft_id, DraftState.open)
        elif isinstance(outcome, Reapply):
            self._apply_again(outcome.draft_id)
        elif isinstance(outcome, WithdrawConsent):
            self.consents = tuple(
                replace(it, withdrawn_at=self.now) if it.purpose == outcome.purpose else it
                for it in self.consents
            )
        elif isinstance(outcome, Discard):
            self.drafts.pop(outcome.draft_id, None)
        elif isinstance(outcome, SetLanguage):
            self.language = outcome.language

    def _apply_again(self, draft_id: str) -> None:
        draft = self.draft(draft_id)
        assert draft is not None
        signed = {p: a for p, a in draft.answers.items() if p != "confirm/signature"}
        fresh = replace(draft, answers=signed, state=DraftState.open, submission_id=None)
        self.drafts[draft_id] = draft_to_json(fresh)
        self.states.pop(draft_id)

    def _set_state(self, draft_id: str, state: DraftState) -> None:
        draft = self.draft(draft_id)
        assert draft is not None
        self.drafts[draft_id] = draft_to_json(replace(draft, state=state))

    # ---- setting the scene

    def begin(
        self,
        draft_id: str = "draft-child-1",
        student_id: str | None = "child-1",
        form: Form | None = None,
    ) -> None:
        """A fresh draft with what was agreed before, and the present person in it."""
        form = form or self.form
        key = (draft_id, self.school.id, form.id, form.version, student_id)
        draft = Draft(*key, None, "2026")
        draft = remember(form, draft, replace(self.facts(), form=form, draft=draft), self.consents)
        self.drafts[draft_id] = draft_to_json(draft)
        self.places[self.who] = place_to_json(Place(self.who, 1, "form", draft_id))

    def fill(self, until: str | None, answers: Mapping[str, str] = FAMILY) -> Shown:
        """The ordinary family's answers, up to the question of that path (None: all)."""
        if self.draft() is None and "draft-child-1" not in self.drafts:
            self.begin()
        draft = self.draft() or self.draft("draft-child-1")
        assert draft is not None
        for path, text in answers.items():
            route = Route(self.form, draft, replace(self.facts(), draft=draft))
            if path == until:
                break
            step = route.step(path)
            if path not in draft.answers and route.state(path) is not None and step is not None:
                mine = {self.who: Answer(text, self.who)}
                if step.node.is_own:
                    draft = replace(draft, own={path: mine, **draft.own})
                else:
                    kept = {**draft.answers, path: mine[self.who]}
                    draft = replace(draft, answers=kept)
        self.drafts[draft.id] = draft_to_json(draft)
        place = replace(self.place(), screen="form", focus=None, draft_id=draft.id)
        self.places[self.who] = place_to_json(place)
        return self.look()

    def send_back(self, *flags: Flag) -> None:
        """The school returns the form for these paths."""
        draft_id = self.place().draft_id or "draft-child-1"
        draft = self.draft(draft_id)
        assert draft is not None
        self.flags = flags
        self.states[draft_id] = State.returned
        returned = replace(draft, state=DraftState.returned, mended=frozenset())
        self.drafts[draft_id] = draft_to_json(returned)

    def refuse(self, words: str) -> None:
        """The authority says no, in its own words."""
        self.outside = words
        self.states[self.place().draft_id or "draft-child-1"] = State.refused

    def reject(self, reason: str) -> None:
        """The school takes the form no further."""
        draft_id = self.place().draft_id or "draft-child-1"
        self.reason = reason
        self.states[draft_id] = State.rejected


def draft_to_json(draft: Draft) -> bytes:
    """As storage keeps it: columns, and the answers in their own document."""
    empty: Mapping[str, Answer] = {}
    bare = draft.keeping(empty, {}, later=NONE, seen=NONE, mended=NONE)
    return json.dumps([pack(bare), pack_answers(draft)]).encode()


def draft_from_json(kept: bytes) -> Draft:
    columns, answers = json.loads(kept)
    return replace(unpack(Draft, columns), **unpack_answers(answers))


def place_to_json(place: Place) -> bytes:
    return json.dumps(pack(place)).encode()


def place_from_json(kept: bytes) -> Place:
    return unpack(Place, json.loads(kept))


def chosen(token: str) -> Chose:
    """A button's token as it comes back."""
    turn, _, op = token.partition(":")
    return Chose(int(turn), op)


def buttons_of(shown: Shown) -> list[str]:
    return [button.label for bubble in shown.bubbles for button in bubble.buttons]


def text_of(shown: Shown) -> str:
    """Everything on the screen, line by line, buttons last in each bubble."""
    return "\n".join(lines_of(shown))


def lines_of(shown: Shown) -> list[str]:
    lines: list[str] = []
    for bubble in shown.bubbles:
        for paragraph in bubble.paragraphs:
            lines += paragraph.splitlines()
        for line in bubble.lines:
            lines += f"{line.number} {line.label}：{line.value}".splitlines()
        if bubble.buttons:
            lines.append(" ".join(f"[{'☑' if b.is_on else ''}{b.label}]" for b in bubble.buttons))
    return lines
