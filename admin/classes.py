"""The class teacher's page: who is how far, who claims to belong, a reminder for one family.

Called for `/panel/class…` and `/panel/claim/…`. Rule: R77–R80.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from aiohttp import web

from admin.home import ClassLine, class_lines
from admin.once import Once
from admin.pages import Words, back_to, show
from admin.places import COLLECTION_FORM, ClassPlace, reach_classes, read_places
from admin.queue import Chip
from conversations.form import Form
from locales import say
from registry import families
from registry.actors import Actor
from registry.effects import suspension_ahead
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Action, permit
from registry.problems import NotThere, RuleError
from registry.records import Claim, TaskKind
from registry.students import Status
from registry.submissions import State
from storage import links, queries
from storage.links import EntryKind, NewEntry
from storage.queries import ChildProgress, ClaimRow
from storage.reader import Reader
from storage.unit import Unit
from web.templates import see_other
from web.visits import Visit

SLIP_DAYS = 60
"""A slip opens for so long where the school has set no last day, and at least a week."""
SHORTEST_SLIP = timedelta(days=7)


@frozen
class ChildLine:
    """One child of the class. `state` is a row of VIEWS, or a case's."""

    id: str
    name: str
    view: str
    state: str
    words: str
    done: int
    total: int
    at: datetime | None
    case_id: str
    asks_help: bool
    may_remind: bool
    is_away: bool = False  # suspended
    ahead: date | None = None  # the first day of a suspension that has not begun


@frozen
class ClaimLine:
    """One person who says he belongs to a child. `likely`: the child of that very name."""

    id: str
    child_name: str
    relation: str
    at: datetime
    likely: str


@frozen
class Reminder:
    """A text ready to be sent by the teacher's own telephone."""

    class_id: str
    child: str
    text: str


@frozen
class ClassPage:
    """Everything read for one class."""

    place: ClassPlace
    children: tuple[ChildLine, ...]
    claims: tuple[ClaimLine, ...]


VIEWS: Mapping[str, Callable[[ChildLine], bool]] = {
    "all": lambda line: True,
    "not_started": lambda line: line.view == "not_started",
    "filling": lambda line: line.view == "filling",
    "returned": lambda line: line.view == "returned",
    "submitted": lambda line: line.view == "submitted",
    "done": lambda line: line.view == "done",
}
_SENT = frozenset({State.in_review, State.awaiting_outside, State.approved})


@frozen
class Classes:
    """The pages with the reminders waiting to be shown once."""

    reminders: Once[Reminder]

    async def show_class(self, visit: Visit) -> web.StreamResponse:
        """One class. Raises: NotThere for a foreign one."""
        actor, class_id = visit.person(), visit.parameter("id")
        db = visit.house.db
        read = await db.read(lambda unit: _gather(unit, visit, actor, class_id))
        # Made when first asked for: a link of the class, which proves nothing.
        token = await db.write(
            lambda unit: links.class_link(unit, actor.school_id, class_id, visit.now)
        )
        view = visit.request.query.get("view", "all")
        view = view if view in VIEWS else "all"
        reminder = self.reminders.take(actor.id, visit.request.query.get("reminder", ""))
        sent = sum(line.view in ("submitted", "done") for line in read.children)
        values = {
            "label": read.place.label,
            "class_id": class_id,
            "children": read.children,
            "rows": tuple(line for line in read.children if VIEWS[view](line)),
            "view": view,
            "views": _chips(class_id, view, read.children),
            "claims": read.claims,
            "done_count": sent,
            "total": len(read.children),
            "until": visit.school.settings.collection_until,
            "class_url": f"{visit.house.address}/l/{token}",
            "reminder": reminder,
        }
        return await show(visit, "class.html", values, here="class")

    async def remind(self, visit: Visit) -> web.StreamResponse:
        """A text with that child's own link; copying is the teacher's, on record as a reminder."""
        actor, class_id = visit.person(), visit.parameter("id")
        student_id, view = visit.fields.get("student", ""), visit.fields.get("view", "")
        form = visit.house.forms.newest.get(COLLECTION_FORM)

        def make(unit: Unit) -> Reminder:
            place = require_class(unit, visit, class_id, Action.family_remind)
            row = _child_of(unit, visit, actor, place, student_id)
            families.record_reminder(unit, actor, student_id, visit.now)
            url = slip_url(unit, visit, place, student_id)
            return _reminder(visit, place, row, form, url)

        reminder = await visit.house.db.write(make)
        key = self.reminders.keep(actor.id, reminder)
        kept = view if view in VIEWS and view != "all" else None
        return back_to(f"/panel/class/{class_id}", view=kept, done="reminded", reminder=key)


