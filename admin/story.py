"""Who did what when with a case: rounds sent and decisions made, oldest first. Pure."""

from collections.abc import Mapping
from datetime import datetime

from admin.sheets import Sheet
from admin.stages import approve_word
from locales import say
from registry.actors import Role
from registry.frozen import frozen
from registry.routes import is_discreet
from registry.submissions import Act, Decision
from storage.queries import Case


@frozen
class FlagLine:
    """One flag of an earlier return."""

    label: str
    reason: str
    note: str


@frozen
class Entry:
    """One thing somebody did."""

    at: datetime
    words: str
    flags: tuple[FlagLine, ...] = ()
    note: str = ""
    undone: bool = False


def story(case: Case, sheet: Sheet, role: Role, language: str) -> tuple[Entry, ...]:
    """For the eyes of that role: the committee reads no colleague's free text about a child."""
    labels = {line.path: line.label for line in sheet.lines}
    labels |= {paper.path: paper.label for paper in sheet.papers}
    submission = case.submission
    sent = say("panel.story.sent", language, {"round": submission.round})
    entries = [Entry(submission.submitted_at, sent)]
    entries += (_decided(case, one, labels, role, language) for one in case.decisions)
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _decided(
    case: Case, decision: Decision, labels: Mapping[str, str], role: Role, language: str
) -> Entry:
    params = {
        "name": case.names.get(decision.actor_id, ""),
        "role": say(f"panel.role.{decision.role}", language),
        "act": say(f"panel.act.{decision.act}", language),
    }
    is_open = _is_open(case, decision, role)
    reason = say(f"panel.reject.{decision.reason}", language) if decision.reason else ""
    if decision.act is Act.approve:
        params["act"] = say(approve_word(case.submission, decision.step), language)
    if decision.outside is not None:
        params["act"] = say(f"panel.outside.act.{decision.outside.result}", language)
    words = say("panel.story.decided", language, params)
    return Entry(
        decision.at,
        f"{words}{say('panel.story.because', language, {'reason': reason}) if reason else ''}",
        tuple(
            FlagLine(
                labels[flag.path],
                say(f"reason.{flag.reason}", language),
                flag.note if is_open else "",
            )
            for flag in decision.flags
            if flag.path in labels
        ),
        decision.note if is_open else "",
        decision.undone_at is not None,
    )


def _is_open(case: Case, decision: Decision, role: Role) -> bool:
    """Whether these eyes read what was written freely: the committee no colleague's, and in a
    matter of health only the registrar everybody's (K1, R40).
    """
    if decision.role is role or role is Role.registrar:
        return True
    return role is not Role.committee and not is_discreet(case.submission.route)
