"""What somebody has to do by hand: the sentence to say, and the number to ring.

Called by the first page and by the class page. The number is shown as far as the role may see it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from admin.places import COLLECTION_FORM, Places
from conversations.form import Form
from conversations.status import paper_word
from locales import WORDING, catalogue, say
from registry.actors import Actor
from registry.fields import FIELDS, UNNAMED
from registry.frozen import frozen
from registry.masks import mask
from registry.policy import Sight, sight
from registry.records import Task, TaskKind
from registry.routes import ROUTES
from registry.submissions import Flag
from storage import people_books, queries
from storage.dialogue import find_draft
from storage.queries import panel
from storage.queries.family import ChildView
from storage.reader import Reader
from storage.review_books import decisions
from web.visits import Visit

PHONES = ("phone", "guardian1_phone", "guardian2_phone")


@frozen
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
    draft_id: str = ""  # of a paper to be typed from its pictures


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
        _line(reader, visit, actor, places, names.get(task.actor_id or "", ""), task)
        for task in tasks
    )


def _line(
    reader: Reader, visit: Visit, actor: Actor, places: Places, person: str, task: Task
) -> TaskLine:
    child = _child(reader, task)
    fields = child.student.fields if child else {}
    phone = next((fields[code] for code in PHONES if fields.get(code)), "")
    if child is not None and not phone:
        phone = _phone_in_draft(reader, visit, child)
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
        sentence=_sentence(reader, visit, actor, task, fields, label),
        phone=phone if how is Sight.full else mask("phone", phone),
        phone_link=phone if how is Sight.full else "",
        at=task.at,
        case_id=str(task.ids.get("submission", "")),
        draft_id=str(task.ids["draft"]) if task.kind is TaskKind.typing else "",
    )


def _child(reader: Reader, task: Task) -> ChildView | None:
    if task.student_id is None:
        return None
    return queries.child_view(reader, task.school_id, task.student_id)


def _phone_in_draft(reader: Reader, visit: Visit, child: ChildView) -> str:
    """What the family wrote and has not sent: it wants to be reached by it."""
    student, occasion = child.student, str(child.grade.entry_year)
    draft = find_draft(reader, student.school_id, COLLECTION_FORM, student.id, None, occasion)
    form = visit.house.forms.by_key.get((draft.form_id, draft.form_version)) if draft else None
    if draft is None or form is None:
        return ""
    own = {path: next(iter(given.values())) for path, given in draft.own.items() if given}
    answers = {**own, **draft.answers}
    written = {
        question.save_to: answers[path].text
        for path, question in form.questions.items()
        if path in answers
    }
    return next((written[code] for code in PHONES if written.get(code)), "")


def _sentence(
    reader: Reader, visit: Visit, actor: Actor, task: Task, fields: Mapping[str, str], label: str
) -> str:
    """In the school's own language too when the reader's has no such sentence."""
    if task.kind is TaskKind.typing:
        return say("panel.task.typing_words", visit.language)
    known = catalogue(WORDING)
    key = task.phrase if task.phrase in known else ""
    if task.kind is TaskKind.effect_failed:
        key = key or "panel.task.effect_words"
    if not key or task.kind is TaskKind.help:
        return say("panel.task.help_words", visit.language) if not key else ""
    school = visit.school
    values = {
        "child": fields.get("full_name", ""),
        "class": label,
        "school": school.name,
        "telephone": school.telephone,
        **_of_case(reader, visit, actor, task),
        "old_school": fields.get("previous_school")
        or say("panel.task.old_school", visit.language),
        **task.ids,
    }
    words = catalogue(visit.language).get(key) or known[key]
    return words.format_map(_Sparing(values))


def _of_case(reader: Reader, visit: Visit, actor: Actor, task: Task) -> Mapping[str, str]:
    """The paper by its short name, and what the family is asked to mend: both are read out."""
    language, case_id = visit.language, str(task.ids.get("submission", ""))
    if task.student_id is None or not case_id:
        return {"paper": say("paper.new_student", language)}
    heads = panel.cases_of_child(reader, actor, task.student_id, visit.today)
    head = next((one for one in heads if one.id == case_id), None)
    if head is None:
        return {"paper": say("paper.new_student", language)}
    form = visit.house.forms.newest.get(head.form_id)
    asked = (
        flag
        for made in decisions(reader, case_id)
        if task.key.startswith(f"{task.kind}:{made.id}:")
        for flag in made.flags
    )
    return {
        "paper": say(f"paper.{paper_word(ROUTES[head.route], head.effect)}", language),
        "what": "\n" + "\n".join(_asked(form, flag, language) for flag in asked) + "\n",
    }


def _asked(form: Form | None, flag: Flag, language: str) -> str:
    question = form.questions.get(flag.path) if form is not None else None
    field = FIELDS.get(question.save_to or "") if question is not None else None
    is_named = field is None or field.field_class not in UNNAMED
    brief = form.brief(flag.path).within(language) if form is not None and is_named else ""
    brief = brief or say("notice.one_place", language)
    reason = say(f"reason.{flag.reason}", language)
    return say("notice.flag", language, {"field": brief, "reason": reason})
