"""The states of the house a form can ask about, so that the explorer sees each: settings, who
fills, what the register holds of the child.

Invented people only. Called by `exploring`.
"""

from dataclasses import replace
from datetime import timedelta

from conversations.authoring.samples import KIND_SAMPLES
from conversations.authoring.walking import CHILD_ID
from conversations.form import Form
from conversations.plan import plan_of
from conversations.turn import Facts
from registry.actors import Link, Relation
from registry.fields import FIELDS
from registry.options import OPTIONS, SUSPENSION_REASON
from registry.schools import Settings
from registry.students import Status, Student

_KNOWN = {**KIND_SAMPLES, **{kind: next(iter(table)) for kind, table in OPTIONS.items()}}
"""Kind of value → what the register holds of an invented child."""

_TWO_GUARDIANS = {"guardian1_relation": "mother", "guardian2_phone": "13800000001"}
_OF_CHILD = frozenset({"child_status", "grade_number", "suspension_reason"})


def worlds_of(form: Form, facts: Facts) -> tuple[Facts, ...]:
    """Every state of the house this form can ask about."""
    asked = {node.question.house.fact for node in plan_of(form).nodes if node.fact}
    settings = [facts.school.settings]
    if asked & {"committee_helps", "committee_sees_evidence"}:
        settings = [Settings(), Settings(True), Settings(True, True)]
    links: list[tuple[Link, ...]] = [()]
    if "relation" in asked:
        links += [(Link(CHILD_ID, each),) for each in (Relation.mother, Relation.helper)]
    strangers = tuple(
        replace(
            facts,
            school=replace(facts.school, settings=chosen),
            actor=replace(facts.actor, links=links_of),
        )
        for chosen in settings
        for links_of in links
    )
    asks_register = any(name in _OF_CHILD or name.startswith("known.") for name in asked if name)
    return (*strangers, *_families(strangers[0])) if asks_register else strangers


def _families(facts: Facts) -> tuple[Facts, ...]:
    """A mother whose child the register knows: at school, away ill, away for another reason; and
    one who enters grade 7 (R106).
    """
    known = {code: _KNOWN.get(field.kind, "") for code, field in FIELDS.items()}
    known = {code: text for code, text in known.items() if text} | _TWO_GUARDIANS
    actor = replace(facts.actor, links=(Link(CHILD_ID, Relation.mother),))
    here = replace(facts, actor=actor, stage="primary", grade_number=3)
    away = {**known, "suspended_until": (facts.now + timedelta(days=30)).date().isoformat()}
    kinds = (
        (Status.enrolled, known),
        *((Status.suspended, {**away, "suspension_reason": why}) for why in SUSPENSION_REASON),
    )
    families = tuple(
        replace(here, student=Student(CHILD_ID, facts.school.id, "", "", status, fields))
        for status, fields in kinds
    )
    senior = (replace(one, stage="senior", grade_number=10) for one in families)
    return (*families, replace(families[0], stage="junior", grade_number=7), *senior)
