"""What a question and the summary both show: whom a sentence names, notes, links, ways out.

Called by `showing`, `summary` and the lobby.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from conversations.plan import Step
from conversations.turn import AskedHome, Button, Day, Facts, Illustration, Param, Phrase, Reply
from conversations.walk import Route
from registry.legality import return_opens, transfers_open

BACK = Button("back", Phrase("walk.back"), "quiet")
HELP = Button("help", Phrase("walk.help"), "quiet")
HOME = Button("home", Phrase("lobby.home"), "quiet")
PHOTOS_NO = Button("photos.no", Phrase("walk.photos_no"), "quiet")
REMIND = Button("remind", Phrase("walk.remind"), "quiet")


def params_of(facts: Facts, done: int = 0, total: int = 0) -> Mapping[str, Param]:
    """What every phrase may name: school, teacher, child, progress."""
    deadline = facts.school.settings.collection_until
    return {
        **_circumstances(facts),
        "child": facts.child_name or Phrase("lobby.your_child"),
        "deadline": Phrase("lobby.no_deadline") if deadline is None else Day(deadline.isoformat()),
        "done": done,
        "left": total - done,
        "school": facts.school.name,
        "teacher": called(facts.teacher_name),
        "teacher_phone": facts.teacher_phone or facts.school.telephone,
        "telephone": facts.school.telephone,
        "total": total,
        "web": facts.web_address,
    }


def called(name: str) -> Param:
    """As families call a teacher, who is nowhere named barely."""
    if not name:
        return Phrase("lobby.class_teacher")
    return name if name.endswith(("老师", "老師")) else Phrase("lobby.teacher", {"name": name})


def _circumstances(facts: Facts) -> Mapping[str, Param]:
    """What a sentence of `registry.legality` may name."""
    c = facts.circumstances
    if c is None:
        return {}
    return {
        "limit": c.class_limit or 0,
        "return_opens": _day(return_opens(c)),
        "transfers_open": _day(transfers_open(c)),
        "until": _day(c.suspended_until),
    }


def _day(day: date | None) -> Param:
    return Day(day.isoformat()) if day is not None else ""


def route_link(route: Route, kind: str, path: str = "") -> AskedHome | None:
    """The link that waits for this, if there is one."""
    waiting = (it for it in route.facts.asked_home if (it.kind, it.path) == (kind, path))
    return next(waiting, None)


def asked_home(link: AskedHome | None) -> tuple[Reply, ...]:
    """The link to pass on, with what it is for and how long it holds."""
    if link is None:
        return ()
    until = Phrase(
        "walk.moment", {"day": Day(link.until.date().isoformat()), "at": f"{link.until:%H:%M}"}
    )
    return (Reply("link", (Phrase(f"walk.link_{link.kind}", {"until": until}), link.address)),)


def label_of(route: Route, step: Step) -> Param:
    if step.node.is_repeat:
        answer = route.draft.answers.get(step.path)
        count = len(answer.text.split()) + 1 if answer else 1
        return Phrase("answer.repeat_more", {"what": step.node.label, "number": count})
    label = step.node.label
    return route.words(label.text, step) if label.text.refs else label


def note_of(route: Route, step: Step) -> Param:
    question = step.node.question
    if question.type == "note":
        return route.words(question.label, step)
    return Phrase("walk.fact", {"label": label_of(route, step), "value": route.shown(step)})


def note_pictures(route: Route, notes: Iterable[Step]) -> list[Illustration]:
    return [
        Illustration(step.node.question.picture, label_of(route, step))
        for step in notes
        if step.node.question.picture is not None
    ]
