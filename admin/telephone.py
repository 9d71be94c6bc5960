"""What somebody has to do by hand: the sentence to say, and the number to ring.

Called by the first page and by the class page. The number is shown as far as the role may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from admin.places import Places
from locales import WORDING, catalogue, say
from registry.actors import Actor
from registry.fields import FIELDS
from registry.masks import mask
from registry.policy import Sight, sight
from registry.records import Task, TaskKind
from registry.students import Student
from storage import people_books, queries
from storage.reader import Reader
from web.visits import Visit

PHONES = ("phone", "guardian1_phone", "guardian2_phone")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as the page shows it."""

    key: str
    kind: TaskKind
    class_id: str
    class_label: str
    child: str
    person: str
    sentence: str
    phone: str
    phone_link: str
    at: datetime
    case_id: str = ""


class _Sparing(dict[str, object]):
    """Parameters of a sentence; what a notice does not carry is left out."""

    def __missing__(self, name: str) -> str:
        return ""


def task_lines(
    reader: Reader, visit: Visit, actor: Actor, places: Places, tasks: Sequence[Task]
) -> tuple[TaskLine, ...]:
    """The tasks in words."""
    people = {task.actor_id for task in tasks if task.actor_id}
    names = people_books.names(reader, actor.school_id, people)
    return tuple(
        _line(reader, visit, places, names.get(task.actor_id or "", ""), task) for task in tasks
    )


def _line(reader: Reader, visit: Visit, places: Places, person: str, task: Task) -> TaskLine:
    student = _student(reader, task)
    fields = student.fields if student else {}
    phone = next((fields[code] for code in PHONES if fields.get(code)), "")
    how = sight(task.role, FIELDS["phone"].field_class)
    place = places.get(task.class_id)
    label = place.label if place else ""
    name = fields.get("full_name", "")
    return TaskLine(
        key=task.key,
        kind=task.kind,
        class_id=task.class_id,
        class_label=label,
        child=name,
        person=person,
        sentence=_sentence(visit, task, name, label),
        phone=phone if how is Sight.full else mask("phone", phone),
        phone_link=phone if how is Sight.full else "",
        at=task.at,
        case_id=str(task.ids.get("submission", "")),
    )


def _student(reader: Reader, task: Task) -> Student | None:
    child = (
        queries.child_view(reader, task.school_id, task.student_id) if task.student_id else None
    )
    return child.student if child else None


def _sentence(visit: Visit, task: Task, name: str, label: str) -> str:
    """In the school's own language too when the reader's has no such sentence."""
    known = catalogue(WORDING)
    key = task.phrase if task.phrase in known else ""
    if task.kind is TaskKind.effect_failed:
        key = key or "panel.task.effect_words"
    if not key or task.kind is TaskKind.help:
        return say("panel.task.help_words", visit.language) if not key else ""
    school = visit.school
    values = {
        "child": name,
        "class": label,
        "school": school.name,
        "telephone": school.telephone,
        **task.ids,
    }
    words = catalogue(visit.language).get(key) or known[key]
    return words.format_map(_Sparing(values))
