"""Who may do what, where, and how much of a field he sees: one table each, unlisted = refused
(T1, T2, R30, R123).

Every route, callback, lobby screen and job names its Action; a test fails for one without. Asked
by the desk, the pages
and the channels; foreign and missing objects answer alike.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from registry.actors import Actor, Grant, Role, Scope
from registry.fields import FieldClass
from registry.frozen import frozen


class Action(StrEnum):
    """Everything that can be asked of the house, `area_verb`."""

    audit_see = "audit_see"
    calendar_edit = "calendar_edit"
    calendar_see = "calendar_see"
    chat_use = "chat_use"
    child_move = "child_move"
    claim_decide = "claim_decide"
    claim_expire = "claim_expire"
    claim_make = "claim_make"
    class_see = "class_see"
    decision_undo = "decision_undo"
    door_make = "door_make"
    draft_fill = "draft_fill"
    effect_apply = "effect_apply"
    entry_note = "entry_note"
    errand_make = "errand_make"
    evidence_see = "evidence_see"
    family_remind = "family_remind"
    form_edit = "form_edit"
    form_see = "form_see"
    front_see = "front_see"
    health_see = "health_see"
    house_keep = "house_keep"
    language_choose = "language_choose"
    limit_watch = "limit_watch"
    link_edit = "link_edit"
    link_open = "link_open"
    notice_send = "notice_send"
    number_fetch = "number_fetch"
    outside_record = "outside_record"
    panel_home = "panel_home"
    paper_tick = "paper_tick"
    person_stop = "person_stop"
    queue_see = "queue_see"
    record_see = "record_see"
    region_edit = "region_edit"
    register_fill = "register_fill"
    register_see = "register_see"
    session_end = "session_end"
    session_start = "session_start"
    setup_classes = "setup_classes"
    setup_roster = "setup_roster"
    setup_school = "setup_school"
    setup_staff = "setup_staff"
    slip_print = "slip_print"
    submission_decide = "submission_decide"
    submission_open = "submission_open"
    submission_recall = "submission_recall"
    submission_reject = "submission_reject"
    task_close = "task_close"
    task_see = "task_see"
    typing_do = "typing_do"
    value_reveal = "value_reveal"


@frozen
class Target:
    """What an action is about. An empty id matches no narrower scope than the school."""

    school_id: str
    grade_id: str = ""
    class_id: str = ""
    student_id: str = ""
    actor_id: str = ""


_A, _R = Action, Role
_ANYONE = frozenset(Role)
_EVERY_STAFF = frozenset(Role) - {Role.guardian, Role.public}
_REVIEWERS = frozenset({Role.committee, Role.class_teacher, Role.registrar})
_DECIDERS = _REVIEWERS | {Role.principal, Role.vice_principal}  # R69, R170
_FOR_THE_SCHOOL = _DECIDERS - {Role.committee, Role.class_teacher}

POLICY: Mapping[Action, frozenset[Role]] = {
    _A.audit_see: frozenset({_R.registrar, _R.supervisor, _R.principal}),
    _A.calendar_edit: frozenset({_R.registrar}),
    _A.calendar_see: frozenset({_R.registrar, _R.principal}),
    _A.chat_use: frozenset({_R.guardian}),
    _A.child_move: frozenset({_R.registrar}),  # R72, R105
    _A.claim_decide: frozenset({_R.class_teacher, _R.registrar}),
    _A.claim_expire: frozenset(),  # the program itself
    _A.claim_make: frozenset({_R.public, _R.guardian}),
    _A.class_see: frozenset({_R.class_teacher, _R.registrar}),
    _A.decision_undo: _DECIDERS,
    _A.door_make: frozenset({_R.guardian}),
    _A.draft_fill: frozenset({_R.guardian}),
    _A.effect_apply: frozenset(),  # the program itself, through a job
    _A.entry_note: frozenset({_R.registrar}),  # R10
    _A.errand_make: frozenset({_R.guardian, _R.class_teacher, _R.registrar}),
    _A.evidence_see: _REVIEWERS | {_R.guardian},
    _A.family_remind: frozenset({_R.class_teacher, _R.registrar}),
    _A.form_edit: frozenset({_R.registrar}),
    _A.form_see: frozenset({_R.registrar, _R.principal}),
    _A.front_see: _ANYONE,
    _A.health_see: _ANYONE,
    _A.house_keep: frozenset(),  # the program itself: what is out of date is removed
    _A.language_choose: _ANYONE,
    _A.limit_watch: frozenset(),  # the program itself
    _A.link_edit: frozenset({_R.class_teacher, _R.registrar}),
    _A.link_open: _ANYONE,
    _A.notice_send: frozenset(),  # the program itself
    _A.number_fetch: frozenset({_R.registrar}),  # R106
    _A.outside_record: frozenset({_R.registrar}),  # R21
    _A.panel_home: _EVERY_STAFF,
    _A.paper_tick: frozenset({_R.class_teacher, _R.registrar}),
    _A.person_stop: frozenset({_R.registrar, _R.principal}),
    _A.queue_see: _DECIDERS,
    _A.record_see: frozenset({_R.guardian}),
    _A.region_edit: frozenset({_R.registrar}),
    _A.register_fill: frozenset({_R.registrar}),
    _A.register_see: frozenset({_R.class_teacher, _R.registrar}),
    _A.session_end: _ANYONE,
    _A.session_start: _ANYONE,
    _A.setup_classes: frozenset({_R.registrar, _R.principal}),
    _A.setup_roster: frozenset({_R.registrar}),
    _A.setup_school: frozenset({_R.registrar, _R.principal}),
    _A.setup_staff: frozenset({_R.registrar, _R.principal}),
    _A.slip_print: frozenset({_R.class_teacher, _R.registrar}),
    _A.submission_decide: _DECIDERS,
    _A.submission_open: _DECIDERS | {_R.guardian},
    _A.submission_recall: frozenset({_R.guardian}),
    _A.submission_reject: _FOR_THE_SCHOOL,  # never who only looks it over first (R1, K1)
    _A.task_close: frozenset({_R.class_teacher, _R.registrar}),
    _A.task_see: frozenset({_R.class_teacher, _R.registrar}),
    _A.typing_do: frozenset({_R.class_teacher, _R.registrar}),
    _A.value_reveal: frozenset({_R.registrar}),  # with a purpose, on record (R33)
}
"""Action → roles. Where a role reaches is the grant's scope: own children, class, grade or
school."""


class Sight(StrEnum):
    """How much of a field's value a role sees (T2, K1)."""

    full = "full"
    masked = "masked"
    presence = "presence"  # only whether it was given
    none = "none"


