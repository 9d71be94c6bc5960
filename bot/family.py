"""What a turn knows of the family around the child in hand: brothers and sisters, and what the
rules of legality look at.

Reads only. A family of one child costs no statement here. Called by `bot.facts`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from conversations.draft import Draft
from conversations.form import Form, Text
from conversations.proposing import is_of_family
from conversations.xlsform.shelf import FormShelf
from registry.actors import Actor
from registry.legality import Circumstances, Sizes, circumstances
from registry.privacy import is_own_of_other
from registry.schools import Settings
from registry.students import Status, Student
from storage.consent_books import class_size, grade_size
from storage.dialogue import find_draft
from storage.queries.family import ChildView, ClaimView, other_children
from storage.unit import Unit


def sibling_of(unit: Unit, form: Form, draft: Draft, actor: Actor) -> Student | None:
    """Another child of this person whose family block is known: from the register, else from what
    was written for it on the same paper.
    """
    if draft.student_id is None or len(actor.links) < 2:
        return None
    others = other_children(unit, actor.id, draft.student_id)
    known = [
        _seen_by(actor, view, _with_block(unit, form, view)) for view in sorted(others, key=_age)
    ]
    known = [student for student in known if _block(student.fields)]
    return max(known, key=lambda student: len(_block(student.fields)), default=None)


def in_form(today: date, settings: Settings, view: ChildView) -> Circumstances:
    """Those that cost no statement."""
    return circumstances(today, settings, view.grade, view.student, Sizes())


def in_lobby(
    unit: Unit, today: date, settings: Settings, view: ChildView | ClaimView
) -> Circumstances:
    """All of them. The class is counted for a child who has no place on the roll yet (R242)."""
    student = view.student if isinstance(view, ChildView) else None
    sizes = Sizes()
    if student is None or student.status is Status.expected:
        without = student.id if student is not None else ""
        grade = view.grade
        planned = grade.id in settings.grade_plans
        sizes = Sizes(
            class_size(unit, view.school_class.id, without),
            grade_size(unit, grade.school_id, grade.id, without) if planned else None,
        )
    return circumstances(today, settings, view.grade, student, sizes)


def label_in(shelf: FormShelf, code: str, text: str) -> Text | None:
    """How a register field's code reads, in the words of the first form that offers it."""
    return next(
        (
            choice.label
            for form in shelf.newest.values()
            for question in form.questions.values()
            if question.save_to == code
            for choice in question.choices
            if choice.name == text
        ),
        None,
    )


def _age(view: ChildView) -> tuple[bool, int]:
    """On the roll first, then the elder."""
    return (view.student.status is Status.expected, view.grade.entry_year)


def _block(fields: Mapping[str, str]) -> Mapping[str, str]:
    return {code: text for code, text in fields.items() if text and is_of_family(code)}


def _seen_by(actor: Actor, view: ChildView, student: Student) -> Student:
    """Without what belongs to another guardian of that child (K21)."""
    link = actor.link_to(student.id)
    seen = {
        code: text
        for code, text in student.fields.items()
        if not is_own_of_other(code, student, link, view.family_size)
    }
    return replace(student, fields=seen)


def _with_block(unit: Unit, form: Form, view: ChildView) -> Student:
    """The register's block, else what stands in the child's paper; never an own answer."""
    student = view.student
    if any(code.startswith("guardian") for code in _block(student.fields)):
        return student
    occasion = str(view.grade.entry_year)
    draft = find_draft(unit, student.school_id, form.id, student.id, None, occasion)
    if draft is None:
        return student
    return replace(student, fields={**student.fields, **dict(_written(form, draft))})


def _written(form: Form, draft: Draft) -> Iterator[tuple[str, str]]:
    for path, answer in draft.answers.items():
        question = form.questions.get(path)
        if question is not None and question.save_to and is_of_family(question.save_to):
            yield question.save_to, answer.text