async def show_classes(visit: Visit) -> web.StreamResponse:
    """His classes; the only one at once."""
    actor = visit.person()

    def gather(reader: Reader) -> tuple[ClassLine, ...]:
        places = read_places(reader, actor.school_id, visit.language)
        mine = reach_classes(places, actor, Action.class_see, visit.today)
        return class_lines(reader, actor, tuple(mine.values()), visit)

    classes = await visit.house.db.read(gather)
    if len(classes) == 1:
        return see_other(f"/panel/class/{classes[0].id}")
    return await show(visit, "classes.html", {"classes": classes}, here="class")


async def decide_claim(visit: Visit) -> web.StreamResponse:
    """Accept for the chosen child, or refuse."""
    actor, claim_id = visit.person(), visit.parameter("id")
    act, student_id = visit.fields.get("act", ""), visit.fields.get("student", "")
    if act not in ("accept", "refuse"):
        raise NotThere

    if act == "accept" and not student_id:
        raise RuleError("claim.no_child")

    def carry_out(unit: Unit) -> Claim:
        if act == "refuse":
            return families.refuse_claim(unit, actor, claim_id, visit.now)
        return families.accept_claim(unit, actor, claim_id, student_id, visit.now)

    claim = await visit.house.db.write(carry_out)
    visit.house.news.tell(claim.actor_id)
    done = "claim_refused" if act == "refuse" else "claim_accepted"
    return back_to(f"/panel/class/{claim.class_id}", done=done)


def require_class(reader: Reader, visit: Visit, class_id: str, action: Action) -> ClassPlace:
    """The class, if this person may do that there. Raises: NotThere."""
    actor = visit.person()
    place = read_places(reader, actor.school_id, visit.language).get(class_id)
    if place is None or permit(actor, action, place.target(), visit.today) is None:
        raise NotThere
    return place


def slip_until(visit: Visit) -> datetime:
    """When a slip made now closes: late on the day that is printed on it."""
    last = visit.school.settings.collection_until or visit.today + timedelta(days=SLIP_DAYS)
    day = max(last, visit.today + SHORTEST_SLIP)
    return visit.now.replace(year=day.year, month=day.month, day=day.day, hour=23, minute=59)


def slip_url(unit: Unit, visit: Visit, place: ClassPlace, student_id: str) -> str:
    """A new way in for the family of one child."""
    wanted = NewEntry(
        EntryKind.slip,
        visit.school.id,
        class_id=place.id,
        student_id=student_id,
        expires_at=slip_until(visit),
    )
    return f"{visit.house.address}/l/{links.make_entry(unit, wanted, visit.now)}"


def overview(
    reader: Reader, visit: Visit, actor: Actor, place: ClassPlace
) -> tuple[ChildProgress, ...]:
    """The children with how far the collection form is."""
    occasion = str(place.grade.entry_year)
    return queries.class_overview(reader, actor, place.id, COLLECTION_FORM, occasion, visit.today)