_F, _M, _P, _N = Sight.full, Sight.masked, Sight.presence, Sight.none
_CLASSES = tuple(FieldClass)  # plain, name, …, evidence, standing

_SIGHT_ROWS: Mapping[Role, tuple[Sight, ...]] = {
    #                    plain name personal identity delicate health evidence standing
    Role.class_teacher: (
        _F,
        _F,
        _F,
        _M,
        _N,
        _N,
        _F,
        _F,
    ),  # R79
    Role.committee: (_F, _M, _M, _M, _N, _N, _P, _N),  # K1; pictures by `evidence_sight`
    Role.guardian: (_F, _F, _F, _M, _F, _F, _F, _F),  # own child
    Role.operator: (_N, _N, _N, _N, _N, _N, _N, _N),  # R192
    Role.principal: (_F, _F, _M, _M, _P, _N, _N, _F),
    Role.public: (_N, _N, _N, _N, _N, _N, _N, _N),
    Role.registrar: (_F, _F, _F, _F, _F, _F, _F, _F),  # R221
    Role.supervisor: (_N, _N, _N, _N, _N, _N, _N, _N),  # R51: statistics and the log
    Role.vice_principal: (_F, _F, _M, _M, _P, _N, _N, _F),
}


def sight(role: Role, field_class: FieldClass) -> Sight:
    """How much of such a field that role sees."""
    return _SIGHT_ROWS[role][_CLASSES.index(field_class)]


LEADERS = frozenset({Role.principal, Role.vice_principal})
_DECIDED = frozenset({FieldClass.personal, FieldClass.identity})


def decided_sight(role: Role, field_class: FieldClass) -> Sight:
    """The same of a change that a leader is to decide: he reads the old value and the new one in
    full, but nothing delicate and nothing of health. Rule: R40, R69, R99, R170, R261.
    """
    if role in LEADERS and field_class in _DECIDED:
        return Sight.full
    return sight(role, field_class)


def evidence_class(kind: str) -> FieldClass:
    """How careful we are with a picture of that kind of paper. Rule: R40, R261."""
    return _CAREFUL_PAPERS.get(kind, FieldClass.evidence)


TELLING_PAPERS = frozenset({"residence_permit"})
"""What these are called already says something delicate of the child: the committee is told of
"another paper", and is never shown it (R261, R262)."""
_CAREFUL_PAPERS: Mapping[str, FieldClass] = {
    "authority_letter_health": FieldClass.health,
    "diagnosis": FieldClass.health,
    "major_event_proof": FieldClass.delicate,
    "recovery_proof": FieldClass.health,
    "treatment_voucher": FieldClass.health,
}


def evidence_sight(
    role: Role, kind: str, *, committee_helps: bool, committee_sees_evidence: bool
) -> Sight:
    """Pictures reach the committee under both switches only, those about health never (K1)."""
    field_class = evidence_class(kind)
    is_open = field_class is FieldClass.evidence and kind not in TELLING_PAPERS
    is_lent = committee_helps and committee_sees_evidence and is_open
    if role is Role.committee and is_lent:
        return Sight.full
    return sight(role, field_class)


def permit(
    actor: Actor, action: Action, target: Target, today: date, *, role: Role | None = None
) -> Grant | None:
    """The grant that lets this person do this here, the narrowest first; None = refused.

    `role` asks for a grant of that role only: a review step is taken in its own role.
    """
    if not actor.is_active or actor.school_id != target.school_id:
        return None
    roles = POLICY.get(action, frozenset())
    if role is not None:
        roles &= {role}
    reaching = (
        grant
        for grant in sorted(actor.grants, key=_narrowness)
        if grant.role in roles and grant.holds(today) and _reaches(actor, grant, target)
    )
    return next(reaching, None)


def _narrowness(grant: Grant) -> int:
    return tuple(Scope).index(grant.scope)


def _reaches(actor: Actor, grant: Grant, target: Target) -> bool:
    match grant.scope:
        case Scope.own:
            return actor.id == target.actor_id or actor.link_to(target.student_id) is not None
        case Scope.school_class:
            return grant.place_id == target.class_id
        case Scope.grade:
            return grant.place_id == target.grade_id
        case Scope.school:
            return grant.place_id == target.school_id
        case Scope.anyone:
            return True
