"""The only path from a message to a reply: one message, one unit of work, then words.

`take` answers a message once, however often it arrives; `look` shows the present question and
answers nothing. Everything the house owes because of a turn is stored in the same transaction.
Called by every channel.
"""

from dataclasses import replace

from bot.facts import Scene, gather, gather_at
from bot.outcomes import Work, carry_out, door
from conversations.dialogue import FORM_SCREENS, converse, refuse
from conversations.draft import Place
from conversations.turn import Chose, Input, Look, MakeDoor, SetLanguage, Turn
from conversations.wording import Bubble, Shown, ShownLine, render, render_lines
from locales import say
from registry.frozen import frozen
from registry.problems import Conflict, NotThere, Problem, RuleError
from storage.dialogue import mark_answered, save_draft, save_place
from storage.evidence import NewFile, add_file
from storage.unit import Unit
from web.house import House

TRIES = 5
"""Turns that met another one in the same place run again; more than a few at once: no person."""


@frozen
class Message:
    """One message as a channel received it.

    `seen_turn`: the turn of the page it was written on, where the channel knows; text written on
    an older page is no answer to the present question. `file`: a picture that came with it.
    """

    actor_id: str
    channel: str
    id: str
    given: Input
    seen_turn: int | None = None
    file: "Arrived | None" = None


@frozen
class Arrived:
    """A cleaned picture, sealed and whole on the disk, not yet anybody's."""

    new: NewFile  # `draft_id` is filled in here


@frozen
class View:
    """All a page shows of one turn."""

    shown: Shown
    history: tuple[ShownLine, ...] = ()  # answered so far
    teacher: str = ""


async def take(house: House, actor_id: str, channel: str, message_id: str, given: Input) -> Shown:
    """Answer a message. Raises: NotThere when the person is no longer active."""
    view = await take_message(house, Message(actor_id, channel, message_id, given))
    return view.shown


async def look(house: House, actor_id: str, channel: str) -> Shown:
    """Where the person is; changes no answer (see `see`)."""
    return (await see(house, actor_id, channel)).shown


async def take_message(house: House, message: Message) -> View:
    """The same with what a page shows beside it."""
    for left in reversed(range(TRIES)):
        try:
            view = await house.db.jot(lambda unit: _answer(unit, house, message))
            break
        except NotThere:
            raise
        except Conflict:
            if not left:
                raise
        except RuleError as error:
            view = await _refused(house, message, Problem(error.code, error.params))
            break
    house.news.tell(message.actor_id)
    return view


async def see(house: House, actor_id: str, channel: str) -> View:
    """`look` with what a page shows beside it.

    Where somebody else of the family has answered what this person was at, he is led on in a new
    turn: what he presses on the page he sees now counts, and what he sends from the page of
    before is no answer to it. Nothing else is ever written by looking.
    """
    turn, scene = await house.db.read(lambda unit: _looked(unit, house, actor_id, channel))
    if _is_where_he_was(turn, scene):
        return _view(turn, scene)
    try:
        return await house.db.jot(lambda unit: _lead_on(unit, house, actor_id, channel))
    except Conflict:
        return await house.db.read(lambda unit: _present(unit, house, actor_id, channel))


def _answer(unit: Unit, house: House, message: Message) -> View:
    try:
        # The mark goes first: it is the question and its answer in one statement.
        mark_answered(unit, message.actor_id, message.id, house.clock())
    except Conflict:
        return _present(unit, house, message.actor_id, message.channel)
    scene = gather(unit, house, message.actor_id, message.channel, whole=False)
    given = _timely(scene.place, message)
    if message.file is not None and given is message.given and scene.facts.draft is not None:
        draft_id = scene.facts.draft.id
        add_file(unit, replace(message.file.new, draft_id=draft_id), scene.facts.now)
    turn = converse(scene.place, given, scene.facts)
    if not scene.is_whole and (turn.looks_again or turn.place.screen not in FORM_SCREENS):
        # The lobby lists what a form does not need; the dialogue is pure, so ask it once more.
        scene = gather(unit, house, message.actor_id, message.channel, whole=True)
        turn = converse(scene.place, given, scene.facts)
    return _carry_through(unit, house, scene, turn, message.channel)


