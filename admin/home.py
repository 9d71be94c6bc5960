"""The first page after signing in: what waits for this person, in the order of urgency."""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from admin.pages import back_to, show
from admin.places import COLLECTION_FORM, ClassPlace, Places, reach_classes, read_places
from admin.reminders import Reminder, reminders
from admin.telephone import TaskLine, task_lines
from locales import say
from registry import families
from registry.actors import STAFF, Actor, Role
from registry.fields import FieldClass
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Action, Sight, sight
from registry.submissions import State
from storage import queries
from storage.queries import panel
from storage.queries.entries import EntryFilter, count_entries, longest_open
from storage.reader import Reader
from web.gate import may
from web.visits import Visit

FIRST_STEPS = ("classes", "staff", "roster", "calendar")
MANY_CLASSES = 12
"""More classes than this are listed on a page of their own only."""


@frozen
class Tile:
    """One number with the page behind it."""

    key: str
    count: int
    url: str
    oldest: datetime | None = None


@frozen
class UndoLine:
    """One decision that may still be taken back."""

    case_id: str
    revision: int
    number: int
    child: str
    act: str
    settles_at: datetime


@frozen
class ClassLine:
    """One class and how far it is."""

    id: str
    label: str
    done: int
    total: int
    teacher: str = ""


@frozen
class Home:
    """What the first page shows."""

    reminders: tuple[Reminder, ...]
    counts: tuple[Tile, ...]
    undoable: tuple[UndoLine, ...]
    tasks: tuple[TaskLine, ...]
    classes: tuple[ClassLine, ...]
    first_steps: tuple[str, ...] = ()  # parts of the set-up, while no child is on a list


async def show_home(visit: Visit) -> web.StreamResponse:
    """By role: a part that is not his is not there."""
    actor = visit.person()
    home = await visit.house.db.read(lambda reader: _gather(reader, visit, actor))
    held = [role for role in Role if role in STAFF and actor.has_role(role, visit.today)]
    role_words = say("panel.join", visit.language).join(
        say(f"panel.role.{role}", visit.language) for role in held
    )
    values = {
        "reminders": home.reminders,
        "counts": home.counts,
        "undoable": home.undoable,
        "tasks": home.tasks,
        "classes": home.classes,
        "first_steps": home.first_steps,
        "sees_tasks": may(actor, Action.task_see, visit.today),
        "role_words": role_words,
    }
    return await show(visit, "home.html", values, here="home")


async def close_task(visit: Visit) -> web.StreamResponse:
    """Done by hand: told by telephone, helped, looked after. Raises: NotThere unless it is his."""
    actor, key = visit.person(), visit.fields.get("key", "")

    await visit.house.db.write(lambda unit: families.close_task(unit, actor, key, visit.now))
    return back_to("/panel", done="task_closed")


def class_lines(
    reader: Reader, actor: Actor, places: Sequence[ClassPlace], visit: Visit
) -> tuple[ClassLine, ...]:
    """Classes with how many of their children have sent the collection form."""
    counts = panel.class_counts(reader, actor, COLLECTION_FORM, visit.today)
    nothing = panel.ClassCount(0, 0)
    return tuple(
        ClassLine(
            place.id,
            place.label,
            counts.get(place.id, nothing).done,
            counts.get(place.id, nothing).total,
            place.teacher,
        )
        for place in places
    )


def shows_names(actor: Actor, visit: Visit) -> bool:
    """Whether one of his roles sees a child's whole name."""
    return any(
        sight(grant.role, FieldClass.name) is Sight.full
        for grant in actor.grants
        if grant.holds(visit.today) and grant.role in STAFF
    )


def _gather(reader: Reader, visit: Visit, actor: Actor) -> Home:
    places = read_places(reader, actor.school_id, visit.language)
    mine = tuple(reach_classes(places, actor, Action.class_see, visit.today).values())
    tasks = queries.tasks_of(reader, actor, visit.today)
    return Home(
        reminders(reader, visit, actor),
        _tiles(reader, actor, visit, places, mine),
        _undo_lines(reader, actor, visit),
        task_lines(reader, visit, actor, places, tasks),
        class_lines(reader, actor, mine, visit) if len(mine) <= MANY_CLASSES else (),
        _first_steps(reader, actor, visit),
    )


def _first_steps(reader: Reader, actor: Actor, visit: Visit) -> tuple[str, ...]:
    """What a school that has just been founded does next, for whoever may."""
    wanted = (Action.setup_classes, Action.class_see)
    may_begin = all(may(actor, one, visit.today) for one in wanted)
    if not may_begin or panel.class_counts(reader, actor, COLLECTION_FORM, visit.today):
        return ()
    return FIRST_STEPS


def _tiles(
    reader: Reader,
    actor: Actor,
    visit: Visit,
    places: Places,
    mine: Sequence[ClassPlace],
) -> tuple[Tile, ...]:
    tiles: list[Tile] = []
    if may(actor, Action.queue_see, visit.today):
        waiting = queries.queue(reader, actor, queries.QueueFilter(), visit.today, limit=1)
        oldest = waiting.items[0].waiting_since if waiting.items else None
        tiles.append(Tile("mine", waiting.total, "/panel/queue", oldest))
    if may(actor, Action.outside_record, visit.today):
        tiles += _outside_tile(reader, actor, visit)
    if may(actor, Action.entry_note, visit.today):
        open_ones = count_entries(reader, actor, EntryFilter(), visit.today)
        since = longest_open(reader, actor, visit.today)
        tiles.append(Tile("entries", open_ones, "/panel/entries", since))
    if may(actor, Action.claim_decide, visit.today):
        claims = queries.claims_of(reader, actor, visit.today)
        first = claims[0].claim if claims else None
        url = f"/panel/class/{first.class_id}" if first else "/panel/class"
        tiles.append(Tile("claims", len(claims), url, first.at if first else None))
    if may(actor, Action.class_see, visit.today):
        counts = panel.class_counts(reader, actor, COLLECTION_FORM, visit.today)
        missing = sum(one.total - one.done for one in counts.values())
        url = f"/panel/class/{mine[0].id}" if len(mine) == 1 else "/panel/class"
        tiles.append(Tile("missing", missing, url))
    return tuple(tiles)


def _outside_tile(reader: Reader, actor: Actor, visit: Visit) -> tuple[Tile, ...]:
    """What the authority has, so that nobody forgets to ask (R22)."""
    wanted = queries.QueueFilter(states=(State.awaiting_outside,))
    found = queries.queue(reader, actor, wanted, visit.today, limit=1)
    if not found.items:
        return ()
    oldest = found.items[0].waiting_since
    return (Tile("outside", found.total, "/panel/queue?view=outside", oldest),)


def _undo_lines(reader: Reader, actor: Actor, visit: Visit) -> tuple[UndoLine, ...]:
    if not may(actor, Action.decision_undo, visit.today):
        return ()
    is_open = shows_names(actor, visit)
    return tuple(
        UndoLine(
            one.submission_id,
            one.revision,
            one.number,
            one.child_name if is_open else mask("name", one.child_name),
            one.act.value,
            one.settles_at,
        )
        for one in panel.undoable(reader, actor, visit.now)
    )
