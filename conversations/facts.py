"""What a form may ask the house instead of the family: the closed list behind `chat::fact`.

A hidden question with a fact is never asked; the walk answers it anew from this table on every
turn, so `${school_name}` in a label and conditions on settings work like any other answer. Rows
`known.<field>` give the register's present value masked, and nothing to who may not see it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from conversations.turn import Facts
from locales import form_catalogue
from registry.fields import FIELDS
from registry.masks import mask
from registry.options import OPTIONS
from registry.privacy import is_own_of_other

_DATES = frozenset({"birth_date", "date"})


def _yes_no(is_true: bool) -> str:
    return "yes" if is_true else "no"


def _value(code: str, facts: Facts) -> str:
    """The register's value, where this person's link lets him see it."""
    child = facts.draft.student_id if facts.draft else None
    link = facts.actor.link_to(child) if child else None
    if facts.student is None or link is None or not link.may_see:
        return ""
    return facts.student.fields.get(code, "")


def _known(code: str, facts: Facts) -> str:
    """The present value as it may stand on a screen: enough to know it again, no more."""
    text = _value(code, facts)
    if not text or _is_of_another(code, facts):
        return ""
    kind = FIELDS[code].kind
    if kind in OPTIONS:
        name = OPTIONS[kind].get(text, text)
        return form_catalogue(facts.language).get((f"{kind}/{text}:choice", name), name)
    return f"{text[:4]}-**-**" if kind in _DATES else mask(kind, text)


def _is_of_another(code: str, facts: Facts) -> bool:
    """A guardian's own telephone is not shown to the other one."""
    student = facts.student
    link = facts.actor.link_to(student.id) if student else None
    return student is not None and is_own_of_other(code, student, link, facts.guardian_count)


def _status(facts: Facts) -> str:
    return str(facts.student.status) if facts.student else ""


FACTS: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "child_status": _status,
        "class_label": lambda facts: facts.class_label,
        "committee_helps": lambda facts: _yes_no(facts.school.settings.committee_helps),
        "committee_sees_evidence": lambda facts: _yes_no(
            facts.school.settings.committee_helps and facts.school.settings.committee_sees_evidence
        ),
        "grade_number": lambda facts: str(facts.grade_number or ""),
        "language": lambda facts: facts.language,
        "photos_only": lambda facts: _yes_no(bool(facts.draft and facts.draft.photos_by)),
        "relation": lambda facts: facts.relation or "",
        "school_name": lambda facts: facts.school.name,
        "school_phone": lambda facts: facts.school.telephone,
        "stage": lambda facts: facts.stage,
        "suspended_until": partial(_value, "suspended_until"),
        "suspension_reason": partial(_value, "suspension_reason"),
        "teacher_name": lambda facts: facts.teacher_name,
        "teacher_phone": lambda facts: facts.teacher_phone,
        **{f"known.{code}": partial(_known, code) for code in FIELDS},
    }
)
"""Row of `chat::fact` → the answer ("yes"/"no" for switches, "" when unknown)."""