def _timely(place: Place, message: Message) -> Input:
    """What was written on an older page counts as a button of that page: it changes nothing."""
    seen = message.seen_turn
    if seen is None or seen == place.turn or isinstance(message.given, Chose):
        return message.given
    return Chose(seen, "old")


def _carry_through(unit: Unit, house: House, scene: Scene, turn: Turn, channel: str) -> View:
    """Store the turn, do what it asks, and see where that leads."""
    draft, seen = turn.draft, scene.facts.draft
    work = Work(unit, house, scene, turn, channel)
    if draft is not None and turn.is_changed and not turn.looks_again:
        revision = seen.revision if seen else draft.revision
        save_draft(unit, draft, revision, turn.done, turn.total, turn.asking, now=scene.facts.now)
    place = carry_out(work)
    if turn.looks_again or isinstance(turn.outcome, SetLanguage):
        actor = unit.load_actor(house.school_id, place.actor_id)
        scene = gather_at(unit, house, actor, place, channel, whole=True)
        turn = replace(converse(place, Look(), scene.facts), outcome=turn.outcome)
        place = turn.place
    if place != work.scene.place:
        save_place(unit, place, work.scene.place.turn)
    if turn.trail is not None:
        house.trails.keep(turn.trail)
    view = _view(turn, scene)
    return _with_door(view, work) if isinstance(turn.outcome, MakeDoor) else view


def _present(unit: Unit, house: House, actor_id: str, channel: str) -> View:
    return _view(*_looked(unit, house, actor_id, channel))


def _is_where_he_was(turn: Turn, scene: Scene) -> bool:
    """Whether his place still leads to what it did when he came there."""
    before, now = scene.place, turn.place
    in_form = before.screen in FORM_SCREENS and now.screen in FORM_SCREENS
    return not in_form or (before.screen, before.focus) == (now.screen, now.focus)


def _lead_on(unit: Unit, house: House, actor_id: str, channel: str) -> View:
    """Raises: Conflict where he moved by himself meanwhile."""
    turn, scene = _looked(unit, house, actor_id, channel)
    if not _is_where_he_was(turn, scene):
        turn = replace(turn, place=replace(turn.place, turn=scene.place.turn + 1))
        save_place(unit, turn.place, scene.place.turn)
    return _view(turn, scene)


def _looked(unit: Unit, house: House, actor_id: str, channel: str) -> tuple[Turn, Scene]:
    scene = gather(unit, house, actor_id, channel, whole=False)
    turn = converse(scene.place, Look(), scene.facts)
    if not scene.is_whole and turn.place.screen not in FORM_SCREENS:
        scene = gather(unit, house, actor_id, channel, whole=True)
        turn = converse(scene.place, Look(), scene.facts)
    return turn, scene


async def _refused(house: House, message: Message, problem: Problem) -> View:
    """A use case refused and nothing of the turn was stored: say why, where the person was.

    The word is kept with the place, for a browser that is sent on to its page.
    """

    def say_why(unit: Unit) -> View:
        try:
            mark_answered(unit, message.actor_id, message.id, house.clock())
        except Conflict:
            return _present(unit, house, message.actor_id, message.channel)
        scene = gather(unit, house, message.actor_id, message.channel, whole=True)
        turn = refuse(scene.place.acting(), problem, scene.facts)
        save_place(unit, turn.place, scene.place.turn)
        return _view(turn, scene)

    return await house.db.write(say_why)


def _view(turn: Turn, scene: Scene) -> View:
    facts = scene.facts
    shown = render(turn, facts.language)
    return View(shown, _history(turn, scene), facts.teacher_name)


def _history(turn: Turn, scene: Scene) -> tuple[ShownLine, ...]:
    """What was answered, while a question is asked; the summary shows it by itself."""
    facts = scene.facts
    if not facts.is_web or turn.place.screen != "form":
        return ()  # a messenger has its own history above the question
    return render_lines(turn.answered(), facts.language)


def _with_door(view: View, work: Work) -> View:
    minutes = work.scene.facts.school.settings.door_minutes
    words = say("web.door_here", view.shown.language, {"minutes": minutes})
    bubble = Bubble("note", (words, *door(work)))
    return replace(view, shown=replace(view.shown, bubbles=(bubble, *view.shown.bubbles)))
