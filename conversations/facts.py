"""What a form may ask the house instead of the family: the closed list behind `chat::fact`.

A hidden question with a fact is never asked; the walk answers it anew from this table on every
turn, so `${school_name}` in a label and conditions on settings work like any other answer.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from conversations.turn import Facts


def _yes_no(is_true: bool) -> str:
    return "yes" if is_true else "no"


FACTS: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "class_label": lambda facts: facts.class_label,
        "committee_helps": lambda facts: _yes_no(facts.school.settings.committee_helps),
        "committee_sees_evidence": lambda facts: _yes_no(
            facts.school.settings.committee_helps and facts.school.settings.committee_sees_evidence
        ),
        "relation": lambda facts: facts.relation or "",
        "school_name": lambda facts: facts.school.name,
        "school_phone": lambda facts: facts.school.telephone,
        "teacher_name": lambda facts: facts.teacher_name,
        "teacher_phone": lambda facts: facts.teacher_phone,
    }
)
"""Row of `chat::fact` → the answer ("yes"/"no" for switches, "" when unknown)."""