def _gather(unit: Reader, visit: Visit, actor: Actor, class_id: str) -> ClassPage:
    place = require_class(unit, visit, class_id, Action.class_see)
    form = visit.house.forms.newest.get(COLLECTION_FORM)
    helped = {
        task.student_id
        for task in queries.tasks_of(unit, actor, visit.today)
        if task.kind is TaskKind.help
    }
    rows = overview(unit, visit, actor, place)
    lines = (_line(visit, form, row, row.student.id in helped) for row in rows)
    children = tuple(sorted(lines, key=lambda line: line.name))
    claims = (row for row in queries.claims_of(unit, actor, visit.today))
    return ClassPage(
        place,
        children,
        tuple(_claim(row, children) for row in claims if row.claim.class_id == class_id),
    )


def _claim(row: ClaimRow, children: Sequence[ChildLine]) -> ClaimLine:
    claim = row.claim
    likely = next((one.id for one in children if one.name == claim.child_name), "")
    return ClaimLine(claim.id, claim.child_name, claim.relation, claim.at, likely)


def _line(visit: Visit, form: Form | None, row: ChildProgress, asks_help: bool) -> ChildLine:
    view, words = _standing(visit, form, row)
    state = row.state.value if row.state and view != "filling" else view
    return ChildLine(
        id=row.student.id,
        name=row.student.fields.get("full_name", ""),
        view=view,
        state=state,
        words=words,
        done=row.done,
        total=row.total,
        at=row.touched_at,
        case_id=row.submission_id or "",
        asks_help=asks_help,
        may_remind=view in ("not_started", "filling", "returned"),
        is_away=row.student.status is Status.suspended,
        ahead=suspension_ahead(row.student, visit.today),
    )


def _standing(visit: Visit, form: Form | None, row: ChildProgress) -> tuple[str, str]:
    """The chip a child falls under, and the words of his line."""
    language = visit.language
    if row.state is State.effective:
        return "done", say("panel.state.effective", language)
    if row.state in _SENT:
        return "submitted", say(f"panel.state.{row.state}", language)
    if row.state is State.returned:
        return "returned", say("panel.class.at_returned", language)
    if row.draft_id is None or (row.done == 0 and not row.asking):
        return "not_started", say("panel.class.at_start", language)
    label = _question(form, row.asking, language)
    if not label:
        return "filling", say("panel.class.at_end", language)
    return "filling", say("panel.class.at_question", language, {"question": label})


def _question(form: Form | None, path: str, language: str) -> str:
    question = form.questions.get(path) if form else None
    if question is None:
        return ""
    return question.brief.within(language) or question.label.within(language)


def _child_of(
    unit: Unit, visit: Visit, actor: Actor, place: ClassPlace, student_id: str
) -> ChildProgress:
    for row in overview(unit, visit, actor, place):
        if row.student.id == student_id:
            return row
    raise NotThere


def _reminder(
    visit: Visit, place: ClassPlace, row: ChildProgress, form: Form | None, url: str
) -> Reminder:
    """Sentence 10 of the school's wording: masked, one thing, until when, and the way in."""
    name = row.student.fields.get("full_name", "")
    until = visit.school.settings.collection_until
    words = Words(visit.language, visit.now)
    view, _ = _standing(visit, form, row)
    asking = _question(form, row.asking, visit.language)
    key = f"panel.reminder.{view}" if view != "filling" or asking else "panel.reminder.to_send"
    params = {
        "child": mask("name", name),
        "school": visit.school.name,
        "question": asking,
        "until": say("panel.reminder.until", visit.language, {"day": words.short_day(until)})
        if until and until >= visit.today
        else "",
        "url": url,
    }
    return Reminder(place.id, name, say(key, visit.language, params))


def _chips(class_id: str, here: str, lines: Sequence[ChildLine]) -> tuple[Chip, ...]:
    def url(view: str) -> str:
        return f"/panel/class/{class_id}" + (f"?view={view}" if view != "all" else "")

    return tuple(
        Chip(view, url(view), view == here, sum(map(shows, lines)))
        for view, shows in VIEWS.items()
    )
